"""How dbt's nodes appear in Dagster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings


class Translator(DagsterDbtTranslator):
    """Groups by layer, and shows the tests of sources as checks on what landed."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer: landing, seeds, staging, intermediate or marts."""
        return layer(dbt_resource_props)


def layer(node: Mapping[str, Any]) -> str:
    """The folder directly below models/; sources and seeds have a layer of their own."""
    if node["resource_type"] == "source":
        return "landing"
    if node["resource_type"] == "seed":
        return "seeds"
    fqn = node["fqn"]
    return fqn[1] if len(fqn) > 2 else "models"
