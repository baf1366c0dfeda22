"""`make check-source`: what landed of a source, what was refused, and how it looks as a shop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.console import table
from orchestration.drafting.draft import canonical_types
from orchestration.errors import KlantbeeldError
from orchestration.lock import warehouse_lock
from orchestration.paths import DataPaths
from orchestration.sql import identifier, literal

_FILES = """
    select
        table_name,
        count(*) filter (where status = 'landed') as landed_files,
        count(*) filter (where status = 'failed') as failed_files,
        sum(rows_landed) filter (where status = 'landed') as landed_rows,
        sum(rows_rejected) filter (where status = 'landed') as refused_rows
    from raw.landed_files
    where source = $source
    group by table_name
    order by table_name
"""
_REFUSED = """
    select
        table_name,
        coalesce(column_name, '') as column_name,
        reason,
        count(distinct (load_id, line)) as row_count,
        arg_min(file || ', line ' || line, (load_id, line)) as example
    from raw.rejected_rows
    semi join (select load_id from raw.landed_files where status = 'landed') using (load_id)
    where source = $source
    group by all
    order by row_count desc, table_name, column_name
    limit 20
"""
_FAILED = """
    select table_name, '' as column_name, reason, count(*), min(file)
    from raw.landed_files
    where source = $source and status = 'failed'
    group by all
    order by all
    limit 20
"""
_EVENT_NAMES = """
    with counted as (
        select event_name, count(*) as event_count
        from {events}
        group by event_name
    )

    select counted.event_name, coalesce(taxonomy.action, 'not mapped'), counted.event_count
    from counted
    left join seeds.event_taxonomy as taxonomy
        on taxonomy.source = $source and taxonomy.event_name = counted.event_name
    order by coalesce(taxonomy.action, 'other') = 'other' desc, counted.event_count desc
    limit 20
"""
_SESSIONS = """
    select
        funnel_class,
        count(*) as session_count,
        round(avg(event_count), 1) as events_each,
        round(avg(duration_seconds)) as seconds_each
    from published.marts.sessions
    where visitor_id in (select visitor_id from {events})
    group by all
    order by session_count desc
"""
_ORDERS = """
    select
        order_status,
        coalesce(statuses.counts_as_order, false) as counts,
        count(distinct order_id) as order_count,
        count(distinct customer_id) as customers,
        sum(gross_amount - discount_amount) as goods_after_discount,
        min(ordered_at) as first_at,
        max(ordered_at) as last_at
    from {orders} as orders
    left join seeds.order_statuses as statuses using (order_status)
    group by all
    order by order_count desc
    limit 20
"""
_LINES = """
    select
        count(distinct orders.order_id) filter (where lines.order_id is null) as without_lines,
        count(distinct orders.order_id) as order_count
    from {orders} as orders
    left join (select distinct order_id from {lines}) as lines using (order_id)
"""


def check_source(paths: DataPaths, project: Path, source: str) -> str:
    """A report on what landed of a source, as text without values of persons.

    Raises KlantbeeldError where nothing has landed of it, or no refresh has built its models.
    """
    if not paths.warehouse.exists():
        raise KlantbeeldError(f"nothing has landed in {paths.root} yet")
    with (
        warehouse_lock(paths.lock, purpose="`make check-source`", log=print),
        duckdb.connect(str(paths.warehouse), read_only=True) as connection,
    ):
        if paths.marts.exists():
            connection.execute(f"attach {literal(str(paths.marts))} as published (read_only)")
        report = _Report(connection, source)
        report.files()
        for object_name, types in canonical_types(project).items():
            report.business_object(object_name, list(types))
        report.sessions_and_orders()
    return "\n".join(report.lines).strip()


class _Report:
    """The lines of a report, as they are found."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: str) -> None:
        self.connection = connection
        self.source = source
        self.lines: list[str] = []
        views = connection.execute(
            "select view_name from duckdb_views() where schema_name = 'staging'"
        ).fetchall()
        self.views = {name for (name,) in views}

    def files(self) -> None:
        """What landed, and what was refused and why."""
        files = self._rows(_FILES)
        if not files:
            raise KlantbeeldError(f"nothing of {self.source} has landed yet")
        self._table("Files", ("table", "landed", "failed", "rows", "refused"), files, numbers=4)
        refused = self._rows(_REFUSED) + self._rows(_FAILED)
        header = ("table", "column", "reason", "count", "for example")
        self._table("Refused", header, refused, numbers=0)

    def business_object(self, object_name: str, columns: Sequence[str]) -> None:
        """How much of each column of an object is filled."""
        view = self._view(object_name)
        if view is None:
            return
        there = self.connection.execute(f"describe {view}").fetchall()
        names = [name for name, *_ in there if not name.startswith("_")]
        counts = ", ".join(
            f"count({identifier(n)}), count(distinct {identifier(n)})" for n in names
        )
        total, *each = self.connection.execute(
            f"select count(*), {counts} from {view}"
        ).fetchone() or (0,)
        if total == 0:
            self.lines += ["", f"{object_name}: no rows"]
            return
        rows = [
            (name, f"{filled / total:.1%}", f"{distinct:,}")
            for name, filled, distinct in zip(names, each[::2], each[1::2], strict=True)
        ]
        title = f"{object_name}: {total:,} rows"
        self._table(title, ("column", "filled", "different values"), rows, numbers=2)
        lacking = [n for n in columns if n not in names and not n.startswith("_")]
        lacking = [name for name in lacking if name != "source_name"]
        if lacking:
            self.lines += ["", f"The source has no {', '.join(lacking)}."]

    def sessions_and_orders(self) -> None:
        """What the events and orders look like."""
        if events := self._view("events"):
            names = self._rows(_EVENT_NAMES.format(events=events))
            self._table("Events", ("event name", "action", "events"), names, numbers=1)
            if self._has_marts():
                rows = self._rows(_SESSIONS.format(events=events), source=False)
                header = ("class of session", "sessions", "events each", "seconds each")
                self._table("Sessions", header, rows, numbers=3)
        if orders := self._view("orders"):
            rows = self._rows(_ORDERS.format(orders=orders), source=False)
            columns = ("status", "counts", "orders", "customers", "amount", "first", "last")
            self._table("Orders", columns, rows, numbers=5)
            if lines := self._view("order_lines"):
                query = _LINES.format(orders=orders, lines=lines)
                without, total = self._rows(query, source=False)[0]
                self.lines += ["", f"{without:,} of {total:,} orders have no lines."]

    def _view(self, object_name: str) -> str | None:
        name = f"stg_{self.source}__{object_name}"
        return identifier("staging", name) if name in self.views else None

    def _has_marts(self) -> bool:
        query = "select count(*) from duckdb_tables() where database_name = 'published'"
        return self._rows(query, source=False)[0][0] > 0

    def _rows(self, query: str, *, source: bool = True) -> list[tuple[Any, ...]]:
        parameters = {"source": self.source} if source else None
        return self.connection.execute(query, parameters).fetchall()

    def _table(
        self, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], *, numbers: int
    ) -> None:
        if not rows:
            return
        cells = [
            [
                f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
                for cell in row
            ]
            for row in rows
        ]
        self.lines += ["", title, "", table(header, cells, numbers=numbers)]
