"""COMPUTES: bytes and records in, records out. No network, database, orchestrator, clock or environment here."""
