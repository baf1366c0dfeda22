"""What lies in the landing folder, without opening the warehouse."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from orchestration.landing.files import find
from orchestration.paths import DataPaths

# A file that was written to less than this ago may still be under way.
SETTLE_SECONDS = 30


@dataclass(frozen=True)
class Waiting:
    """The state of the landing folder."""

    count: int
    fingerprint: str
    is_settled: bool


def waiting_files(landing: Path, *, now: float | None = None) -> Waiting:
    """The files of the landing folder, as one fingerprint of paths, sizes and times."""
    now = time.time() if now is None else now
    digest = hashlib.sha256()
    youngest = 0.0
    files = find(landing)
    for file in files:
        digest.update(f"{file.name}|{file.size_bytes}|{file.mtime_ns}\n".encode())
        youngest = max(youngest, file.mtime_ns / 1e9)
    # a clock that is behind the files' would otherwise wait for ever
    is_settled = not 0 <= now - youngest < SETTLE_SECONDS
    return Waiting(len(files), digest.hexdigest()[:32] if files else "", is_settled)


def _memory(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "landing_seen"


def remember_seen(paths: DataPaths, fingerprint: str) -> None:
    """A refresh has looked at the folder in this state."""
    _memory(paths).write_text(fingerprint)


def last_seen(paths: DataPaths) -> str | None:
    """The state of the folder that the last refresh looked at."""
    try:
        return _memory(paths).read_text()
    except OSError:
        return None
