"""Lands files in the warehouse: whole or not at all, once, with every row accounted for."""
