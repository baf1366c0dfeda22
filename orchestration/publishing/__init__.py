"""Write, audit, publish: readers see the previous publication or the new one, nothing between."""
