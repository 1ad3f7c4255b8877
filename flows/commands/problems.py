"""What a person asked for and cannot have."""


class UsageProblem(Exception):  # noqa: N818 - the fault is in the request, not in us
    """An argument that cannot be understood, or does not go with another: one line, status 2."""
