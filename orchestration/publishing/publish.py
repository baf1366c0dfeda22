"""Publishes the marts.

Everything is written and checked in a staging folder first. Only then are files moved in place, the
database first and the manifest last; a failure before that leaves what was published as it was.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from orchestration.limits import memory_limit
from orchestration.publishing import content
from orchestration.publishing import manifest as manifests
from orchestration.publishing.audit import (
    INTERNAL,
    SCHEMA,
    audit,
    literal,
    quoted,
    refuse_write_ahead_log,
)
from orchestration.publishing.files import (
    flush,
    put_in_place,
    sha256,
    staging_folder,
)

DATABASE = "klantbeeld.duckdb"
PARQUET = "parquet"
AUDIENCES = "audiences"

# Makes the text of one page, from the staged database and the facts of the manifest.
Page = Callable[[duckdb.DuckDBPyConnection, Mapping[str, Any]], str]

# The most rows that some tables may have for a view on them to be written as Parquet.
ParquetLimit = Mapping[str, int]
NO_LIMITS: Mapping[str, ParquetLimit] = MappingProxyType({})


@dataclass(frozen=True)
class Published:
    """What a publication came to."""

    rows: dict[str, int]
    bytes: int
    seconds: float
    as_of: str | None
    replaced: tuple[str, ...] = field(default=())


def publish(
    marts: Path,
    serving: Path,
    *,
    tables: tuple[str, ...],
    internal: tuple[str, ...] = (),
    direct_identifiers: frozenset[str] = frozenset(),
    parquet_limits: Mapping[str, ParquetLimit] = NO_LIMITS,
    audiences: Collection[str] = (),
    facts: Mapping[str, Any] | None = None,
    pages: Mapping[str, Page] | None = None,
) -> Published:
    """Publish the database at `marts`, which must be closed, to the folder `serving`.

    `internal` tables stay in the database for the marts' views, and are nowhere else.
    `facts` go into the manifest, beside those that the database tells of itself. A view in
    `parquet_limits` is written as Parquet only while the tables named there have few enough rows.
    The tables in `audiences` are written as CSV, too, for programs that send.
    """
    began = time.monotonic()
    refuse_write_ahead_log(marts)
    refuse_write_ahead_log(serving / DATABASE)
    previous = manifests.read(serving)
    staging = staging_folder(serving)
    try:
        staged = _stage(
            staging,
            marts,
            serving,
            previous,
            tables,
            internal,
            direct_identifiers,
            parquet_limits,
            audiences,
            facts or {},
            pages or {},
        )
        replaced = _put_in_place(staging, serving, staged)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return _published(staged, time.monotonic() - began, replaced)


def as_published(serving: Path) -> Published:
    """What is published, where publishing anew would change nothing."""
    return _published(manifests.read(serving), 0.0, ())


def _published(manifest: Mapping[str, Any], seconds: float, replaced: tuple[str, ...]) -> Published:
    return Published(
        rows={
            name: table["rows"]
            for name, table in manifest["tables"].items()
            # of a view that is too large to be written nobody knows
            if table["rows"] is not None
        },
        bytes=sum(file["bytes"] for file in manifest["files"].values()),
        seconds=seconds,
        as_of=manifest["as_of"],
        replaced=replaced,
    )


def _stage(
    staging: Path,
    marts: Path,
    serving: Path,
    previous: dict[str, Any],
    tables: tuple[str, ...],
    internal: tuple[str, ...],
    direct_identifiers: frozenset[str],
    parquet_limits: Mapping[str, ParquetLimit],
    audiences: Collection[str],
    given_facts: Mapping[str, Any],
    pages: Mapping[str, Page],
) -> dict[str, Any]:
    """Write and check all that is new, and return the manifest that describes it."""
    database = staging / DATABASE
    # the operating system copies in half a second what DuckDB rewrites in fifteen
    shutil.copyfile(marts, database)
    refuse_write_ahead_log(marts)

    before: dict[str, Any] = previous.get("tables", {})
    described: dict[str, dict[str, Any]] = {}
    limits = {"memory_limit": memory_limit()}
    with duckdb.connect(str(database), read_only=True, config=limits) as connection:
        # tables have keys, so nothing needs their order; two threads write faster without
        connection.execute("set preserve_insertion_order = false")
        # DuckDB draws one on whatever standard output is
        connection.execute("set enable_progress_bar = false")
        audit(connection, tables, direct_identifiers, internal)
        (staging / PARQUET).mkdir()
        views = content.views(connection)
        for table in sorted(set(tables) - views):
            described[table] = content.describe(connection, table)
        # views read these, too
        of_tables = described | {
            table: content.describe(connection, table, INTERNAL) for table in internal
        }
        for view in sorted(set(tables) & views):
            described[view] = content.describe_view(connection, view, of_tables)
        for table, description in described.items():
            name = f"{PARQUET}/{table}.parquet"
            if not _is_small(of_tables, parquet_limits.get(table, {})):
                continue
            if _is_as_before(description, before.get(table)) and _stands(serving, previous, name):
                description["rows"] = before[table]["rows"]
            else:
                description["rows"] = _write_parquet(connection, table, staging / name)
        (staging / AUDIENCES).mkdir()
        exports = {f"{AUDIENCES}/{audience}.csv": audience for audience in sorted(audiences)}
        for name, audience in exports.items():
            _write_csv(connection, audience, staging / name)
        facts = {**manifests.facts(connection), **given_facts}
        database_is_new = before != described or not _stands(serving, previous, DATABASE)
        for name, page in pages.items():
            (staging / name).write_text(page(connection, {**facts, "tables": described}))
    if not database_is_new:
        database.unlink()
    refuse_write_ahead_log(database)

    written = [table for table, description in described.items() if description["rows"] is not None]
    names = [DATABASE, *(f"{PARQUET}/{table}.parquet" for table in written), *exports, *pages]
    files = {name: _describe(staging, serving, previous, name) for name in names}
    return manifests.build(
        previous=previous, facts=facts, tables=described, files=files, now=_now()
    )


def _put_in_place(staging: Path, serving: Path, manifest: dict[str, Any]) -> tuple[str, ...]:
    new = [name for name in manifest["files"] if (staging / name).exists()]
    for name in new:
        put_in_place(staging / name, serving / name)
    _remove_gone_tables(serving, manifest)
    (staging / manifests.NAME).write_text(json.dumps(manifest, indent=2) + "\n")
    put_in_place(staging / manifests.NAME, serving / manifests.NAME)
    return tuple(new)


def _remove_gone_tables(serving: Path, manifest: dict[str, Any]) -> None:
    """A table that left the project must not go on being read as if it were fresh."""
    for name, kind in ((PARQUET, "*.parquet"), (AUDIENCES, "*.csv")):
        folder = serving / name
        for file in folder.glob(kind):
            if f"{name}/{file.name}" not in manifest["files"]:
                file.unlink()
        if folder.exists():
            flush(folder)


def _is_small(tables: Mapping[str, Mapping[str, Any]], limit: ParquetLimit) -> bool:
    return all(tables[table]["rows"] <= most for table, most in limit.items())


def _is_as_before(description: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    return before is not None and before["content"] == description["content"]


def _write_parquet(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> int:
    """Write all rows; how many there are."""
    # the lowest level is the fastest, and on keys and numbers makes files no larger; bloom filters,
    # which are for columns of few values, take a fifth of the work and tell readers nothing
    (rows,) = connection.execute(
        f"copy (select * from {SCHEMA}.{quoted(table)}) to {literal(str(file))} "
        "(format parquet, compression zstd, compression_level 1, write_bloom_filter false)"
    ).fetchone() or (0,)
    return rows


def _write_csv(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    """Write all rows in one order, so that equal rows are an equal file."""
    connection.execute(
        f"copy (select * from {SCHEMA}.{quoted(table)} order by all) to {literal(str(file))} "
        "(format csv, header)"
    )


def _stands(serving: Path, previous: dict[str, Any], name: str) -> bool:
    """Whether the file in place is the one that the last manifest describes.

    A run that was killed between a file and the manifest has put another one there.
    """
    known = previous.get("files", {}).get(name)
    file = serving / name
    return bool(
        known
        and file.exists()
        and file.stat().st_size == known["bytes"]
        and sha256(file) == known["sha256"]
    )


def _describe(staging: Path, serving: Path, previous: dict[str, Any], name: str) -> dict[str, Any]:
    staged = staging / name
    if not staged.exists():
        return previous["files"][name]
    described = {"bytes": staged.stat().st_size, "sha256": sha256(staged)}
    if described == previous.get("files", {}).get(name) and _stands(serving, previous, name):
        staged.unlink()
    return described


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
