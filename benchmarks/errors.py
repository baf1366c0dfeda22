"""Errors that stop a benchmark."""


class BenchmarkError(Exception):
    """One sentence for the user. The figures measured so far are void."""
