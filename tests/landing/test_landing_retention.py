"""Old rows leave their tables at the end of a landing, and what they added up to stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from landing_shop import Shop

from orchestration import last_build
from orchestration.landing.contract import Column, TableContract
from orchestration.landing.erasure import erase_requested
from orchestration.landing.land import land
from orchestration.landing.removal import were_removed
from orchestration.landing.retention import Retention, cutoffs, remove_old
from orchestration.landing.retraction import retract
from orchestration.last_build import LastBuild

EVENTS = TableContract(
    source="shop",
    table="events",
    schema="raw_shop",
    columns=(
        Column("event_id", "VARCHAR", is_required=True),
        Column("visitor_id", "VARCHAR", is_required=True),
        Column("customer_id", "VARCHAR"),
        Column("occurred_at", "TIMESTAMP", is_required=True, has_happened=True),
    ),
)
MESSAGES = TableContract(
    source="shop",
    table="messages",
    schema="raw_shop",
    columns=(
        Column("message_event_id", "VARCHAR", is_required=True),
        Column("action", "VARCHAR", is_required=True, kind="word"),
        Column("occurred_at", "TIMESTAMP", is_required=True, has_happened=True),
    ),
)
EVENTS_HEADER = "event_id,visitor_id,customer_id,occurred_at\n"
MESSAGES_HEADER = "message_event_id,action,occurred_at\n"
TEN_DAYS = {"events": Retention(10, 4)}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.contracts = [EVENTS, MESSAGES]
    return shop


def put_events(shop: Shop, name: str, *rows: str) -> None:
    shop.put(name, EVENTS_HEADER + "".join(f"{row}\n" for row in rows), table="shop/events")


def put_messages(shop: Shop, *rows: str) -> None:
    content = MESSAGES_HEADER + "".join(f"{row}\n" for row in rows)
    shop.put("1.csv", content, table="shop/messages")


def landed(shop: Shop, retention: dict[str, Retention] = TEN_DAYS, **options) -> int:
    """Land, and remove what is too old; returns how many rows left."""
    shop.land()
    return remove_old(
        shop.paths,
        shop.contracts,
        retention,
        business_timezone=shop.business_timezone,
        now=lambda: shop.now,
        **options,
    )


def events(shop: Shop) -> list[str]:
    return [row[0] for row in shop.query("select event_id from raw_shop.events order by 1")]


def kept_from(shop: Shop, table: str = "events") -> datetime:
    with duckdb.connect(str(shop.paths.warehouse), read_only=True) as connection:
        return cutoffs(connection)[table].kept_from


def test_everything_is_kept_without_retention(shop: Shop) -> None:
    put_events(shop, "1.csv", "1,a,,2001-01-01T10:00:00Z", "2,a,,2024-03-10T10:00:00Z")
    assert landed(shop, {}) == 0
    assert events(shop) == ["1", "2"]
    assert shop.query("from raw.retention_cutoffs") == []


def test_a_row_of_the_first_day_that_is_kept_stays(shop: Shop) -> None:
    put_events(
        shop,
        "1.csv",
        "latest,a,,2024-03-10T10:00:00Z",
        # ten days before is 29 February
        "first,b,,2024-02-29T00:00:00Z",
        "last,c,,2024-02-28T23:59:59Z",
    )
    assert landed(shop) == 1
    assert events(shop) == ["first", "latest"]
    assert shop.query("from raw.retention_cutoffs") == [
        ("events", datetime(2024, 2, 29), date(2024, 3, 4))
    ]


def test_days_are_those_of_the_business_time_zone(shop: Shop) -> None:
    shop.business_timezone = "America/New_York"
    # still the 9th there
    put_events(shop, "1.csv", "latest,a,,2024-03-10T04:59:00Z")
    landed(shop)
    assert kept_from(shop) == datetime(2024, 2, 28, 5)


def test_a_visit_at_the_cutoff_stays_whole(shop: Shop) -> None:
    put_events(
        shop,
        "1.csv",
        "latest,z,,2024-03-10T10:00:00Z",
        "1,a,,2024-02-28T23:00:00Z",
        "2,a,,2024-02-28T23:10:00Z",
        "3,a,,2024-02-28T23:40:00Z",
        "4,a,,2024-02-29T00:10:00Z",
        "5,b,,2024-02-28T23:40:00Z",
        "6,b,,2024-02-29T00:10:01Z",
    )
    assert landed(shop) == 1
    assert events(shop) == ["1", "2", "3", "4", "6", "latest"]


def test_a_visit_ends_by_the_timeout_of_the_shop(shop: Shop) -> None:
    put_events(
        shop,
        "1.csv",
        "latest,z,,2024-03-10T10:00:00Z",
        "1,a,,2024-02-28T23:40:00Z",
        "2,a,,2024-02-29T00:10:00Z",
    )
    assert landed(shop, session_timeout=timedelta(minutes=29)) == 1
    assert events(shop) == ["2", "latest"]


def test_a_robot_that_never_pauses_keeps_a_day_at_most(shop: Shop) -> None:
    start = datetime(2024, 2, 25)
    rows = [
        f"{n:04},robot,,{(start + n * timedelta(minutes=20)).isoformat()}Z" for n in range(15 * 72)
    ]
    put_events(shop, "1.csv", *rows)
    # the latest is of 10 March, so 29 February is kept, and the day before
    assert shop.now.date() == date(2024, 3, 10)
    landed(shop)
    assert shop.query("select min(occurred_at) from raw_shop.events") == [(datetime(2024, 2, 28),)]


def test_two_sources_of_one_visitor_are_one_visit(shop: Shop) -> None:
    shop.contracts.append(replace(EVENTS, source="app", schema="raw_app"))
    put_events(shop, "1.csv", "1,z,,2024-03-10T10:00:00Z", "2,a,,2024-02-28T23:50:00Z")
    shop.put("1.csv", EVENTS_HEADER + "3,a,,2024-02-29T00:10:00Z\n", table="app/events")
    assert landed(shop) == 0


def test_a_clock_that_is_ahead_moves_no_cutoff_beyond_the_landing(shop: Shop) -> None:
    # a day ahead is taken, more is refused
    put_events(shop, "1.csv", "1,a,,2024-03-11T11:00:00Z", "2,a,,2035-01-01T00:00:00Z")
    landed(shop)
    assert kept_from(shop) == datetime(2024, 2, 29)


def test_a_landing_by_a_wrong_clock_moves_no_cutoff(shop: Shop) -> None:
    right = shop.now
    shop.now = right + timedelta(days=3000)
    put_events(shop, "1.csv", "1,a,,2032-01-01T00:00:00Z")
    shop.land()
    shop.now = right
    landed(shop)
    assert kept_from(shop) == datetime(2024, 2, 29)


def test_an_order_moves_the_cutoff_of_events_on(shop: Shop) -> None:
    """A table that no longer lands loses its old rows, too."""
    put_events(shop, "1.csv", "1,a,,2024-02-01T10:00:00Z")
    put_messages(shop, "m,sent,2024-03-10T10:00:00Z")
    assert landed(shop) == 1


def test_a_cutoff_never_moves_back(shop: Shop) -> None:
    put_events(shop, "1.csv", "1,a,,2024-03-10T10:00:00Z")
    landed(shop)
    landed(shop, {"events": Retention(100, 4)})
    assert kept_from(shop) == datetime(2024, 2, 29)
    retract(shop.paths, shop.contracts, "shop/events/1.csv")
    put_events(shop, "2.csv", "2,a,,2024-03-01T10:00:00Z", "3,a,,2024-02-20T10:00:00Z")
    landed(shop)
    assert kept_from(shop) == datetime(2024, 2, 29)
    assert events(shop) == ["2"]
    # nor does it go when the var does
    put_events(shop, "3.csv", "4,a,,2024-02-21T10:00:00Z")
    assert landed(shop, {}) == 1


def test_longer_look_back_makes_later_dates_uncomputable(shop: Shop) -> None:
    put_events(shop, "1.csv", "1,a,,2024-03-10T10:00:00Z")
    landed(shop)
    landed(shop, {"events": Retention(10, 6)})
    landed(shop, {"events": Retention(10, 5)})
    assert shop.query("select computed_from from raw.retention_cutoffs") == [(date(2024, 3, 6),)]


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
def test_late_old_rows_leave_in_the_landing_that_brings_them(shop: Shop, suffix: str) -> None:
    put_events(shop, "1.csv", "1,a,,2024-03-10T10:00:00Z", "old,a,,2024-01-01T10:00:00Z")
    landed(shop)
    if suffix == "csv":
        put_events(shop, "2.csv", "old,a,,2024-01-01T10:00:00Z", "2,b,,2024-03-10T10:00:00Z")
    elif suffix == "ndjson":
        shop.put(
            "2.ndjson",
            '{"event_id": "old", "visitor_id": "a", "occurred_at": "2024-01-01T10:00:00Z"}\n'
            '{"event_id": "2", "visitor_id": "b", "occurred_at": "2024-03-10T10:00:00Z"}\n',
            table="shop/events",
        )
    else:
        shop.put_parquet(
            "2.parquet",
            "select 'old' as event_id, 'a' as visitor_id, timestamp '2024-01-01 10:00' occurred_at "
            "union all select '2', 'b', timestamp '2024-03-10 10:00'",
            table="shop/events",
        )
    assert landed(shop) == 1
    assert events(shop) == ["1", "2"]
    # each row is counted once, however often one looks
    assert landed(shop) == 0
    ledger = "select rows_read, rows_landed, rows_removed, rows_too_old from raw.landed_files"
    assert shop.query(f"{ledger} order by load_id") == [(2, 2, 1, 1), (2, 2, 1, 1)]


def test_a_file_of_old_rows_stops_no_refresh(shop: Shop) -> None:
    """The rest of it does not fit: it is named, and what fits is only too old."""
    put_events(shop, "1.csv", "1,a,,2024-03-10T10:00:00Z")
    landed(shop)
    (shop.paths.landing / "shop/events/1.csv").unlink()
    put_events(shop, "2.csv", "old,a,,2024-01-01T10:00:00Z", "bad,a,,yesterday")
    result = land(shop.paths, shop.contracts, retention=TEN_DAYS)
    (problem,) = result.problems
    assert problem.startswith("1 of 2 new rows of shop/events do not fit its contract")
    assert events(shop) == ["1"]


def test_a_file_that_loses_old_rows_can_change(shop: Shop) -> None:
    put_events(shop, "1.csv", "1,a,,2024-03-10T10:00:00Z", "old,a,,2024-01-01T10:00:00Z")
    landed(shop)
    put_events(shop, "1.csv", "2,a,,2024-03-10T10:00:00Z", "old,a,,2024-01-01T10:00:00Z")
    landed(shop)
    assert events(shop) == ["2"]
    query = "select rows_landed, rows_removed, rows_too_old from raw.landed_files order by load_id"
    assert shop.query(query) == [(2, 2, 1), (2, 1, 1)]


def test_the_next_build_hears_of_rows_that_left(shop: Shop) -> None:
    put_events(shop, "1.csv", "1,a,,2024-03-10T10:00:00Z", "old,a,,2024-01-01T10:00:00Z")
    shop.land()
    assert not were_removed(shop.paths)
    landed(shop)
    assert were_removed(shop.paths)
    assert shop.query("from raw.removed_loads") == [(1,)]


def test_text_of_rows_that_were_rejected_long_ago_leaves(shop: Shop) -> None:
    right = shop.now
    shop.now = right - timedelta(days=11)
    put_events(shop, "1.csv", "1,a,,yesterday")
    shop.put("1.csv", MESSAGES_HEADER + "1,sent,yesterday\n", table="shop/messages")
    shop.land()
    shop.now = right
    put_events(shop, "2.csv", "2,a,,2024-03-10T10:00:00Z", "3,a,,yesterday")
    landed(shop)
    texts = shop.query("select file, raw_text from raw.rejected_rows order by load_id")
    assert [(file, "yesterday" in text) for file, text in texts] == [
        ("shop/events/1.csv", False),
        ("shop/messages/1.csv", True),
        ("shop/events/2.csv", True),
    ]


def test_versions_of_a_message_stay_or_leave_together(shop: Shop) -> None:
    put_messages(
        shop,
        # both old; the older version is, too; the latest is: without it the first would count
        *("gone,sent,2024-01-01T10:00:00Z", "gone,opened,2024-01-02T10:00:00Z"),
        *("stays,sent,2024-01-01T10:00:00Z", "stays,opened,2024-03-10T10:00:00Z"),
    )
    assert landed(shop, {"messages": Retention(10, 4)}) == 2
    assert shop.query("select distinct message_event_id from raw_shop.messages") == [("stays",)]


def test_refusals_stay_however_old(shop: Shop) -> None:
    """Or a customer who unsubscribed long ago would get messages again."""
    put_messages(
        shop,
        "1,Unsubscribed,2001-01-01T10:00:00Z",
        "2,complained,2001-01-01T10:00:00Z",
        "3,clicked,2001-01-01T10:00:00Z",
        "4,sent,2024-03-10T10:00:00Z",
    )
    landed(shop, {"messages": Retention(10, 4)})
    kept = shop.query("select message_event_id from raw_shop.messages order by 1")
    assert kept == [("1",), ("2",), ("4",)]


def test_a_device_whose_second_customer_left_is_still_shared(shop: Shop) -> None:
    put_events(
        shop,
        "1.csv",
        "1,shared,k,2024-01-01T10:00:00Z",
        "2,shared,l,2024-03-10T10:00:00Z",
        # still both there, of one customer, and of none
        "3,both,k,2024-01-01T10:00:00Z",
        "4,both,k,2024-03-10T10:00:00Z",
        "5,both,l,2024-03-10T10:00:00Z",
        "6,own,k,2024-01-01T10:00:00Z",
        "7,own,k,2024-03-10T10:00:00Z",
        "8,nobody,,2024-01-01T10:00:00Z",
    )
    landed(shop)
    assert shop.query("from raw.shared_visitors") == [("shared",)]


def test_erasing_the_other_customer_leaves_what_is_nobodys(shop: Shop) -> None:
    requests = (Column("customer_id", "VARCHAR"), Column("visitor_id", "VARCHAR"))
    shop.contracts.append(TableContract("shop", "erasure_requests", "raw_shop", requests))
    put_events(
        shop,
        "1.csv",
        "1,shared,k,2024-01-01T10:00:00Z",
        "2,shared,l,2024-03-09T10:00:00Z",
        "3,shared,,2024-03-10T10:00:00Z",
    )
    landed(shop)
    shop.put("1.csv", "customer_id,visitor_id\nl,\n", table="shop/erasure_requests")
    shop.land()
    erase_requested(shop.paths, shop.contracts)
    assert events(shop) == ["3"]


# what a whole build made, by the date: the day before the first that can be computed, that day,
# and the latest
DATES = ("2024-03-03", "2024-03-04", "2024-03-10")


def build(shop: Shop, dates: tuple[str, ...] = DATES, *, is_whole: bool = True) -> None:
    """Marts as a build would leave them, with one row for each date, and its record."""
    shop.paths.marts.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{shop.paths.marts}' as published")
        connection.execute("create schema published.marts")
        rows = ", ".join(f"(date '{each}')" for each in dates)
        for mart, columns in {
            "segment_sizes": "'funnel' as scheme, 'buyer' as segment, as_of_date, 'Buyer' as "
            "label_en, 'Koper' as label_nl, 7 as rank, 3 as profile_count, 0.5 as share, "
            "12.34::decimal(18, 2) as net_revenue, null::decimal(18, 2) as margin",
            "segment_transitions": "'funnel' as scheme, 'browser' as from_segment, 'buyer' as "
            "to_segment, as_of_date, 'moved' as move_kind, 3 as profile_count, 1 as net_revenue",
            "micro_segment_sizes": "'m' as micro_segment, as_of_date, '' as label_en, '' as "
            "label_nl, '' as description_en, '' as description_nl, 1 as position, "
            "3 as profile_count, 0.5 as share, 1 as net_revenue, 1 as margin, "
            "1 as net_revenue_per_profile",
        }.items():
            connection.execute(
                f"create table published.marts.{mart} as "
                f"select {columns} from (values {rows}) as dates (as_of_date)"
            )
        connection.execute(
            "create table published.marts.anonymous_events as select event_date, 'shop' as "
            "source_name, 'page_view' as event_name, 5 as event_count from "
            "(values (date '2024-02-28'), (date '2024-02-29')) as days (event_date)"
        )
    if is_whole:
        last_build.record(shop.paths, LastBuild("1", "", 1, "", {}, {}))


def kept_dates(shop: Shop, name: str, day: str = "as_of_date") -> list[str]:
    return [str(row[0]) for row in shop.query(f"select {day} from raw.kept_{name} order by 1")]


def test_counts_of_dates_that_can_not_be_computed_are_kept(shop: Shop) -> None:
    put_events(shop, "1.csv", "1,a,,2024-03-10T10:00:00Z", "old,a,,2024-01-01T10:00:00Z")
    shop.land()
    build(shop)
    landed(shop)
    assert kept_dates(shop, "segment_sizes") == ["2024-03-03"]
    assert kept_dates(shop, "micro_segment_sizes") == ["2024-03-03"]
    # the moves to the first date that is computed are from a date that is not
    assert kept_dates(shop, "segment_transitions") == ["2024-03-03", "2024-03-04"]
    assert kept_dates(shop, "anonymous_events", "event_date") == ["2024-02-28"]
    (row,) = shop.query("from raw.kept_segment_sizes")
    # the marts of an older version lack a column
    assert row[6:] == (3, 0.5, None, Decimal("12.34"), None)


def test_a_date_is_kept_once(shop: Shop) -> None:
    put_events(shop, "1.csv", "1,a,,2024-03-09T10:00:00Z")
    shop.land()
    build(shop, ("2024-03-02", "2024-03-03", "2024-03-09"))
    landed(shop)
    put_events(shop, "2.csv", "2,a,,2024-03-10T10:00:00Z")
    shop.land()
    build(shop, ("2024-03-02", "2024-03-03", "2024-03-04", "2024-03-10"))
    landed(shop)
    assert kept_dates(shop, "segment_sizes") == ["2024-03-02", "2024-03-03"]
    assert kept_dates(shop, "segment_transitions") == ["2024-03-02", "2024-03-03", "2024-03-04"]


def test_no_cutoff_moves_after_a_build_that_failed(shop: Shop) -> None:
    """Its marts are not whole: what they say of a date can't be kept."""
    put_events(shop, "1.csv", "1,a,,2024-03-09T10:00:00Z")
    landed(shop)
    build(shop, is_whole=False)
    put_events(
        shop, "2.csv", "2,a,,2024-03-10T10:00:00Z", "3,a,,2024-02-28T10:00:00Z", "4,a,,2024-02-27"
    )
    assert landed(shop) == 1
    assert events(shop) == ["1", "2", "3"]
    assert kept_dates(shop, "segment_sizes") == []
    # the next build is whole
    build(shop)
    assert landed(shop) == 1
    assert kept_dates(shop, "segment_sizes") == ["2024-03-03"]
