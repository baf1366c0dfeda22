"""Publishing as one reader sees it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.building.marts import drop_leftovers
from orchestration.building.published_tables import PublishedTables
from orchestration.databases import WriteAheadLogFound
from orchestration.files import sha256
from orchestration.publishing.audit import PublishRefused
from orchestration.publishing.placing import remove_leftovers
from orchestration.publishing.serving import Published, replace_published
from tests.publishing.conftest import PUBLISHED, ROWS, TABLES, write_marts


def publish_marts(marts: Path, serving: Path, tables=PUBLISHED, **more) -> Published:
    return replace_published(marts, serving, tables, **more)


def version_in(serving: Path) -> int:
    with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
        (versions,) = connection.execute(
            "select list(distinct version) from marts.orders"
        ).fetchone()
    assert len(versions) == 1
    return versions[0]


def snapshot(serving: Path) -> dict[str, tuple[int, str]]:
    return {
        str(file.relative_to(serving)): (file.stat().st_ino, sha256(file))
        for file in sorted(serving.rglob("*"))
        if file.is_file()
    }


def manifest_of(serving: Path) -> dict:
    return json.loads((serving / "manifest.json").read_text())


def test_database_parquet_and_manifest_agree(marts: Path, serving: Path) -> None:
    published = publish_marts(marts, serving, pages={"report.html": lambda *_: "<p>hello"})

    assert published.rows == {"orders": ROWS, "segment_sizes": 1}
    assert version_in(serving) == 1
    manifest = manifest_of(serving)
    assert manifest["as_of_date"] == "2026-01-01"
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == published.rows
    assert set(manifest["files"]) == {
        "klantbeeld.duckdb",
        "parquet/orders.parquet",
        "parquet/segment_sizes.parquet",
        "report.html",
    }
    for name, file in manifest["files"].items():
        assert file == {
            "bytes": (serving / name).stat().st_size,
            "sha256": sha256(serving / name),
        }
    rows = duckdb.sql(f"from '{serving}/parquet/orders.parquet'").fetchall()
    with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
        assert sorted(rows) == sorted(connection.execute("from marts.orders").fetchall())


def test_equal_rows_in_another_order_replace_nothing(marts: Path, serving: Path) -> None:
    publish_marts(marts, serving, pages={"report.html": lambda *_: "<p>hello"})
    before, manifest = snapshot(serving), manifest_of(serving)
    with duckdb.connect() as connection:
        # the same rows in another order, as a rebuild by several threads may give
        connection.execute(f"attach '{marts}' as published")
        connection.execute(
            "create or replace table published.marts.orders as "
            "from published.marts.orders order by filling"
        )

    published = publish_marts(marts, serving, pages={"report.html": lambda *_: "<p>hello"})

    assert published.replaced == ()
    after = snapshot(serving)
    del before["manifest.json"], after["manifest.json"]
    assert after == before
    assert manifest_of(serving)["published_at"] == manifest["published_at"]


def test_one_changed_table_replaces_its_own_parquet_only(marts: Path, serving: Path) -> None:
    publish_marts(marts, serving)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published")
        connection.execute("update published.marts.orders set version = 2 where order_id = '7'")
        connection.execute("checkpoint published")

    published = publish_marts(marts, serving)

    assert published.replaced == ("klantbeeld.duckdb", "parquet/orders.parquet")


def test_a_changed_comment_replaces_the_database_only(marts: Path, serving: Path) -> None:
    for comment in (
        "comment on table published.marts.orders is 'One row per order.'",
        "comment on column published.marts.orders.version is 'The version.'",
    ):
        publish_marts(marts, serving)
        with duckdb.connect() as connection:
            connection.execute(f"attach '{marts}' as published")
            connection.execute(comment)

        published = publish_marts(marts, serving)

        assert published.replaced == ("klantbeeld.duckdb",), comment
    with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
        assert connection.execute(
            "select t.comment, c.comment from duckdb_tables() as t "
            "inner join duckdb_columns() as c using (schema_name, table_name) "
            "where table_name = 'orders' and column_name = 'version'"
        ).fetchall() == [("One row per order.", "The version.")]


def test_pairs_of_equal_rows_change_the_fingerprint(marts: Path, serving: Path) -> None:
    """An xor of hashes alone would not notice that a row occurs three times now."""
    publish_marts(marts, serving)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published")
        connection.execute("delete from published.marts.orders where order_id in ('1', '2')")
        connection.execute(
            "insert into published.marts.orders "
            "from published.marts.orders where order_id = '3' "
            "union all from published.marts.orders where order_id = '3'"
        )
        connection.execute("checkpoint published")

    assert "parquet/orders.parquet" in publish_marts(marts, serving).replaced


def test_table_that_left_the_project_is_removed(marts: Path, serving: Path) -> None:
    publish_marts(marts, serving)

    drop_leftovers(marts, ["segment_sizes"])
    publish_marts(marts, serving, PublishedTables(("segment_sizes",)))

    assert sorted(file.name for file in (serving / "parquet").iterdir()) == [
        "segment_sizes.parquet"
    ]
    assert "parquet/orders.parquet" not in manifest_of(serving)["files"]
    with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [
            ("segment_sizes",)
        ]


def refused_and_unchanged(marts: Path, serving: Path, match: str, **more) -> None:
    before = snapshot(serving)
    with pytest.raises((PublishRefused, WriteAheadLogFound), match=match):
        publish_marts(marts, serving, **more)
    assert snapshot(serving) == before


@pytest.fixture
def published(marts: Path, serving: Path) -> Path:
    """Version 1 is published, version 2 is built."""
    publish_marts(marts, serving)
    write_marts(marts, version=2)
    return serving


def test_log_beside_the_source_is_refused(marts: Path, published: Path) -> None:
    marts.with_name("marts.duckdb.wal").write_bytes(b"changes that are not in the file")
    refused_and_unchanged(marts, published, "marts.duckdb.wal")


def test_log_beside_the_target_is_refused(marts: Path, published: Path) -> None:
    (published / "klantbeeld.duckdb.wal").write_bytes(b"changes of another file")
    refused_and_unchanged(marts, published, "klantbeeld.duckdb.wal")


def test_direct_identifier_is_refused(marts: Path, published: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published")
        connection.execute("alter table published.marts.orders add column E_Mail varchar")
        connection.execute("checkpoint published")
    with_identifier = PublishedTables(TABLES, direct_identifiers=frozenset({"e_mail"}))
    refused_and_unchanged(marts, published, "`orders`.*`E_Mail`", tables=with_identifier)


def test_missing_mart_is_refused(marts: Path, published: Path) -> None:
    drop_leftovers(marts, ["orders"])
    refused_and_unchanged(marts, published, "`segment_sizes` is not in")


def test_table_of_another_layer_is_refused(marts: Path, published: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published")
        connection.execute("create table published.main.scratch as select 1 as one")
        connection.execute("checkpoint published")
    refused_and_unchanged(marts, published, "`main.scratch`")


def test_view_on_another_database_is_refused(marts: Path, published: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published")
        connection.execute("drop table published.marts.segment_sizes")
        connection.execute(
            "create view published.marts.segment_sizes as select * from published.marts.orders"
        )
        connection.execute("checkpoint published")
    refused_and_unchanged(marts, published, "`segment_sizes` can't be read on its own")


def test_storage_that_old_clients_cannot_open_is_refused(marts: Path, published: Path) -> None:
    write_marts(marts, version=2, storage="v1.2.0")
    refused_and_unchanged(marts, published, "v1.0.0")


def test_page_that_fails_leaves_everything_published(marts: Path, published: Path) -> None:
    before = snapshot(published)

    def fail(*_: object) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_marts(marts, published, pages={"report.html": fail})
    assert snapshot(published) == before


def test_file_of_a_killed_run_is_replaced(marts: Path, serving: Path) -> None:
    """A run was killed after the rename and before it wrote the manifest."""
    publish_marts(marts, serving)
    (serving / "parquet" / "orders.parquet").chmod(0o644)
    (serving / "parquet" / "orders.parquet").write_bytes(b"something else")

    publish_marts(marts, serving)

    assert duckdb.sql(f"select count(*) from '{serving}/parquet/orders.parquet'").fetchone() == (
        ROWS,
    )


def test_publishing_keeps_to_the_limits(
    marts: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLANTBEELD_MEMORY_LIMIT", "1GiB")
    monkeypatch.setenv("KLANTBEELD_THREADS", "1")
    query = "select current_setting('memory_limit') || current_setting('threads')"
    publish_marts(marts, serving, pages={"limits": lambda c, _: c.execute(query).fetchone()[0]})
    assert (serving / "limits").read_text() == "1.0 GiB1"


def test_leftovers_are_removed(serving: Path) -> None:
    (serving / ".staging.123").mkdir(parents=True)
    (serving / ".staging.123" / "klantbeeld.duckdb").write_text("half")
    remove_leftovers(serving)
    assert list(serving.iterdir()) == []


def test_dropping_leftovers_closes_the_file(marts: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published")
        connection.execute("create table published.marts.gone as select 1 as one")
    assert drop_leftovers(marts, TABLES) == ["marts.gone"]
    assert not marts.with_name("marts.duckdb.wal").exists()
