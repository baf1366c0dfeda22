"""`make try`: other vars on a copy, and what is published stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import KlantbeeldError
from orchestration.paths import DataPaths
from orchestration.trials import name_of, trial_paths, try_out
from tests.orchestration.conftest import Shop
from tests.orchestration.test_alert_webhook import Webhook, webhook
from tests.orchestration.test_whole_runs import (
    GOOD,
    assert_one_sentence,
    builds,
    changed_at,
    published_files,
    succeed,
)

__all__ = ["webhook"]

VARS = "{segment_label: everyone}"


def label(paths: DataPaths) -> str:
    database = str(paths.serving / "klantbeeld.duckdb")
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute("select segment from marts.segments").fetchone()[0]


def manifest(paths: DataPaths) -> dict:
    return json.loads((paths.serving / "manifest.json").read_text())


def test_trial_is_built_apart(shop: Shop, webhook: Webhook) -> None:
    assert "run `make refresh` first" in assert_failed(shop)
    shop.land("a.csv", GOOD)
    succeed(shop)
    assert manifest(shop.paths)["vars"] == {}
    shop.land("b.csv", "order_id,customer_id,gross_amount\n4,b,7\n")
    before = {file: changed_at(file) for file in published_files(shop)}

    done = shop.run("try", "--vars", VARS, KLANTBEELD_ALERT_WEBHOOK=webhook.url)
    assert done.returncode == 0, done.stderr
    trial = DataPaths(shop.paths.root / "trials" / "segment_label-everyone")
    assert label(trial) == "everyone"
    assert manifest(trial)["vars"] == {"segment_label": "everyone"}
    assert "segment_label everyone" in (trial.serving / "report.html").read_text()
    assert "size    everyone          0      2" in done.stdout
    assert f"Remove {trial.root} when it is done." in done.stdout
    # it builds on the tables of the copy, and lands nothing
    assert "every table is rebuilt" not in done.stdout
    assert "No new files." in done.stdout

    assert {file: changed_at(file) for file in published_files(shop)} == before
    assert label(shop.paths) == "all"
    assert "Incremental build" in succeed(shop)
    assert builds(shop) == 2

    # one that fails: nobody is woken up, and it is replaced by the next of its name
    broken = shop.project / "tests" / "broken.sql"
    broken.write_text("select 1 as problem from {{ ref('orders') }}")
    done = shop.run("try", "--vars", VARS, KLANTBEELD_ALERT_WEBHOOK=webhook.url)
    assert done.returncode == 1
    assert webhook.posted == []
    broken.unlink()
    assert shop.run("try", "--vars", VARS).returncode == 0

    # a refresh with vars publishes, and says so
    output = succeed(shop, "--vars", VARS)
    assert output.count("Published with VARS segment_label: everyone: readers see that") == 1
    assert label(shop.paths) == "everyone"
    assert manifest(shop.paths)["vars"] == {"segment_label": "everyone"}

    # rows that leave the warehouse leave its copies
    shop.land("b.csv", "order_id,customer_id,gross_amount\n4,b,8\n")
    succeed(shop)
    assert not trial.root.exists()


def test_trial_of_a_var_that_cannot_be_used_copies_nothing(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    paths.warehouse_dir.mkdir()
    for database in (paths.warehouse, paths.marts):
        database.touch()
    with pytest.raises(KlantbeeldError, match="reporting_currency must be"):
        try_out(paths, vars_text="{reporting_currency: euro}", name=None)
    assert not paths.trials.exists()


def assert_failed(shop: Shop) -> str:
    done = shop.run("try", "--vars", VARS)
    assert done.returncode == 1
    return done.stderr or assert_one_sentence(done.stderr)


def test_name_of_a_trial_is_that_of_a_folder_in_trials(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    assert name_of({"reporting_currency": "GBP"}) == "reporting_currency-GBP"
    assert name_of({"as_of": "2026-01-01 00:00:00"}) == "as_of-2026-01-01-00-00-00"
    assert name_of({}) == "trial"
    assert trial_paths(paths, "gbp").root == tmp_path / "trials" / "gbp"
    for name in ("..", ".", "a/b", "", "../serving", "-rf"):
        with pytest.raises(KlantbeeldError, match="the name of a trial"):
            trial_paths(paths, name)
