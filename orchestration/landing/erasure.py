"""Erases the persons who asked for it from all that has landed.

Whom a request means follows from what has landed so far: a customer is all the devices on which
only they were seen, and a visitor is the customer who alone was seen on that device. Their rows are
removed; orders stay as anonymous money, under another key and without customer and visitor. A
keyed hash of each key is remembered, so that the same files do not bring anybody back.

docs/decisions/erasure.md has what stays, and why.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.landing import ledger, removal
from orchestration.landing.connection import connect, transaction
from orchestration.landing.contract import IDENTIFIED, TableContract
from orchestration.landing.erased import SCHEMA_SQL, ErasedKeys, has_key_sql
from orchestration.landing.shared_visitors import collect_seen_together
from orchestration.paths import DataPaths
from orchestration.sql import identifier, literal

REQUESTS = "erasure_requests"
# What remains of the text of a rejected row that holds a key of an erased person.
ERASED_TEXT = "(erased)"
_WORD = re.compile(r"[^\s,;|\"'{}\[\]:]+")
_ROWS_AT_ONCE = 10_000


def erase_requested(
    paths: DataPaths,
    contracts: Sequence[TableContract],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Erase everybody in the landed requests; returns the number of their keys.

    The caller holds the warehouse lock. In one transaction: everybody is erased, or nobody. The
    databases keep the freed bytes until they are rewritten, for which `is_rewriting_due` asks.
    """
    with connect(paths) as connection:
        connection.execute(SCHEMA_SQL)
        requests = [
            contract
            for contract in contracts
            if contract.table == REQUESTS
            and connection.execute(f"select 1 from {_table(contract)} limit 1").fetchone()
        ]
        if not requests:
            return 0
        # written first: a killed refresh rewrites the databases once more, and never too little
        _marker(paths).touch()
        with transaction(connection):
            keys = _keys_of_persons(connection, contracts, requests)
            _erase(connection, ErasedKeys(connection, paths), contracts, keys, now())
    return sum(map(len, keys.values()))


def erase_orders(
    connection: duckdb.DuckDBPyConnection,
    paths: DataPaths,
    contracts: Sequence[TableContract],
    orders: set[str],
    now: datetime,
) -> None:
    """Erase what landed of orders before it was known that they are an erased person's."""
    connection.execute("create or replace temp table erased_now (kind varchar, key varchar)")
    connection.execute(
        "insert into erased_now select 'order', unnest(?::varchar[])", [sorted(orders)]
    )
    if not any(
        connection.execute(
            f"select 1 from {_table(contract)} where {has_key_sql(contract, _is_key)} limit 1"
        ).fetchone()
        for contract in contracts
    ):
        return
    _marker(paths).touch()
    with transaction(connection):
        _erase(connection, ErasedKeys(connection, paths), contracts, {"order": orders}, now)


def is_rewriting_due(paths: DataPaths) -> bool:
    """Whether the databases still hold the freed bytes of erased rows."""
    return _marker(paths).exists()


def rewriting_done(paths: DataPaths) -> None:
    """Record that the databases were rewritten."""
    _marker(paths).unlink(missing_ok=True)


def scrub_rejected_rows(
    connection: duckdb.DuckDBPyConnection, erased: ErasedKeys, first_load_id: int
) -> None:
    """Remove the text of rejected rows with the key of an erased person, from a load on."""
    cursor = connection.execute(
        "select rowid, raw_text from raw.rejected_rows "
        "where load_id >= ? and raw_text is not null and raw_text != ?",
        [first_load_id, ERASED_TEXT],
    )
    if found := naming_erased(erased, cursor.fetchall()):
        connection.execute(
            "update raw.rejected_rows set raw_text = ? where rowid in (select unnest(?::bigint[]))",
            [ERASED_TEXT, found],
        )


def naming_erased(erased: ErasedKeys, texts: list[tuple[int, str]]) -> list[int]:
    """The numbers of those texts that have the key of an erased person among their words."""
    found: list[int] = []
    for start in range(0, len(texts), _ROWS_AT_ONCE):
        words = {
            number: set(_WORD.findall(text))
            for number, text in texts[start : start + _ROWS_AT_ONCE]
        }
        keys = erased.keys_among(set().union(*words.values()))
        found += [number for number, of_text in words.items() if of_text & keys]
    return found


