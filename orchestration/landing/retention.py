"""Removes landed rows that are older than `retention_days` allows, and keeps what they added up to.

A table's cutoff is the beginning of a business day: so many days before the latest day from which
anything has landed. It never moves back. The dates of the history whose features would need rows
from before it can't be computed any longer, so the counts that the last whole build made of them
are kept, and the marts read them.

docs/decisions/retention.md has what leaves and what stays, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb

from orchestration import last_build
from orchestration.databases import single_value
from orchestration.landing import ledger, removal, shared_visitors
from orchestration.landing.connection import connect, transaction
from orchestration.landing.contract import Column, TableContract
from orchestration.paths import DataPaths
from orchestration.sql import identifier, literal

# Rows before `kept_from` have left their table; no date before `computed_from` can be computed.
# A kept table has the columns of its mart.
SCHEMA_SQL = """
    create table if not exists raw.retention_cutoffs (
        table_name varchar not null,
        kept_from timestamp not null,
        computed_from date not null
    );
    create table if not exists raw.kept_segment_sizes (
        scheme varchar not null,
        segment varchar not null,
        as_of_date date not null,
        label_en varchar not null,
        label_nl varchar not null,
        rank integer not null,
        profile_count bigint not null,
        share double not null,
        share_of_applicable double,
        net_revenue decimal(28, 2) not null,
        margin decimal(28, 2)
    );
    create table if not exists raw.kept_segment_transitions (
        scheme varchar not null,
        from_segment varchar not null,
        to_segment varchar not null,
        as_of_date date not null,
        move_kind varchar not null,
        profile_count bigint not null,
        net_revenue decimal(28, 2) not null
    );
    create table if not exists raw.kept_micro_segment_sizes (
        micro_segment varchar not null,
        as_of_date date not null,
        label_en varchar not null,
        label_nl varchar not null,
        description_en varchar not null,
        description_nl varchar not null,
        position integer not null,
        profile_count bigint not null,
        share double not null,
        net_revenue decimal(28, 2) not null,
        margin decimal(28, 2),
        net_revenue_per_profile decimal(28, 2)
    );
    create table if not exists raw.kept_anonymous_events (
        event_date date not null,
        source_name varchar not null,
        event_name varchar not null,
        event_count bigint not null
    );
"""

EVENTS, MESSAGES = "events", "messages"
# A message's refusal holds for as long as the customer does not agree again, however old it is.
_REFUSALS = ("unsubscribed", "complained")
# A visit that began longer before the cutoff does not stay: it is a robot's.
_LONGEST_VISIT = timedelta(days=1)
# What remains of the text of a rejected row that landed before the cutoff.
TOO_OLD_TEXT = "(too old to be kept)"


@dataclass(frozen=True)
class Retention:
    """How many days of a table are kept, and how many the features of one date look back."""

    days: int
    days_read_back: int


@dataclass(frozen=True)
class Cutoff:
    """Rows before `kept_from` (UTC) have left; no date before `computed_from` can be computed."""

    kept_from: datetime
    computed_from: date


def remove_old(
    paths: DataPaths,
    contracts: Sequence[TableContract],
    retention: Mapping[str, Retention],
    *,
    business_timezone: str = "UTC",
    session_timeout: timedelta = timedelta(minutes=30),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Remove the rows before the cutoffs, which `retention` moves on; returns their number.

    The caller holds the warehouse lock. In one transaction: counts are kept and rows leave, or
    neither. Cutoffs stay as they are after a build that failed, whose counts can't be kept.
    """
    with connect(paths) as connection:
        connection.execute(SCHEMA_SQL)
        known = cutoffs(connection)
        if not retention and not known:
            return 0
        is_built = paths.marts.exists()
        if is_built:
            connection.execute(f"attach {literal(str(paths.marts))} as published (read_only)")
        with transaction(connection):
            if not is_built or last_build.publishable_build_id(paths):
                latest = _latest_day(connection, contracts, business_timezone, now())
                moved = _moved(connection, known, retention, latest, business_timezone)
                if moved:
                    set_cutoffs(connection, moved)
                    if is_built:
                        keep_counts(connection, business_timezone)
            return remove_before_cutoffs(connection, contracts, session_timeout)


def cutoffs(connection: duckdb.DuckDBPyConnection) -> dict[str, Cutoff]:
    """The cutoffs so far, by table."""
    rows = connection.execute(
        "select table_name, kept_from, computed_from from raw.retention_cutoffs"
    ).fetchall()
    return {name: Cutoff(*values) for name, *values in rows}


