"""The record of the last whole build: one run built every model, and every blocking test passed.

A build that was killed leaves some tables new and some old, and nothing in the databases shows it.
So the record is deleted before a build and written after it, with the size and time of both
database files. A record that matches the files proves that the tables are whole and that nothing
else wrote to them. Landing keeps the record valid, a build is incremental only on top of a valid
record, and publishing requires one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from orchestration.databases import write_ahead_log
from orchestration.files import size_and_mtime, write_atomically
from orchestration.paths import DataPaths

# What decides a model's rows apart from landed data: a name for people, and a hash of its content.
CodeVersions = Mapping[str, str]


@dataclass(frozen=True)
class LastBuild:
    """The last whole build.

    `last_load_id` is the latest file that it read, `project` the fingerprint of everything that it
    was made from, `code_versions` are those of each incremental model, and `warnings` holds the
    sentence of each test that warned, by the test's unique id.
    """

    build_id: str
    finished_at: str
    last_load_id: int
    project: str
    code_versions: dict[str, CodeVersions]
    warnings: dict[str, str]


def clear(paths: DataPaths) -> None:
    """Delete the record, before tables change."""
    _file(paths).unlink(missing_ok=True)


def record(paths: DataPaths, build: LastBuild) -> None:
    """Write the record, after a whole build closed both databases."""
    state = {"build": asdict(build), "databases": _databases(paths)}
    write_atomically(_file(paths), json.dumps(state))


def read(paths: DataPaths) -> LastBuild | None:
    """The last whole build; None when either database has changed since."""
    state = _read(paths)
    if state is None or state["databases"] != _databases(paths) or _has_log(paths):
        return None
    return LastBuild(**state["build"])


def publishable_build_id(paths: DataPaths) -> str | None:
    """The id of the build whose marts may be published; None when the marts are not whole."""
    state = _read(paths)
    if state is None or state["databases"][paths.marts.name] != size_and_mtime(paths.marts):
        return None
    return state["build"]["build_id"]


def is_outdated(paths: DataPaths) -> bool:
    """Whether a record exists, but something else wrote to the databases after it."""
    return _read(paths) is not None and read(paths) is None


@contextmanager
def kept_valid(paths: DataPaths, *, is_same_project: bool = True) -> Iterator[None]:
    """Keep a valid record valid while landing changes the warehouse file but no model's table.

    When the process is killed inside, the record stays outdated and the next build is a full one.
    When seeds are loaded inside, the record is no longer that of the project as it is: the next
    build loads them again, and keeps the rows whose code versions are those of the record.
    """
    build = read(paths)
    if build and not is_same_project:
        build = replace(build, project="")
    try:
        yield
    finally:
        if build and not _has_log(paths):
            record(paths, build)


def _file(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "last_build.json"


def _read(paths: DataPaths) -> dict[str, Any] | None:
    """The content of the record; None when there is none that can be read."""
    try:
        state = json.loads(_file(paths).read_text())
        LastBuild(**state["build"])
        state["databases"][paths.marts.name]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return state


def _databases(paths: DataPaths) -> dict[str, list[int] | None]:
    return {file.name: size_and_mtime(file) for file in (paths.warehouse, paths.marts)}


def _has_log(paths: DataPaths) -> bool:
    """Whether a killed process left changes beside a database that are not in its file yet."""
    return any(write_ahead_log(file).exists() for file in (paths.warehouse, paths.marts))
