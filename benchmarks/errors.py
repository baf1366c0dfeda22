"""What stops a benchmark."""


class BenchmarkError(Exception):
    """Said in one sentence; the figures so far mean nothing."""
