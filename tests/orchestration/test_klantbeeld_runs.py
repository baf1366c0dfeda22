"""The real project: its definitions, and from a small demo shop to what is published."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.defs import build_definitions
from orchestration.demo_shop import Plan, generate
from orchestration.landing.contract import load_contracts
from orchestration.paths import PROJECT_DIR
from orchestration.project import Project
from tests.orchestration.conftest import Shop
from tests.orchestration.test_whole_runs import assert_one_sentence, snapshot


@pytest.fixture(scope="module")
def project(klantbeeld: Shop) -> Project:
    return Project.load(klantbeeld.paths, klantbeeld.project)


@pytest.fixture(scope="module")
def definitions(project: Project) -> dg.Definitions:
    definitions = build_definitions(project)
    dg.Definitions.validate_loadable(definitions)
    return definitions


@pytest.fixture
def graph(definitions: dg.Definitions) -> Iterator:
    yield definitions.resolve_asset_graph()


def test_every_landed_table_is_an_asset_that_models_read(graph) -> None:
    for contract in load_contracts(PROJECT_DIR / "models" / "staging"):
        key = dg.AssetKey([contract.source, contract.table])
        assert key in graph.materializable_asset_keys, key
        assert graph.get(key).child_keys, f"nothing reads {key}"


def test_serving_and_report_wait_for_every_mart(project: Project, graph) -> None:
    for asset in ("serving", "report"):
        parents = {key.path[-1] for key in graph.get(dg.AssetKey(asset)).parent_keys}
        assert parents == set(project.published.tables)


def test_tests_are_checks_and_unit_tests_are_not(project: Project, graph) -> None:
    tests = [n for n in project.manifest["nodes"].values() if n["resource_type"] == "test"]
    assert len(graph.asset_check_keys) > 0.9 * len(tests)
    unit_tests = {test["name"] for test in project.manifest["unit_tests"].values()}
    assert not unit_tests & {key.name for key in graph.asset_check_keys}


def test_one_writer_at_a_time(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("refresh")
    assert {node.definition.pool for node in job.graph.nodes} == {"warehouse"}


def test_raw_and_serving_have_freshness(graph) -> None:
    for key in (["shop", "events"], ["shop", "orders"], ["serving"]):
        assert graph.get(dg.AssetKey(key)).freshness_policy is not None


def test_direct_identifiers_are_known(project: Project) -> None:
    assert {"email", "phone"} <= project.published.direct_identifiers


def test_schedule_and_sensors_run_by_themselves(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("daily_refresh")
    assert (schedule.cron_schedule, schedule.execution_timezone) == (
        "0 5 * * *",
        "Europe/Amsterdam",
    )
    for sensor in ("files_arrived", "alert_on_failure"):
        assert (
            definitions.resolve_sensor_def(sensor).default_status == dg.DefaultSensorStatus.RUNNING
        )


@pytest.fixture(scope="module")
def refreshed(klantbeeld: Shop) -> Shop:
    generate(klantbeeld.paths, Plan(events=3_000, days=200))
    return refresh(klantbeeld)


def refresh(klantbeeld: Shop) -> Shop:
    done = klantbeeld.run("refresh")
    assert done.returncode == 0, done.stderr
    return klantbeeld


def served(klantbeeld: Shop, query: str) -> list[tuple[Any, ...]]:
    file = klantbeeld.paths.serving / "klantbeeld.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_refresh_publishes_all(refreshed: Shop) -> None:
    serving = refreshed.paths.serving
    manifest = json.loads((serving / "manifest.json").read_text())
    for table in ("sessions", "orders", "profiles", "segment_memberships", "segment_sizes"):
        assert manifest["tables"][table]["rows"] > 0, table
    # an instant, by which the date is given
    assert len(manifest["as_of"]) > len(manifest["as_of_date"]) == len("2026-06-30")
    assert manifest["rules_version"]
    page = (serving / "report.html").read_text()
    assert "Kampioenen" in page


ALL_ROWS = {
    "profile_features": "from marts.profile_features order by all",
    "customer_scores": "from marts.customer_scores order by all",
    "sessions": "from marts.sessions order by all",
    "orders": "from marts.orders order by all",
    "segments of other schemes": (
        "select * exclude (engagement) from marts.profile_segments order by all"
    ),
    "memberships of other schemes": (
        "from marts.segment_memberships where scheme != 'engagement' order by all"
    ),
    "sizes of other schemes": "from marts.segment_sizes where scheme != 'engagement' order by all",
    "transitions of other schemes": (
        "from marts.segment_transitions where scheme != 'engagement' order by all"
    ),
    "versions of other schemes": (
        "from marts.segment_schemes where scheme != 'engagement' order by all"
    ),
}


def test_a_threshold_changes_its_segments_and_version_and_nothing_else(refreshed: Shop) -> None:
    """Regular is who is active on two days, where it was three."""
    engagement = """
        select profile_id, as_of_date, active_days_90d, segment, rules_version
        from marts.segment_memberships
        inner join marts.profile_features using (profile_id, as_of_date)
        where scheme = 'engagement'
        order by all
    """
    version = "select distinct rules_version from marts.segment_schemes where scheme = 'engagement'"
    rows = {name: served(refreshed, query) for name, query in ALL_ROWS.items()}
    before, (old,) = served(refreshed, engagement), served(refreshed, version)

    seed = refreshed.project / "seeds" / "segment_rules.csv"
    rules = seed.read_text()
    for rule, changed in (
        ("occasional,active_days_90d,1,3,", "occasional,active_days_90d,1,2,"),
        ("regular,active_days_90d,3,10,", "regular,active_days_90d,2,10,"),
    ):
        assert rules.count(rule) == 1
        rules = rules.replace(rule, changed)
    seed.write_text(rules)
    refresh(refreshed)

    (new,) = served(refreshed, version)
    assert new != old
    expected = [
        (profile, day, days, "regular" if days == 2 else segment, *new)
        for profile, day, days, segment, _ in before
    ]
    assert served(refreshed, engagement) == expected
    assert {segment for _, _, days, segment, _ in before if days == 2} == {"occasional"}
    for name, query in ALL_ROWS.items():
        assert served(refreshed, query) == rows[name], name


def test_an_audience_is_one_file(refreshed: Shop) -> None:
    file = refreshed.project / "models" / "marts" / "audiences" / "repeat_buyers.sql"
    file.write_text(
        "{{ config(meta={'label_en': 'Again', 'label_nl': 'Weer', 'description': 'Bought.'}) }}"
        '\n\n{{ audience("order_count > 1") }}\n'
    )
    refresh(refreshed)

    members = served(
        refreshed,
        "select profile_id, customer_id from marts.profiles where order_count > 1"
        " order by profile_id",
    )
    assert members
    assert members == served(refreshed, "select * from marts.repeat_buyers order by profile_id")
    assert members == served(
        refreshed,
        "select profile_id, customer_id from marts.audience_memberships"
        " where audience = 'repeat_buyers' order by profile_id",
    )
    with (refreshed.paths.serving / "audiences" / file.with_suffix(".csv").name).open() as text:
        header, *rows = csv.reader(text)
    assert header == ["profile_id", "customer_id"]
    assert [tuple(row) for row in rows] == members
    # an asset that the memberships and the serving file wait for
    project = Project.load(refreshed.paths, refreshed.project)
    graph = build_definitions(project).resolve_asset_graph()
    (key,) = (k for k in graph.materializable_asset_keys if k.path[-1] == "repeat_buyers")
    children = {child.path[-1] for child in graph.get(key).child_keys}
    assert {"audience_memberships", "serving"} <= children


def test_a_blocking_test_keeps_what_is_published(refreshed: Shop) -> None:
    published = snapshot(refreshed.paths.serving)
    # a row that makes the marts others, and a rule that it breaks
    refreshed.land(
        "more.csv",
        "order_id,customer_id,ordered_at,status,sales_channel,currency,gross_amount\n"
        "more-1,c1,2026-06-01 10:00:00,paid,store,EUR,12.50\n",
    )
    broken = refreshed.project / "tests" / "dbt" / "singular" / "no_order_is_new.sql"
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text("select * from {{ ref('orders') }} where order_id like '%more-1%'")
    done = refreshed.run("refresh")
    assert done.returncode == 1
    assert "test `no_order_is_new` found 1 row" in assert_one_sentence(done.stderr)
    assert snapshot(refreshed.paths.serving) == published
