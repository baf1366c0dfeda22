"""The staging models that the var `sources` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.errors import KlantbeeldError

VAR = "sources"


def check_source_models(project: Path, values: Mapping[str, Any]) -> None:
    """Raises KlantbeeldError where a source that the var `sources` lists lacks its model.

    dbt would only report a node that it can't find. `values` has the value of every var.
    """
    canonical = Path("models") / "intermediate" / "canonical"
    for name, sources in (values.get(VAR) or {}).items():
        model = canonical / f"canonical_{name}.sql"
        if not (project / model).exists():
            raise KlantbeeldError(
                f"The var `{VAR}` has a list for `{name}`, which is no business object: "
                f"{model} does not exist."
            )
        for source in sources:
            model = Path("models") / "staging" / source / f"stg_{source}__{name}.sql"
            if not (project / model).exists():
                raise KlantbeeldError(
                    f"The var `{VAR}` lists `{source}` under `{name}`, "
                    f"but its staging model {model} does not exist."
                )
