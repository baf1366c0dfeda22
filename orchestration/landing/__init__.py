"""Lands files in the warehouse: each whole or not at all, once, with every row accounted for."""
