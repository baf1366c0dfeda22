"""How fast Klantbeeld is, beside hand-written scripts that do the same: `make bench`."""
