"""Reads the demo shop's files in plain Python that shares nothing with the loader or the SQL."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PENNY = Decimal("0.01")


def _text(file: Path) -> str:
    content = file.read_bytes()
    return (gzip.decompress(content) if file.suffix == ".gz" else content).decode()


def count_rows(file: Path) -> int:
    """Number of rows of a file, valid or not."""
    if file.suffix == ".parquet":
        return pyarrow.parquet.read_metadata(file).num_rows
    if ".csv" in file.suffixes:
        return sum(1 for _ in csv.reader(io.StringIO(_text(file)))) - 1
    return sum(1 for line in _text(file).split("\n") if line)


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The valid rows of a file; planted malformed rows are recognized by their key."""
    if file.suffix == ".parquet":
        yield from pyarrow.parquet.read_table(file).to_pylist()
    elif ".csv" in file.suffixes:
        for row in csv.DictReader(io.StringIO(_text(file))):
            if not next(iter(row.values())).startswith("malformed-"):
                yield row
    else:
        key = None
        for line in _text(file).split("\n"):
            try:
                row = json.loads(line)
            except ValueError:
                continue
            # the first row of a file is valid and starts with its key
            key = key or next(iter(row))
            if not str(row.get(key, "malformed-")).startswith("malformed-"):
                yield row


def table(landing: Path, name: str) -> Iterator[dict[str, Any]]:
    for file in sorted((landing / "shop" / name).rglob("*.*")):
        yield from rows(file)


def instant(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def business_date(moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).astimezone(AMSTERDAM).date()


@dataclass(frozen=True, order=True)
class Order:
    order_id: str
    order_status: str
    gross_revenue: Decimal
    discount: Decimal
    refunded: Decimal
    net_revenue: Decimal


def orders(landing: Path, seeds: Path) -> list[Order]:
    """The latest version of each order, in euros at the rate of its day."""
    latest: dict[str, dict[str, Any]] = {}
    for row in table(landing, "orders"):
        known = latest.get(row["order_id"])
        if known is None or instant(row["updated_at"]) > instant(known["updated_at"]):
            latest[row["order_id"]] = row
    refunds: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in table(landing, "refunds"):
        refunds[row["order_id"]][row["refund_id"]] = Decimal(row["amount"])
    keeps_money = {
        row["order_status"]: row["counts_as_revenue"] == "true" and row["is_paid_back"] == "false"
        for row in csv.DictReader((seeds / "orders" / "order_statuses.csv").open(newline=""))
    }
    rates = _Rates(seeds / "orders" / "exchange_rates.csv")
    return sorted(
        _order(row, refunds[key], rates, keeps_money[row["status"]]) for key, row in latest.items()
    )


class _Rates:
    def __init__(self, file: Path) -> None:
        with file.open(newline="") as text:
            self.known = [
                (row["currency"], date.fromisoformat(row["valid_from"]), Decimal(row["rate"]))
                for row in csv.DictReader(text)
                if row["reporting_currency"] == "EUR"
            ]

    def at(self, currency: str, day: date) -> Decimal:
        if currency == "EUR":
            return Decimal(1)
        return max(
            (valid_from, rate)
            for name, valid_from, rate in self.known
            if name == currency and valid_from <= day
        )[1]


def _order(
    row: dict[str, Any], refunds: dict[str, Decimal], rates: _Rates, keeps_money: bool
) -> Order:
    rate = rates.at(row["currency"], business_date(instant(row["ordered_at"])))

    def euros(amount: Decimal) -> Decimal:
        return (amount * rate).quantize(PENNY, ROUND_HALF_UP)

    gross, discount = euros(Decimal(row["gross_amount"])), euros(Decimal(row["discount_amount"]))
    refunded = sum((euros(amount) for amount in refunds.values()), Decimal("0.00"))
    # shipping and tax are paid back first
    apart = euros(Decimal(row["shipping_amount"]) + Decimal(row["tax_amount"]))
    of_goods = min(max(refunded - apart, Decimal("0.00")), gross - discount)
    net = gross - discount - of_goods if keeps_money else Decimal("0.00")
    return Order(row["order_id"], row["status"], gross, discount, refunded, net)
