from __future__ import annotations

import copy
from typing import Any

import pytest

from orchestration.building.code_versions import (
    changed_versions,
    code_versions_of_models,
    models_to_rebuild,
    project_fingerprint,
    shortened,
    unchanged_by_landing,
)

SETTINGS = {"timeout": 30, "currency": "EUR"}


def node(name: str, *parents: str, kind: str = "model", **more: Any) -> dict[str, Any]:
    config = {"materialized": "table", "meta": {}, **more.pop("config", {})}
    return {
        "unique_id": f"{kind}.shop.{name}",
        "resource_type": kind,
        "name": name,
        "config": config,
        "checksum": {"name": "sha256", "checksum": f"checksum of {name}"},
        "raw_code": f"select * from {name}",
        "relation_name": name,
        "description": "One row per thing.",
        "columns": {},
        "contract": {"enforced": False, "checksum": None},
        "depends_on": {"nodes": list(parents), "macros": more.pop("macros", [])},
        **more,
    }


def macro(name: str, text: str, *called: str, package: str = "shop") -> dict[str, Any]:
    return {
        "unique_id": f"macro.{package}.{name}",
        "name": name,
        "package_name": package,
        "macro_sql": text,
        "description": "",
        "depends_on": {"macros": list(called)},
    }


def incremental(name: str, *parents: str, **more: Any) -> dict[str, Any]:
    config = {"materialized": "incremental", "incremental_strategy": "replace_rows"}
    return node(name, *parents, config={**config, **more.pop("config", {})}, **more)


def by_id(*things: dict[str, Any]) -> dict[str, Any]:
    return {thing["unique_id"]: thing for thing in things}


@pytest.fixture
def manifest() -> dict[str, Any]:
    """raw -> events -> sessions (incremental) -> classes -> profiles (incremental); and orders."""
    return {
        "metadata": {"project_name": "shop", "adapter_type": "duckdb"},
        "sources": {
            f"source.shop.raw.{name}": {
                "columns": {"id": {"name": "id", "data_type": "text", "description": "It."}}
            }
            for name in ("events", "orders", "sales")
        },
        "nodes": by_id(
            node("kinds", kind="seed", raw_code=""),
            node(
                "events",
                "source.shop.raw.events",
                macros=["macro.shop.key"],
                raw_code="select {{ var('timeout') }}",
            ),
            incremental("sessions", "model.shop.events"),
            node("classes", "model.shop.sessions", "seed.shop.kinds"),
            incremental("profiles", "model.shop.classes"),
            incremental("orders", "source.shop.raw.orders"),
            node("unique_orders", kind="test", test_metadata={"kwargs": {"column": "id"}}),
        ),
        "macros": by_id(
            macro("key", "{{ adapter.dispatch('key')() }}{{ text() }}", "macro.shop.text"),
            macro("text", 'cast({{ var("currency") }} as text)'),
            macro("duckdb__key", "md5(1)"),
            macro("default__key", "hash(1)"),
            macro("spark__key", "sha(1)"),
            macro("unused", "nothing"),
            macro("get_incremental_replace_rows_sql", "delete", "macro.shop.insert_rows"),
            macro("insert_rows", "insert"),
            macro("concat", "||", package="dbt"),
        ),
    }


def reasons(before: dict[str, Any], after: dict[str, Any], **settings: Any) -> dict[str, str]:
    now = code_versions_of_models(after, {**SETTINGS, **settings})
    return models_to_rebuild(after, now, code_versions_of_models(before, SETTINGS))


def changed(manifest: dict[str, Any], where: str, unique_id: str, **more: Any) -> dict[str, Any]:
    other = copy.deepcopy(manifest)
    other[where][unique_id] |= more
    return other


def configured(manifest: dict[str, Any], unique_id: str, **config: Any) -> dict[str, Any]:
    return changed(
        manifest,
        "nodes",
        unique_id,
        config={**manifest["nodes"][unique_id]["config"], **config},
    )


def test_nothing_is_rebuilt_where_nothing_changed(manifest: dict[str, Any]) -> None:
    assert reasons(manifest, copy.deepcopy(manifest)) == {}


