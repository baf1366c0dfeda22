"""Loads new files from the landing folder into the warehouse, file by file."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.landing import archive, erased, ledger, readers, removal, retention, tables
from orchestration.landing.compression import NoRoomError
from orchestration.landing.connection import connect, transaction
from orchestration.landing.contents import (
    Content,
    LandedContent,
    content_sha256,
    files_by_content,
)
from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import (
    Rows,
    Stamp,
    fitting_sql,
    insert_sql,
    outside_range_sql,
    rejects_sql,
)
from orchestration.landing.erased import ErasedKeys, has_key_sql
from orchestration.landing.erasure import REQUESTS, erase_orders, scrub_rejected_rows
from orchestration.landing.files import Found
from orchestration.landing.keyed_hash import hashed_values
from orchestration.landing.ledger import FileOutcome, Load, Remembered
from orchestration.landing.problems import FileChanged, FileProblem
from orchestration.paths import DataPaths
from orchestration.sql import identifier

# Clocks differ, and a wrong time zone shifts times by hours; a whole day ahead is an error.
FUTURE_TOLERANCE = timedelta(days=1)

# Small Parquet files are read together, because opening one costs more than reading it. The limits
# keep the work small that a killed landing has to repeat.
BATCH_FILES = 200
BATCH_BYTES = 32_000_000

# A table with more files than this is logged in one line.
MANY_FILES = 50


@dataclass(frozen=True)
class LandedFile:
    """The result of landing one file. `file` is its path below the landing folder.

    `status` is landed, failed (with a `reason`), copied: its content landed before (`reason` names
    the file), or ignored: the file is in a folder without a contract, or is still being written.
    Ignored files are not in the ledger. `rows_removed` are rows that the file brought before it
    changed.
    """

    source: str
    table: str
    file: str
    status: str
    rows_read: int = 0
    rows_landed: int = 0
    rows_rejected: int = 0
    reason: str | None = None
    seconds: float = 0.0
    rows_removed: int = 0
    rows_erased: int = 0


def load_files(
    paths: DataPaths,
    contracts: Iterable[TableContract],
    *,
    business_timezone: str = "UTC",
    log: Callable[[str], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[LandedFile]:
    """Land every new or changed file; returns what became of each.

    Creates and alters the raw tables of all contracts first. Files that landed or failed before
    and have not changed since are not in the result. The caller holds the warehouse lock. Raises
    ContractError, and duckdb.Error or OSError when the warehouse can't be written. A bad file
    raises nothing: its result has the status `failed`.
    """
    contracts = list(contracts)
    paths.warehouse_dir.mkdir(parents=True, exist_ok=True)
    paths.temporary.mkdir(parents=True, exist_ok=True)
    results: list[LandedFile] = []
    with connect(paths, business_timezone=business_timezone) as connection:
        loader = _Loader(connection, paths, now)
        loader.prepare(contracts)
        by_key = {contract.key: contract for contract in contracts}
        found = archive.find_all(paths.landing)
        per_table = Counter((f.source, f.table) for f in found)
        loader.look_at(by_key, found)
        for files in _batches(found):
            contract = by_key.get((files[0].source, files[0].table))
            reason = unlandable(files[0]) if contract else "no contract has this table"
            if contract and not reason:
                handled = loader.handle(contract, files)
            else:
                handled = [_result(files[0], FileOutcome("ignored", reason=reason))]
            for result in handled:
                results.append(result)
                # the caller reports the files that did not land
                is_one_of_many = per_table[result.source, result.table] > MANY_FILES
                if result.status == "landed" and not is_one_of_many:
                    log(_describe(result))
        loader.erase_orders(contracts)
        _log_tables(results, per_table, log)
    return results


def failed_files(paths: DataPaths) -> list[LandedFile]:
    """The files in the landing folder whose latest version failed, by name."""
    if not paths.warehouse.exists():
        return []
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        try:
            rows = connection.execute("""
                select source, table_name, file, status,
                    rows_read, rows_landed, rows_rejected, reason, seconds
                from raw.landed_files
                qualify row_number() over (
                    partition by source, table_name, file order by load_id desc
                ) = 1 and status = 'failed'
                order by file
            """).fetchall()
        except duckdb.CatalogException:  # no file has ever landed
            return []
    there = archive.names(paths.landing) if rows else set()
    return [LandedFile(*row) for row in rows if row[2] in there]


@dataclass(frozen=True)
class _Arrival:
    """A new or changed file. `problem` is the reason when it can't be opened."""

    found: Found
    sha256: str | None
    problem: str | None = None


