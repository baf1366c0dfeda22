"""A selection materialized by hand in Dagster, between two refreshes."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration import last_build
from orchestration.building.project import Project
from orchestration.defs import build_definitions
from orchestration.defs.runs import failure_of
from tests.orchestration.conftest import Shop
from tests.orchestration.test_whole_runs import GOOD, builds, orders, succeed

BUILDS = dg.AssetKey(["intermediate", "int_builds"])
UNIQUE_ORDERS = dg.AssetCheckKey(dg.AssetKey(["marts", "orders"]), "unique_orders_order_id")
MORE = "order_id,customer_id,gross_amount\n4,b,7\n"


@pytest.fixture
def refreshed(shop: Shop) -> Shop:
    shop.land("a.csv", GOOD)
    succeed(shop)
    return shop


def materialize(shop: Shop, selection: dg.AssetSelection) -> dg.ExecuteInProcessResult:
    definitions = build_definitions(Project.load(shop.paths, shop.project))
    by_hand = dg.Definitions(jobs=[dg.define_asset_job("by_hand", selection)])
    job = dg.Definitions.merge(definitions, by_hand).resolve_job_def("by_hand")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False)


def test_some_models_are_refused_and_leave_the_increment_possible(refreshed: Shop) -> None:
    """An incremental model passes on new rows once; models that are left out would miss them."""
    refreshed.land("b.csv", MORE)
    for selection in (
        dg.AssetSelection.assets(BUILDS),
        dg.AssetSelection.assets(BUILDS, "serving", "report"),
        dg.AssetSelection.groups("landing", "marts"),
    ):
        done = materialize(refreshed, selection)
        step, reason = failure_of(done.all_events)
        assert step == "dbt_models"
        assert reason.startswith("Nothing was built, because only some of the models are selected")
        assert "Run the job `refresh`" in reason
    assert (builds(refreshed), orders(refreshed)) == (1, 3)
    assert last_build.read(refreshed.paths)

    assert materialize(refreshed, dg.AssetSelection.assets("serving", "report")).success
    assert "Incremental build on the tables of " in succeed(refreshed)
    assert (builds(refreshed), orders(refreshed)) == (2, 4)


def test_all_assets_are_a_refresh(refreshed: Shop) -> None:
    refreshed.land("b.csv", MORE)
    # as "Materialize all" does, with and without the checks
    everything = dg.AssetSelection.all() - dg.AssetSelection.all_asset_checks()
    assert materialize(refreshed, everything).success
    assert (builds(refreshed), orders(refreshed)) == (2, 4)
    assert last_build.read(refreshed.paths)


def test_landing_and_checks_alone_keep_the_record_valid(refreshed: Shop) -> None:
    refreshed.land("b.csv", MORE)
    assert materialize(refreshed, dg.AssetSelection.groups("landing")).success
    done = materialize(refreshed, dg.AssetSelection.checks(UNIQUE_ORDERS))
    assert done.success
    assert [check.asset_check_key for check in done.get_asset_check_evaluations()] == [
        UNIQUE_ORDERS
    ]
    assert last_build.read(refreshed.paths)
    assert "Incremental build on the tables of " in succeed(refreshed)
    assert (builds(refreshed), orders(refreshed)) == (2, 4)
