"""A small marts database; the content of each version differs from every other version."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.building.published_tables import PublishedTables

TABLES = ("orders", "segment_sizes")
PUBLISHED = PublishedTables(TABLES)
ROWS = 1000


def write_marts(file: Path, version: int, *, rows: int = ROWS, storage: str = "v1.0.0") -> None:
    """All rows of all tables hold the same version, so a mixture of two is noticed."""
    file.unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as published (storage_version '{storage}')")
        connection.execute("create schema published.marts")
        connection.execute(
            f"""
            create table published.marts.orders as
            select i::varchar as order_id, {version} as version, md5(i::varchar) as filling
            from range({rows}) as numbers(i)
            """
        )
        connection.execute(
            f"""
            create table published.marts.segment_sizes as
            select 'rfm' as scheme, 'all' as segment, date '2026-01-01' as as_of_date,
                {version} as version
            """
        )


@pytest.fixture
def marts(tmp_path: Path) -> Path:
    file = tmp_path / "warehouse" / "marts.duckdb"
    write_marts(file, version=1)
    return file


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    return tmp_path / "serving"
