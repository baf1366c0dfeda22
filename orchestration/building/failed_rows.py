"""The rows that a failed test found, for tests that may show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from orchestration.paths import DataPaths
from orchestration.sql import literal

# Tests set this key of `config.meta` when their rows hold no person's data.
SHOWS_ROWS = "shows_rows"
MOST_ROWS = 20


def failed_rows(
    paths: DataPaths, node: Mapping[str, Any], result: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The first rows, each as column and value; none for a test that may not show them.

    Reads the warehouse, so no other process may have it open.
    """
    sql = result.get("compiled_code")
    if result["status"] not in {"fail", "warn"} or not sql or not node.get("config"):
        return []
    if not node["config"].get("meta", {}).get(SHOWS_ROWS):
        return []
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        connection.execute(f"attach {literal(str(paths.marts))} as published (read_only)")
        found = connection.execute(sql)
        rows = found.fetchmany(MOST_ROWS)
        names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in rows]
