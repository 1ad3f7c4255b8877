"""What the commands of the command line do, one module each; `flows/cli.py` says how they are called."""
