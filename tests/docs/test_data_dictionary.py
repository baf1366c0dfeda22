"""The data dictionary and the diagram are generated from the manifest, and not stale."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.data_dictionary import Relationship, pages, published, relationships
from orchestration.house_rules.parsed_project import parse
from orchestration.paths import PROJECT_DIR

PREFIX = "model.shop."


def column(name: str, data_type: str = "varchar", **meta: Any) -> dict[str, Any]:
    constraints = [] if name.endswith("?") else [{"type": "not_null"}]
    return {
        "name": name.rstrip("?"),
        "data_type": data_type,
        "description": f"The {name.rstrip('?')}.",
        "constraints": constraints,
        "config": {"meta": meta},
    }


def manifest_of(**models: tuple[list[str], list[dict[str, Any]]]) -> dict[str, Any]:
    """A manifest of marts: by name the key and the columns."""
    nodes: dict[str, Any] = {}
    for name, (key, columns) in models.items():
        nodes[PREFIX + name] = {
            "resource_type": "model",
            "database": "published",
            "schema": "marts",
            "name": name,
            "fqn": ["shop", "marts", "sales", name],
            "description": f"One row per {name}.\n",
            "columns": {one["name"]: one for one in columns},
        }
        test = (
            {"name": "unique", "kwargs": {"column_name": key[0]}}
            if len(key) == 1
            else {"name": "unique_combination", "kwargs": {"columns": key}}
        )
        if key:
            nodes[f"test.shop.{name}"] = {
                "resource_type": "test",
                "test_metadata": test,
                "attached_node": PREFIX + name,
            }
    return {"nodes": nodes}


def test_page_has_grain_key_unit_window_and_values() -> None:
    page = pages(
        manifest_of(
            visits=(
                ["visit_id"],
                [
                    column("visit_id"),
                    column("depth_90d?", "tinyint", unit="rank", window="90 days", values=["a|b"]),
                ],
            )
        )
    )["data-dictionary.md"]
    assert "One row per visits.\n\n`marts.visits`, key: `visit_id`.\n" in page
    assert "| column | type | null | unit | window | description |" in page
    assert "| `depth_90d` | tinyint | yes | rank | 90 days | " in page
    assert "The depth_90d. One of `a\\|b`. |" in page


def test_cells_that_are_all_empty_leave_no_column() -> None:
    page = pages(manifest_of(visits=(["visit_id"], [column("visit_id")])))["data-dictionary.md"]
    assert "| column | type | description |" in page


def test_table_without_contract_or_outside_marts_is_left_out() -> None:
    key = (["a"], [column("a")])
    manifest = manifest_of(audience=([], []), staged=key, internal=key)
    manifest["nodes"][PREFIX + "staged"]["database"] = "klantbeeld"
    manifest["nodes"][PREFIX + "internal"]["schema"] = "internal"
    assert published(manifest) == []


def test_key_columns_of_another_table_are_a_relationship() -> None:
    manifest = manifest_of(
        orders=(["order_id"], [column("order_id"), column("profile_id")]),
        profiles=(["profile_id"], [column("profile_id")]),
    )
    assert relationships(published(manifest)) == [
        Relationship("orders", "profiles", ("profile_id",), is_one_to_one=False)
    ]
    assert '    orders }o--o| profiles : "profile_id"\n' in pages(manifest)["erd.md"]
    assert "        varchar profile_id FK\n" in pages(manifest)["erd.md"]


def test_relationship_by_way_of_a_parents_key_is_left_out() -> None:
    manifest = manifest_of(
        memberships=([], [column("scheme"), column("segment")]),
        segments=(["scheme", "segment"], [column("scheme"), column("segment")]),
        schemes=(["scheme"], [column("scheme")]),
    )
    links = [(link.child, link.parent) for link in relationships(published(manifest))]
    assert links == [("memberships", "segments"), ("segments", "schemes")]


def test_relationship_by_way_of_a_parents_other_column_is_kept() -> None:
    manifest = manifest_of(
        orders=(["order_id"], [column("order_id"), column("visit_id"), column("profile_id")]),
        visits=(["visit_id"], [column("visit_id"), column("profile_id")]),
        profiles=(["profile_id"], [column("profile_id")]),
    )
    links = {(link.child, link.parent) for link in relationships(published(manifest))}
    assert ("orders", "profiles") in links


def test_tables_with_one_key_have_one_relationship() -> None:
    columns = [column("profile_id"), column("as_of_date", "date")]
    key = ["profile_id", "as_of_date"]
    manifest = manifest_of(features=(key, columns), segments=(key, columns))
    assert relationships(published(manifest)) == [
        Relationship("segments", "features", tuple(key), is_one_to_one=True)
    ]


def test_audience_refers_to_profiles_and_nothing_to_it() -> None:
    key = (["profile_id"], [column("profile_id")])
    manifest = manifest_of(
        profiles=key, callers=key, orders=(["order_id"], [column("order_id"), column("profile_id")])
    )
    manifest["nodes"][PREFIX + "callers"]["fqn"] = ["shop", "marts", "audiences", "callers"]
    links = [(link.child, link.parent) for link in relationships(published(manifest))]
    assert links == [("callers", "profiles"), ("orders", "profiles")]


def test_committed_pages_are_not_stale(runs_dbt: None) -> None:
    for name, page in pages(parse(PROJECT_DIR)).items():
        committed = PROJECT_DIR / "docs" / name
        if not committed.exists() or committed.read_text(encoding="utf-8") != page:
            pytest.fail(f"docs/{name} is stale: run `make docs` and commit it", pytrace=False)