def set_cutoffs(connection: duckdb.DuckDBPyConnection, moved: Mapping[str, Cutoff]) -> None:
    """Record cutoffs in place of those of the same tables."""
    for table, cutoff in moved.items():
        connection.execute("delete from raw.retention_cutoffs where table_name = ?", [table])
        connection.execute(
            "insert into raw.retention_cutoffs values (?, ?, ?)",
            [table, cutoff.kept_from, cutoff.computed_from],
        )


def keep_counts(connection: duckdb.DuckDBPyConnection, business_timezone: str) -> None:
    """Copy what the marts, attached as `published`, say of days that can't be computed any longer.

    A date is kept once. The moves to the first date that can still be computed are from one that
    can't, so they are kept, too.
    """
    computed_from = "(select max(computed_from) from raw.retention_cutoffs)"
    first_computed = (
        f"(select min(as_of_date) from published.marts.segment_sizes "
        f"where as_of_date >= {computed_from})"
    )
    events_from = (
        f"(select cast({_local('kept_from', business_timezone)} as date) "
        f"from raw.retention_cutoffs where table_name = {literal(EVENTS)})"
    )
    for mart, day, condition in (
        ("segment_sizes", "as_of_date", f"as_of_date < {computed_from}"),
        ("micro_segment_sizes", "as_of_date", f"as_of_date < {computed_from}"),
        (
            "segment_transitions",
            "as_of_date",
            f"(as_of_date < {computed_from} or as_of_date = {first_computed})",
        ),
        ("anonymous_events", "event_date", f"event_date < {events_from}"),
    ):
        if columns := _columns(connection, mart):
            connection.execute(
                f"insert into raw.kept_{mart} by name "
                f"select {columns} from published.marts.{mart} "
                f"where {condition} and {day} not in (select {day} from raw.kept_{mart})"
            )


def remove_before_cutoffs(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[TableContract],
    session_timeout: timedelta,
) -> int:
    """Remove the rows that are too old by the recorded cutoffs; returns their number.

    Rows of one visit stay or leave together, and so do those of one key: an older version would
    count again without the latest one.
    """
    known = cutoffs(connection)
    too_old = [
        contract
        for contract in contracts
        if contract.table in known and _has_old(connection, contract, known[contract.table])
    ]
    events = [contract for contract in too_old if _is_of_visits(contract)]
    if events:
        _collect_pauses(connection, contracts, known[EVENTS].kept_from, session_timeout)
    conditions = {
        contract.key: _too_old_sql(contract, known[contract.table].kept_from)
        for contract in too_old
    }
    count = 0
    with shared_visitors.remembered(
        connection, contracts, [(c, conditions[c.key]) for c in events]
    ):
        for contract in too_old:
            of_events = "false"
            if contract in events:
                of_events = _of_ended_visit("visitor_id", "occurred_at", known[EVENTS].kept_from)
            removed = removal.remove_rows(connection, contract, conditions[contract.key], of_events)
            for load_id, rows in removed.items():
                ledger.count_too_old(connection, load_id, rows)
            count += sum(removed.values())
    connection.execute(
        "update raw.rejected_rows set raw_text = $1 from raw.retention_cutoffs as cutoffs "
        "where rejected_rows.table_name = cutoffs.table_name and raw_text != $1 "
        "and loaded_at < kept_from",
        [TOO_OLD_TEXT],
    )
    return count


def _latest_day(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[TableContract],
    business_timezone: str,
    now: datetime,
) -> date | None:
    """The latest business day from which anything has landed, as of the clock at the latest."""
    found = [
        connection.execute(
            f"select max(least({identifier(column.name)}, _loaded_at)) from {_table(contract)}"
        ).fetchone()
        for contract in contracts
        for column in contract.columns
        if column.has_happened and column.data_type == "TIMESTAMP"
    ]
    instants = [row[0] for row in found if row and row[0]]
    if not instants:
        return None
    latest = min(max(instants), now.astimezone(UTC).replace(tzinfo=None))
    return single_value(
        connection,
        f"select cast({_local(at(latest), business_timezone)} as date)",
    )


def _moved(
    connection: duckdb.DuckDBPyConnection,
    known: Mapping[str, Cutoff],
    retention: Mapping[str, Retention],
    latest: date | None,
    business_timezone: str,
) -> dict[str, Cutoff]:
    """The cutoffs that move on to a later day."""
    moved: dict[str, Cutoff] = {}
    if latest is None:
        return moved
    for table, rule in retention.items():
        first_day = latest - timedelta(days=rule.days)
        cutoff = Cutoff(
            _beginning(connection, first_day, business_timezone),
            first_day + timedelta(days=rule.days_read_back),
        )
        if before := known.get(table):
            cutoff = Cutoff(
                max(cutoff.kept_from, before.kept_from),
                max(cutoff.computed_from, before.computed_from),
            )
        if cutoff != before:
            moved[table] = cutoff
    return moved


