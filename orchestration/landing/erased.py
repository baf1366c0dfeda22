"""What is remembered of erased persons: keyed hashes of their keys, and nothing else.

The hashes keep the same files, or new ones about the same person, from bringing them back. Without
the key, which is beside the warehouse, a hash can't be compared with guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb

from orchestration.landing.contract import IDENTIFIED, TableContract
from orchestration.landing.keyed_hash import hash_sql, hashed_identifier
from orchestration.paths import DataPaths
from orchestration.sql import identifier, literal

SCHEMA_SQL = """
    create table if not exists raw.erased_keys (
        kind varchar not null,
        hash varchar not null,
        erased_at timestamp not null
    );
    -- devices with several customers, some of them erased or only in rows that left by their age:
    -- they still belong to none
    create table if not exists raw.shared_visitors (visitor_id varchar not null);
"""

Keys = Mapping[str, set[str]]

# A condition for a kind of key and the column that may hold it.
IsKey = Callable[[str, str], str]


def has_key_sql(contract: TableContract, is_key: IsKey) -> str:
    """A condition: whether a row of a table has one of the keys in any column."""
    conditions = [
        is_key(kind, identifier(column.name))
        for kind in IDENTIFIED
        for column in contract.identifying(kind)
    ]
    return f"({' or '.join(conditions) or 'false'})"


def of_person_sql(contract: TableContract, is_key: IsKey) -> str:
    """A condition: whether a row names the person, as the customer or as the visitor of a guest.

    A row of another customer is not the person's, though it was written on the person's device.
    """
    customers = [identifier(column.name) for column in contract.identifying("customer")]
    is_guest = " and ".join(f"{name} is null" for name in customers) or "true"
    conditions = [is_key("customer", name) for name in customers]
    conditions += [
        f"({is_guest} and {is_key('visitor', identifier(column.name))})"
        for column in contract.identifying("visitor")
    ]
    return f"({' or '.join(conditions) or 'false'})"


class ErasedKeys:
    """The remembered keys of customers, visitors and orders; the loader creates their table."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, paths: DataPaths) -> None:
        self._connection = connection
        self._paths = paths

    def exist(self) -> bool:
        """Whether anybody has been erased."""
        return bool(self._connection.execute("select 1 from raw.erased_keys limit 1").fetchone())

    def remember(self, keys: Keys, now: datetime) -> None:
        """Add keys to those that are remembered."""
        for kind, of_kind in keys.items():
            self._connection.execute(
                f"insert into raw.erased_keys select kind, hash, ? from ("
                f"select ? as kind, {self.hash_sql(kind, 'key')} as hash "
                "from (select unnest(?::varchar[]) as key)) as new_keys where not exists ("
                "select 1 from raw.erased_keys as known "
                "where known.kind = new_keys.kind and known.hash = new_keys.hash)",
                [now, kind, sorted(of_kind)],
            )

    def hash_sql(self, kind: str, value: str) -> str:
        """An expression for the keyed hash of a key."""
        return hash_sql(self._paths, kind, value)

    def is_erased_sql(self, kind: str, value: str) -> str:
        """A condition: whether a key is that of an erased person; false for a missing key."""
        return (
            f"coalesce({self.hash_sql(kind, value)} in "
            f"(select hash from raw.erased_keys where kind = {literal(kind)}), false)"
        )

    def anonymous_order_sql(self, value: str) -> str:
        """An expression for the key that an erased person's order has instead of its own."""
        return f"concat('erased-', left({self.hash_sql('order', value)}, 20))"

    def orders_of_persons(self, contract: TableContract, relation: str) -> set[str]:
        """The orders of erased persons in a relation with a table's columns."""
        condition = of_person_sql(contract, self.is_erased_sql)
        found: set[str] = set()
        for column in contract.identifying("order"):
            name = identifier(column.name)
            rows = self._connection.execute(
                f"select distinct {name} from {relation} where {name} is not null and {condition}"
            ).fetchall()
            found |= {row[0] for row in rows}
        return found

    def anonymous_values(self, contract: TableContract) -> dict[str, str]:
        """By column, the expressions that make a row of a table anonymous; the rest stay."""
        of_order = " or ".join(
            self.is_erased_sql("order", identifier(column.name))
            for column in contract.identifying("order")
        )
        values: dict[str, str] = {}
        for column in contract.columns:
            name = identifier(column.name)
            if "order" in column.identifies:
                erased = self.is_erased_sql("order", name)
                values[column.name] = (
                    f"case when {erased} then {self.anonymous_order_sql(name)} else {name} end"
                )
            elif kinds := [kind for kind in ("customer", "visitor") if kind in column.identifies]:
                # an order that is the person's names no other device either
                erased = " or ".join(
                    [*(self.is_erased_sql(kind, name) for kind in kinds), of_order or "false"]
                )
                values[column.name] = f"case when not ({erased}) then {name} end"
            elif column.is_personal and of_order:
                values[column.name] = f"case when not ({of_order}) then {name} end"
        if of_order:
            values["_extra"] = f"case when not ({of_order}) then _extra end"
        return values

    def keys_among(self, words: Iterable[str]) -> set[str]:
        """Those of some words that are keys of erased persons."""
        listed = sorted(set(words))
        if not listed:
            return set()
        # an e-mail address that is a key is remembered as what it landed as
        conditions = " or ".join(
            self.is_erased_sql(kind, word)
            for kind in IDENTIFIED
            for word in ("word", hashed_identifier(self._paths, "word"))
        )
        rows: list[tuple[Any, ...]] = self._connection.execute(
            f"select word from (select unnest(?::varchar[]) as word) where {conditions}", [listed]
        ).fetchall()
        return {row[0] for row in rows}
