"""Devices on which several customers were seen: they stay nobody's when a customer's rows left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from orchestration.landing.contract import TableContract
from orchestration.sql import identifier


def collect_seen_together(
    connection: duckdb.DuckDBPyConnection, contracts: Sequence[TableContract], among: str = "true"
) -> None:
    """Fill the temporary table `seen_together` with each visitor and customer of one row.

    `among` is a condition on the column `visitor`.
    """
    connection.execute(
        "create or replace temp table seen_together (visitor varchar, customer varchar)"
    )
    for contract in contracts:
        for visitor in contract.identifying("visitor"):
            for customer in contract.identifying("customer"):
                v, c = identifier(visitor.name), identifier(customer.name)
                connection.execute(
                    f"insert into seen_together select distinct visitor, customer from ("
                    f"select {v} as visitor, {c} as customer "
                    f"from {identifier(contract.schema, contract.table)}) "
                    f"where visitor is not null and customer is not null and {among}"
                )


@contextmanager
def remembered(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[TableContract],
    leaving: Sequence[tuple[TableContract, str]],
) -> Iterator[None]:
    """Remember the devices that only look like one customer's once rows have left inside.

    `leaving` are the tables that lose rows, with the condition of those.
    """
    among = "visitor in (select visitor from losing_visitors)"
    connection.execute("create or replace temp table losing_visitors (visitor varchar)")
    for contract, condition in leaving:
        for visitor in contract.identifying("visitor"):
            for customer in contract.identifying("customer"):
                connection.execute(
                    f"insert into losing_visitors select distinct {identifier(visitor.name)} "
                    f"from {identifier(contract.schema, contract.table)} "
                    f"where {identifier(customer.name)} is not null and {condition}"
                )
    if not connection.execute("select 1 from losing_visitors limit 1").fetchone():
        yield
        return
    _collect_shared(connection, contracts, "shared_before", among)
    yield
    _collect_shared(connection, contracts, "shared_after", among)
    connection.execute("""
        insert into raw.shared_visitors
        from shared_before
        except from shared_after
        except from raw.shared_visitors
    """)


def _collect_shared(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[TableContract],
    table: str,
    among: str,
) -> None:
    collect_seen_together(connection, contracts, among)
    connection.execute(f"""
        create or replace temp table {table} as
        select visitor from seen_together group by visitor having count(distinct customer) > 1
    """)
