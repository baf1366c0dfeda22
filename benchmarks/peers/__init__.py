"""Sessions and funnel classes by other means, from the same landed rows in Parquet.

Each module is a command: `python -m benchmarks.peers.chdb_sessions EVENTS ORDERS OUT` reads two
Parquet files, writes a third, and prints the seconds that this took.
"""
