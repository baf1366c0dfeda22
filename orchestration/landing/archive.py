"""Zip archives: each file in one lands by itself, named as if the archive were a folder."""

from __future__ import annotations

import functools
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from orchestration.landing.files import ARCHIVE, COMPRESSIONS, Found, find, format_of, is_left_out
from orchestration.landing.problems import FileProblem

# Archives whose lists of names are kept, since several steps ask for them.
_KEPT_LISTS = 1024


def find_all(landing: Path) -> list[Found]:
    """Every finished file below `landing`, with the files in an archive in its place.

    An archive that can't be read is there itself.
    """
    return [each for found in find(landing) for each in _members(found)]


def names(landing: Path) -> set[str]:
    """The names of all these files."""
    return {found.name for found in find_all(landing)}


def refused(found: Found) -> str | None:
    """Why an archive can't be read, or a file in one does not land; None for any other file."""
    if found.member is not None and _is_packed(found.member):
        return "it is compressed inside an archive: unpack one of the two"
    if found.member is None and found.format == ARCHIVE:
        try:
            _listed(found.path, found.size_bytes, found.mtime_ns)
        except FileProblem as problem:
            return str(problem)
    return None


def _members(found: Found) -> Iterable[Found]:
    if found.format != ARCHIVE:
        return [found]
    try:
        listed = _listed(found.path, found.size_bytes, found.mtime_ns)
    except (FileProblem, OSError):
        return [found]
    return [
        replace(found, name=f"{found.name}/{shown}", format=_format_in_archive(shown), member=name)
        for shown, name in listed
    ]


def _format_in_archive(name: str) -> str | None:
    return ARCHIVE if _is_packed(name) else format_of(name)


def _is_packed(name: str) -> bool:
    return Path(name).suffix.lower() in (f".{ARCHIVE}", *COMPRESSIONS)


@functools.lru_cache(maxsize=_KEPT_LISTS)
def _listed(path: Path, size_bytes: int, mtime_ns: int) -> list[tuple[str, str]]:  # noqa: ARG001
    """The files in the archive of this size and time: their paths, and their names in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member.filename for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, EOFError) as error:
        raise FileProblem("it is not a whole zip archive") from error
    listed = [
        ("/".join(parts), name)
        for name in members
        # a path that leads out of the archive names no file there
        if (parts := [part for part in name.split("/") if part not in ("", ".", "..")])
        and not any(is_left_out(part) for part in parts)
    ]
    shown = Counter(each for each, _ in listed)
    twice = next((each for each, count in shown.items() if count > 1), None)
    if twice is not None:
        raise FileProblem(f"the archive has two files named {twice}")
    return sorted(listed, key=lambda each: each[0].split("/"))
