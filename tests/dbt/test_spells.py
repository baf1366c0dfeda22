"""The history as a slowly changing dimension: the spells summarize the dates."""

from __future__ import annotations

from datetime import date
from itertools import groupby, product

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_dbt import Dbt
from segment_rules import read_rules, read_seed

SCHEME = "engagement"
SEGMENTS = {
    int(row["rank"]): row["segment"]
    for row in read_seed("segment_definitions")
    if row["scheme"] == SCHEME
}
DATES = [date(2026, month, 28) for month in range(1, 7)]


@pytest.fixture(scope="module")
def warehouse(empty_warehouse: Dbt) -> duckdb.DuckDBPyConnection:
    """The view as dbt compiled it, on tables in memory."""
    compiled = empty_warehouse.paths.dbt / "target" / "compiled" / "klantbeeld" / "models"
    sql = (compiled / "marts" / "segments" / "segment_spells.sql").read_text()
    connection = duckdb.connect()
    connection.execute("create schema marts; create schema internal")
    connection.execute(f"attach '{empty_warehouse.paths.marts}' as built (read_only)")
    for table in ("internal.profile_segments", "marts.segments"):
        connection.execute(f"create table {table} as from built.{table}")
    connection.execute("detach built")
    connection.execute(f"create view marts.segment_spells as {sql}")
    return connection


# who was first seen later has no rank at the first dates
histories = st.lists(st.sampled_from(list(SEGMENTS)), min_size=1, max_size=len(DATES))


@given(ranks=st.lists(histories, min_size=1, max_size=3))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_spells_are_runs_of_dates_in_one_segment(
    warehouse: duckdb.DuckDBPyConnection, ranks: list[list[int]]
) -> None:
    warehouse.execute("truncate internal.profile_segments")
    expected = []
    for number, of_profile in enumerate(ranks):
        dates = list(zip(DATES[-len(of_profile) :], of_profile, strict=True))
        for day, rank in dates:
            warehouse.execute(
                f"insert into internal.profile_segments (profile_id, as_of_date, {SCHEME})"
                " values (?, ?, ?)",
                [f"p{number}", day, rank],
            )
        runs = [(rank, next(run)[0]) for rank, run in groupby(dates, key=lambda pair: pair[1])]
        ends = [day for _, day in runs[1:]] + [None]
        expected += [
            (f"p{number}", SEGMENTS[rank], begin, end, end is None)
            for (rank, begin), end in zip(runs, ends, strict=True)
        ]
    found = warehouse.execute(
        "select profile_id, segment, valid_from, valid_to, is_current from marts.segment_spells"
        " where scheme = ? order by profile_id, valid_from",
        [SCHEME],
    ).fetchall()
    assert found == expected


def test_every_scheme_has_spells(warehouse: duckdb.DuckDBPyConnection) -> None:
    schemes = list(read_rules())
    warehouse.execute("truncate internal.profile_segments")
    warehouse.execute(
        f"insert into internal.profile_segments (profile_id, as_of_date, {', '.join(schemes)})"
        f" values ('p', '{DATES[0]}', {', '.join('1' for _ in schemes)})"
    )
    found = warehouse.execute("select scheme, valid_from from marts.segment_spells").fetchall()
    assert sorted(found) == sorted(product(schemes, DATES[:1]))
