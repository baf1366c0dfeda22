"""What is published of a mart that is a question, and of an audience."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from orchestration.building.published_tables import PublishedTables
from orchestration.publishing.serving import Published, replace_published
from tests.publishing.conftest import PUBLISHED, ROWS, TABLES
from tests.publishing.test_publish import manifest_of, snapshot

VIEW = "newest_orders"
FILE = f"parquet/{VIEW}.parquet"


def run(marts: Path, *statements: str) -> None:
    """Change the marts, and close the file."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published")
        connection.execute("use published.marts")
        for statement in (*statements, "checkpoint published"):
            connection.execute(statement)


def with_view(marts: Path, threshold: int) -> None:
    """A view as dbt makes it: without the name of a database that readers do not have."""
    run(
        marts,
        f"create or replace view {VIEW} as "
        f"select * from marts.orders where order_id::int >= {threshold}",
    )


def publish_view(marts: Path, serving: Path, most: int = ROWS) -> Published:
    published = PublishedTables((*TABLES, VIEW), parquet_limits={VIEW: {"orders": most}})
    return replace_published(marts, serving, published)


def test_view_is_readable_and_written_as_parquet(marts: Path, serving: Path) -> None:
    with_view(marts, 990)
    assert publish_view(marts, serving).rows[VIEW] == 10
    with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
        asked = connection.execute(f"from marts.{VIEW} order by order_id").fetchall()
    assert asked == duckdb.sql(f"from '{serving / FILE}' order by order_id").fetchall()
    assert [int(row[0]) for row in asked] == list(range(990, 1000))


def test_view_is_rewritten_when_its_sql_or_a_table_changed(marts: Path, serving: Path) -> None:
    with_view(marts, 990)
    publish_view(marts, serving)
    assert publish_view(marts, serving).replaced == ()

    with_view(marts, 980)
    assert FILE in publish_view(marts, serving).replaced
    run(marts, "update orders set version = 2 where order_id = '985'")
    assert FILE in publish_view(marts, serving).replaced
    assert duckdb.sql(f"select count(*) from '{serving / FILE}' where version = 2").fetchone() == (
        1,
    )


def test_view_over_the_limit_has_no_parquet_file(marts: Path, serving: Path) -> None:
    with_view(marts, 990)
    publish_view(marts, serving)

    published = publish_view(marts, serving, most=ROWS - 1)

    # the rows of the view are not counted
    assert VIEW not in published.rows
    assert manifest_of(serving)["tables"][VIEW]["rows"] is None
    assert not (serving / FILE).exists()
    assert FILE not in manifest_of(serving)["files"]
    with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
        assert connection.execute(f"select count(*) from marts.{VIEW}").fetchone() == (10,)


def with_audience(marts: Path, members: range) -> None:
    run(
        marts,
        f"""
        create or replace table audience_memberships as
        select
            unnest(['worth_a_call', 'another']) as audience,
            i::varchar as profile_id,
            null::varchar as customer_id
        from range({members.start}, {members.stop}) as numbers(i)
        order by md5(i::varchar)
        """,
    )


def publish_audience(marts: Path, serving: Path) -> Published:
    audiences = ("worth_a_call", "nobody")
    published = PublishedTables((*TABLES, "audience_memberships"), audiences=audiences)
    return replace_published(marts, serving, published)


def test_audience_is_written_as_csv(marts: Path, serving: Path) -> None:
    with_audience(marts, range(1, 30))
    publish_audience(marts, serving)
    with (serving / "audiences" / "worth_a_call.csv").open(newline="") as text:
        rows = list(csv.reader(text))
    assert rows == [
        ["profile_id", "customer_id"],
        *([name, ""] for name in sorted(map(str, range(1, 30)))),
    ]


def test_an_audience_without_members_is_a_file_with_a_header(marts: Path, serving: Path) -> None:
    with_audience(marts, range(1, 30))
    publish_audience(marts, serving)
    assert (serving / "audiences" / "nobody.csv").read_text() == "profile_id,customer_id\n"


def test_equal_audience_replaces_nothing(marts: Path, serving: Path) -> None:
    with_audience(marts, range(1, 30))
    publish_audience(marts, serving)
    before = snapshot(serving)["audiences/worth_a_call.csv"]
    run(
        marts,
        "create or replace table audience_memberships as "
        "from audience_memberships order by profile_id desc",
    )
    publish_audience(marts, serving)
    assert snapshot(serving)["audiences/worth_a_call.csv"] == before

    with_audience(marts, range(1, 31))
    assert "audiences/worth_a_call.csv" in publish_audience(marts, serving).replaced


def test_audience_that_left_the_project_is_removed(marts: Path, serving: Path) -> None:
    with_audience(marts, range(1, 30))
    publish_audience(marts, serving)
    run(marts, "drop table audience_memberships")
    replace_published(marts, serving, PUBLISHED)
    assert not list((serving / "audiences").iterdir())
    assert "audiences/worth_a_call.csv" not in manifest_of(serving)["files"]
