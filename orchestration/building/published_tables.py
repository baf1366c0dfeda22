"""What the dbt project publishes, read from its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.building.seeds import seed_rows

# The name under which dbt attaches the database of the marts.
PUBLISHED_DATABASE = "published"
SCHEMA = "marts"
# The schema of the tables that views of the marts read: published in the database, but no marts.
INTERNAL = "internal"


@dataclass(frozen=True)
class PublishedTables:
    """The marts, and how they are published.

    `internal` are the tables that only views of the marts read: they are in the database alone.
    `direct_identifiers` are columns that must not be published. `parquet_limits` gives for a view
    the number of rows that some tables may have for it to be written as Parquet. `audiences` are
    the names in `audience_memberships` whose members are written as CSV as well.
    """

    tables: tuple[str, ...]
    internal: tuple[str, ...] = ()
    direct_identifiers: frozenset[str] = frozenset()
    parquet_limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    audiences: tuple[str, ...] = ()


def published_tables(manifest: Mapping[str, Any]) -> PublishedTables:
    """The published tables of the project in this manifest."""
    published = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node.get("database") == PUBLISHED_DATABASE
    ]
    internal = sorted(node["alias"] for node in published if node["schema"] == INTERNAL)
    marts = [node for node in published if node["schema"] != INTERNAL]
    tables = sorted(node["alias"] for node in marts)
    limits = {
        node["alias"]: node["config"]["meta"]["parquet_up_to"]
        for node in marts
        if "parquet_up_to" in node["config"]["meta"]
    }
    identifiers = {
        column["name"].lower()
        for source in manifest["sources"].values()
        for column in source["columns"].values()
        if _is_direct_identifier(column)
    }
    audiences = sorted(row["audience"] for row in seed_rows(manifest, "audiences"))
    return PublishedTables(
        tuple(tables), tuple(internal), frozenset(identifiers), limits, tuple(audiences)
    )


def _is_direct_identifier(column: Mapping[str, Any]) -> bool:
    meta = {**(column.get("meta") or {}), **((column.get("config") or {}).get("meta") or {})}
    return bool(meta.get("direct_identifier"))
