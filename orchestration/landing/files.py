"""Finds the files in the landing folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import KlantbeeldError
from orchestration.landing.problems import CHANGED, WENT_AWAY, FileChanged

TEXT_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".ndjson": "json",
    ".jsonl": "json",
}
FORMATS = TEXT_FORMATS | {".parquet": "parquet", ".xlsx": "excel"}
# Parquet and Excel files are compressed by themselves.
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
# An archive of files that land each by itself: landing/archive.py.
ARCHIVE = "zip"
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
    land; `source` and `table` are empty for a file outside any table's folder. A file in a zip
    archive has path, size and time of the archive, and is its `member`.
    """

    path: Path
    name: str
    source: str
    table: str
    format: str | None
    size_bytes: int
    mtime_ns: int
    member: str | None = None

    @property
    def compression(self) -> str | None:
        """How its content is compressed: gzip, zstd or zip; None when it is not."""
        if self.member is not None:
            return ARCHIVE
        return COMPRESSIONS.get(Path(self.name).suffix.lower())

    @property
    def is_tab_separated(self) -> bool:
        """Whether its name says that tabs separate its values."""
        return _plain_name(self.name).endswith(".tsv")

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
        if is_left_out(entry.name, _HIDDEN if len(parts) > 1 else (".",)):
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
            format=format_of(entry.name),
            size_bytes=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
        )


def is_left_out(name: str, hidden: tuple[str, ...] = _HIDDEN) -> bool:
    """Whether a file or folder is hidden, unfinished or a note."""
    return name.startswith(hidden) or name.lower().endswith(_UNFINISHED + _NOTES)


def format_of(name: str) -> str | None:
    """The format of the file by its name; None for a suffix that does not land."""
    if name.lower().endswith(f".{ARCHIVE}"):
        return ARCHIVE
    plain = _plain_name(name)
    formats = FORMATS if plain == name.lower() else TEXT_FORMATS
    return formats.get(Path(plain).suffix)


def on_disk(landing: Path, name: str) -> Path:
    """The path of a file, or of the archive that it is in."""
    path = landing / name
    return next((each for each in (path, *path.parents) if each.is_file()), path)


def _plain_name(name: str) -> str:
    """The name in lower case, without the suffix of a compression."""
    lowered = name.lower()
    return next((lowered.removesuffix(s) for s in COMPRESSIONS if lowered.endswith(s)), lowered)
