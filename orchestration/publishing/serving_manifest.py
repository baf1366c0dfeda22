"""`manifest.json` describes what is published; it is written last."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publishing.audit import STORAGE_VERSION

NAME = "manifest.json"


def read(serving: Path) -> dict[str, Any]:
    """The published manifest; empty when there is none that can be read."""
    try:
        manifest = json.loads((serving / NAME).read_text())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def build(
    *,
    previous: dict[str, Any],
    facts: dict[str, Any],
    tables: dict[str, dict[str, Any]],
    files: dict[str, dict[str, Any]],
    now: str,
) -> dict[str, Any]:
    """The new manifest. `published_at` changes only when a reader can see a difference."""
    described = {**facts, "tables": tables, "files": files}
    unchanged = all(previous.get(key) == value for key, value in described.items())
    published_at = previous["published_at"] if unchanged else now
    return {**facts, "published_at": published_at, "refreshed_at": now, **described}


def facts(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The date and the rules of the tables; null when no table has them."""
    as_of_date = _ask(connection, "select max(as_of_date)::varchar from marts.segment_sizes")
    as_of = _ask(connection, "select max(as_of)::varchar from marts.data_quality")
    versions = _ask(
        connection,
        """
        select string_agg(version, chr(10) order by version)
        from (
            select distinct scheme || ' ' || rules_version as version
            from marts.segment_schemes
        )
        """,
    )
    return {
        "as_of": as_of or as_of_date,
        "as_of_date": as_of_date,
        "rules_version": versions and hashlib.sha256(versions.encode()).hexdigest()[:12],
        "duckdb_storage_version": STORAGE_VERSION,
    }


def _ask(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    try:
        row = connection.execute(sql).fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    return row[0] if row else None
