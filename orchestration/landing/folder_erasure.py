"""Removes erased persons from the files in the landing folder, on request.

A refresh only reads that folder. `make erase-landing` rewrites each file that has rows of erased
persons: without these rows or, where the raw table keeps them without the person, made anonymous in
the same way. Everything else stays byte for byte. What the file held is remembered beside what it
holds now, before the new file takes its place, so that the content counts as landed whenever the
command is killed.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import last_build
from orchestration.files import flush
from orchestration.landing import (
    archive,
    csv_file,
    erased,
    json_file,
    ledger,
    parquet_file,
    readers,
    removal,
    retention,
)
from orchestration.landing.connection import connect, transaction
from orchestration.landing.contents import LandedContent, content_sha256
from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Rows, Stamp, located_sql
from orchestration.landing.erased import ErasedKeys, has_key_sql
from orchestration.landing.erasure import naming_erased
from orchestration.landing.files import Found
from orchestration.landing.folder_state import folder_state, last_seen, remember_seen
from orchestration.landing.keyed_hash import hashed_values
from orchestration.landing.ledger import Load
from orchestration.landing.loader import FUTURE_TOLERANCE, scratch_folder, unlandable
from orchestration.landing.partitions import without_partitions
from orchestration.landing.problems import FileChanged, FileProblem
from orchestration.landing.text import encoding_of, to_utf8, write_edited
from orchestration.paths import DataPaths
from orchestration.sql import identifier

# The end of the hidden name under which a file is written before it takes the old one's place.
_UNFINISHED = ".erasing"


@dataclass(frozen=True)
class Rewritten:
    """A file that was rewritten. `file` is its path below the landing folder."""

    file: str
    rows_removed: int
    rows_made_anonymous: int


@dataclass
class FolderErasure:
    """What became of the files: those that were rewritten, and by name why others were left."""

    rewritten: list[Rewritten] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)

    def text(self, *, is_dry: bool) -> str:
        """A sentence for the log."""
        removed = sum(file.rows_removed for file in self.rewritten)
        anonymous = sum(file.rows_made_anonymous for file in self.rewritten)
        return (
            f"{len(self.rewritten):,} files {'would be' if is_dry else 'were'} rewritten: "
            f"{removed:,} rows of erased persons removed, {anonymous:,} made anonymous."
        )


@dataclass(frozen=True)
class _Rows:
    """The lines of erased persons, and by column what makes those of orders anonymous."""

    removed: frozenset[int]
    changed: Mapping[int, Mapping[str, str | None]]


def erase_from_landing_folder(
    paths: DataPaths,
    contracts: Sequence[TableContract],
    *,
    business_timezone: str = "UTC",
    is_dry: bool = False,
    log: Callable[[str], None] = lambda _: None,
) -> FolderErasure:
    """Remove the rows of erased persons from all files; with `is_dry`, only count them.

    The caller holds the warehouse lock. Files that have not landed as they are, and files that
    can't be read, are left.
    """
    result = FolderErasure()
    if not paths.warehouse.exists():
        return result
    paths.temporary.mkdir(parents=True, exist_ok=True)
    was_seen = folder_state(paths.landing).fingerprint == last_seen(paths)
    by_key = {contract.key: contract for contract in contracts}
    with (
        last_build.kept_valid(paths),
        connect(paths, business_timezone=business_timezone) as connection,
    ):
        with transaction(connection):
            connection.execute(ledger.SCHEMA_SQL)
            connection.execute(removal.SCHEMA_SQL)
            connection.execute(erased.SCHEMA_SQL)
            connection.execute(retention.SCHEMA_SQL)
        for leftover in paths.landing.rglob(f".*{_UNFINISHED}"):  # of a killed command
            leftover.unlink()
        folder = _Folder(connection, paths, is_dry)
        if not folder.erased.exist():
            return result
        for found in archive.find_all(paths.landing):
            try:
                if rewritten := folder.erase(by_key.get((found.source, found.table)), found):
                    result.rewritten.append(rewritten)
                    log(_describe(rewritten, is_dry))
            except (FileProblem, FileChanged) as problem:
                result.left[found.name] = str(problem)
            except OSError as error:
                result.left[found.name] = f"it can't be read or written: {error.strerror}"
    if was_seen:
        remember_seen(paths, folder_state(paths.landing).fingerprint)
    return result


class _Folder:
    """The connection and the ledger of one call."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, paths: DataPaths, is_dry: bool
    ) -> None:
        self.connection = connection
        self.paths = paths
        self.is_dry = is_dry
        self.erased = ErasedKeys(connection, paths)
        self.known = ledger.latest(connection)
        self.loads = {load.load_id: load for load in ledger.existing_loads(connection)}
        self.landed = LandedContent(self.loads.values(), ledger.rewritten_content(connection))

    def erase(self, contract: TableContract | None, found: Found) -> Rewritten | None:
        """Rewrite one file, if it has rows of erased persons. Raises FileProblem."""
        if contract is None:
            raise FileProblem("no contract has this table")
        if reason := unlandable(found):
            raise FileProblem(reason)
        remembered = self.known.get((found.source, found.table, found.name))
        if remembered is None or remembered.sha256 is None:
            raise FileProblem("it has not landed: refresh first")
        digest = content_sha256(contract, found, self.paths.temporary)
        if self.landed.as_landed(found, digest, remembered.sha256) != remembered.sha256:
            raise FileProblem("it has changed since it landed: refresh first")
        load = self.landed.load_of(found, remembered.sha256)
        stamp = self._stamp(load.load_id if load else remembered.load_id)
        with scratch_folder(self.paths.temporary) as scratch:
            for rows in readers.read(self.connection, contract, [found], scratch):
                if not rows.can_explain and self._names_nobody(contract, rows, load, stamp):
                    return None
            lines = self._lines_of_erased(contract, found, rows, load, stamp)
            if not lines.removed and not lines.changed:
                return None
            if not self.is_dry:
                self._replace(contract, found, rows, scratch, lines, remembered.sha256)
        return Rewritten(found.name, len(lines.removed), len(lines.changed))

    def _names_nobody(
        self, contract: TableContract, rows: Rows, load: Load | None, stamp: Stamp
    ) -> bool:
        """Whether all rows could be read, and none is an erased person's: true of most files."""
        unnumbered = replace(rows, line="0", raw="cast(null as varchar)")
        try:
            self._locate(contract, unnumbered, stamp)
        except (duckdb.OutOfMemoryException, duckdb.FatalException):
            raise
        except duckdb.Error:
            return False
        found = f"{self._of_erased(contract)} or {self._of_shared_session(contract, load)}"
        return self._count() == rows.counts[0] and not self._lines(found)

    def _lines_of_erased(
        self, contract: TableContract, found: Found, rows: Rows, load: Load | None, stamp: Stamp
    ) -> _Rows:
        try:
            self._locate(contract, rows, stamp)
        except (duckdb.OutOfMemoryException, duckdb.FatalException):
            raise
        except duckdb.Error as error:
            raise FileProblem(f"it can't be read as {found.format}") from error
        if self._count() != rows.counts[0]:
            raise FileProblem("some of its rows can't be read")
        of_erased = self._of_erased(contract)
        keeps = "_fits" if contract.keeps_anonymous_rows else "false"
        removed = self._lines(
            f"({of_erased} and not ({keeps})) or {self._of_shared_session(contract, load)}"
        )
        unsplit = self._fetch("select _line, _raw", "_raw is not null")
        removed |= set(naming_erased(self.erased, unsplit))
        changed = self._changed(contract, of_erased) if contract.keeps_anonymous_rows else {}
        return _Rows(frozenset(removed), changed)

    def _locate(self, contract: TableContract, rows: Rows, stamp: Stamp) -> None:
        """The keys of all rows with their lines, as a table."""
        names = {
            column.name
            for column in contract.columns
            if column.identifies
            or column.is_direct_identifier
            or column.is_personal
            or column.has_happened
        }
        located = located_sql(contract, rows, stamp, names)
        if hashed := hashed_values(self.paths, contract):
            located = f"select * replace ({hashed}) from ({located})"
        self.connection.execute(f"create or replace temp table located as {located}")

    def _of_erased(self, contract: TableContract) -> str:
        return has_key_sql(contract, self.erased.is_erased_sql)

    def _stamp(self, load_id: int) -> Stamp:
        (loaded_at,) = self.connection.execute(
            "select loaded_at from raw.landed_files where load_id = ?", [load_id]
        ).fetchone() or (datetime(2200, 1, 1),)
        return Stamp(load_id, ("",), loaded_at, latest=loaded_at + FUTURE_TOLERANCE)

    def _changed(self, contract: TableContract, of_erased: str) -> dict[int, dict[str, str | None]]:
        """By line, the values that make an order anonymous, as in the raw table."""
        values = self.erased.anonymous_values(contract)
        values.pop("_extra", None)
        if not values:
            return {}
        listed = ", ".join(f"{value} as {identifier(name)}" for name, value in values.items())
        rows = self._fetch(f"select _line, {listed}", f"_fits and {of_erased}")
        return {row[0]: dict(zip(values, row[1:], strict=True)) for row in rows}

    def _of_shared_session(self, contract: TableContract, load: Load | None) -> str:
        """A condition: whether an event of a shared device was removed, though without a key.

        Such events landed with this content and are no longer there, though not too old to be kept.
        """
        instants = [c for c in contract.columns if c.has_happened and c.data_type == "TIMESTAMP"]
        visitors = contract.identifying("visitor")
        is_comparable = self.connection.execute(
            "select 1 from raw.landed_files "
            "where load_id = ? and rows_removed > 0 and contract_version = ?",
            [load.load_id if load else None, contract.version],
        ).fetchone()
        if not (load and instants and visitors and is_comparable):
            return "false"
        visitor, instant = identifier(visitors[0].name), identifier(instants[0].name)
        cutoff = retention.cutoffs(self.connection).get(contract.table)
        is_kept = f"{instant} >= {retention.at(cutoff.kept_from)}" if cutoff else "true"
        return (
            f"(_fits and {instant} is not null and {is_kept} "
            f"and {visitor} in (select visitor_id from raw.shared_visitors) "
            f"and ({visitor}, {instant}) not in (select ({visitor}, {instant}) "
            f"from {identifier(contract.schema, contract.table)} "
            f"where _load_id = {load.load_id} and {visitor} is not null and {instant} is not null))"
        )

    def _replace(
        self,
        contract: TableContract,
        found: Found,
        rows: Rows,
        scratch: Path,
        lines: _Rows,
        landed_sha256: str,
    ) -> None:
        if reason := _not_rewritten(contract, found, lines):
            raise FileProblem(f"it has rows of erased persons, {reason}")
        real = found.path.resolve()
        unfinished = real.with_name(f".{real.name}{_UNFINISHED}")
        try:
            if found.format == "parquet":
                parquet_file.rewrite(
                    self.connection, found, rows, unfinished, lines.removed, lines.changed
                )
            else:
                _write_text(contract, found, scratch, unfinished, lines)
            _keep_mode(real, unfinished)
            sha256 = content_sha256(contract, replace(found, path=unfinished), self.paths.temporary)
            with transaction(self.connection):
                ledger.remember_rewritten(
                    self.connection, found, sha256=sha256, landed_sha256=landed_sha256
                )
            found.check_unchanged()
            unfinished.replace(real)
        finally:
            unfinished.unlink(missing_ok=True)
        flush(real.parent)

    def _lines(self, condition: str) -> set[int]:
        return {row[0] for row in self._fetch("select _line", condition)}

    def _fetch(self, select: str, condition: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(f"{select} from located where {condition}").fetchall()

    def _count(self) -> int:
        (count,) = self.connection.execute("select count(*) from located").fetchone() or (0,)
        return count


def _not_rewritten(contract: TableContract, found: Found, lines: _Rows) -> str | None:
    """Why a file can't be rewritten as it is, though it can be read."""
    if found.member is not None:
        return "but is in an archive, which is not rewritten: unpack it"
    if found.format == "excel":
        return "but Excel files are not rewritten: remove the rows in Excel"
    if lines.changed and any(column.path for column in contract.columns):
        return "and one of its columns is a `path`, in which nothing can be made anonymous"
    return None


def _write_text(
    contract: TableContract, found: Found, scratch: Path, target: Path, lines: _Rows
) -> None:
    options = contract.csv
    encoding = None
    if found.format == "csv":
        encoding = encoding_of(found, scratch, options.encoding, options.fallback_encoding)
    module = csv_file if found.format == "csv" else json_file
    text = to_utf8(found, scratch, encoding)
    contract = csv_file.with_delimiter(without_partitions(contract, [found]), found)
    with target.open("wb") as file:
        edits = module.edits(contract, text, lines.removed, lines.changed)
        write_edited(found, text, edits, file, encoding)


def _keep_mode(old: Path, new: Path) -> None:
    """Give the new file mode and owner of the old one, and write it to the disk."""
    status = old.stat()
    # only root can give a file away
    with contextlib.suppress(PermissionError):
        os.chown(new, status.st_uid, status.st_gid)
    new.chmod(stat.S_IMODE(status.st_mode))
    flush(new)


def _describe(rewritten: Rewritten, is_dry: bool) -> str:
    done = [
        f"{count:,} row{'s' if count > 1 else ''} {what}"
        for count, what in (
            (rewritten.rows_removed, "to remove" if is_dry else "removed"),
            (rewritten.rows_made_anonymous, "to make anonymous" if is_dry else "made anonymous"),
        )
        if count
    ]
    return f"{rewritten.file}: {', '.join(done)}"
