"""The ledger of landing: every version of every file, and every rejected row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from orchestration.databases import single_value
from orchestration.landing.contract import TableContract
from orchestration.landing.files import Found

# Objects of NDJSON may have values for keys, even addresses of people.
_SHOWN_NAME = re.compile(r"[\w .$/:-]{1,60}")
_MOST_UNKNOWN_COLUMNS = 100

SCHEMA_SQL = """
    create schema if not exists raw;
    create table if not exists raw.landed_files (
        load_id bigint not null,
        source varchar not null,
        table_name varchar not null,
        file varchar not null,
        size_bytes bigint not null,
        mtime_ns bigint not null,
        sha256 varchar,
        contract_version varchar not null,
        status varchar not null,
        rows_read bigint not null,
        rows_landed bigint not null,
        rows_rejected bigint not null,
        reason varchar,
        loaded_at timestamp not null,
        seconds double not null
    );
    alter table raw.landed_files add column if not exists rows_removed bigint default 0;
    -- rows_erased are those that did not land since the person was erased before; of rows_removed,
    -- rows_erased_since belonged to persons who were erased later
    alter table raw.landed_files add column if not exists rows_erased bigint default 0;
    alter table raw.landed_files add column if not exists rows_erased_since bigint default 0;
    -- and rows_too_old were older than the var retention_days allows
    alter table raw.landed_files add column if not exists rows_too_old bigint default 0;
    create table if not exists raw.rejected_rows (
        load_id bigint not null,
        source varchar not null,
        table_name varchar not null,
        file varchar not null,
        line bigint not null,
        column_name varchar,
        raw_text varchar,
        reason varchar not null,
        loaded_at timestamp not null
    );
    create table if not exists raw.values_left_out (
        load_id bigint not null,
        source varchar not null,
        table_name varchar not null,
        file varchar not null,
        column_name varchar not null,
        reason varchar not null,
        value_count bigint not null,
        loaded_at timestamp not null
    );
    create table if not exists raw.unknown_columns (
        load_id bigint not null,
        source varchar not null,
        table_name varchar not null,
        file varchar not null,
        column_name varchar not null,
        loaded_at timestamp not null
    );
    -- what a file holds since erased persons were removed from it, and what it held when it landed
    create table if not exists raw.rewritten_content (
        source varchar not null,
        table_name varchar not null,
        sha256 varchar not null,
        landed_sha256 varchar not null
    );
"""


# A file's status in the ledger. `copied`: its content landed before, under this name or another;
# `removed`: its rows landed and were removed, since the file changed or was retracted;
# `retracted`: the content of this file is not to land.
LANDED, FAILED, COPIED, REMOVED, RETRACTED = "landed", "failed", "copied", "removed", "retracted"


@dataclass(frozen=True)
class Remembered:
    """A file's latest version. `sha256` is None for a file that could not be read."""

    load_id: int
    size_bytes: int
    mtime_ns: int
    sha256: str | None
    contract_version: str
    status: str
    reason: str | None

    def is_current(self, contract: TableContract) -> bool:
        """Whether landing the same bytes again would give the same result.

        A landed file stays landed; a failed file is tried again when its contract has changed.
        """
        return self.status != FAILED or self.contract_version == contract.version

    def is_same_at_a_glance(self, found: Found) -> bool:
        """Whether size and time are unchanged; never true for a file that could not be read."""
        return self.sha256 is not None and (self.size_bytes, self.mtime_ns) == (
            found.size_bytes,
            found.mtime_ns,
        )


@dataclass(frozen=True)
class FileOutcome:
    """The result of landing one file."""

    status: str
    rows_read: int = 0
    rows_landed: int = 0
    rows_rejected: int = 0
    reason: str | None = None
    rows_removed: int = 0
    unknown_columns: tuple[str, ...] = ()
    rows_erased: int = 0


@dataclass(frozen=True)
class Load:
    """Rows of a table that landed together from one file and have not been removed.

    `file` is the file that brings them now, which may have another name than when it landed.
    """

    load_id: int
    source: str
    table: str
    file: str
    sha256: str


def latest(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str, str], Remembered]:
    """The latest version of each file, by (source, table, file)."""
    rows = connection.execute("""
        select source, table_name, file,
            load_id, size_bytes, mtime_ns, sha256, contract_version, status, reason
        from raw.landed_files
        qualify row_number() over (partition by source, table_name, file order by load_id desc) = 1
    """).fetchall()
    return {row[:3]: Remembered(*row[3:]) for row in rows}


def existing_loads(connection: duckdb.DuckDBPyConnection) -> list[Load]:
    """The loads whose rows are in the tables, oldest first."""
    rows = connection.execute(
        "select load_id, source, table_name, file, sha256 from raw.landed_files "
        "where status = ? order by load_id",
        [LANDED],
    ).fetchall()
    return [Load(*row) for row in rows]


