"""The sources that something landed of: only their models are built.

A project has many sources and a shop few of them. What nothing landed of has no rows, and its
views and tests would cost each refresh their time.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.paths import DataPaths


def sources_in_use(paths: DataPaths) -> tuple[str, ...]:
    """The names of folders in the landing folder that hold something, or did when files landed."""
    return tuple(sorted({*_in_landing_folder(paths), *_remembered(paths)}))


def remember_sources(paths: DataPaths) -> None:
    """Record the sources in use, since a landing folder may be emptied."""
    sources_file(paths).write_text("".join(f"{name}\n" for name in sources_in_use(paths)))


def sources_file(paths: DataPaths) -> Path:
    """Where the sources in use are remembered."""
    return paths.warehouse_dir / "sources_in_use"


def _in_landing_folder(paths: DataPaths) -> set[str]:
    try:
        folders = [path for path in paths.landing.iterdir() if path.is_dir()]
        return {path.name for path in folders if any(path.iterdir())}
    except FileNotFoundError:
        return set()


def _remembered(paths: DataPaths) -> list[str]:
    try:
        return sources_file(paths).read_text().splitlines()
    except FileNotFoundError:
        return []
