"""The real project: its definitions, and from a small demo shop to what is published."""

from __future__ import annotations

import json
from collections.abc import Iterator

import dagster as dg
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


def test_refresh_publishes_all_and_a_blocking_test_keeps_it(klantbeeld: Shop) -> None:
    generate(klantbeeld.paths, Plan(events=3_000, days=200))
    done = klantbeeld.run("refresh")
    assert done.returncode == 0, done.stderr
    serving = klantbeeld.paths.serving
    manifest = json.loads((serving / "manifest.json").read_text())
    for table in ("sessions", "orders", "profiles", "segment_memberships", "segment_sizes"):
        assert manifest["tables"][table]["rows"] > 0, table
    # an instant, by which the date is given
    assert len(manifest["as_of"]) > len(manifest["as_of_date"]) == len("2026-06-30")
    assert manifest["rules_version"]
    page = (serving / "report.html").read_text()
    assert "Kampioenen" in page
    published = snapshot(serving)

    # a row that makes the marts others, and a rule that it breaks
    klantbeeld.land(
        "more.csv",
        "order_id,customer_id,ordered_at,status,sales_channel,currency,gross_amount\n"
        "more-1,c1,2026-06-01 10:00:00,paid,store,EUR,12.50\n",
    )
    broken = klantbeeld.project / "tests" / "dbt" / "singular" / "no_order_is_new.sql"
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text("select * from {{ ref('orders') }} where order_id like '%more-1%'")
    done = klantbeeld.run("refresh")
    assert done.returncode == 1
    assert "test `no_order_is_new` found 1 row" in assert_one_sentence(done.stderr)
    assert snapshot(serving) == published
