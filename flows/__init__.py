"""REACHES OUT: network, clock, environment, terminal, Prefect."""