class _Loader:
    """The connection, ledger and clock of one call."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        paths: DataPaths,
        now: Callable[[], datetime],
    ) -> None:
        self.connection = connection
        self.paths = paths
        self.now = now
        self.known: dict[tuple[str, str, str], Remembered] = {}
        self.load_id = 0
        self.landed = LandedContent([])
        self.arrivals: dict[str, _Arrival] = {}
        self.files: dict[Content, list[str]] = {}
        self.erased = ErasedKeys(connection, paths)
        self.anyone_is_erased = False
        self.orders_of_erased: set[str] = set()

    def prepare(self, contracts: list[TableContract]) -> None:
        with transaction(self.connection):
            self.connection.execute(ledger.SCHEMA_SQL)
            self.connection.execute(removal.SCHEMA_SQL)
            self.connection.execute(erased.SCHEMA_SQL)
            self.connection.execute(retention.SCHEMA_SQL)
            tables.prepare(self.connection, contracts)
        self.known = ledger.latest(self.connection)
        self.load_id = ledger.next_load_id(self.connection)
        self.landed = LandedContent(
            ledger.existing_loads(self.connection), ledger.rewritten_content(self.connection)
        )
        self.anyone_is_erased = self.erased.exist()

    def look_at(
        self, contracts: Mapping[tuple[str, str], TableContract], found: list[Found]
    ) -> None:
        """Find the new and changed files, before any lands: a file may have moved."""
        for file in found:
            contract = contracts.get((file.source, file.table))
            if contract and not unlandable(file) and (arrival := self._look_at(contract, file)):
                self.arrivals[file.name] = arrival
        seen = {name: a.sha256 for name, a in self.arrivals.items() if a.sha256}
        self.files = files_by_content(found, seen, self.known)

    def handle(self, contract: TableContract, files: list[Found]) -> list[LandedFile]:
        """Land the new files of a batch; returns the result of each."""
        results: list[LandedFile] = []
        new: dict[str | None, _Arrival] = {}
        for arrival in (self.arrivals[file.name] for file in files if file.name in self.arrivals):
            if self._has_landed(arrival) or (arrival.sha256 and arrival.sha256 in new):
                # of two files with the same content in one batch the first has to land before
                results += self._land_new(contract, new)
                results += self._land_once(contract, arrival)
            else:
                new[arrival.sha256 or arrival.found.name] = arrival
        return results + self._land_new(contract, new)

    def _land_new(
        self, contract: TableContract, new: dict[str | None, _Arrival]
    ) -> list[LandedFile]:
        arrivals = list(new.values())
        new.clear()
        return self._land_all(contract, arrivals) if arrivals else []

    def _land_once(self, contract: TableContract, arrival: _Arrival) -> list[LandedFile]:
        """Record that the content of a file has landed; land it if that has failed."""
        found, sha256 = arrival.found, arrival.sha256
        load = self.landed.load_of(found, sha256) if sha256 else None
        if load is None or sha256 is None:
            return self._land_all(contract, [arrival])
        started = time.monotonic()
        holders = self.files.get((load.source, load.table, load.sha256), [])
        has_moved = load.file not in holders
        with transaction(self.connection):
            removed = self._remove_former(contract, arrival)
            if has_moved or load.file == found.name:
                self._hand_over(load, found.name)
            reason = f"its content landed as {load.file}"
            outcome = FileOutcome(ledger.COPIED, reason=reason, rows_removed=removed)
            return self._record(contract, [arrival], [outcome], self._utc_now(), started)

    def _has_landed(self, arrival: _Arrival) -> bool:
        return bool(arrival.sha256 and self.landed.load_of(arrival.found, arrival.sha256))

    def _remove_former(self, contract: TableContract, arrival: _Arrival) -> int:
        """Remove the rows that a file brought before it changed; returns their number.

        Rows that another file brings stay.
        """
        count = 0
        for load in self.landed.other_loads_of(arrival.found, arrival.sha256 or ""):
            holders = self.files.get((load.source, load.table, load.sha256), [])
            if others := [name for name in holders if name != arrival.found.name]:
                self._hand_over(load, others[0])
                continue
            count += removal.remove_loads(self.connection, contract, [load.load_id])
            ledger.mark_removed(self.connection, load.load_id, "the file changed")
            self.landed.remove(load)
        return count

    def _hand_over(self, load: Load, file: str) -> None:
        """Another file brings the rows of a load from now on."""
        self.landed.remove(load)
        self.landed.add(replace(load, file=file))
        ledger.hand_over(self.connection, load.load_id, file)

    def _look_at(self, contract: TableContract, found: Found) -> _Arrival | None:
        """The file, if it is new or changed; else None."""
        remembered = self.known.get((found.source, found.table, found.name))
        if remembered and not remembered.is_current(contract):
            remembered = None
        if remembered and remembered.is_same_at_a_glance(found):
            return None
        try:
            digest = content_sha256(contract, found, self.paths.temporary)
        except (OSError, NoRoomError) as error:
            problem = str(error)
            if isinstance(error, OSError):
                problem = f"it can't be opened: {error.strerror}"
            if remembered and remembered.reason == problem:
                return None
            return _Arrival(found, None, problem)
        digest = self.landed.as_landed(found, digest, remembered.sha256 if remembered else None)
        if remembered and remembered.sha256 == digest:
            ledger.seen_again(self.connection, remembered.load_id, found)
            return None
        return _Arrival(found, digest)

    def _land_all(self, contract: TableContract, arrivals: list[_Arrival]) -> list[LandedFile]:
        """Land the files together; if that fails, each half, down to single files."""
        started = time.monotonic()
        try:
            return self._land(contract, arrivals, started)
        except (FileChanged, FileProblem) as trouble:
            if len(arrivals) > 1:
                middle = len(arrivals) // 2
                return [
                    *self._land_all(contract, arrivals[:middle]),
                    *self._land_all(contract, arrivals[middle:]),
                ]
            if isinstance(trouble, FileChanged):
                return [_result(arrivals[0].found, FileOutcome("ignored", reason=str(trouble)))]
            if isinstance(trouble, NoRoomError):  # to be tried again
                arrivals = [replace(arrivals[0], sha256=None)]
            failed = FileOutcome("failed", reason=str(trouble))
            with transaction(self.connection):
                return self._record(contract, arrivals, [failed], self._utc_now(), started)

    def _land(
        self, contract: TableContract, arrivals: list[_Arrival], started: float
    ) -> list[LandedFile]:
        """Land the files in one transaction. Raises FileChanged and FileProblem."""
        files = [arrival.found for arrival in arrivals]
        for arrival in arrivals:
            arrival.found.check_unchanged()  # a missing file is not recorded as a problem
            if arrival.problem:
                raise FileProblem(arrival.problem)
        loaded_at = self._utc_now()
        stamp = Stamp(
            self.load_id,
            tuple(file.name for file in files),
            loaded_at,
            latest=loaded_at + FUTURE_TOLERANCE,
        )
        with scratch_folder(self.paths.temporary) as scratch:
            for rows in readers.read(self.connection, contract, files, scratch):
                with transaction(self.connection) as attempt:
                    outcomes = self._insert(contract, files[0].format, rows, stamp)
                    if outcomes is None:
                        attempt.undo()
                        continue
                    for file in files:
                        file.check_unchanged()
                    outcomes = [
                        replace(outcome, rows_removed=self._remove_former(contract, arrival))
                        for outcome, arrival in zip(outcomes, arrivals, strict=True)
                    ]
                    return self._record(contract, arrivals, outcomes, loaded_at, started)
        raise AssertionError("the last reading of a file explains every row")

    def _insert(
        self, contract: TableContract, file_format: str | None, rows: Rows, stamp: Stamp
    ) -> list[FileOutcome] | None:
        """Insert the rows that fit and explain the others; None if this reading can't explain them.

        Raises FileProblem when the row counts of a file do not add up.
        """
        rejected: dict[int, int] = {}
        try:
            of_erased = self._insert_fitting(contract, fitting_sql(contract, rows, stamp))
            table = identifier(contract.schema, contract.table)
            landed = self._count(table, "_load_id", "*")
            if sum(landed.values()) + sum(of_erased.values()) != sum(rows.counts):
                if not rows.can_explain:
                    return None
                self.connection.execute(rejects_sql(contract, rows, stamp))
                rejected = self._count("raw.rejected_rows", "load_id", "distinct line")
                if self.anyone_is_erased:
                    scrub_rejected_rows(self.connection, self.erased, self.load_id)
            if left_out := outside_range_sql(contract, stamp):
                self.connection.execute(left_out)
        except (duckdb.OutOfMemoryException, duckdb.FatalException):
            raise
        except duckdb.Error as error:
            if not rows.can_explain:
                return None
            _raise_if_disk_is_full(error)
            # the error may quote a row, so it is not shown
            raise FileProblem(f"it can't be read as {file_format}") from error
        unknown = tuple(
            name for name in rows.unknown if name.strip().lower() not in contract.not_used
        )
        outcomes = [
            FileOutcome(
                ledger.LANDED,
                count,
                landed.get(load_id, 0),
                rejected.get(load_id, 0),
                rows_erased=of_erased.get(load_id, 0),
                unknown_columns=unknown,
            )
            for load_id, count in enumerate(rows.counts, start=stamp.load_id)
        ]
        for outcome in outcomes:
            explained = outcome.rows_landed + outcome.rows_rejected + outcome.rows_erased
            if outcome.rows_read != explained:
                raise FileProblem(
                    f"it has {outcome.rows_read} rows, but {outcome.rows_landed} could be landed "
                    f"and {outcome.rows_rejected} rejected"
                )
        return outcomes

    def _insert_fitting(self, contract: TableContract, fitting: str) -> dict[int, int]:
        """Insert the rows that fit, but for those of erased persons; returns those by load."""
        if hashed := hashed_values(self.paths, contract):
            fitting = f"select * replace ({hashed}) from ({fitting})"
        if not self.anyone_is_erased or contract.table == REQUESTS:
            self.connection.execute(insert_sql(contract, fitting))
            return {}
        self.connection.execute(f"create or replace temp table arriving as {fitting}")
        if contract.keeps_anonymous_rows:
            orders = self.erased.orders_of_persons(contract, "arriving")
            self.erased.remember({"order": orders}, self._utc_now())
            self.orders_of_erased |= orders
            anonymous = ", ".join(
                f"{value} as {identifier(name)}"
                for name, value in self.erased.anonymous_values(contract).items()
            )
            query = f"select * replace ({anonymous}) from arriving"
            self.connection.execute(insert_sql(contract, query))
            return {}
        of_erased = has_key_sql(contract, self.erased.is_erased_sql)
        query = f"select * from arriving where not {of_erased}"
        self.connection.execute(insert_sql(contract, query))
        counts = self.connection.execute(
            f"select _load_id, count(*) from arriving where {of_erased} group by all"
        )
        return dict(counts.fetchall())

    def erase_orders(self, contracts: list[TableContract]) -> None:
        """Erase what landed of an order before the row that has an erased person's key."""
        if self.orders_of_erased:
            erase_orders(
                self.connection, self.paths, contracts, self.orders_of_erased, self._utc_now()
            )

    def _count(self, table: str, load_id: str, what: str) -> dict[int, int]:
        """The number of rows of each load, from the current one on."""
        return dict(
            self.connection.execute(
                f"select {load_id}, count({what}) from {table} where {load_id} >= ? group by all",
                [self.load_id],
            ).fetchall()
        )

    def _record(
        self,
        contract: TableContract,
        arrivals: list[_Arrival],
        outcomes: list[FileOutcome],
        loaded_at: datetime,
        started: float,
    ) -> list[LandedFile]:
        """Write the ledger; files that landed together share the time equally."""
        seconds = (time.monotonic() - started) / len(arrivals)
        handled = list(zip(arrivals, outcomes, strict=True))
        ledger.record(
            self.connection,
            [
                ledger.entry(
                    load_id, arrival.found, contract, arrival.sha256, outcome, loaded_at, seconds
                )
                for load_id, (arrival, outcome) in enumerate(handled, start=self.load_id)
            ],
        )
        ledger.record_unknown_columns(
            self.connection,
            [
                entry
                for load_id, (arrival, outcome) in enumerate(handled, start=self.load_id)
                for entry in ledger.unknown_columns(
                    load_id, arrival.found, outcome.unknown_columns, loaded_at
                )
            ],
        )
        for load_id, (arrival, outcome) in enumerate(handled, start=self.load_id):
            if outcome.status == ledger.LANDED and arrival.sha256:
                found = arrival.found
                self.landed.add(
                    Load(load_id, found.source, found.table, found.name, arrival.sha256)
                )
        self.load_id += len(arrivals)
        return [_result(arrival.found, outcome, seconds) for arrival, outcome in handled]

    def _utc_now(self) -> datetime:
        return self.now().astimezone(UTC).replace(tzinfo=None)


