"""REACHES OUT: network, clock, environment, terminal, Prefect."""

import os

# Matrices here are small: a second BLAS thread only spins, and costs four times the CPU. Must stand before numpy loads.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
