"""Replaces what is published by the marts database, in one atomic step per file.

Everything is written and checked in a staging folder first. Only then are files moved into place,
the database first and the manifest last; a failure before that leaves what is published unchanged.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from orchestration.building.published_tables import INTERNAL, SCHEMA, PublishedTables
from orchestration.databases import limits, refuse_write_ahead_log
from orchestration.files import flush, sha256
from orchestration.interruption import completed_first
from orchestration.publishing import fingerprints, serving_manifest
from orchestration.publishing.audit import audit
from orchestration.publishing.placing import put_in_place, staging_folder
from orchestration.sql import identifier, literal

DATABASE = "klantbeeld.duckdb"
PARQUET = "parquet"
AUDIENCES = "audiences"

# Makes the text of one page, from the staged database and the facts of the manifest.
Page = Callable[[duckdb.DuckDBPyConnection, Mapping[str, Any]], str]

NO_FACTS: Mapping[str, Any] = MappingProxyType({})
NO_PAGES: Mapping[str, Page] = MappingProxyType({})


@dataclass(frozen=True)
class Published:
    """What is published, and the names of the files that this publication replaced."""

    rows: dict[str, int]
    bytes: int
    seconds: float
    as_of: str | None
    replaced: tuple[str, ...] = ()


def replace_published(
    marts: Path,
    serving: Path,
    published: PublishedTables,
    *,
    facts: Mapping[str, Any] = NO_FACTS,
    pages: Mapping[str, Page] = NO_PAGES,
) -> Published:
    """Publish the database at `marts`, which must be closed, to the folder `serving`.

    `facts` are added to those that the manifest takes from the database.
    """
    began = time.monotonic()
    refuse_write_ahead_log(marts)
    refuse_write_ahead_log(serving / DATABASE)
    publication = _Publication(serving, staging_folder(serving))
    try:
        manifest = publication.stage(marts, published, facts, pages)
        replaced = publication.put_in_place(manifest)
    finally:
        shutil.rmtree(publication.staging, ignore_errors=True)
    return _summary(manifest, time.monotonic() - began, replaced)


def already_published(serving: Path) -> Published:
    """What is published at present."""
    return _summary(serving_manifest.read(serving), 0.0, ())


def _summary(manifest: Mapping[str, Any], seconds: float, replaced: tuple[str, ...]) -> Published:
    return Published(
        rows={
            name: table["rows"]
            for name, table in manifest["tables"].items()
            # the rows of a view that is too large for Parquet are not counted
            if table["rows"] is not None
        },
        bytes=sum(file["bytes"] for file in manifest["files"].values()),
        seconds=seconds,
        as_of=manifest["as_of"],
        replaced=replaced,
    )


class _Publication:
    """One replacement of what `serving` holds, prepared in `staging`."""

    def __init__(self, serving: Path, staging: Path) -> None:
        self.serving = serving
        self.staging = staging
        self.previous = serving_manifest.read(serving)

    def stage(
        self,
        marts: Path,
        published: PublishedTables,
        given_facts: Mapping[str, Any],
        pages: Mapping[str, Page],
    ) -> dict[str, Any]:
        """Write and check all that is new; returns the manifest that describes it."""
        database = self.staging / DATABASE
        # the operating system copies in half a second what DuckDB rewrites in fifteen
        shutil.copyfile(marts, database)
        refuse_write_ahead_log(marts)
        with duckdb.connect(str(database), read_only=True, config=limits()) as connection:
            # tables have keys, so rows need no order; two threads write faster without it
            connection.execute("set preserve_insertion_order = false")
            # DuckDB would draw one on standard output
            connection.execute("set enable_progress_bar = false")
            audit(connection, published.tables, published.direct_identifiers, published.internal)
            tables = self._stage_tables(connection, published)
            exports = self._stage_audiences(connection, published)
            facts = {**serving_manifest.facts(connection), **given_facts}
            for name, page in pages.items():
                (self.staging / name).write_text(page(connection, {**facts, "tables": tables}))
        if self.previous.get("tables", {}) == tables and self._is_in_place(DATABASE):
            database.unlink()
        refuse_write_ahead_log(database)

        written = [table for table, described in tables.items() if described["rows"] is not None]
        names = [DATABASE, *(f"{PARQUET}/{table}.parquet" for table in written), *exports, *pages]
        return serving_manifest.build(
            previous=self.previous,
            facts=facts,
            tables=tables,
            files={name: self._describe_file(name) for name in names},
            now=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )

    def put_in_place(self, manifest: dict[str, Any]) -> tuple[str, ...]:
        """Move the staged files, the manifest last; returns the names of those that are new."""
        new = [name for name in manifest["files"] if (self.staging / name).exists()]
        staged = self.staging / serving_manifest.NAME
        staged.write_text(json.dumps(manifest, indent=2) + "\n")
        # large files take time, which the block below must not
        for name in new:
            flush(self.staging / name)
        with completed_first(then="Interrupted; what this refresh built is already published."):
            for name in new:
                put_in_place(self.staging / name, self.serving / name)
            self._remove_dropped_tables(manifest)
            put_in_place(staged, self.serving / serving_manifest.NAME)
        return tuple(new)

    def _stage_tables(
        self, connection: duckdb.DuckDBPyConnection, published: PublishedTables
    ) -> dict[str, dict[str, Any]]:
        """Describe each table and write its Parquet file, where it has changed."""
        (self.staging / PARQUET).mkdir()
        views = fingerprints.views(connection)
        described = {
            table: fingerprints.describe(connection, table)
            for table in sorted(set(published.tables) - views)
        }
        # views read the internal tables, too
        read_by_views = described | {
            table: fingerprints.describe(connection, table, INTERNAL)
            for table in published.internal
        }
        row_counts = {table: read["rows"] for table, read in read_by_views.items()}
        described |= {
            view: fingerprints.describe_view(connection, view, read_by_views)
            for view in sorted(set(published.tables) & views)
        }
        before: dict[str, Any] = self.previous.get("tables", {})
        for table, description in described.items():
            limits = published.parquet_limits.get(table, {})
            if any(row_counts[limited] > most for limited, most in limits.items()):
                continue
            name = f"{PARQUET}/{table}.parquet"
            is_unchanged = before.get(table, {}).get("content") == description["content"]
            if is_unchanged and self._is_in_place(name):
                description["rows"] = before[table]["rows"]
            else:
                description["rows"] = _write_parquet(connection, table, self.staging / name)
        return described

    def _stage_audiences(
        self, connection: duckdb.DuckDBPyConnection, published: PublishedTables
    ) -> list[str]:
        """Write each audience as CSV; returns the names of the files."""
        (self.staging / AUDIENCES).mkdir()
        names = []
        for audience in sorted(published.audiences):
            names.append(f"{AUDIENCES}/{audience}.csv")
            _write_csv(connection, audience, self.staging / names[-1])
        return names

    def _is_in_place(self, name: str) -> bool:
        """Whether the published file is the one that the previous manifest describes.

        A run that was killed before it wrote the manifest may have left another one.
        """
        known = self.previous.get("files", {}).get(name)
        file = self.serving / name
        return bool(
            known
            and file.exists()
            and file.stat().st_size == known["bytes"]
            and sha256(file) == known["sha256"]
        )

    def _describe_file(self, name: str) -> dict[str, Any]:
        """Size and checksum of a file; a staged file that equals the published one is dropped."""
        staged = self.staging / name
        if not staged.exists():
            return self.previous["files"][name]
        described = {"bytes": staged.stat().st_size, "sha256": sha256(staged)}
        if described == self.previous.get("files", {}).get(name) and self._is_in_place(name):
            staged.unlink()
        return described

    def _remove_dropped_tables(self, manifest: dict[str, Any]) -> None:
        """Delete the files of tables that left the project, so that nobody reads them as fresh."""
        for name, kind in ((PARQUET, "*.parquet"), (AUDIENCES, "*.csv")):
            folder = self.serving / name
            for file in folder.glob(kind):
                if f"{name}/{file.name}" not in manifest["files"]:
                    file.unlink()
            if folder.exists():
                flush(folder)


def _write_parquet(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> int:
    """Write all rows; returns their number."""
    # the lowest level is the fastest, and makes files of keys and numbers no larger; bloom filters
    # serve columns of few values, take a fifth of the time and help no reader here
    (rows,) = connection.execute(
        f"copy (select * from {identifier(SCHEMA, table)}) to {literal(str(file))} "
        "(format parquet, compression zstd, compression_level 1, write_bloom_filter false)"
    ).fetchone() or (0,)
    return rows


def _write_csv(connection: duckdb.DuckDBPyConnection, audience: str, file: Path) -> None:
    """Write the members in a fixed order, so that equal members give an equal file."""
    connection.execute(
        f"""
        copy (
            select profile_id, customer_id
            from {identifier(SCHEMA, "audience_memberships")}
            where audience = {literal(audience)}
            order by all
        ) to {literal(str(file))} (format csv, header)
        """
    )