def _beginning(
    connection: duckdb.DuckDBPyConnection, day: date, business_timezone: str
) -> datetime:
    """The instant at which a business day begins, in UTC."""
    instant = single_value(
        connection,
        f"select timezone('UTC', timezone({literal(business_timezone)}, timestamp '{day}'))",
    )
    assert isinstance(instant, datetime)
    return instant


def _columns(connection: duckdb.DuckDBPyConnection, mart: str) -> str:
    """The columns that a kept table and its mart, which an older version may have built, share."""
    rows = connection.execute(
        "select column_name from duckdb_columns() where table_name = $1 "
        "and database_name = 'published' and schema_name = 'marts' intersect "
        "select column_name from duckdb_columns() where table_name = 'kept_' || $1 "
        "and database_name = current_database() and schema_name = 'raw'",
        [mart],
    ).fetchall()
    return ", ".join(identifier(name) for (name,) in rows)


def _has_old(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, cutoff: Cutoff
) -> bool:
    is_old = _is_old(contract, cutoff.kept_from) if _instant(contract) else "false"
    query = f"select 1 from {_table(contract)} where {is_old} limit 1"
    return bool(connection.execute(query).fetchone())


def _collect_pauses(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[TableContract],
    kept_from: datetime,
    session_timeout: timedelta,
) -> None:
    """By visitor, the last event before the cutoff after which there was none within a timeout.

    Only the last day before the cutoff is read.
    """
    seconds = int(session_timeout.total_seconds())
    near = " union all ".join(
        f"select {_visitor(contract)} as visitor, {_instant(contract)} as happened_at "
        f"from {_table(contract)}"
        f" where {_instant(contract)} >= {at(kept_from - _LONGEST_VISIT)} "
        f"and {_instant(contract)} <= {at(kept_from + session_timeout)}"
        for contract in contracts
        if contract.table == EVENTS and _is_of_visits(contract)
    )
    connection.execute(f"""
        create or replace temp table pauses as
        select visitor, max(happened_at) as last_at
        from (
            select
                visitor,
                happened_at,
                lead(happened_at) over (partition by visitor order by happened_at) as next_at
            from ({near})
        )
        where happened_at < {at(kept_from)}
            and (next_at is null or next_at > happened_at + to_seconds({seconds}))
        group by visitor
    """)


def _too_old_sql(contract: TableContract, kept_from: datetime) -> str:
    """A condition: whether a row leaves."""
    if _is_of_visits(contract):
        return _of_ended_visit(_visitor(contract), _instant(contract), kept_from)
    is_old, key = _is_old(contract, kept_from), _key(contract)
    if key is None:
        return is_old
    return f"{is_old} and {key} not in (select {key} from {_table(contract)} where not ({is_old}))"


def _is_old(contract: TableContract, kept_from: datetime) -> str:
    """A condition: whether a row leaves, unless another of its visit or key stays."""
    is_old = f"{_instant(contract)} < {at(kept_from)}"
    if contract.table == MESSAGES and any(each.name == "action" for each in contract.columns):
        return f"{is_old} and lower(trim(action)) not in ({', '.join(map(literal, _REFUSALS))})"
    return is_old


def _of_ended_visit(visitor: str, instant: str, kept_from: datetime) -> str:
    """A condition: whether an event is of a visit that ended before the cutoff."""
    return (
        f"{instant} < {at(kept_from)} and ({instant} < {at(kept_from - _LONGEST_VISIT)} or exists "
        f"(select 1 from pauses where pauses.visitor = {visitor} and {instant} <= pauses.last_at))"
    )


def _is_of_visits(contract: TableContract) -> bool:
    return contract.table == EVENTS and bool(contract.identifying("visitor"))


def _visitor(contract: TableContract) -> str:
    return identifier(contract.identifying("visitor")[0].name)


def _instant(contract: TableContract) -> str:
    """The column by which a row's age is known; empty for a table without one."""
    return _first(contract, lambda column: column.has_happened and column.data_type == "TIMESTAMP")


def _key(contract: TableContract) -> str | None:
    """The column whose rows are versions of one another."""
    return _first(contract, lambda column: column.is_required and column.is_key) or None


def _first(contract: TableContract, is_wanted: Callable[[Column], bool]) -> str:
    return next((identifier(column.name) for column in contract.columns if is_wanted(column)), "")


def _local(instant: str, business_timezone: str) -> str:
    """The local time of an instant in UTC, as an expression of SQL."""
    return f"timezone({literal(business_timezone)}, timezone('UTC', {instant}))"


def at(instant: datetime) -> str:
    """An instant in UTC as a literal of SQL."""
    return f"timestamp {literal(str(instant))}"


def _table(contract: TableContract) -> str:
    return identifier(contract.schema, contract.table)
