"""Landing: what is new in the landing folder goes to the warehouse, file by file."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.landing import csv_file, ledger, ndjson_file, parquet_file, tables
from orchestration.landing.connection import connect, transaction
from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Rows, insert_sql, rejects_sql
from orchestration.landing.files import Found, find, sha256
from orchestration.landing.ledger import Outcome, Remembered
from orchestration.landing.problems import FileChanged, FileProblem
from orchestration.paths import DataPaths

# clocks differ, and time zones are got wrong by hours; by more than a day is another thing
FUTURE_TOLERANCE = timedelta(days=1)

# from here on a table's files are logged together
MANY_FILES = 50


@dataclass(frozen=True)
class LandedFile:
    """What became of one file. `file` is its path below the landing folder.

    `status` is landed, failed (`reason` says why, and the ledger has it) or ignored (it lies where
    nothing lands, or is still being written; the ledger does not have it).
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


def land(
    paths: DataPaths,
    contracts: Iterable[TableContract],
    *,
    only: Collection[tuple[str, str]] | None = None,
    log: Callable[[str], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[LandedFile]:
    """Land every new or changed file, and say what became of each.

    Makes the raw tables of all contracts first. `only` keeps to some tables, as (source, table).
    Files that landed or failed before, and have not changed since, are not in the result. The
    caller holds the warehouse's lock. Raises ContractError; duckdb.Error or OSError where the
    warehouse itself can't be written; and nothing on account of a file.
    """
    contracts = list(contracts)
    paths.warehouse_dir.mkdir(parents=True, exist_ok=True)
    paths.temporary.mkdir(parents=True, exist_ok=True)
    results: list[LandedFile] = []
    with connect(paths) as connection:
        loader = _Loader(connection, paths, log, now)
        loader.prepare(contracts)
        by_key = {contract.key: contract for contract in contracts}
        if only is not None:
            by_key = {key: by_key[key] for key in by_key if key in set(only)}
        found = find(paths.landing)
        per_table = Counter((f.source, f.table) for f in found)
        for file in found:
            contract = by_key.get((file.source, file.table))
            result = None
            if contract and not (reason := _unlandable(file)):
                result = loader.handle(contract, file)
            elif only is None or contract:
                reason = reason if contract else "no table of the contracts lands there"
                result = LandedFile(file.source, file.table, _shown(file), "ignored", reason=reason)
            if result:
                results.append(result)
                if per_table[file.source, file.table] <= MANY_FILES or result.status == "failed":
                    log(_describe(result))
        _log_tables(results, per_table, log)
    return results


def failed_files(paths: DataPaths) -> list[LandedFile]:
    """The files that lie in the landing folder and whose latest version failed, by name."""
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
        except duckdb.CatalogException:  # nothing was ever landed
            return []
    return [LandedFile(*row) for row in rows if (paths.landing / row[2]).exists()]


class _Loader:
    """One call's connection, memory and clock."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        paths: DataPaths,
        log: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self.connection = connection
        self.paths = paths
        self.log = log
        self.now = now
        self.known: dict[tuple[str, str, str], Remembered] = {}
        self.load_id = 0

    def prepare(self, contracts: list[TableContract]) -> None:
        with transaction(self.connection):
            self.connection.execute(ledger.SCHEMA_SQL)
            tables.prepare(self.connection, contracts)
        self.known = ledger.latest(self.connection)
        self.load_id = ledger.next_load_id(self.connection)

    def handle(self, contract: TableContract, found: Found) -> LandedFile | None:
        """Land the file if it is new; None where there was nothing to do."""
        started = time.monotonic()
        remembered = self.known.get((found.source, found.table, found.name))
        if remembered and not remembered.stands(contract):
            remembered = None
        if remembered and remembered.is_same_at_a_glance(found):
            return None
        try:
            digest = sha256(found.path)
        except FileNotFoundError:
            return self._result(found, Outcome("ignored", reason="it went away"), started)
        except OSError as error:
            reason = f"it can't be opened: {error.strerror}"
            if remembered and remembered.reason == reason:
                return None
            return self._fail(contract, found, None, reason, started)
        if remembered and remembered.sha256 == digest:
            ledger.seen_again(self.connection, remembered.load_id, found)
            return None
        try:
            return self._land(contract, found, digest, started)
        except FileChanged as change:
            return self._result(found, Outcome("ignored", reason=str(change)), started)
        except FileProblem as problem:
            return self._fail(contract, found, digest, str(problem), started)

    def _land(
        self, contract: TableContract, found: Found, digest: str, started: float
    ) -> LandedFile:
        loaded_at = self.now().astimezone(UTC).replace(tzinfo=None)
        with _scratch(self.paths.temporary) as scratch:
            for rows in self._readings(contract, found, scratch):
                with transaction(self.connection) as attempt:
                    outcome = self._insert(contract, found, rows, loaded_at)
                    if outcome is None:
                        attempt.undo()
                        continue
                    found.check_unchanged()
                    seconds = time.monotonic() - started
                    ledger.record(
                        self.connection,
                        self.load_id,
                        found,
                        contract,
                        digest,
                        outcome,
                        loaded_at,
                        seconds,
                    )
                self.load_id += 1
                return self._result(found, outcome, started)
        raise AssertionError("the last reading of a file explains every row")

    def _readings(self, contract: TableContract, found: Found, scratch: Path) -> Iterator[Rows]:
        if found.format == "parquet":
            return parquet_file.read(self.connection, contract, found)
        if found.format == "csv":
            return csv_file.read(contract, found, scratch)
        return ndjson_file.read(contract, found, scratch)

    def _insert(
        self, contract: TableContract, found: Found, rows: Rows, loaded_at: datetime
    ) -> Outcome | None:
        """Insert what fits and explain the rest; None where this reading can't explain it.

        Raises FileProblem where the rows do not add up.
        """
        limit = f"timestamp '{loaded_at + FUTURE_TOLERANCE}'"
        stamp = f"timestamp '{loaded_at}'"
        rejected = 0
        try:
            landed = self.connection.execute(
                insert_sql(contract, rows, stamp, limit),
                {"load_id": self.load_id, "file": found.name},
            ).fetchone()[0]
            if landed != rows.count:
                if not rows.can_explain:
                    return None
                rejected = self._reject(contract, found, rows, stamp, limit)
        except (duckdb.OutOfMemoryException, duckdb.FatalException):
            raise
        except duckdb.Error as error:
            if not rows.can_explain:
                return None
            _raise_if_disk_is_full(error)
            # the error may quote the row, so it is not repeated
            raise FileProblem(f"it can't be read as {found.format}") from error
        if landed + rejected != rows.count:
            raise FileProblem(
                f"it has {rows.count} rows, but {landed} could be landed and {rejected} rejected"
            )
        return Outcome("landed", rows.count, landed, rejected)

    def _reject(
        self, contract: TableContract, found: Found, rows: Rows, stamp: str, limit: str
    ) -> int:
        self.connection.execute(
            f"""
            insert into raw.rejected_rows
            select $load_id, $source, $table, $file, line, column_name, raw_text, reason, {stamp}
            from ({rejects_sql(contract, rows, limit)})
            """,
            {
                "load_id": self.load_id,
                "source": found.source,
                "table": found.table,
                "file": found.name,
            },
        )
        return self.connection.execute(
            "select count(distinct line) from raw.rejected_rows where load_id = ?", [self.load_id]
        ).fetchone()[0]

    def _fail(
        self,
        contract: TableContract,
        found: Found,
        digest: str | None,
        reason: str,
        started: float,
    ) -> LandedFile:
        outcome = Outcome("failed", reason=reason)
        with transaction(self.connection):
            ledger.record(
                self.connection,
                self.load_id,
                found,
                contract,
                digest,
                outcome,
                self.now().astimezone(UTC).replace(tzinfo=None),
                time.monotonic() - started,
            )
        self.load_id += 1
        return self._result(found, outcome, started)

    def _result(self, found: Found, outcome: Outcome, started: float) -> LandedFile:
        return LandedFile(
            found.source,
            found.table,
            found.name,
            outcome.status,
            outcome.rows_read,
            outcome.rows_landed,
            outcome.rows_rejected,
            outcome.reason,
            time.monotonic() - started,
        )


@contextmanager
def _scratch(temporary: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="landing-", dir=temporary))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _raise_if_disk_is_full(error: duckdb.Error) -> None:
    if "No space left" in str(error):
        raise error


def _unlandable(found: Found) -> str | None:
    if found.format is None:
        return "its suffix is not one that lands"
    if _shown(found) != found.name:
        return "its name is not UTF-8"
    return None


def _shown(found: Found) -> str:
    return found.name.encode(errors="replace").decode()


def _describe(result: LandedFile) -> str:
    if result.status != "landed":
        return f"{result.file}: {result.status}, {result.reason}"
    rejected = f", {result.rows_rejected:,} rejected" if result.rows_rejected else ""
    return f"{result.file}: {result.rows_landed:,} rows{rejected} in {result.seconds:.2f} s"


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
