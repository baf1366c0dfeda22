"""The mark of the last whole build: every model built by one run, and every blocking test passed.

A build that was killed leaves some tables new and some old, and nothing in the databases says so.
The mark is taken away before a build and put back after it, with the databases' sizes and times. So
it stands only for tables that are whole and that nothing else has written to since: only those are
published, and only on those may a build be incremental.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.building.code_versions import Rules
from orchestration.paths import DataPaths
from orchestration.publishing.audit import write_ahead_log


@dataclass(frozen=True)
class Mark:
    """What the last whole build was.

    `last_load_id` is of the latest file that it took in, `project` is the fingerprint of all that
    it was made from, `rules` are those of each incremental model, and `warnings` say by test what
    did not block it.
    """

    build_id: str
    finished_at: str
    last_load_id: int
    project: str
    rules: dict[str, Rules]
    warnings: dict[str, str]


def clear(paths: DataPaths) -> None:
    """The tables are about to change."""
    _file(paths).unlink(missing_ok=True)


def set_whole(paths: DataPaths, mark: Mark) -> None:
    """Every model was built and every blocking test passed, and both databases are closed."""
    _write(paths, {"build": asdict(mark), "databases": _databases(paths)})


def read(paths: DataPaths) -> Mark | None:
    """The mark, where both databases are as the last whole build left them."""
    known = _read(paths)
    if known is None or known["databases"] != _databases(paths) or _has_log(paths):
        return None
    return Mark(**known["build"])


def published_build(paths: DataPaths) -> str | None:
    """The id of the build whose marts may be published; None where the marts are not whole."""
    known = _read(paths)
    if known is None or known["databases"][paths.marts.name] != _stat(paths.marts):
        return None
    return known["build"]["build_id"]


def is_voided(paths: DataPaths) -> bool:
    """Whether there is a mark, but something else has written to the databases since."""
    return _read(paths) is not None and read(paths) is None


@contextmanager
def kept(paths: DataPaths) -> Iterator[None]:
    """Landing goes on in here: it changes the file of the warehouse, and no table of a model.

    Where it is killed the mark stays void, and the next build is a full one.
    """
    mark = read(paths)
    try:
        yield
    finally:
        if mark and not _has_log(paths):
            set_whole(paths, mark)


def _file(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "last_build.json"


def _read(paths: DataPaths) -> dict[str, Any] | None:
    """What the mark says; None where there is none that can be read."""
    try:
        known = json.loads(_file(paths).read_text())
        Mark(**known["build"])
        known["databases"][paths.marts.name]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return known


def _write(paths: DataPaths, known: dict[str, Any]) -> None:
    temporary = _file(paths).with_suffix(".tmp")
    temporary.write_text(json.dumps(known))
    temporary.replace(_file(paths))


def _databases(paths: DataPaths) -> dict[str, dict[str, int] | None]:
    return {file.name: _stat(file) for file in (paths.warehouse, paths.marts)}


def _stat(file: Path) -> dict[str, int] | None:
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    return {"bytes": stat.st_size, "changed": stat.st_mtime_ns}


def _has_log(paths: DataPaths) -> bool:
    """Whether a killed process left changes beside a database that are not in its file yet."""
    return any(write_ahead_log(file).exists() for file in (paths.warehouse, paths.marts))
