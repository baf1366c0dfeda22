"""Replaces published files atomically: a reader sees the old file or the new one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orchestration.files import flush
from orchestration.permissions import PUBLISHED

STAGING_PREFIX = ".staging."


def staging_folder(serving: Path) -> Path:
    """A new, empty folder on the same file system as what it will replace."""
    folder = serving / f"{STAGING_PREFIX}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def remove_leftovers(serving: Path) -> list[Path]:
    """Remove what a killed run left behind. The caller holds the warehouse lock."""
    leftovers = sorted(serving.glob(f"{STAGING_PREFIX}*"))
    for folder in leftovers:
        shutil.rmtree(folder, ignore_errors=True)
    return leftovers


def put_in_place(staged: Path, target: Path) -> None:
    """Replace `target` by `staged` in one step that survives a power failure."""
    target.parent.mkdir(parents=True, exist_ok=True)
    flush(staged)
    staged.chmod(PUBLISHED)
    staged.replace(target)
    flush(target.parent)
