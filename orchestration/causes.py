"""Causes of failures outside the project: a full disk, a database that is open elsewhere.

What DuckDB, SQLite and Python say of them names neither the folder nor the program at fault.
"""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from orchestration.paths import DataPaths

_FULL = re.compile(
    r"no space left on device|database or disk is full|disk quota exceeded|max_temp_directory_size",
    re.IGNORECASE,
)
# SQLite says this of a full disk, too
_BROKEN = re.compile(r"disk I/O error", re.IGNORECASE)
# less than this can't hold what a step of the refresh writes next
_NEARLY_FULL_BYTES = 16_000_000
_LOCKED = re.compile(r'Could not set lock on file "(?P<file>.+)": .*?\(PID (?P<pid>\d+)\)')


def cause_of(error: BaseException | str, paths: DataPaths) -> str | None:
    """One sentence on the cause of a failure, or of its message; None for any other cause."""
    text = error if isinstance(error, str) else " ".join(str(each) for each in _chain(error))
    if found := _LOCKED.search(text):
        return _open_elsewhere(Path(found["file"]), int(found["pid"]))
    if _FULL.search(text) or (not isinstance(error, str) and any(map(_is_full, _chain(error)))):
        return _full_disk(paths)
    if _BROKEN.search(text):
        folder, free = _least_free(paths)
        if free < _NEARLY_FULL_BYTES:
            return _full_disk(paths)
        return (
            f"the disk of {folder} can't be read or written ({_size(free)} are free): look at the "
            "system's log, and refresh again"
        )
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    while following is not None:
        yield following
        following = following.__cause__ or following.__context__


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _full_disk(paths: DataPaths) -> str:
    folder, free = _least_free(paths)
    total = shutil.disk_usage(folder).total
    return (
        f"the disk is full: {_size(free)} of {_size(total)} are free at {folder}. Make room there, "
        "and refresh again; what was published before remains in place"
    )


def _least_free(paths: DataPaths) -> tuple[Path, int]:
    """The folder that a refresh writes to whose disk has the least room, and its free bytes."""
    folders = (paths.root, paths.warehouse_dir, paths.serving, paths.dagster, paths.dbt)
    existing = [folder for folder in (*folders, Path(tempfile.gettempdir())) if folder.exists()]
    return min(
        ((folder, shutil.disk_usage(folder).free) for folder in existing), key=lambda pair: pair[1]
    )


def _size(size: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1000:.0f} kB"


def _open_elsewhere(file: Path, pid: int) -> str:
    return (
        f"{file} is open in process {pid}{_command_of(pid)}: close it there, and refresh again. "
        "Read what is published in serving/ instead, and rejected rows with `make rejected`"
    )


def _command_of(pid: int) -> str:
    """The program's name only: its arguments may hold a password."""
    try:
        return f" ({Path(f'/proc/{pid}/comm').read_text().strip()})"
    except OSError:
        return ""
