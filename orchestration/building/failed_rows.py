"""What a failed test found, shown where the test says that it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from orchestration.paths import DataPaths
from orchestration.publishing.audit import literal

# Only tests whose rows hold no person's data set this key of `config.meta`.
SHOWS_ROWS = "shows_rows"


def first_row(
    paths: DataPaths, node: Mapping[str, Any], result: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The first row that a failed test found, as column and value; None where it is not shown.

    Reads the warehouse, which no other process may have open.
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