def test_changed_model_rebuilds_its_descendants(manifest: dict[str, Any]) -> None:
    after = changed(manifest, "nodes", "model.shop.events", raw_code="select 2")
    found = reasons(manifest, after)
    assert list(found) == ["profiles", "sessions"]
    assert "model `events`" in found["sessions"]
    assert found["sessions"].endswith(" changed")


def test_trailing_white_space_is_no_change(manifest: dict[str, Any]) -> None:
    code = manifest["nodes"]["model.shop.events"]["raw_code"]
    after = changed(manifest, "nodes", "model.shop.events", raw_code=f"{code}\n \n")
    assert reasons(manifest, after) == {}
    assert project_fingerprint(after, SETTINGS) == project_fingerprint(manifest, SETTINGS)


def test_changed_seed_rebuilds_only_its_descendants(manifest: dict[str, Any]) -> None:
    after = changed(
        manifest, "nodes", "seed.shop.kinds", checksum={"name": "sha256", "checksum": "new"}
    )
    assert reasons(manifest, after) == {"profiles": "seed `kinds` changed"}


def test_seed_too_large_for_dbt_to_hash(manifest: dict[str, Any], tmp_path) -> None:
    file = tmp_path / "kinds.csv"
    file.write_text("kind\na\n")
    large = changed(
        manifest,
        "nodes",
        "seed.shop.kinds",
        checksum={"name": "path", "checksum": "seeds/kinds.csv"},
        root_path=str(tmp_path),
        original_file_path="kinds.csv",
    )
    before = code_versions_of_models(large, SETTINGS)
    file.write_text("kind\nb\n")
    now = code_versions_of_models(large, SETTINGS)
    assert models_to_rebuild(large, now, before) == {"profiles": "seed `kinds` changed"}


@pytest.mark.parametrize(
    ("code", "rebuilt"),
    [
        ("{{ threshold('robots', 'max_pages') }}", {"threshold `robots max_pages` changed"}),
        ("{{ threshold('robots', 'max_events') }}", set()),
        ("{{ ref('thresholds') }}", {"threshold `robots max_pages` changed"}),
    ],
)
def test_changed_threshold_rebuilds_only_models_that_read_it(
    manifest: dict[str, Any], tmp_path, code: str, rebuilt: set[str]
) -> None:
    rows = "topic,threshold,value\nrobots,max_events,2000\nrobots,max_pages,"
    seed = {"root_path": str(tmp_path), "original_file_path": "thresholds.csv"}
    before = copy.deepcopy(manifest)
    before["nodes"] |= by_id(
        node("thresholds", kind="seed", raw_code="", **seed),
        incremental("orders", "seed.shop.thresholds", raw_code=code),
    )
    after = changed(
        before, "nodes", "seed.shop.thresholds", checksum={"name": "sha256", "checksum": "new"}
    )
    (tmp_path / "thresholds.csv").write_text(f"{rows}30\n")
    recorded = code_versions_of_models(before, SETTINGS)
    (tmp_path / "thresholds.csv").write_text(f"{rows}31\n")
    now = code_versions_of_models(after, SETTINGS)
    assert set(models_to_rebuild(after, now, recorded).values()) == rebuilt


@pytest.mark.parametrize("name", ["key", "text", "duckdb__key", "default__key"])
def test_changed_macro_rebuilds_all_callers(manifest: dict[str, Any], name: str) -> None:
    text = manifest["macros"][f"macro.shop.{name}"]["macro_sql"]
    after = changed(manifest, "macros", f"macro.shop.{name}", macro_sql=f"{text} -- more")
    assert reasons(manifest, after) == {
        "profiles": f"macro `{name}` changed",
        "sessions": f"macro `{name}` changed",
    }


@pytest.mark.parametrize("name", ["get_incremental_replace_rows_sql", "insert_rows"])
def test_changed_strategy(manifest: dict[str, Any], name: str) -> None:
    after = changed(manifest, "macros", f"macro.shop.{name}", macro_sql="other")
    assert set(reasons(manifest, after)) == {"orders", "profiles", "sessions"}


