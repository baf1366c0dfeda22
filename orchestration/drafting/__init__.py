"""Drafts a source from a sample file: `make source`. A person finishes it."""
