"""The report's queries on the published tables. A missing table gives no rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

Row = dict[str, Any]

HISTORY_POINTS = 24
UNKNOWN = "\u2013"  # a dash


@dataclass(frozen=True)
class Contents:
    """All rows of the report."""

    figures: Row
    titles: dict[str, Row]
    schemes: dict[str, list[Row]]
    rfm: list[Row]
    rfm_grid: dict[tuple[int, int], int]
    micro_segments: list[Row]
    funnel: list[Row]
    moves: list[Row]
    landed: list[Row]
    quality: list[Row]


def read_contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    """Run all queries."""
    titles = _titles(connection)
    found = _schemes(connection)
    # in the order of `position`; a scheme that segment_schemes lacks comes last
    schemes = {scheme: found[scheme] for scheme in [*titles, *found] if scheme in found}
    return Contents(
        figures=_figures(connection),
        titles=titles,
        schemes=schemes,
        rfm=schemes.get("rfm", []),
        rfm_grid=_rfm_grid(connection),
        micro_segments=_micro_segments(connection),
        funnel=_funnel(connection),
        moves=_moves(connection),
        landed=_rows(
            connection,
            """
            select
                "table" as table_name,
                coalesce(sum(value) filter ("check" = 'rows_landed'), 0) as landed,
                coalesce(sum(value) filter ("check" = 'rows_rejected'), 0) as rejected,
                coalesce(sum(value) filter ("check" = 'files_failed'), 0) as failed
            from marts.data_quality
            where "check" in ('rows_landed', 'rows_rejected', 'files_failed')
            group by all
            order by all
            """,
        ),
        quality=_rows(
            connection,
            """
            select "check" as check_name, "table" as table_name, detail, value, threshold, passed
            from marts.data_quality
            where "check" not in ('rows_landed', 'rows_rejected', 'files_failed')
            order by passed, check_name, table_name
            """,
        ),
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    try:
        result = connection.execute(sql)
    except (duckdb.CatalogException, duckdb.BinderException):
        return []
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _figures(connection: duckdb.DuckDBPyConnection) -> Row:
    figures: Row = {}
    for sql in (
        "select count(*) as profiles from marts.profiles",
        "select count(*) filter (is_customer) as customers from marts.profiles",
        "select count(*) filter (not is_robot) as sessions from marts.sessions",
        "select count(*) as orders from marts.orders",
        "select sum(net_revenue) as net_revenue from marts.orders",
    ):
        rows = _rows(connection, sql)
        figures |= rows[0] if rows else {}
    return figures


def _titles(connection: duckdb.DuckDBPyConnection) -> dict[str, Row]:
    rows = _rows(
        connection,
        """
        select scheme, label_en, label_nl, description_en, description_nl
        from marts.segment_schemes
        order by position
        """,
    )
    return {row["scheme"]: row for row in rows}


def _schemes(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    rows = _rows(
        connection,
        f"""
        with

        dates as (

            select distinct as_of_date from marts.segment_sizes
            order by as_of_date desc limit {HISTORY_POINTS}

        ),

        history as (

            select scheme, segment, list(share order by as_of_date) as shares
            from marts.segment_sizes
            where as_of_date in (select as_of_date from dates)
            group by all

        )

        select
            sizes.scheme,
            sizes.segment,
            coalesce(segments.label_en, sizes.segment) as label_en,
            coalesce(segments.label_nl, sizes.segment) as label_nl,
            segments.description_en,
            segments.colour,
            sizes.profile_count,
            sizes.share,
            sizes.share_of_applicable,
            sizes.net_revenue,
            history.shares
        from marts.segment_sizes as sizes
        left join marts.segments as segments
            on sizes.scheme = segments.scheme and sizes.segment = segments.segment
        left join history
            on sizes.scheme = history.scheme and sizes.segment = history.segment
        where sizes.as_of_date = (select max(as_of_date) from dates)
        order by sizes.scheme, segments.rank, sizes.segment
        """,
    )
    schemes: dict[str, list[Row]] = {}
    for row in rows:
        schemes.setdefault(row["scheme"], []).append(row)
    return schemes


def _micro_segments(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The micro-segments at the latest date; a profile may be in several."""
    return _rows(
        connection,
        f"""
        with

        dates as (

            select distinct as_of_date from marts.micro_segment_sizes
            order by as_of_date desc limit {HISTORY_POINTS}

        ),

        history as (

            select micro_segment, list(share order by as_of_date) as shares
            from marts.micro_segment_sizes
            where as_of_date in (select as_of_date from dates)
            group by all

        )

        select
            sizes.label_en,
            sizes.label_nl,
            sizes.description_en,
            null as colour,
            sizes.profile_count,
            sizes.share,
            null as share_of_applicable,
            sizes.net_revenue,
            history.shares
        from marts.micro_segment_sizes as sizes
        inner join history on sizes.micro_segment = history.micro_segment
        where sizes.as_of_date = (select max(as_of_date) from dates)
        order by sizes.position
        """,
    )


