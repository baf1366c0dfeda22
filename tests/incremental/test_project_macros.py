"""What the incremental macros refuse, rendered without dbt."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from project_macros import Found, ProjectMacros

from orchestration.paths import PROJECT_DIR


class CompilerError(Exception):
    """What dbt raises for `exceptions.raise_compiler_error`."""


def _raise(message: str) -> None:
    raise CompilerError(message)


def _columns(_: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(name=name) for name in ("id", "name")]


@pytest.fixture(scope="module")
def macros() -> ProjectMacros:
    nodes = {
        "model.klantbeeld.a_table": {"config": {"materialized": "table"}},
        "model.klantbeeld.kept": {"config": {"materialized": "incremental"}},
    }
    return ProjectMacros(
        PROJECT_DIR / "macros",
        run_query=lambda _: Found([]),
        overrides={
            "ref": lambda name: name,
            "before": lambda name: f"{name}__before",
            "adapter": SimpleNamespace(get_columns_in_relation=_columns),
            "exceptions": SimpleNamespace(raise_compiler_error=_raise),
            "model": SimpleNamespace(resource_type="model", name="a_table"),
            "graph": SimpleNamespace(nodes=nodes),
            "project_name": "klantbeeld",
            "is_everything_rebuilt": lambda: False,
            "is_rebuilt": lambda _: False,
        },
    )


def test_all_columns_are_compared(macros: ProjectMacros) -> None:
    assert macros("changed_rows", "x").count("select id, name from x") == 4


def test_column_with_a_reason_is_left_out(macros: ProjectMacros) -> None:
    assert macros("changed_rows", "x", {"name": "no reader"}).count("select id from x") == 4


@pytest.mark.parametrize("reason", ["", "  ", None, True])
def test_column_without_a_reason_is_refused(macros: ProjectMacros, reason: object) -> None:
    with pytest.raises(CompilerError, match="leaves out name without a reason"):
        macros("changed_rows", "x", {"name": reason})


def test_column_that_does_not_exist_is_refused(macros: ProjectMacros) -> None:
    with pytest.raises(CompilerError, match="leaves out nmae, which is not a column"):
        macros("changed_rows", "x", {"nmae": "no reader"})


def test_key_that_no_model_lists_is_refused(macros: ProjectMacros) -> None:
    with pytest.raises(CompilerError, match="no model lists each order_id of this run"):
        macros("only_this_run", "order_id")


def test_table_that_is_not_incremental_is_refused(macros: ProjectMacros) -> None:
    with pytest.raises(CompilerError, match="a_table is not incremental"):
        macros("only_this_run", "profile_id")


def test_model_that_feeds_an_incremental_one_is_limited(macros: ProjectMacros) -> None:
    assert "in (select" in macros("only_this_run", "profile_id", "kept")
