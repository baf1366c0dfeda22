"""Rows leave by their age: what is left equals a rebuild, and what they added up to stays.

The latest event is of 30 June 2026. Events and messages of 700 days are kept, so from 30 July 2024
on. The features of a date look back at the events of 426 days, so no date before 29 September 2025
can be computed any longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from data_root import DataRoot

from orchestration.landing.contract import load_contracts
from orchestration.landing.land import land
from orchestration.landing.retention import Retention
from orchestration.paths import PROJECT_DIR

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("retention")]

DAYS = ("--vars", "{retention_days: {events: 700, messages: 700}}")
EVENTS = "event_id,visitor_id,customer_id,occurred_at,event_name,has_consent"
OLD_EVENTS = [
    "1,dev-old,,2024-03-01T10:00:00Z,page_view,",
    "2,dev-old,,2024-03-01T10:05:00Z,view_item,",
    # two customers on a device
    "3,dev-shared,cust-l,2024-03-01T11:00:00Z,login,",
    # a log-in long ago, on a device that is still used
    "4,dev-k,cust-k,2024-03-10T10:00:00Z,login,",
    # who refused to be measured
    "5,dev-refused,,2024-03-01T10:00:00Z,page_view,false",
    "6,dev-refused,,2024-03-01T10:01:00Z,page_view,false",
]
EVENT_ROWS = [
    *OLD_EVENTS,
    # around midnight in Amsterdam, when 30 July begins
    "7,dev-night,,2024-07-29T21:45:00Z,page_view,",
    "8,dev-night,,2024-07-29T22:10:00Z,page_view,",
    "9,dev-shared,cust-k,2026-05-01T10:00:00Z,page_view,",
    "10,dev-shared,,2026-05-10T10:00:00Z,page_view,",
    "11,dev-k,cust-k,2026-06-01T10:00:00Z,page_view,",
    "12,dev-new,,2026-06-30T12:00:00Z,page_view,",
]
FILES = {
    "events/1.csv": [EVENTS, *EVENT_ROWS],
    "orders/1.csv": [
        "order_id,customer_id,visitor_id,ordered_at,status,currency,gross_amount",
        "o1,cust-k,,2024-03-10T10:00:00Z,completed,EUR,30",
        "o2,cust-k,,2026-06-01T10:05:00Z,completed,EUR,40",
    ],
    "customers/1.csv": [
        "customer_id,signed_up_at,updated_at,consents",
        *("cust-k,2024-01-01T00:00:00Z,,email", "cust-l,2024-01-01T00:00:00Z,,email"),
    ],
    "messages/1.csv": [
        "message_event_id,message_id,customer_id,channel,action,occurred_at",
        "m1,m,cust-k,email,clicked,2024-03-02T00:00:00Z",
        "m2,m,cust-k,email,unsubscribed,2024-03-03T00:00:00Z",
    ],
}
COUNTED = {
    "sizes": "select * from marts.segment_sizes where as_of_date < '2025-09-29'",
    "micro-segments": "select * from marts.micro_segment_sizes where as_of_date < '2025-09-29'",
    # from a date that can't be computed to one that can
    "moves": "select * from marts.segment_transitions where as_of_date <= '2025-09-30'",
    "anonymous events": "select * from marts.anonymous_events",
    "orders": "select order_id, customer_id, net_revenue, margin from marts.orders",
    "identity": "select session_id, profile_id from marts.sessions where visitor_id = 'dev-shared' "
    "and started_at >= '2025-01-01'",
}


@dataclass
class Shop:
    """A data root, with what was published before and after rows left."""

    root: DataRoot
    before: dict[str, list[tuple[Any, ...]]]
    after: dict[str, list[tuple[Any, ...]]]


def counted(root: DataRoot) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(root.served(query), key=str) for name, query in COUNTED.items()}


def put(root: DataRoot, name: str, lines: list[str]) -> None:
    table, _, file = name.partition("/")
    (root.folder("shop", table) / file).write_text("\n".join(lines) + "\n")


def starts(root: DataRoot) -> list[tuple[str, str]]:
    query = "select visitor_id, cast(started_at as varchar) from marts.sessions order by all"
    return root.served(query)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    root = DataRoot(tmp_path_factory.mktemp("retention"))
    for name, lines in FILES.items():
        put(root, name, lines)
    root.refresh()
    before = counted(root)
    # the var alone has changed
    done = root.refresh(*DAYS)
    assert "Removed: 7 rows that are older than `retention_days` allows." in done.stdout
    return Shop(root, before, counted(root))


@pytest.mark.parametrize("name", COUNTED)
def test_counts_stay(shop: Shop, name: str) -> None:
    assert shop.before[name]
    assert shop.after[name] == shop.before[name]


def test_old_sessions_left_and_the_visit_at_midnight_is_whole(shop: Shop) -> None:
    assert starts(shop.root) == [
        ("dev-k", "2026-06-01 10:00:00"),
        ("dev-new", "2026-06-30 12:00:00"),
        ("dev-night", "2024-07-29 21:45:00"),
        ("dev-shared", "2026-05-01 10:00:00"),
        ("dev-shared", "2026-05-10 10:00:00"),
    ]


def test_nobody_is_named_at_dates_that_can_not_be_computed(shop: Shop) -> None:
    dates = {str(row[2]) for row in shop.before["sizes"]}
    assert sorted(dates) == ["2025-06-30", "2025-07-31", "2025-08-31"]
    for table in ("marts.segment_memberships", "marts.profile_features", "marts.customer_rfm"):
        (first,) = shop.root.served(f"select cast(min(as_of_date) as varchar) from {table}")
        assert first == ("2025-09-30",), table


def test_the_session_on_a_device_that_was_shared_is_still_nobodys(shop: Shop) -> None:
    profiles = dict(
        shop.root.served("select cast(started_at as date)::varchar, profile_id from marts.sessions")
    )
    assert profiles["2026-05-01"] == "customer:cust-k"
    assert profiles["2026-05-10"] == "visitor:dev-shared"


def test_who_unsubscribed_long_ago_is_not_written_to(shop: Shop) -> None:
    (channel,) = shop.root.served(
        "select contact_channel from marts.profile_features where customer_id = 'cust-k' "
        "and as_of_date = '2026-06-30'"
    )
    assert channel == ("none",)


def test_rows_that_left_are_accounted_for(shop: Shop) -> None:
    figures = {
        (table, check): value
        for table, check, value in shop.root.served(
            "select table_name, check_name, value from marts.data_quality where detail = ''"
        )
    }
    assert figures["shop.events", "rows_too_old"] == 6
    assert figures["shop.messages", "rows_too_old"] == 1
    assert figures["shop.orders", "rows_too_old"] == 0
    assert figures["shop.events", "rows_removed"] == 0
    assert figures["events", "rows_unaccounted"] == 0
    balance = dict(
        shop.root.served(
            "select detail, value from marts.data_quality "
            "where check_name = 'rows' and table_name = 'events'"
        )
    )
    assert (balance["landed"], balance["too_old"], balance["published"]) == (12, 6, 6)


def test_nothing_new_builds_nothing(shop: Shop) -> None:
    assert "Nothing new" in shop.root.refresh(*DAYS).stdout


def test_old_rows_in_a_new_file_do_not_come_back(shop: Shop) -> None:
    put(
        shop.root,
        "events/2.csv",
        [EVENTS, *OLD_EVENTS, "13,dev-new,,2026-06-30T12:10:00Z,page_view,"],
    )
    done = shop.root.refresh(*DAYS)
    assert "Removed: 6 rows" in done.stdout
    assert len(starts(shop.root)) == 5
    assert counted(shop.root) == shop.before
    (figure,) = shop.root.served(
        "select value from marts.data_quality "
        "where check_name = 'rows_too_old' and table_name = 'shop.events'"
    )
    assert figure == (12,)


def test_rows_that_leave_without_news_are_followed(shop: Shop) -> None:
    """Neither a file is new nor a var: a refresh was killed between landing and building."""
    land(
        shop.root.paths,
        load_contracts(PROJECT_DIR / "models" / "staging"),
        business_timezone="Europe/Amsterdam",
        retention={"events": Retention(650, 426)},
    )
    done = shop.root.refresh(*DAYS)
    assert "Nothing new" not in done.stdout
    assert "Incremental build" in done.stdout
    assert "dev-night" not in {visitor for visitor, _ in starts(shop.root)}
    # 50 days later than before, which is 18 November 2025
    (first,) = shop.root.served("select cast(min(as_of_date) as varchar) from marts.customer_rfm")
    assert first == ("2025-11-30",)
    assert counted(shop.root) == shop.before


def test_a_rebuild_gives_the_same(shop: Shop) -> None:
    built = shop.root.served_rows()
    shop.root.refresh("--full", *DAYS)
    rebuilt = shop.root.served_rows()
    assert built.keys() == rebuilt.keys()
    assert [name for name in built if built[name] != rebuilt[name]] == []
