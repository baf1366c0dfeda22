"""The real project: its definitions, and from a small demo shop to what is published."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.building.project import Project
from orchestration.defs import build_definitions
from orchestration.demo_shop import Plan, generate
from orchestration.landing.contract import load_contracts
from orchestration.paths import PROJECT_DIR
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


def test_tables_of_sources_in_use_are_assets_that_models_read(graph) -> None:
    for contract in load_contracts(PROJECT_DIR / "models" / "staging"):
        key = dg.AssetKey([contract.source, contract.table])
        # nothing landed of the other sources
        assert (key in graph.materializable_asset_keys) == (contract.source == "shop"), key
        if contract.source == "shop":
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


# what a threshold of the scheme `engagement` must leave as it is
UNTOUCHED = {
    "profile_features": "from marts.profile_features order by all",
    "customer_scores": "from marts.customer_scores order by all",
    "sessions": "from marts.sessions order by all",
    "orders": "from marts.orders order by all",
    "segments of other schemes": (
        "select * exclude (engagement) from internal.profile_segments order by all"
    ),
    **{
        f"{table} of other schemes": f"from marts.{table} where scheme != 'engagement' order by all"
        for table in (
            "segment_memberships",
            "segment_sizes",
            "segment_transitions",
            "segment_schemes",
        )
    },
}
ENGAGEMENT = """
    select profile_id, as_of_date, order_count_365d, segment, rules_version
    from marts.segment_memberships
    inner join marts.profile_features using (profile_id, as_of_date)
    where scheme = 'engagement'
    order by all
"""
CONDITION = "{% macro audience_repeat_buyers() %}order_count > 1{% endmacro %}"


@dataclass(frozen=True)
class Changed:
    """A shop after a refresh on other rules, and what was published before."""

    shop: Shop
    untouched: dict[str, list[tuple[Any, ...]]]
    engagement: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def changed(refreshed: Shop) -> Changed:
    """Regular is who ordered twice, where it was three times; and there are audiences more."""
    untouched = {name: served(refreshed, query) for name, query in UNTOUCHED.items()}
    before = Changed(refreshed, untouched, served(refreshed, ENGAGEMENT))
    seed = refreshed.project / "seeds" / "segments" / "segment_rules.csv"
    rules = seed.read_text()
    rule = "regular,order_count_365d,3,"
    assert rules.count(rule) == 1
    seed.write_text(rules.replace(rule, "regular,order_count_365d,2,"))
    with (seed.parent / "audiences.csv").open("a") as audiences:
        audiences.write("repeat_buyers,Again,Weer,Bought more than once,\n")
        audiences.write("by_email,By e-mail,Per e-mail,Bought more than once,email\n")
        audiences.write("by_phone,By phone,Per telefoon,Bought more than once,phone\n")
    with (seed.parent / "audience_rules.csv").open("a") as audience_rules:
        audience_rules.write("by_email,lifecycle,repeat|loyal\n")
        audience_rules.write("by_phone,lifecycle,repeat|loyal\n")
    condition = refreshed.project / "macros" / "audiences" / "repeat_buyers.sql"
    condition.parent.mkdir()
    condition.write_text(CONDITION)
    refresh(refreshed)
    return before


def test_a_threshold_changes_its_segments_and_version_and_nothing_else(changed: Changed) -> None:
    now = served(changed.shop, ENGAGEMENT)
    assert [row[:4] for row in now] == [
        (profile, day, orders, "regular" if orders == 2 else segment)
        for profile, day, orders, segment, _ in changed.engagement
    ]
    # or the change would change nothing
    assert "occasional" in {row[3] for row in changed.engagement if row[2] == 2}
    ((old,), (new,)) = ({row[4] for row in rows} for rows in (changed.engagement, now))
    assert old != new
    for name, query in UNTOUCHED.items():
        assert served(changed.shop, query) == changed.untouched[name], name


@pytest.mark.parametrize(
    ("audience", "condition"),
    [
        ("repeat_buyers", "order_count > 1"),
        ("by_email", "lifecycle in ('repeat', 'loyal') and contact_channel = 'email'"),
        # who agreed to calls may have agreed to messages, too
        (
            "by_phone",
            "lifecycle in ('repeat', 'loyal') and may_be_called",
        ),
    ],
)
def test_an_audience_is_rows_or_a_condition(
    changed: Changed, audience: str, condition: str
) -> None:
    shop = changed.shop
    members = served(
        shop,
        f"select profile_id, customer_id from marts.profiles where {condition} order by profile_id",
    )
    assert members
    assert members == served(
        shop,
        "select profile_id, customer_id from marts.audience_memberships"
        f" where audience = '{audience}' order by profile_id",
    )
    with (shop.paths.serving / "audiences" / f"{audience}.csv").open() as text:
        header, *rows = csv.reader(text)
    assert header == ["profile_id", "customer_id"]
    assert [tuple(row) for row in rows] == members


def test_rule_with_a_hole_stops_before_any_model(refreshed: Shop) -> None:
    published = snapshot(refreshed.paths.serving)
    seed = refreshed.project / "seeds" / "segments" / "segment_rules.csv"
    rules = seed.read_text()
    broken, changes = re.subn(r"(?<=purchase_frequency,5,several,order_count_365d,)\d", "5", rules)
    assert changes == 1
    seed.write_text(broken)
    done = refreshed.run("refresh")
    assert done.returncode == 1
    assert "scheme purchase_frequency leaves a hole" in assert_one_sentence(done.stderr)
    results = json.loads((refreshed.paths.dbt / "target" / "run_results.json").read_text())
    kinds = {result["unique_id"].split(".")[0] for result in results["results"]}
    assert kinds == {"seed", "test"}
    assert snapshot(refreshed.paths.serving) == published

    # the tables are still those of the last build, and the broken seed is loaded again
    seed.write_text(rules)
    done = refreshed.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "Incremental build on the tables of " in done.stdout


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
