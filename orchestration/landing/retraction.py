"""Takes back what a landed file brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import last_build
from orchestration.errors import KlantbeeldError
from orchestration.landing import archive, ledger, removal
from orchestration.landing.connection import connect, transaction
from orchestration.landing.contract import TableContract
from orchestration.landing.files import ARCHIVE, Found, format_of
from orchestration.landing.ledger import FileOutcome, Load, Remembered
from orchestration.paths import DataPaths

# So many names of files are listed when one is not known.
MOST_NAMES = 10


@dataclass(frozen=True)
class Retraction:
    """What became of a file's rows. `kept_for` is another file that brings them."""

    file: str
    rows_removed: int
    is_in_folder: bool
    kept_for: str | None = None

    @property
    def text(self) -> str:
        """Sentences for the log."""
        if self.kept_for:
            sentences = [
                f"No row of {self.file} was removed: {self.kept_for} has the same content."
            ]
        else:
            sentences = [f"{self.rows_removed:,} rows of {self.file} were removed."]
        if self.is_in_folder:
            sentences.append("It is still in the landing folder, and lands again when it changes.")
        return " ".join(sentences)


def retract(
    paths: DataPaths,
    contracts: Iterable[TableContract],
    file: str,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Retraction:
    """Remove the rows that a file brought, unless another file in the landing folder brings them.

    `file` is a path, or the path below the landing folder; of a zip archive, all files in it are
    retracted. The same content of the file does not land again under this name. The caller holds
    the warehouse lock. Raises KlantbeeldError for a file that did not land.
    """
    name = _name(paths, file)
    if not paths.warehouse.exists():
        raise KlantbeeldError(f"{name} can't be retracted: nothing has landed")
    by_key = {contract.key: contract for contract in contracts}
    with last_build.kept_valid(paths), connect(paths) as connection:
        with transaction(connection):
            connection.execute(ledger.SCHEMA_SQL)
            connection.execute(removal.SCHEMA_SQL)
        known = ledger.latest(connection)
        retractable = _retractable(connection, name, known)
        if not retractable:
            raise KlantbeeldError(_why_not(name, known))
        contract = by_key.get(next(iter(retractable))[:2])
        if contract is None:
            raise KlantbeeldError(f"{name} can't be retracted: no contract has its table")
        there = archive.names(paths.landing)
        with transaction(connection):
            count, kept_for = 0, None
            for key, loads in retractable.items():
                for load in loads:
                    if other := _other_file(there, load, known, set(retractable)):
                        ledger.hand_over(connection, load.load_id, other)
                        kept_for = other
                    else:
                        count += removal.remove_loads(connection, contract, [load.load_id])
                        ledger.mark_removed(connection, load.load_id, "retracted")
                if not loads:
                    kept_for = _landed_as(connection, known[key])
                _record(connection, paths, contract, key, known[key], now())
    is_in_folder = bool(there & {key[2] for key in retractable})
    return Retraction(name, count, is_in_folder, None if count else kept_for)


def _name(paths: DataPaths, file: str) -> str:
    """The path of a file below the landing folder."""
    for path in (Path(file), paths.landing / file):
        resolved = path.absolute()
        if resolved.is_relative_to(paths.landing.absolute()) and (
            resolved.exists() or path != Path(file)
        ):
            return resolved.relative_to(paths.landing.absolute()).as_posix()
    return file


def _retractable(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    known: dict[tuple[str, str, str], Remembered],
) -> dict[tuple[str, str, str], list[Load]]:
    """The file, or the files in an archive, that landed; with what each brings."""
    loads: defaultdict[str, list[Load]] = defaultdict(list)
    for load in ledger.existing_loads(connection):
        loads[load.file].append(load)
    return {
        key: loads[key[2]]
        for key, remembered in known.items()
        if (key[2] == name or (format_of(name) == ARCHIVE and key[2].startswith(f"{name}/")))
        and remembered.status != ledger.RETRACTED
        and (loads[key[2]] or remembered.status == ledger.COPIED)
    }


def _why_not(name: str, known: dict[tuple[str, str, str], Remembered]) -> str:
    folder = name.rpartition("/")[0]
    there = sorted(
        file
        for (_, _, file), remembered in known.items()
        if file.rpartition("/")[0] == folder and remembered.status in (ledger.LANDED, ledger.COPIED)
    )
    if not there:
        return f"{name} can't be retracted: no such file has landed"
    names = ", ".join(there[:MOST_NAMES]) + (", …" if len(there) > MOST_NAMES else "")
    return f"{name} can't be retracted: it has not landed; beside it these have: {names}"


def _other_file(
    there: set[str],
    load: Load,
    known: dict[tuple[str, str, str], Remembered],
    retracted: set[tuple[str, str, str]],
) -> str | None:
    """Another file in the landing folder with the content of a load."""
    return next(
        (
            file
            for (source, table, file), remembered in sorted(known.items())
            if (source, table) == (load.source, load.table)
            and (source, table, file) not in retracted
            and remembered.sha256 == load.sha256
            and remembered.status in (ledger.LANDED, ledger.COPIED)
            and file in there
        ),
        None,
    )


def _landed_as(connection: duckdb.DuckDBPyConnection, copy: Remembered) -> str | None:
    return next(
        (load.file for load in ledger.existing_loads(connection) if load.sha256 == copy.sha256),
        None,
    )


def _record(
    connection: duckdb.DuckDBPyConnection,
    paths: DataPaths,
    contract: TableContract,
    key: tuple[str, str, str],
    file: Remembered,
    now: datetime,
) -> None:
    """A row of the ledger, by which the content is known and the next build sees a change."""
    source, table, name = key
    found = Found(paths.landing / name, name, source, table, None, file.size_bytes, file.mtime_ns)
    outcome = FileOutcome(ledger.RETRACTED, reason="retracted")
    entry = ledger.entry(
        ledger.next_load_id(connection),
        found,
        contract,
        file.sha256,
        outcome,
        now.astimezone(UTC).replace(tzinfo=None),
        0.0,
    )
    ledger.record(connection, [entry])
