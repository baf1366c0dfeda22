from __future__ import annotations

import pytest

from orchestration.building.arguments import (
    SEEDS,
    build_arguments,
    parse_vars,
    selectors,
    target_name,
    vars_arguments,
)
from orchestration.errors import KlantbeeldError

KNOWN = ["as_of", "session_timeout_minutes"]


def test_everything_is_built_without_unit_tests() -> None:
    assert build_arguments(values={}) == [
        "build",
        "--no-write-json",
        "--exclude",
        "resource_type:unit_test",
        "--indirect-selection",
        "eager",
    ]


def test_full_refresh_selection_and_vars_reach_dbt() -> None:
    assert build_arguments(values={"b": 2, "a": 1}, full_refresh=True, select=["fqn:x"]) == [
        "build",
        "--no-write-json",
        "--full-refresh",
        "--select",
        "fqn:x",
        "--exclude",
        "resource_type:unit_test",
        "--indirect-selection",
        "eager",
        "--vars",
        '{"a": 1, "b": 2}',
    ]


def test_excluded_nodes_keep_the_tests_of_others() -> None:
    assert build_arguments(values={}, exclude=["fqn:a.b", "fqn:a.c"], tests_of="none")[2:] == [
        "--exclude",
        "resource_type:unit_test",
        "fqn:a.b",
        "fqn:a.c",
        "--indirect-selection",
        "empty",
    ]


def test_selected_nodes_without_their_tests() -> None:
    arguments = build_arguments(values={}, select=["fqn:a.b"], tests_of="none")
    assert arguments[-2:] == ["--indirect-selection", "empty"]


def test_seeds_with_the_tests_that_read_nothing_else() -> None:
    arguments = build_arguments(values={}, select=SEEDS, tests_of="all")
    assert arguments[-2:] == ["--indirect-selection", "cautious"]


def test_vars_are_the_same_text_in_any_order() -> None:
    assert vars_arguments({"a": 1, "b": 2}) == vars_arguments({"b": 2, "a": 1})
    assert target_name({"a": 1, "b": 2}) == target_name({"b": 2, "a": 1})


def test_other_vars_have_another_target() -> None:
    assert len({target_name({}), target_name({"a": 1}), target_name({"a": 2})}) == 3
    assert target_name({}) == "target"


@pytest.mark.parametrize("text", [None, "", "  "])
def test_empty_text_gives_no_vars(text: str | None) -> None:
    assert parse_vars(text, KNOWN) == {}


def test_vars_are_yaml() -> None:
    assert parse_vars("{session_timeout_minutes: 31}", KNOWN) == {"session_timeout_minutes": 31}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{sesion_timeout_minutes: 31}", "no var sesion_timeout_minutes"),
        ("31", "must be a mapping"),
        ("{a: [", "not YAML"),
    ],
)
def test_unknown_or_malformed_vars_are_refused(text: str, message: str) -> None:
    with pytest.raises(KlantbeeldError, match=message):
        parse_vars(text, KNOWN)


def test_nodes_are_selected_by_their_full_names() -> None:
    assert selectors([{"fqn": ["klantbeeld", "marts", "orders"]}]) == [
        "fqn:klantbeeld.marts.orders"
    ]
