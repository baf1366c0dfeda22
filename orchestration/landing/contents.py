"""Which content has landed in which table, and which files have it.

Content lands once, under whatever name and wherever in its table's folder it lies. Rows stay as
long as a file brings them: those of a file that changed are removed, unless another file has the
content that it had.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.landing import compression, partitions
from orchestration.landing.contract import TableContract
from orchestration.landing.files import Found
from orchestration.landing.ledger import COPIED, LANDED, Load, Remembered

# source, table, and the checksum of a file's content
Content = tuple[str, str, str]


def content_sha256(contract: TableContract, found: Found, temporary: Path) -> str:
    """The checksum of a file's content, whatever its compression. Raises NoRoomError and OSError.

    What its folders give a column is part of it: equal files of two days are two contents.
    """
    digest = compression.sha256(found, temporary)
    given = partitions.of_file(contract, found)
    if not given:
        return digest
    return hashlib.sha256(json.dumps([digest, sorted(given.items())]).encode()).hexdigest()


class LandedContent:
    """The existing loads by content and by file, kept up to date while files land."""

    def __init__(
        self, loads: Iterable[Load], rewritten: Mapping[Content, list[str]] | None = None
    ) -> None:
        self._rewritten = rewritten or {}
        self._by_content: dict[Content, Load] = {}
        self._by_file: defaultdict[tuple[str, str, str], dict[int, Load]] = defaultdict(dict)
        for load in loads:
            self.add(load)

    def load_of(self, file: Found, sha256: str) -> Load | None:
        """The load with this content in the file's table."""
        return self._by_content.get((file.source, file.table, sha256))

    def as_landed(self, file: Found, sha256: str, remembered: str | None) -> str:
        """The content that a file had when it landed, before erased persons were removed from it.

        `remembered` is the content that the file is known by.
        """
        before = self._rewritten.get((file.source, file.table, sha256), [])
        if remembered is not None and remembered in (sha256, *before):
            return remembered
        if not before or self.load_of(file, sha256):
            return sha256
        return next((each for each in before if self.load_of(file, each)), before[0])

    def other_loads_of(self, file: Found, sha256: str) -> list[Load]:
        """The loads that this file brought, but for that of this content."""
        loads = self._by_file[file.source, file.table, file.name].values()
        return [load for load in loads if load.sha256 != sha256]

    def add(self, load: Load) -> None:
        """Add a load that landed, or that another file brings now."""
        self._by_content[load.source, load.table, load.sha256] = load
        self._by_file[load.source, load.table, load.file][load.load_id] = load

    def remove(self, load: Load) -> None:
        """Remove a load whose rows were removed, or that another file brings now."""
        self._by_content.pop((load.source, load.table, load.sha256), None)
        self._by_file[load.source, load.table, load.file].pop(load.load_id, None)


def files_by_content(
    found: Iterable[Found],
    seen: Mapping[str, str],
    known: Mapping[tuple[str, str, str], Remembered],
) -> dict[Content, list[str]]:
    """The files in the landing folder, by what they hold.

    `seen` has the checksums of the files that are new or changed, `known` the ledger's rows of all.
    """
    files: defaultdict[Content, list[str]] = defaultdict(list)
    for file in found:
        sha256 = seen.get(file.name)
        remembered = known.get((file.source, file.table, file.name))
        if sha256 is None and remembered and remembered.status in (LANDED, COPIED):
            sha256 = remembered.sha256
        if sha256:
            files[file.source, file.table, sha256].append(file.name)
    return files