def rewritten_content(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str, str], list[str]]:
    """What landed with the content that is now without erased persons, by the latter."""
    rows = connection.execute(
        "select source, table_name, sha256, list(landed_sha256 order by landed_sha256) "
        "from raw.rewritten_content group by all"
    ).fetchall()
    return {row[:3]: row[3] for row in rows}


def remember_rewritten(
    connection: duckdb.DuckDBPyConnection, found: Found, *, sha256: str, landed_sha256: str
) -> None:
    """Record that content counts as landed, as what it was before erased persons were removed."""
    connection.execute(
        "insert into raw.rewritten_content select * from (select $1, $2, $3, $4) as new "
        "except select * from raw.rewritten_content",
        [found.source, found.table, sha256, landed_sha256],
    )


def mark_removed(connection: duckdb.DuckDBPyConnection, load_id: int, reason: str) -> None:
    """Record that the rows of a load were removed."""
    connection.execute(
        "update raw.landed_files set status = ?, rows_removed = rows_landed, reason = ? "
        "where load_id = ?",
        [REMOVED, reason, load_id],
    )


def count_erased(connection: duckdb.DuckDBPyConnection, load_id: int, count: int) -> None:
    """Record that rows of a load were removed because their person was erased."""
    connection.execute(
        "update raw.landed_files set rows_removed = rows_removed + $1, "
        "rows_erased_since = rows_erased_since + $1 where load_id = $2",
        [count, load_id],
    )


def count_too_old(connection: duckdb.DuckDBPyConnection, load_id: int, count: int) -> None:
    """Record that rows of a load were removed because they were too old."""
    connection.execute(
        "update raw.landed_files set rows_removed = rows_removed + $1, "
        "rows_too_old = rows_too_old + $1 where load_id = $2",
        [count, load_id],
    )


def hand_over(connection: duckdb.DuckDBPyConnection, load_id: int, file: str) -> None:
    """Record that another file brings the rows of a load."""
    connection.execute("update raw.landed_files set file = ? where load_id = ?", [file, load_id])


def next_load_id(connection: duckdb.DuckDBPyConnection) -> int:
    """The load id of the next file: one more than the highest so far."""
    return single_value(connection, "select coalesce(max(load_id), 0) + 1 from raw.landed_files")


def entry(
    load_id: int,
    found: Found,
    contract: TableContract,
    sha256: str | None,
    outcome: FileOutcome,
    loaded_at: datetime,
    seconds: float,
) -> tuple:
    """A file's ledger row."""
    return (
        load_id,
        found.source,
        found.table,
        found.name,
        found.size_bytes,
        found.mtime_ns,
        sha256,
        contract.version,
        outcome.status,
        outcome.rows_read,
        outcome.rows_landed,
        outcome.rows_rejected,
        outcome.reason,
        str(loaded_at),
        seconds,
        outcome.rows_erased,
    )


def record(connection: duckdb.DuckDBPyConnection, entries: list[tuple]) -> None:
    """Write the ledger rows of some files."""
    columns = (
        "load_id, source, table_name, file, size_bytes, mtime_ns, sha256, contract_version, "
        "status, rows_read, rows_landed, rows_rejected, reason, loaded_at, seconds, rows_erased"
    )
    _insert(connection, f"raw.landed_files ({columns})", entries)


def unknown_columns(
    load_id: int, found: Found, names: Iterable[str], loaded_at: datetime
) -> list[tuple]:
    """The rows for the columns of a file that its contract lacks."""
    shown = [name for name in dict.fromkeys(names) if _SHOWN_NAME.fullmatch(name)]
    file = (load_id, found.source, found.table, found.name)
    return [(*file, name, str(loaded_at)) for name in shown[:_MOST_UNKNOWN_COLUMNS]]


def record_unknown_columns(connection: duckdb.DuckDBPyConnection, entries: list[tuple]) -> None:
    """Write the rows of `unknown_columns`."""
    if entries:
        _insert(connection, "raw.unknown_columns", entries)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, entries: list[tuple]) -> None:
    # all rows are one parameter: one for each value would more than double the time of a small file
    values = ", ".join(f"entry ->> {i}" for i in range(len(entries[0])))
    connection.execute(
        f"insert into {table} "
        f"select {values} from (select unnest(cast($entries as json[])) as entry)",
        {"entries": json.dumps(entries)},
    )


def seen_again(connection: duckdb.DuckDBPyConnection, load_id: int, found: Found) -> None:
    """Record the new time of a file with unchanged content."""
    connection.execute(
        "update raw.landed_files set mtime_ns = ?, size_bytes = ? where load_id = ?",
        [found.mtime_ns, found.size_bytes, load_id],
    )
