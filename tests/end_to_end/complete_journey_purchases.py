"""The Complete Journey's baskets, enriched from their lines, the time of day and the calendar."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import NamedTuple

from independent_calendar import Occasion, occasions
from independent_complete_journey import Basket, Journey, Line
from independent_rfm import AMSTERDAM, PENNY
from segment_rules import read_seed

UNKNOWN_PRODUCT = (None, None, None, None)


class Purchase(NamedTuple):
    """A basket with the values that the features need."""

    day: date
    daypart: str
    pieces: int
    margin: Decimal
    has_coupon: bool
    is_deal: bool
    occasion: Occasion | None
    # cents per category and per brand, where known
    categories: Counter[str]
    brands: Counter[str]


@dataclass(frozen=True)
class Till:
    """Turns baskets into purchases."""

    journey: Journey

    def purchases(self) -> dict[str, list[Purchase]]:
        """The purchases of each household, oldest first."""
        receipts = defaultdict(list)
        for line in self.journey.lines:
            receipts[line.basket].append(line)
        purchases = defaultdict(list)
        for basket in sorted(self.journey.baskets, key=lambda b: (b.invoiced_at, b.number)):
            purchase = self._purchase(basket, receipts[basket.number])
            purchases[basket.customer].append(purchase)
        return purchases

    def _purchase(self, basket: Basket, receipt: list[Line]) -> Purchase:
        categories, brands = self._spent(receipt)
        return Purchase(
            day=basket.business_date,
            daypart=self._dayparts[_hour(basket.invoiced_at)],
            pieces=sum(map(self.journey.pieces, receipt)),
            margin=self._margin(basket),
            has_coupon=basket.coupon_code is not None,
            is_deal=any(map(self._is_marked_down, receipt)),
            occasion=self._occasions.get(basket.business_date),
            categories=categories,
            brands=brands,
        )

    def _spent(self, receipt: Iterable[Line]) -> tuple[Counter[str], Counter[str]]:
        """Cents by category (the store's department) and by brand."""
        categories: Counter[str] = Counter()
        brands: Counter[str] = Counter()
        for line in receipt:
            category, _, _, brand = self.journey.products.get(line.product, UNKNOWN_PRODUCT)
            if category is not None:
                categories[category] += line.received
            if brand is not None:
                brands[brand] += line.received
        return categories, brands

    def _margin(self, basket: Basket) -> Decimal:
        """The margin of a basket, rounded to cents, with an assumed share of cost of goods."""
        cost = self._goods_cost_share * (basket.goods + basket.discount)
        return (basket.goods - cost).quantize(PENNY, ROUND_HALF_UP)

    def _is_marked_down(self, line: Line) -> bool:
        off = line.given_away
        return off > 0 and off >= self._marked_down_min_share * (line.received + off)

    @cached_property
    def _occasions(self) -> Mapping[date, Occasion]:
        return occasions(basket.business_date for basket in self.journey.baskets)

    @cached_property
    def _dayparts(self) -> dict[int, str]:
        return {
            hour: row["daypart"]
            for row in read_seed("dayparts")
            for hour in range(int(row["from_hour"]), int(row["until_hour"]))
        }

    @cached_property
    def _goods_cost_share(self) -> Decimal:
        return _threshold("goods_cost_share")

    @cached_property
    def _marked_down_min_share(self) -> Decimal:
        return _threshold("marked_down_min_share")


def _hour(instant: datetime) -> int:
    return instant.replace(tzinfo=UTC).astimezone(AMSTERDAM).hour


def _threshold(name: str) -> Decimal:
    (value,) = (row["value"] for row in read_seed("thresholds") if row["threshold"] == name)
    return Decimal(value)
