"""Runs the dbt project: plans the build, runs dbt, and explains the results in sentences."""
