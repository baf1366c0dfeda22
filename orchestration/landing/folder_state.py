"""The state of the landing folder, found without opening the warehouse."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from orchestration.landing.files import find
from orchestration.paths import DataPaths

# A file that changed less than this ago may still be written to.
SETTLE_SECONDS = 30


@dataclass(frozen=True)
class FolderState:
    """The files in the landing folder: their number, and a fingerprint of names, sizes and times.

    `is_settled` is false while the newest file may still be written to.
    """

    file_count: int
    fingerprint: str
    is_settled: bool


def folder_state(landing: Path, *, now: float | None = None) -> FolderState:
    """The state of the landing folder at this moment."""
    now = time.time() if now is None else now
    digest = hashlib.sha256()
    newest = 0.0
    files = find(landing)
    for file in files:
        digest.update(f"{file.name}|{file.size_bytes}|{file.mtime_ns}\n".encode())
        newest = max(newest, file.mtime_ns / 1e9)
    # a time in the future comes from a clock that is ahead of ours: waiting for it would never end
    is_settled = not 0 <= now - newest < SETTLE_SECONDS
    return FolderState(len(files), digest.hexdigest()[:32] if files else "", is_settled)


def remember_seen(paths: DataPaths, fingerprint: str) -> None:
    """Record that a refresh has looked at the folder in this state."""
    _seen_file(paths).write_text(fingerprint)


def last_seen(paths: DataPaths) -> str | None:
    """The fingerprint of the folder when the last refresh looked at it."""
    try:
        return _seen_file(paths).read_text()
    except OSError:
        return None


def last_look(paths: DataPaths) -> float:
    """When a refresh last looked at the folder, in seconds since 1970; 0 for never."""
    try:
        return _seen_file(paths).stat().st_mtime
    except OSError:
        return 0.0


def _seen_file(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "landing_seen"
