"""One process writes the warehouse at a time.

The kernel holds the lock (flock), so it is free as soon as its process ends, even when killed.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

# The descriptors of the locks that this process holds. A refresh takes the lock before Dagster
# runs, and Dagster's resource takes it again.
_held: dict[Path, int] = {}

MINUTES_BETWEEN_REMINDERS = 5


@contextmanager
def warehouse_lock(
    path: Path, *, purpose: str, log: Callable[[str], None], poll_seconds: float = 0.5
) -> Iterator[None]:
    """Hold the lock at `path`; waits for its holder, and logs who that is."""
    if path in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        _wait_for(descriptor, log, poll_seconds)
        _write_holder(descriptor, purpose)
        _held[path] = descriptor
        try:
            yield
        finally:
            del _held[path]
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def held_descriptors() -> tuple[int, ...]:
    """Descriptors to pass to a child process that writes the warehouse.

    A child that outlives a killed parent keeps the lock while it writes.
    """
    return tuple(_held.values())


def is_locked(path: Path) -> bool:
    """Whether any process, this one included, holds the lock."""
    if path in _held:
        return True
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        return not _try(descriptor)
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """The holder of the lock, for a message."""
    try:
        return _describe(path.read_text())
    except OSError:
        return "another process"


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(descriptor: int, log: Callable[[str], None], poll_seconds: float) -> None:
    logged_at: float | None = None
    while not _try(descriptor):
        if logged_at is None or time.monotonic() - logged_at > MINUTES_BETWEEN_REMINDERS * 60:
            logged_at = time.monotonic()
            log(f"Waiting for {_describe(os.pread(descriptor, 4096, 0).decode())}.")
        time.sleep(poll_seconds)


def _write_holder(descriptor: int, purpose: str) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    os.ftruncate(descriptor, 0)
    os.pwrite(
        descriptor, json.dumps({"pid": os.getpid(), "since": now, "purpose": purpose}).encode(), 0
    )


def _describe(text: str) -> str:
    try:
        holder = json.loads(text)
        return f"{holder['purpose']} (process {holder['pid']}, since {holder['since']} UTC)"
    except (ValueError, KeyError, TypeError):
        return "another process that uses the warehouse"
