"""Runs the dbt project: arguments in, events and one-sentence reasons out. No Dagster in here."""
