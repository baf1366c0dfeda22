"""Says that the marts are whole: all built by one run, and every blocking test passed.

A dbt build that was killed leaves some models new and some old, and nothing in the database says
so. The mark is taken away before a build and put back after it, so only whole marts get published.
"""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.paths import DataPaths


def _mark(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "marts_are_whole.json"


def clear(paths: DataPaths) -> None:
    """The marts are about to change."""
    _mark(paths).unlink(missing_ok=True)


def set_whole(paths: DataPaths, run_id: str) -> None:
    """Every model was built and every blocking test passed, by this run."""
    mark = _mark(paths)
    temporary = mark.with_suffix(".tmp")
    temporary.write_text(json.dumps({"run_id": run_id, **_stat(paths.marts)}))
    temporary.replace(mark)


def are_whole(paths: DataPaths) -> bool:
    """Whether the marts are as a whole, tested build left them."""
    try:
        known = json.loads(_mark(paths).read_text())
        return {key: known[key] for key in ("bytes", "changed")} == _stat(paths.marts)
    except (OSError, ValueError, KeyError):
        return False


def _stat(file: Path) -> dict[str, int]:
    stat = file.stat()
    return {"bytes": stat.st_size, "changed": stat.st_mtime_ns}