def _keys_of_persons(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[TableContract],
    requests: Sequence[TableContract],
) -> dict[str, set[str]]:
    """The keys of everybody who asked: customers and visitors, by their kind."""
    execute = connection.execute
    execute("create or replace temp table erased_now (kind varchar, key varchar)")
    # a request is no proof of whose a device is
    collect_seen_together(connection, [each for each in contracts if each not in requests])
    for contract in requests:
        for kind in ("customer", "visitor"):
            for column in contract.identifying(kind):
                execute(
                    f"insert into erased_now select distinct '{kind}', {identifier(column.name)} "
                    f"from {_table(contract)} where {identifier(column.name)} is not null"
                )
    _collect_keys_of_one_customer(connection, contracts)
    # the devices of a customer, the customer of a device, and so on until nobody is new
    while (
        _add_partners(connection, "visitor", of="customer")
        or _add_partners(connection, "customer", of="visitor")
        or _add_other_keys(connection)
    ):
        pass
    _remember_shared_visitors(connection)
    keys: dict[str, set[str]] = {"customer": set(), "visitor": set()}
    for kind, key in execute("select kind, key from erased_now").fetchall():
        keys[kind].add(key)
    return keys


def _add_partners(connection: duckdb.DuckDBPyConnection, kind: str, *, of: str) -> bool:
    """Add the visitors of customers, or the customers of visitors; whether any was new.

    A device on which several customers were seen belongs to none of them.
    """
    (count,) = connection.execute(f"""
        insert into erased_now
        select distinct '{kind}', {kind} from seen_together
        where {of} in (select key from erased_now where kind = '{of}')
            and {kind} not in (select key from erased_now where kind = '{kind}')
            and visitor not in (
                select visitor from seen_together
                group by visitor having count(distinct customer) > 1
                union all
                select visitor_id from raw.shared_visitors
            )
    """).fetchone() or (0,)
    return count > 0


def _collect_keys_of_one_customer(
    connection: duckdb.DuckDBPyConnection, contracts: Sequence[TableContract]
) -> None:
    """Fill the temporary table `keys_of_one` with each two keys of a customer in one row.

    A shop knows a customer by a number and an e-mail address, or by a number in each order.
    """
    connection.execute("create or replace temp table keys_of_one (key varchar, other varchar)")
    for contract in contracts:
        names = [identifier(column.name) for column in contract.identifying("customer")]
        for name, other in itertools.permutations(names, 2):
            connection.execute(
                f"insert into keys_of_one select distinct {name}, {other} from {_table(contract)} "
                f"where {name} is not null and {other} is not null and {name} != {other}"
            )


def _add_other_keys(connection: duckdb.DuckDBPyConnection) -> bool:
    """Add the other keys of customers; whether any was new.

    A key that is seen with several is nobody's, such as the address of a shared mailbox.
    """
    (count,) = connection.execute("""
        insert into erased_now
        select distinct 'customer', other from keys_of_one
        where key in (select key from erased_now where kind = 'customer')
            and other not in (select key from erased_now where kind = 'customer')
            and other not in (
                select other from keys_of_one group by other having count(distinct key) > 1
            )
    """).fetchone() or (0,)
    return count > 0


def _remember_shared_visitors(connection: duckdb.DuckDBPyConnection) -> None:
    """Remember the devices with several customers, since only one of them may be left."""
    connection.execute("""
        insert into raw.shared_visitors
        select visitor from seen_together
        where visitor not in (select key from erased_now where kind = 'visitor')
            and visitor not in (select visitor_id from raw.shared_visitors)
        group by visitor
        having count(distinct customer) > 1
            and count(case when customer in (
                select key from erased_now where kind = 'customer'
            ) then 1 end) > 0
    """)
    connection.execute("""
        delete from raw.shared_visitors
        where visitor_id in (select key from erased_now where kind = 'visitor')
    """)