@pytest.mark.parametrize("unique_id", ["macro.shop.unused", "macro.shop.spark__key"])
def test_changed_macro_without_callers_rebuilds_nothing(
    manifest: dict[str, Any], unique_id: str
) -> None:
    after = changed(manifest, "macros", unique_id, macro_sql="other")
    assert reasons(manifest, after) == {}


@pytest.mark.parametrize(("name", "value"), [("timeout", 31), ("currency", "USD")])
def test_changed_var_of_a_model_or_of_a_macro(
    manifest: dict[str, Any], name: str, value: object
) -> None:
    assert reasons(manifest, manifest, **{name: value}) == {
        "profiles": f"var `{name}` changed",
        "sessions": f"var `{name}` changed",
    }


def test_changed_configuration(manifest: dict[str, Any]) -> None:
    after = configured(manifest, "model.shop.orders", unique_key="order_id")
    assert reasons(manifest, after) == {"orders": "model `orders` changed"}
    after = configured(manifest, "model.shop.orders", tags=["nightly"])
    assert reasons(manifest, after) == {}


def test_changed_types_of_an_enforced_contract(manifest: dict[str, Any]) -> None:
    after = changed(
        manifest, "nodes", "model.shop.orders", contract={"enforced": True, "checksum": "a"}
    )
    assert reasons(manifest, after) == {"orders": "model `orders` changed"}


def test_other_source(manifest: dict[str, Any]) -> None:
    after = changed(
        manifest,
        "nodes",
        "model.shop.orders",
        depends_on={"nodes": ["source.shop.raw.sales"], "macros": []},
    )
    assert reasons(manifest, after) == {"orders": "source `raw.orders`, source `raw.sales` changed"}


def test_other_type_of_a_landed_column(manifest: dict[str, Any]) -> None:
    after = changed(
        manifest,
        "sources",
        "source.shop.raw.orders",
        columns={"id": {"name": "id", "data_type": "bigint", "description": "It."}},
    )
    assert reasons(manifest, after) == {"orders": "source `raw.orders` changed"}


