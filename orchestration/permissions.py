"""What a run writes is readable by its owner and group only.

`landing/` is left as it is: its files and their modes belong to those who deliver them.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from orchestration.paths import DataPaths

# nothing for others, no writing for the group
UMASK = 0o027
# A program that opens a published database for writing would lock readers out, and leave a `.wal`
# that DuckDB replays into the next version.
PUBLISHED = 0o440


def keep_others_out() -> None:
    """Have this process, and those that it starts, create files for owner and group only."""
    os.umask(UMASK)


def close_to_others(paths: DataPaths) -> None:
    """Take every right of others away from the files and folders that are there already."""
    for path in _written(paths):
        # gone since, or the file of another user, who decides about it
        with contextlib.suppress(FileNotFoundError, PermissionError):
            status = path.lstat()
            if not stat.S_ISLNK(status.st_mode) and status.st_mode & stat.S_IRWXO:
                path.chmod(stat.S_IMODE(status.st_mode) & ~UMASK)


def _written(paths: DataPaths) -> Iterator[Path]:
    """All that is below the data root, except in the landing folder, without following links."""
    if not paths.root.exists():
        return
    for entry in paths.root.iterdir():
        if entry == paths.landing:
            continue
        yield entry
        if entry.is_dir() and not entry.is_symlink():
            for folder, folders, files in os.walk(entry):
                yield from (Path(folder, name) for name in (*folders, *files))
