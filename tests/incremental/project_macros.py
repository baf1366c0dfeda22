"""Macros of the project, rendered outside dbt, with their queries run on any connection.

What is rendered is the text of the files. Only what dbt itself provides is replaced here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, Template

_MACRO = re.compile(r"\{%-? macro (\w+)(\(.*?\{%-? endmacro -?%\})", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """The result of a query, as dbt's `run_query` returns it."""

    rows: Sequence[Sequence[Any]]

    @property
    def columns(self) -> list[SimpleNamespace]:
        def column(values: tuple[Any, ...]) -> SimpleNamespace:
            return SimpleNamespace(values=lambda: values)

        return [column(values) for values in zip(*self.rows, strict=True)]


class _ReturnedError(Exception):
    """Carries the value of `{{ return(value) }}` to the caller of the macro."""

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.value = value


class ProjectMacros:
    """The macros below a folder, by name; `overrides` replaces some of them."""

    def __init__(
        self,
        folder: Path,
        run_query: Callable[[str], Found],
        overrides: dict[str, Callable[..., Any]],
    ) -> None:
        environment = Environment(extensions=["jinja2.ext.do"])
        self._context: dict[str, Any] = {}
        for file in folder.rglob("*.sql"):
            # each macro alone, so that a call of any other goes through the context
            for name, rest in _MACRO.findall(file.read_text(encoding="utf-8")):
                text = f"{{% macro called{rest}"
                self._context[name] = _caller(environment.from_string(text, globals=self._context))
        self._context |= {
            "execute": True,
            "return": _return,
            "run_query": run_query,
            "adapter": SimpleNamespace(dispatch=self._dispatched),
            "dbt": SimpleNamespace(
                type_timestamp=lambda: "timestamp", type_string=lambda: "varchar"
            ),
        } | overrides

    def __call__(self, name: str, *arguments: Any) -> str:
        return str(self._context[name](*arguments))

    def _dispatched(self, name: str) -> Callable[..., Any]:
        specific = f"duckdb__{name}"
        return self._context[specific if specific in self._context else f"default__{name}"]


def _caller(template: Template) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            # the module is made at the first call, when all macros are in the context
            return template.module.called(*arguments, **named)
        except _ReturnedError as returned:
            return returned.value

    return call


def _return(value: Any) -> None:
    raise _ReturnedError(value)
