"""The first row that a failed test found, for tests that may show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from orchestration.paths import DataPaths
from orchestration.sql import literal

# Tests set this key of `config.meta` when their rows hold no person's data.
SHOWS_ROWS = "shows_rows"


def first_failed_row(
    paths: DataPaths, node: Mapping[str, Any], result: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The row as column and value; None for a test that may not show it.

    Reads the warehouse, so no other process may have it open.
    """
    sql = result.get("compiled_code")
    if result["status"] not in {"fail", "warn"} or not sql or not node.get("config"):
        return None
    if not node["config"].get("meta", {}).get(SHOWS_ROWS):
        return None
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        connection.execute(f"attach {literal(str(paths.marts))} as published (read_only)")
        found = connection.execute(sql)
        row = found.fetchone()
        names = [column[0] for column in found.description]
    return dict(zip(names, row, strict=True)) if row else None
