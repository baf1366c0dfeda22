"""Sessions of REES46 files in plain Python that shares nothing with the SQL."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, order=True)
class Event:
    """One parsed row; rows with equal values are one event."""

    user_id: str
    event_time: datetime
    event_type: str
    product_id: str
    category_id: str
    category_code: str
    brand: str
    price: Decimal
    user_session: str


@dataclass(frozen=True, order=True)
class Session:
    visitor_id: str
    started_at: datetime
    ended_at: datetime
    event_count: int
    page_count: int
    product_count: int
    cart_add_count: int
    purchase_count: int
    revenue: Decimal
    funnel_class: str


def rows(file: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def events(files: Iterable[Path]) -> set[Event]:
    return {
        Event(
            user_id=row["user_id"],
            event_time=datetime.strptime(row["event_time"], "%Y-%m-%d %H:%M:%S UTC"),
            event_type=row["event_type"],
            product_id=row["product_id"],
            category_id=row["category_id"],
            category_code=row["category_code"],
            brand=row["brand"],
            price=Decimal(row["price"]),
            user_session=row["user_session"],
        )
        for file in files
        for row in rows(file)
    }


def sessions(happened: Iterable[Event], timeout_minutes: int = 30) -> list[Session]:
    """All sessions, in order of visitor and time."""
    timeout = timedelta(minutes=timeout_minutes)
    by_user: defaultdict[str, list[Event]] = defaultdict(list)
    happened = list(happened)
    for event in happened:
        by_user[event.user_id].append(event)
    # the purchases of one session of the tracker are one order
    orders: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for event in happened:
        if event.event_type == "purchase":
            orders[event.user_id, event.user_session] += event.price
    found = []
    for of_user in by_user.values():
        of_user.sort()
        reported: set[tuple[str, str]] = set()
        run = [of_user[0]]
        for event in of_user[1:]:
            # a gap equal to the timeout joins the session
            if event.event_time - run[-1].event_time > timeout:
                found.append(_session(run, orders, reported))
                run = []
            run.append(event)
        found.append(_session(run, orders, reported))
    return sorted(found)


def _session(
    run: list[Event], orders: dict[tuple[str, str], Decimal], reported: set[tuple[str, str]]
) -> Session:
    purchases = {(e.user_id, e.user_session) for e in run if e.event_type == "purchase"} - reported
    reported |= purchases
    pages = sum(event.event_type == "view" for event in run)
    cart_adds = sum(event.event_type == "cart" for event in run)
    return Session(
        visitor_id=run[0].user_id,
        started_at=run[0].event_time,
        ended_at=run[-1].event_time,
        event_count=len(run),
        page_count=pages,
        product_count=len({event.product_id for event in run}),
        cart_add_count=cart_adds,
        purchase_count=len(purchases),
        revenue=sum((orders[one] for one in purchases), Decimal(0)).quantize(Decimal("0.01")),
        funnel_class=_funnel_class(len(purchases), cart_adds, pages),
    )


def _funnel_class(purchases: int, cart_adds: int, pages: int) -> str:
    """The class of a session. There are no leavers: the format has no cart views or checkouts."""
    if purchases:
        return "buyer"
    if cart_adds:
        return "funshopper"
    if pages == 1:
        return "bouncer"
    # every view is a product view
    return "browser" if pages else "other"
