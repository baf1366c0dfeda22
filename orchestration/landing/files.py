"""Finds the files in the landing folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import KlantbeeldError
from orchestration.landing.problems import CHANGED, WENT_AWAY, FileChanged

FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".ndjson": "ndjson",
    ".ndjson.gz": "ndjson",
    ".jsonl": "ndjson",
    ".jsonl.gz": "ndjson",
}
# How tools name what they are still writing: browsers, FTP and rsync clients, editors, Hadoop.
_UNFINISHED = (
    *(".tmp", ".temp", ".part", ".partial", ".filepart", ".inprogress", ".in-progress"),
    *(".crdownload", ".download", ".opdownload", ".uploading", ".upload", ".writing", ".lock"),
    *(".swp", ".swo", "~", ".bak", "._copying_"),
)
# Spark, Hive and Hadoop write below _temporary and mark what is whole by _SUCCESS; to them, as to
# us, a name that begins like this is hidden. Excel's locks begin with ~$.
_HIDDEN = (".", "_", "~$")
# notes that people keep beside their data, and what file managers leave
_NOTES = (".md", ".crc", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Found:
    """A file in the landing folder.

    `name` is its path below that folder, with slashes. `format` is None for a suffix that does not
    land; `source` and `table` are empty for a file outside any table's folder.
    """

    path: Path
    name: str
    source: str
    table: str
    format: str | None
    size_bytes: int
    mtime_ns: int

    @property
    def is_gzip(self) -> bool:
        """Whether it must be decompressed first."""
        return self.name.lower().endswith(".gz")

    def check_unchanged(self) -> None:
        """Raise FileChanged when the file changed after it was found."""
        try:
            stat = self.path.stat()
        except OSError as error:
            raise FileChanged(WENT_AWAY) from error
        if (stat.st_size, stat.st_mtime_ns) != (self.size_bytes, self.mtime_ns):
            raise FileChanged(CHANGED)


def find(landing: Path) -> list[Found]:
    """Every finished file below `landing`, in the order of their names.

    Leaves out hidden files and folders, those with the usual names of unfinished files, and notes
    (.md). Follows links, but enters each folder only once on a path.
    """
    return sorted(_walk(landing, (), frozenset()), key=lambda found: found.name.split("/"))


def _walk(folder: Path, parts: tuple[str, ...], above: frozenset[str]) -> Iterator[Found]:
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    except OSError as error:
        raise KlantbeeldError(f"The folder {folder} can't be read: {error.strerror}.") from error
    for entry in entries:
        # a source or a table may be called _like_this: its folder has a contract
        hidden = _HIDDEN if len(parts) > 1 else (".",)
        if entry.name.startswith(hidden) or entry.name.lower().endswith(_UNFINISHED + _NOTES):
            continue
        inner = (*parts, entry.name)
        if entry.is_dir():
            yield from _walk(Path(entry.path), inner, above | {real})
            continue
        try:
            stat = entry.stat()
        except FileNotFoundError:  # a link to nothing, or gone since
            continue
        yield Found(
            path=Path(entry.path),
            name="/".join(inner),
            source=inner[0] if len(inner) > 2 else "",
            table=inner[1] if len(inner) > 2 else "",
            format=_format(entry.name),
            size_bytes=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
        )


def _format(name: str) -> str | None:
    suffix = next((s for s in sorted(FORMATS, key=len) if name.lower().endswith(s)), None)
    return FORMATS[suffix] if suffix else None
