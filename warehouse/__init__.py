"""KEEPS: the only room that imports duckdb. Tables, queries, and what we show of them (feeds, pages)."""
