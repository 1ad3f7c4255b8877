"""What goes wrong with the files that the package ships."""


class ModelError(Exception):
    """Shipped weights are missing, cannot be read, or do not fit the code. `str()` is one line."""