def _rfm_grid(connection: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], int]:
    rows = _rows(
        connection,
        """
        select recency_score, frequency_score, count(*) as customers
        from marts.customer_rfm
        where as_of_date = (select max(as_of_date) from marts.customer_rfm)
        group by all
        """,
    )
    return {(row["recency_score"], row["frequency_score"]): row["customers"] for row in rows}


def _funnel(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """How many sessions reach each step of the funnel; a step includes all later ones."""
    rows = _rows(
        connection,
        """
        select
            count(*) as all_sessions,
            count(*) filter (funnel_class not in ('bouncer', 'other')) as looked,
            count(*) filter (funnel_class in ('funshopper', 'leaver', 'buyer')) as filled,
            count(*) filter (funnel_class in ('leaver', 'buyer')) as went_on,
            count(*) filter (funnel_class = 'buyer') as bought
        from marts.sessions
        where not is_robot
        """,
    )
    if not rows or not rows[0]["all_sessions"]:
        return []
    names = {
        "all_sessions": ("Came", "Kwam"),
        "looked": ("Looked around", "Keek rond"),
        "filled": ("Put an item in the cart", "Legde iets in het mandje"),
        "went_on": ("Saw the cart or began the checkout", "Zag het mandje of begon af te rekenen"),
        "bought": ("Bought", "Kocht"),
    }
    total = rows[0]["all_sessions"]
    return [
        {"label_en": en, "label_nl": nl, "sessions": rows[0][name], "share": rows[0][name] / total}
        for name, (en, nl) in names.items()
    ]


def _moves(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The largest moves between RFM segments since the previous date."""
    return _rows(
        connection,
        """
        select
            coalesce(before.label_en, moves.from_segment) as from_label,
            coalesce(after.label_en, moves.to_segment) as to_label,
            moves.profile_count,
            moves.net_revenue
        from marts.segment_transitions as moves
        left join marts.segments as before
            on moves.scheme = before.scheme and moves.from_segment = before.segment
        left join marts.segments as after
            on moves.scheme = after.scheme and moves.to_segment = after.segment
        where moves.scheme = 'rfm'
          and moves.as_of_date = (select max(as_of_date) from marts.segment_transitions)
          and moves.from_segment != moves.to_segment
        order by moves.profile_count desc, from_label, to_label
        limit 8
        """,
    )


def number(value: float | Decimal | None) -> str:
    """A whole number with thin spaces, which can't be mistaken for a decimal separator."""
    return UNKNOWN if value is None else f"{value:,.0f}".replace(",", "\u202f")


def percent(value: float | Decimal | None) -> str:
    """A fraction between 0 and 1 as a percentage."""
    return UNKNOWN if value is None else f"{100 * float(value):.1f}\u202f%"
