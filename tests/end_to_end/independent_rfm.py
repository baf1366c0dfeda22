"""RFM of Online Retail files in plain Python that shares nothing with the SQL.

Amounts are decimals and shares of customers are integers. Only an invoice's total is rounded, to
pennies.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow.parquet

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PENNY = Decimal("0.01")
TENTHOUSANDTH = Decimal("0.0001")
# the fewest days for the scores 4 to 1, and the fewest orders for 1 to 5
RECENCY_BANDS = (30, 90, 180, 365)
FREQUENCY_BANDS = (1, 2, 4, 6, 10)
# the headers of the first and of the second data set
NAMES = (
    ("InvoiceNo", "Invoice"),
    ("StockCode",),
    ("Description",),
    ("Quantity",),
    ("InvoiceDate",),
    ("UnitPrice", "Price"),
    ("CustomerID", "Customer ID"),
    ("Country",),
)


class Line(NamedTuple):
    invoice: str
    stock_code: str
    description: str | None
    quantity: int
    invoice_date: datetime
    price: Decimal
    customer: str | None
    country: str | None

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True)
class Invoice:
    number: str
    customer: str | None
    invoiced_at: datetime
    goods: Decimal

    @property
    def amount(self) -> Decimal:
        return self.goods.quantize(PENNY, ROUND_HALF_UP)

    @property
    def business_date(self) -> date:
        return self.invoiced_at.replace(tzinfo=UTC).astimezone(AMSTERDAM).date()

    @property
    def counts_as_order(self) -> bool:
        """Whether it is a sale: not a return or a correction, with an amount above zero."""
        return not self.number.startswith(("C", "A")) and self.goods > 0


@dataclass(frozen=True, order=True)
class Scored:
    customer_id: str
    as_of_date: date
    recency_days: int
    frequency: int
    monetary: Decimal
    recency_score: int
    frequency_score: int
    monetary_score: int
    rfm_segment: str


@cache
def lines_of(file: Path) -> Counter[Line]:
    """How often a file contains each line: an invoice may contain the same line twice."""
    return Counter(_lines(_rows(file)))


def once(files: Iterable[Path]) -> Counter[Line]:
    """The union of files: a line counts as often as in the file that contains it most often."""
    union: Counter[Line] = Counter()
    for file in files:
        union |= lines_of(file)
    return union


def invoices(lines: Mapping[Line, int]) -> list[Invoice]:
    by_number: defaultdict[str, list[tuple[Line, int]]] = defaultdict(list)
    for line, times in lines.items():
        by_number[line.invoice].append((line, times))
    return [
        Invoice(
            number=number,
            customer=max((line.customer for line, _ in of_invoice if line.customer), default=None),
            invoiced_at=min(line.invoice_date for line, _ in of_invoice),
            goods=sum((line.amount * times for line, times in of_invoice), Decimal(0)),
        )
        for number, of_invoice in by_number.items()
    ]


def as_of_dates(books: Iterable[Invoice], months: int = 12) -> list[date]:
    """The latest date and the month ends of the year before it, from the first invoice on."""
    days = sorted(invoice.business_date for invoice in books)
    first, latest = days[0], days[-1]
    dates, month_end = [latest], latest.replace(day=1) - timedelta(days=1)
    for _ in range(months):
        if month_end >= first:
            dates.append(month_end)
        month_end = month_end.replace(day=1) - timedelta(days=1)
    return sorted(dates)


def rfm(books: Iterable[Invoice], dates: Iterable[date], rules: Path) -> list[Scored]:
    """The scores of each customer with an order on or before each date."""
    books = list(books)
    cells = _grid(rules)
    return sorted(scored for day in dates for scored in _rfm_at(books, day, cells))


def _rfm_at(
    books: list[Invoice], day: date, cells: list[tuple[str, dict[str, range]]]
) -> Iterator[Scored]:
    orders: defaultdict[str, list[date]] = defaultdict(list)
    net: defaultdict[str, Decimal] = defaultdict(Decimal)
    for invoice in books:
        if invoice.customer is None or invoice.business_date > day:
            continue
        net[invoice.customer] += invoice.amount
        if invoice.counts_as_order:
            orders[invoice.customer].append(invoice.business_date)
    measures = {
        customer: ((day - max(days)).days, len(days), net[customer])
        for customer, days in orders.items()
    }
    # customers with more days since their last order rank strictly below
    recencies = sorted(-recency for recency, _, _ in measures.values())
    frequencies = sorted(frequency for _, frequency, _ in measures.values())
    monetaries = sorted(monetary for _, _, monetary in measures.values())
    by_fifth = {
        customer: (_score(recencies, -recency), _score(frequencies, frequency))
        for customer, (recency, frequency, _) in measures.items()
    }
    # where ties leave a score without a customer, bands of days and of orders count
    has_all = [set(range(1, 6)) == set(given) for given in zip(*by_fifth.values(), strict=True)]
    for customer, (recency, frequency, monetary) in measures.items():
        recency_fifth, frequency_fifth = by_fifth[customer]
        scores = (
            recency_fifth if has_all[0] else 5 - bisect_right(RECENCY_BANDS, recency),
            frequency_fifth if has_all[1] else bisect_right(FREQUENCY_BANDS, frequency),
            _score(monetaries, monetary),
        )
        yield Scored(
            customer, day, recency, frequency, monetary, *scores, _segment(cells, scores, frequency)
        )


def _score(ordered: list[Any], value: Any) -> int:
    return 1 + 5 * bisect_left(ordered, value) // len(ordered)


def _grid(rules: Path) -> list[tuple[str, dict[str, range]]]:
    """The segments in the order of their rules, each with its range of scores on both axes."""
    with rules.open(newline="") as text:
        rows = [
            row
            for row in csv.DictReader(text)
            if row["scheme"] == "rfm" and row["segment"] != "not_a_customer"
        ]
    cells: dict[tuple[str, str], dict[str, range]] = defaultdict(dict)
    for row in rows:
        scores = range(int(row["at_least"] or 1), int(row["below"] or 6))
        cells[row["rule"], row["segment"]][row["feature"]] = scores
    return [(segment, axes) for (_, segment), axes in cells.items()]


def _segment(
    cells: list[tuple[str, dict[str, range]]], scores: tuple[int, int, int], orders: int
) -> str:
    recency, frequency, monetary = scores
    means = {
        "recency_score": recency,
        "frequency_monetary_score": math.ceil((frequency + monetary) / 2),
        "frequency_score": frequency,
        "order_count": orders,
    }
    return next(
        segment for segment, axes in cells if all(means[axis] in of for axis, of in axes.items())
    )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix == ".parquet":
        for batch in pyarrow.parquet.ParquetFile(file).iter_batches():
            yield from batch.to_pylist()
        return
    with file.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    rows = iter(rows)
    first = next(rows)
    header = [next(name for name in names if name in first) for names in NAMES]
    for row in chain([first], rows):
        invoice, stock, description, quantity, moment, price, customer, country = (
            row[name] for name in header
        )
        yield Line(
            invoice=invoice,
            stock_code=stock,
            description=description or None,
            quantity=int(quantity),
            invoice_date=moment if isinstance(moment, datetime) else datetime.fromisoformat(moment),
            price=_price(price),
            customer=None if customer in (None, "") else str(customer),
            country=country or None,
        )


@cache
def _price(value: float | str) -> Decimal:
    return Decimal(str(value)).quantize(TENTHOUSANDTH, ROUND_HALF_UP)