def _erase(
    connection: duckdb.DuckDBPyConnection,
    erased: ErasedKeys,
    contracts: Sequence[TableContract],
    keys: Mapping[str, set[str]],
    now: datetime,
) -> None:
    """Remember the keys, and remove or make anonymous all rows that have one of them."""
    erased_at = now.astimezone(UTC).replace(tzinfo=None)
    erased.remember(keys, erased_at)
    orders = set(keys.get("order", ()))
    for contract in contracts:
        orders |= erased.orders_of_persons(contract, _table(contract))
    erased.remember({"order": orders}, erased_at)
    connection.execute("create or replace temp table erased_now (kind varchar, key varchar)")
    for kind, of_kind in {**keys, "order": orders}.items():
        connection.execute(
            "insert into erased_now select ?, unnest(?::varchar[])", [kind, sorted(of_kind)]
        )
    _collect_shared_sessions(connection)
    for contract in contracts:
        if contract.keeps_anonymous_rows:
            _make_anonymous(connection, erased, contract)
        else:
            _remove(connection, contract)
            _remove_shared_sessions(connection, contract)
    scrub_rejected_rows(connection, erased, first_load_id=0)


def _remove(connection: duckdb.DuckDBPyConnection, contract: TableContract) -> None:
    is_request = contract.table == REQUESTS
    condition = "true" if is_request else has_key_sql(contract, _is_key)
    if is_request or any(contract.identifying(kind) for kind in IDENTIFIED):
        of_events = _events_of_persons(connection, contract.source)
        _remove_where(connection, contract, condition, of_events)


def _remove_where(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, condition: str, of_events: str
) -> None:
    removed = removal.remove_rows(connection, contract, condition, of_events)
    for load_id, count in removed.items():
        ledger.count_erased(connection, load_id, count)


def _make_anonymous(
    connection: duckdb.DuckDBPyConnection, erased: ErasedKeys, contract: TableContract
) -> None:
    values = erased.anonymous_values(contract)
    if values:
        sets = ", ".join(f"{identifier(name)} = {value}" for name, value in values.items())
        condition = has_key_sql(contract, _is_key)
        connection.execute(f"update {_table(contract)} set {sets} where {condition}")


def _collect_shared_sessions(connection: duckdb.DuckDBPyConnection) -> None:
    """The sessions on shared devices that the last build attributed to the customers."""
    connection.execute(
        "create or replace temp table shared_sessions "
        "(visitor varchar, started_at timestamp, ended_at timestamp)"
    )
    built = connection.execute(
        "select count(*) from duckdb_tables() where database_name = current_database() and "
        "schema_name = 'intermediate' "
        "and table_name in ('int_session_totals', 'int_session_profiles')"
    ).fetchone()
    if built == (2,):
        connection.execute("""
            insert into shared_sessions
            select totals.visitor_id, totals.started_at, totals.ended_at
            from intermediate.int_session_totals as totals
            inner join intermediate.int_session_profiles as profiles
                on totals.session_id = profiles.session_id
            where profiles.customer_id in (select key from erased_now where kind = 'customer')
                and totals.visitor_id not in (select key from erased_now where kind = 'visitor')
        """)


def _remove_shared_sessions(connection: duckdb.DuckDBPyConnection, contract: TableContract) -> None:
    """Remove the events of those sessions: they are the person's, though no key is in them."""
    instants = [c for c in contract.columns if c.has_happened and c.data_type == "TIMESTAMP"]
    visitors = contract.identifying("visitor")
    if instants and visitors:
        _remove_where(
            connection,
            contract,
            _in_shared_session(identifier(visitors[0].name), identifier(instants[0].name)),
            of_events=_in_shared_session("visitor_id", "occurred_at"),
        )


def _in_shared_session(visitor: str, instant: str) -> str:
    return (
        f"exists (select 1 from shared_sessions where shared_sessions.visitor = {visitor} "
        f"and {instant} between shared_sessions.started_at and shared_sessions.ended_at)"
    )


def _events_of_persons(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """A condition on the source's staged events: whether one has a key of a person."""
    names = removal.columns_of_staged_events(connection, source)
    conditions = [_is_key(kind, f"{kind}_id") for kind in IDENTIFIED if f"{kind}_id" in names]
    return " or ".join(conditions) or "false"


def _is_key(kind: str, column: str) -> str:
    return f"coalesce({column} in (select key from erased_now where kind = {literal(kind)}), false)"


def _table(contract: TableContract) -> str:
    return identifier(contract.schema, contract.table)


def _marker(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "erasure_unfinished"