def _batches(found: list[Found]) -> Iterator[list[Found]]:
    """Groups of files that land together: consecutive small Parquet files of one table."""
    batch: list[Found] = []
    size = 0
    for file in found:
        together = (
            batch
            and {file.format, batch[0].format} == {"parquet"}
            and not (file.member or batch[0].member)
            and (file.source, file.table) == (batch[0].source, batch[0].table)
            and not (unlandable(file) or unlandable(batch[0]))
            and len(batch) < BATCH_FILES
            and size + file.size_bytes <= BATCH_BYTES
        )
        if batch and not together:
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size_bytes
    if batch:
        yield batch


@contextmanager
def scratch_folder(temporary: Path) -> Iterator[Path]:
    """A folder for the copies that reading a file needs."""
    folder = Path(tempfile.mkdtemp(prefix="landing-", dir=temporary))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _raise_if_disk_is_full(error: duckdb.Error) -> None:
    if "No space left" in str(error):
        raise error


def unlandable(found: Found) -> str | None:
    """Why a file of a known table is not read at all; None for one that is."""
    if found.format is None:
        return "files with its suffix do not land"
    if _shown(found) != found.name:
        return "its name is not UTF-8"
    return None


def _shown(found: Found) -> str:
    return found.name.encode(errors="replace").decode()


