"""What does not fit the contracts: sentences on new files, and whether they stop the refresh.

No sentence has text of a row: more people read logs and alerts than the raw tables.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.errors import KlantbeeldError
from orchestration.landing import archive
from orchestration.landing.contract import TableContract
from orchestration.paths import DataPaths

# Rows of new files: the latest version of each file that is still in the landing folder.
_LATEST_FILES = """
    select load_id, source, table_name, file, status, rows_read, rows_landed, rows_rejected, reason,
        rows_erased
    from raw.landed_files
    qualify row_number() over (
        partition by source, table_name, file order by load_id desc
    ) = 1 and status in ('landed', 'failed') and load_id > ?
    order by load_id
"""


@dataclass(frozen=True)
class Reason:
    """Why rows or files do not fit, how many have the commonest reason, and where it is first."""

    text: str
    count: int
    example: str


@dataclass(frozen=True)
class Unfit:
    """The new files of one table, and at least one does not fit in whole."""

    table: str
    file_count: int
    failed: int
    rows_read: int
    rows_landed: int
    rows_rejected: int
    rows_erased: int
    has_landed_rows: bool
    reason: Reason

    @property
    def share(self) -> float:
        """The part of the rows that were refused."""
        return self.rows_rejected / self.rows_read if self.rows_read else 0.0

    @property
    def fits_nowhere(self) -> bool:
        """Whether no row of a new file fits, or no file of the table has ever been read."""
        # those of erased persons fit, too, and were left out
        if self.rows_landed or self.rows_erased:
            return False
        return self.rows_rejected > 0 or not self.has_landed_rows

    def sentence(self) -> str:
        """What is refused, and most often why."""
        why = f"{self.reason.text} ({{}} {self.reason.count:,}; for example {self.reason.example})"
        if not self.rows_rejected:
            return (
                f"{self.failed:,} of {self.file_count:,} new files of {self.table} could not be "
                f"landed, most often because {why.format('files:')}"
            )
        return (
            f"{self.rows_rejected:,} of {self.rows_read:,} new rows of {self.table} do not fit its "
            f"contract, most often because {why.format('rows:')}"
        )


def unfit_tables(
    paths: DataPaths, contracts: Collection[TableContract], *, after: int
) -> list[Unfit]:
    """The tables whose files after the load id `after` do not fit in whole."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        rows = connection.execute(_LATEST_FILES, [after]).fetchall()
        there = archive.names(paths.landing) if rows else set()
        files = [file for file in rows if file[3] in there]
        return [
            unfit
            for contract in contracts
            if (own := [file for file in files if (file[1], file[2]) == contract.key])
            and (unfit := _unfit(connection, contract, own))
        ]


def refuse(unfit: Sequence[Unfit], max_rejected_share: float) -> None:
    """Raise KlantbeeldError where nothing of a table fits, or too little."""
    stopping = [each for each in unfit if each.fits_nowhere or each.share > max_rejected_share]
    if not stopping:
        return
    first, *others = stopping
    source = first.table.split("/")[0]
    verdict = (
        f"Nothing of {first.table} fits"
        if first.fits_nowhere
        else f"Too little of {first.table} fits (at most {max_rejected_share:.0%} may be refused, "
        "by the threshold `max_rejected_share` of the topic `landing`)"
    )
    also = f" The same holds for {', '.join(each.table for each in others)}." if others else ""
    raise KlantbeeldError(
        f"{verdict}: {first.sentence()}. Correct the file, or its "
        f"contract models/staging/{source}/_{source}__sources.yml, or move the file out of the "
        f"landing folder, and refresh again; `make rejected` lists all that was refused.{also}"
    )


def new_columns(paths: DataPaths, *, after: int) -> list[str]:
    """A sentence for each table whose files after the load id `after` have new unknown columns."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            with columns as (
                select source || '/' || table_name as table_name, column_name,
                    min(load_id) as first_load_id, count(*) as file_count, min(file) as example
                from raw.unknown_columns
                group by all
            )

            select table_name, string_agg(
                '`' || column_name || '` ('
                || case when file_count > 1 then file_count || ' files, such as ' else '' end
                || example || ')',
                ', ' order by file_count desc, column_name
            )
            from columns
            where first_load_id > ?
            group by table_name
            order by table_name
            """,
            [after],
        ).fetchall()
    return [
        f"{table} has new columns that its contract lacks, so they are kept in `_extra`: {columns}"
        for table, columns in rows
    ]


def _unfit(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, files: list[tuple[Any, ...]]
) -> Unfit | None:
    failed = [file for file in files if file[4] == "failed"]
    rejecting = [file[0] for file in files if file[7]]
    if not failed and not rejecting:
        return None
    reason = _of_rows(connection, rejecting) if rejecting else _of_files(failed)
    has_landed = connection.execute(
        "select count(*) from raw.landed_files"
        " where source = ? and table_name = ? and status = 'landed'"
        " and rows_landed + rows_erased > 0",
        list(contract.key),
    ).fetchone()
    return Unfit(
        table="/".join(contract.key),
        file_count=len(files),
        failed=len(failed),
        rows_read=sum(file[5] for file in files),
        rows_landed=sum(file[6] for file in files),
        rows_rejected=sum(file[7] for file in files),
        rows_erased=sum(file[9] for file in files),
        has_landed_rows=bool(has_landed and has_landed[0]),
        reason=reason,
    )


def _of_rows(connection: duckdb.DuckDBPyConnection, load_ids: list[int]) -> Reason:
    column, reason, count, file, line = connection.execute(
        """
        select
            column_name,
            reason,
            count(distinct (load_id, line)) as row_count,
            arg_min(file, (load_id, line)),
            arg_min(line, (load_id, line))
        from raw.rejected_rows
        where load_id in (select unnest(?))
        group by column_name, reason
        order by row_count desc, column_name, reason
        limit 1
        """,
        [load_ids],
    ).fetchone() or (None, "of an unknown reason", 0, "", 0)
    text = f"{column} {reason}" if column else f"a row {reason}"
    return Reason(text, count, f"{file}, line {line}")


def _of_files(failed: list[tuple[Any, ...]]) -> Reason:
    reasons = [file[8] for file in failed]
    commonest = max(reasons, key=reasons.count)
    (example, *_) = [file[3] for file in failed if file[8] == commonest]
    return Reason(commonest, reasons.count(commonest), example)
