"""Runs Klantbeeld: landing, the dbt project, publishing, and the Dagster definitions over them."""