def _result(found: Found, outcome: FileOutcome, seconds: float = 0.0) -> LandedFile:
    return LandedFile(
        found.source,
        found.table,
        _shown(found),
        outcome.status,
        outcome.rows_read,
        outcome.rows_landed,
        outcome.rows_rejected,
        outcome.reason,
        seconds,
        outcome.rows_removed,
        outcome.rows_erased,
    )


def _describe(result: LandedFile) -> str:
    rejected = f", {result.rows_rejected:,} rejected" if result.rows_rejected else ""
    removed = f", in place of {result.rows_removed:,}" if result.rows_removed else ""
    erased = f", {result.rows_erased:,} of erased persons" if result.rows_erased else ""
    rows = f"{result.rows_landed:,} rows{removed}{rejected}{erased}"
    return f"{result.file}: {rows} in {result.seconds:.2f} s"


def _log_tables(
    results: list[LandedFile],
    per_table: Counter[tuple[str, str]],
    log: Callable[[str], None],
) -> None:
    for (source, table), count in sorted(per_table.items()):
        landed = [r for r in results if (r.source, r.table, r.status) == (source, table, "landed")]
        if count > MANY_FILES and landed:
            rows = sum(result.rows_landed for result in landed)
            rejected = sum(result.rows_rejected for result in landed)
            seconds = sum(result.seconds for result in landed)
            log(
                f"{source}/{table}: {len(landed):,} files, {rows:,} rows"
                f"{f', {rejected:,} rejected' if rejected else ''} in {seconds:.1f} s"
            )
