"""Benchmarks of Klantbeeld against hand-written scripts that compute the same: `make bench`."""
