"""The command line from files to published tables, on a project that builds in a second."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.defs.housekeeping import UNFINISHED
from orchestration.files import sha256
from orchestration.lock import is_locked
from tests.orchestration.conftest import Shop
from tests.orchestration.test_alert_webhook import Webhook, webhook

__all__ = ["webhook"]

GOOD = "order_id,customer_id,gross_amount\n1,a,10\n2,a,20.5\n3,b,5\n"


def snapshot(serving: Path) -> dict[str, str]:
    return {
        str(file.relative_to(serving)): sha256(file)
        for file in sorted(serving.rglob("*"))
        if file.is_file()
    }


def orders(shop: Shop) -> int:
    database = str(shop.paths.serving / "klantbeeld.duckdb")
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute("select count(*) from marts.orders").fetchone()[0]


def succeed(shop: Shop, *arguments: str) -> str:
    done = shop.run("refresh", *arguments)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


def builds(shop: Shop) -> int:
    """The number of builds since the incremental model was last rebuilt."""
    with duckdb.connect(str(shop.paths.warehouse), read_only=True) as connection:
        return connection.execute("select count(*) from intermediate.int_builds").fetchone()[0]


def built_nodes(shop: Shop) -> set[str]:
    """The names of the nodes that dbt built or tested last."""
    results = json.loads((shop.paths.dbt / "target" / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2] for result in results}


def databases(shop: Shop) -> list[Path]:
    return [shop.paths.warehouse, shop.paths.marts]


def published_files(shop: Shop) -> list[Path]:
    return [file for file in shop.paths.serving.rglob("*") if file.is_file()]


def changed_at(file: Path) -> int:
    return file.stat().st_mtime_ns


@contextmanager
def dagster_instance(shop: Shop) -> Iterator[dg.DagsterInstance]:
    os.environ["DAGSTER_HOME"] = str(shop.paths.dagster)
    try:
        with dg.DagsterInstance.get() as instance:
            yield instance
    finally:
        del os.environ["DAGSTER_HOME"]


def assert_one_sentence(errors: str) -> str:
    lines = errors.strip().splitlines()
    assert len(lines) == 2, errors
    assert lines[0].startswith("Failed: ")
    assert lines[1].startswith("The full log: ")
    return lines[0]


def test_nothing_landed_says_where_to_put_files(shop: Shop) -> None:
    done = shop.run("refresh")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"{shop.paths.landing}/<source>/<table>/" in line
    assert not shop.paths.root.exists()


def test_failures_leave_the_last_publication(shop: Shop, webhook: Webhook) -> None:
    """Several steps in one test, because each refresh takes seconds."""
    shop.land("a.csv", GOOD)
    done = shop.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "3 rows landed, 0 rejected" in done.stdout
    assert "size    all             2  100.0 %" in done.stdout
    assert str(shop.paths.serving / "report.html") in done.stdout
    assert orders(shop) == 3

    # the documentation of what was built
    done = shop.run("docs")
    assert done.returncode == 0, done.stderr
    page = (shop.paths.serving / "docs" / "index.html").read_text()
    assert "orders_are_below_the_limit" in page

    # a file that can't be read: the others land, and the summary names it
    shop.land("b.csv", "order_id,customer_id,gross_amount\n4,b,7\n")
    shop.land("c.parquet", "no parquet at all")
    done = shop.run("refresh", "--vars", "{segment_label: everyone}")
    assert done.returncode == 0, done.stderr
    assert orders(shop) == 4
    assert "c.parquet was not landed: " in done.stdout.split("new files")[1]
    # the var has reached dbt
    assert "size    everyone" in done.stdout
    published = snapshot(shop.paths.serving)

    # a blocking test fails: one sentence names it and its meaning, and nothing moves
    shop.land("d.csv", "order_id,customer_id,gross_amount\n5,c,5000\n")
    done = shop.run("refresh", KLANTBEELD_ALERT_WEBHOOK=webhook.url)
    assert done.returncode == 1
    sentence = assert_one_sentence(done.stderr)
    assert "test `orders_are_below_the_limit` found 1 row" in sentence
    assert snapshot(shop.paths.serving) == published
    assert len(webhook.posted) == 1
    assert "failed in step dbt_models. test `orders_are_below" in webhook.posted[0]["text"]

    # a model does not compile
    (shop.project / "models" / "marts" / "profiles.sql").write_text("select * from {{ ref('no') }}")
    done = shop.run("refresh")
    assert done.returncode == 1
    assert "models/marts/profiles.sql" in assert_one_sentence(done.stderr)
    assert snapshot(shop.paths.serving) == published

    # a var that does not exist
    done = shop.run("refresh", "--vars", "{limit: 1}")
    assert done.returncode == 1
    assert "declares no var limit" in assert_one_sentence(done.stderr)


def test_killed_in_dbt_frees_lock_slots_and_runs(shop: Shop) -> None:
    shop.land("a.csv", GOOD)
    slow = shop.project / "models" / "marts" / "slow.sql"
    # runs longer than the test
    slow.write_text("select count(*) as n from range(1000000) a, range(1000000) b")
    refresh = shop.start("refresh")
    dbt_log = shop.paths.dbt / "logs" / "dbt.log"
    deadline = time.monotonic() + 120
    while not (dbt_log.exists() and "model published.marts.slow" in dbt_log.read_text()):
        assert refresh.poll() is None, refresh.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    refresh.send_signal(signal.SIGKILL)
    refresh.communicate()

    # dbt dies with it, and so the lock is free
    deadline = time.monotonic() + 10
    while is_locked(shop.paths.lock) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_locked(shop.paths.lock)
    assert not (shop.paths.serving / "klantbeeld.duckdb").exists()

    slow.unlink()
    done = shop.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "so every table is rebuilt." in done.stdout
    assert orders(shop) == 3
    with dagster_instance(shop) as instance:
        assert instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)) == []
        assert instance.event_log_storage.get_concurrency_info("warehouse").claimed_slots == []


def test_builds_only_what_is_new(shop: Shop) -> None:
    """Several steps in one test, because each refresh takes seconds."""
    parquet = shop.paths.serving / "parquet" / "orders.parquet"
    run = partial(succeed, shop)
    shop.land("a.csv", f"{GOOD}3,b,5\n")
    warning = "Warning: test `unique_orders_order_id` on `orders` found 1 row"
    assert warning in run()
    assert builds(shop) == 1
    before = {file: changed_at(file) for file in [*databases(shop), *published_files(shop)]}

    # nothing new: nothing is written, but Dagster records the run
    output = run()
    assert "Nothing new since " in output
    assert warning in output
    assert {file: changed_at(file) for file in before} == before
    with dagster_instance(shop) as instance:
        latest = instance.get_runs(limit=1)[0]
        assert latest.status == dg.DagsterRunStatus.SUCCESS
        for key in (["serving"], ["marts", "orders"], ["shop", "orders"]):
            event = instance.get_latest_materialization_event(dg.AssetKey(key))
            assert event.run_id == latest.run_id, key
        check = dg.AssetCheckKey(dg.AssetKey(["marts", "orders"]), "unique_orders_order_id")
        found = instance.event_log_storage.get_asset_check_execution_history(check, limit=1)
        assert found[0].run_id == latest.run_id
        assert not found[0].evaluation.passed

    # a published file is missing: it is published again from the same tables
    parquet.unlink()
    output = run()
    assert "Nothing new since " in output
    assert "1 files replaced" in output
    assert parquet.exists()
    assert builds(shop) == 1

    # a new file: the build is incremental, and skips what the file can't change
    shop.land("b.csv", "order_id,customer_id,gross_amount\n4,b,7\n")
    output = run()
    assert "Incremental build on the tables of " in output
    assert warning in output
    assert (builds(shop), orders(shop)) == (2, 5)
    assert "int_builds" in built_nodes(shop)
    assert not built_nodes(shop) & {"kinds", "stg_shop__orders"}
    with dagster_instance(shop) as instance:
        latest = instance.get_runs(limit=1)[0]
        for key in (["kinds"], ["marts", "orders"]):
            event = instance.get_latest_materialization_event(dg.AssetKey(key))
            assert event.run_id == latest.run_id, key

    # a changed seed: the models that read it are rebuilt
    (shop.project / "seeds" / "kinds.csv").write_text("kind\nring\n")
    output = run()
    assert (
        "Changed since the last build: seed `kinds`. Rebuilt: every incremental table.\n" in output
    )
    assert builds(shop) == 1

    # something else wrote to the warehouse
    with duckdb.connect(str(shop.paths.warehouse)) as connection:
        connection.execute("insert into intermediate.int_builds values ('mine', 1)")
    assert "so every table is rebuilt." in run()
    assert builds(shop) == 1

    # other vars need another build, but no rebuild; --full-refresh rebuilds
    assert "Nothing new" not in run("--vars", "{segment_label: everyone}")
    assert builds(shop) == 2
    run("--vars", "{segment_label: everyone}", "--full-refresh")
    assert builds(shop) == 1


@pytest.mark.parametrize("command", ["refresh", "run", "dev", "docs"])
def test_help_describes_the_command(shop: Shop, command: str) -> None:
    done = shop.run(command, "--help")
    assert done.returncode == 0
    assert command in done.stdout