def test_other_version_of_an_engine_rebuilds_all(
    manifest: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = code_versions_of_models(manifest, SETTINGS)
    monkeypatch.setattr(
        "orchestration.building.code_versions.version", lambda package: f"{package} 9"
    )
    found = models_to_rebuild(manifest, code_versions_of_models(manifest, SETTINGS), before)
    assert set(found) == {"orders", "profiles", "sessions"}
    assert "version of duckdb" in found["orders"]


def test_documentation_and_tests_rebuild_nothing(manifest: dict[str, Any]) -> None:
    after = changed(manifest, "nodes", "model.shop.events", description="Other words.")
    after["nodes"]["model.shop.events"]["columns"] = {"id": {"description": "The key."}}
    after["macros"]["macro.shop.key"]["description"] = "Other words."
    after["sources"]["source.shop.raw.events"]["columns"]["id"]["description"] = "Other words."
    assert project_fingerprint(after, SETTINGS) == project_fingerprint(manifest, SETTINGS)
    after["nodes"]["test.shop.unique_orders"]["test_metadata"] = {"kwargs": {"column": "x"}}
    assert reasons(manifest, after) == {}
    # but a test is a part of a build
    assert project_fingerprint(after, SETTINGS) != project_fingerprint(manifest, SETTINGS)


@pytest.mark.parametrize("changed_part", ["seed", "macro", "source", "var", "model"])
def test_project_fingerprint_changes_with_each_part(
    manifest: dict[str, Any], changed_part: str
) -> None:
    after, settings = copy.deepcopy(manifest), dict(SETTINGS)
    if changed_part == "seed":
        after["nodes"]["seed.shop.kinds"]["checksum"]["checksum"] = "other"
    elif changed_part == "macro":
        after["macros"]["macro.shop.unused"]["macro_sql"] = "other"
    elif changed_part == "source":
        after["sources"]["source.shop.raw.events"]["columns"]["id"]["data_type"] = "int"
    elif changed_part == "var":
        settings["timeout"] = 31
    else:
        after["nodes"]["model.shop.classes"]["raw_code"] = "other"
    assert project_fingerprint(after, settings) != project_fingerprint(manifest, SETTINGS)


def test_models_of_a_group_are_rebuilt_together(
    manifest: dict[str, Any],
) -> None:
    group = {"rebuilt_together": "events"}
    before = configured(manifest, "model.shop.orders", meta=group)
    before = configured(before, "model.shop.sessions", meta=group)
    after = changed(before, "nodes", "model.shop.orders", raw_code="select 2")
    assert reasons(before, after) == {
        "orders": "model `orders` changed",
        "profiles": "model `sessions` is rebuilt",
        "sessions": "model `orders` is rebuilt",
    }


def test_model_that_became_incremental(manifest: dict[str, Any]) -> None:
    recorded = code_versions_of_models(manifest, SETTINGS)
    del recorded["profiles"]
    now = code_versions_of_models(manifest, SETTINGS)
    assert models_to_rebuild(manifest, now, recorded) == {"profiles": "not built before"}
    assert changed_versions(now, recorded) == []


def test_long_lists_are_cut_short() -> None:
    names = [f"m{n}" for n in range(20)]
    assert shortened(names[:3]) == "m0, m1, m2"
    assert shortened(names).endswith(", m11 and 8 more")


def test_landing_changes_what_reads_rows_and_run_time_views() -> None:
    view = {"materialized": "view"}
    manifest = {
        "metadata": {"project_name": "shop", "adapter_type": "duckdb"},
        "sources": {},
        "nodes": by_id(
            node("kinds", kind="seed", raw_code=""),
            node("kinds_by_name", "seed.shop.kinds"),
            incremental("kinds_each_time", "seed.shop.kinds"),
            node("kinds_and_before", "seed.shop.kinds", config={"pre-hook": ["keep"]}),
            node("today"),
            node("always_passes", kind="test"),
            node("staged", "source.shop.raw.events", config=view),
            node("by_clock", "model.shop.staged", config=view, raw_code="{{ run_started_at }}"),
            node("as_is", "model.shop.staged", config=view, raw_code="{{ adapter.dispatch('x') }}"),
            node("new_ones", "model.shop.staged", config=view, macros=["macro.shop.latest"]),
            node("if_new", "model.shop.staged", config=view, raw_code="{{ execute }}"),
            node(
                "by_seed",
                "model.shop.staged",
                config={**view, "pre-hook": ["set"], "meta": {"sql_of_seeds": True}},
                macros=["macro.shop.latest"],
            ),
            node("counted", "model.shop.staged"),
            node("kinds_are_unique", "model.shop.kinds_by_name", "seed.shop.kinds", kind="test"),
            node("known_kinds", "model.shop.counted", "seed.shop.kinds", kind="test"),
            node("staged_are_unique", "model.shop.staged", kind="test"),
        ),
        "macros": by_id(
            macro("latest", "{{ looked_up() }}", "macro.shop.looked_up"),
            macro("looked_up", "{{ run_query('select 1') }}"),
        ),
    }
    assert unchanged_by_landing(manifest) == {
        "seed.shop.kinds",
        "model.shop.kinds_by_name",
        "test.shop.kinds_are_unique",
        "model.shop.staged",
        "model.shop.as_is",
        "model.shop.by_seed",
    }


def test_macro_counts_though_dbt_did_not_take_its_branch(
    manifest: dict[str, Any],
) -> None:
    """dbt records the call of `key` only in a build that takes the first branch."""
    text = "{% if not is_rebuilt('x') %}{{ key('id') }}{% endif %}"
    before = changed(manifest, "nodes", "model.shop.orders", raw_code=text)
    noted = changed(
        before, "nodes", "model.shop.orders", depends_on={"nodes": [], "macros": ["macro.shop.key"]}
    )
    now = code_versions_of_models(before, SETTINGS)["orders"]
    assert now.keys() >= {"macro `key`", "macro `text`"}
    after = code_versions_of_models(noted, SETTINGS)["orders"]
    assert [name for name in after if "macro" in name] == [name for name in now if "macro" in name]
