"""Files that are either the old whole or the new whole, whatever happens in between."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

STAGING_PREFIX = ".staging."
# Whoever opens a published database for writing locks all readers out, and leaves a `.wal` that
# the next version would silently replay.
READ_ONLY = 0o444


def staging_folder(serving: Path) -> Path:
    """A new, empty folder on the same file system as what it will replace."""
    folder = serving / f"{STAGING_PREFIX}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def remove_leftovers(serving: Path) -> list[Path]:
    """Remove what a killed run left behind. Only for the holder of the warehouse lock."""
    leftovers = sorted(serving.glob(f"{STAGING_PREFIX}*"))
    for folder in leftovers:
        shutil.rmtree(folder, ignore_errors=True)
    return leftovers


def flush(path: Path) -> None:
    """Bring a file or a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(staged: Path, target: Path) -> None:
    """Replace `target` by `staged` in one step, for good."""
    target.parent.mkdir(parents=True, exist_ok=True)
    flush(staged)
    staged.chmod(READ_ONLY)
    staged.replace(target)
    flush(target.parent)


def sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
