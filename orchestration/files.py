"""Small things about files that several steps need."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_and_mtime(path: Path) -> list[int] | None:
    """The size in bytes and the modification time in nanoseconds; None for a missing file.

    A list, because that is what JSON gives back.
    """
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return [stat.st_size, stat.st_mtime_ns]


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that readers see either the old text or the new one."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text)
    temporary.replace(path)


def flush(path: Path) -> None:
    """Write a file's or folder's data to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
