"""The Complete Journey's published tables against plain Python on the same files."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from complete_journey_features import SCHEMES, Known, features
from data_root import DataRoot
from independent_complete_journey import PACKAGE, TABLES, Journey, money, package_data, read
from independent_rfm import Scored
from segment_rules import read_rules, segment_of

SCORED = ", ".join(field.name for field in dataclasses.fields(Scored))
LANDED_TWICE = 20_000
RULES = read_rules()
# features whose errors the bands of segments would hide
COMPARED = {
    "profile_features": (
        "order_count",
        "days_since_first_order",
        "longest_pause_180d",
        "order_count_365d",
        "units_per_order_365d",
        "coupon_order_share_365d",
        "deal_order_share_365d",
        "full_price_order_share_365d",
        "waiting_order_count_365d",
        "favourite_category_spend_365d",
        "favourite_category_share_365d",
        "favourite_brand_share_365d",
        "main_daypart_share_365d",
        "weekend_share_365d",
        "occasion_order_count_730d",
        "occasion_year_count_730d",
        "occasion_lift_730d",
        "quarter_order_share_730d",
        "active_days_90d",
        "offer_response_count_90d",
        "contribution_margin_365d",
    ),
    "customer_scores": ("margin_percent_rank",),
}

pytestmark = pytest.mark.skipif(
    package_data() is None, reason=f"the Python package {PACKAGE} is not installed"
)


@pytest.fixture(scope="module")
def files() -> Path:
    folder = package_data()
    assert folder
    return folder


@pytest.fixture(scope="module")
def journey(files: Path) -> Journey:
    return read(files)


@pytest.fixture(scope="module")
def known(journey: Journey) -> dict[date, dict[str, Known]]:
    return features(journey)


@pytest.fixture(scope="module")
def root(new_root: Callable[[str], DataRoot], files: Path) -> DataRoot:
    """The package's files, with some of the transactions landed twice."""
    root = new_root("complete_journey")
    for table in TABLES:
        shutil.copy(files / f"{table}.parquet", root.folder("complete_journey", table))
    again = pyarrow.parquet.read_table(files / "transactions.parquet").slice(70_000, LANDED_TWICE)
    folder = root.folder("complete_journey", "transactions")
    pyarrow.parquet.write_table(again, folder / "transactions_again.parquet")
    # the refresh runs all dbt tests as well; of most households no answer says what they agreed to
    root.refresh("--vars", "{profiling_basis: legitimate_interest}")
    return root


def test_every_row_lands(root: DataRoot) -> None:
    landed = root.raw(
        "select table_name, sum(rows_landed), sum(rows_rejected) from raw.landed_files"
        " group by table_name order by table_name"
    )
    assert landed == [
        ("campaign_descriptions", 27, 0),
        ("campaigns", 6_589, 0),
        ("coupon_redemptions", 2_102, 0),
        ("demographics", 801, 0),
        ("products", 92_331, 0),
        ("transactions", 1_469_307 + LANDED_TWICE, 0),
    ]


def test_year_has_the_known_totals(root: DataRoot) -> None:
    totals = root.built(
        """
        select
            count(*), count(distinct customer_id), sum(gross_revenue), sum(discount),
            sum(net_revenue), count(coupon_code)
        from orders
        """
    )
    gross, discount, net = Decimal("5392232.87"), Decimal("796193.29"), Decimal("4596039.58")
    assert gross - discount == net
    assert totals == [(155_848, 2_469, gross, discount, net, 9_827)]
    assert root.raw("select count(*) from intermediate.int_order_lines") == [(1_469_307,)]


def test_orders_equal_baskets(root: DataRoot, journey: Journey) -> None:
    published = root.built(
        """
        select
            order_id, customer_id, ordered_at, gross_revenue, discount, net_revenue, coupon_code,
            order_status, sales_channel
        from orders
        """
    )
    assert sorted(published) == sorted(
        (
            basket.number,
            basket.customer,
            basket.invoiced_at,
            basket.goods + basket.discount,
            basket.discount,
            basket.goods,
            basket.coupon_code,
            "completed",
            "store",
        )
        for basket in journey.baskets
    )


def test_order_lines_per_product(root: DataRoot, journey: Journey) -> None:
    published = root.raw(
        """
        select product_id, count(*), sum(quantity), sum(spend)
        from intermediate.int_order_line_values
        group by product_id
        """
    )
    expected: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in journey.lines:
        expected[line.product].update(lines=1, pieces=journey.pieces(line), received=line.received)
    assert sorted(published) == sorted(
        (product, of["lines"], of["pieces"], money(of["received"]))
        for product, of in expected.items()
    )


def test_order_lines_are_numbered_from_one(root: DataRoot) -> None:
    gaps = """
        select order_id from intermediate.int_order_lines
        group by order_id
        having min(line_number) != 1 or max(line_number) != count(*)
    """
    assert root.raw(gaps) == []


def test_mailings_and_redemptions_are_messages(root: DataRoot, journey: Journey) -> None:
    published = root.raw(
        "select profile_id, channel, message_action, message_date from intermediate.int_messages"
    )
    assert sorted(published) == sorted(
        (f"customer:{mailing.household}", "post", mailing.action, mailing.day)
        for mailing in journey.mailings
    )
    assert len(published) == 6_589 + 2_102


def test_demographics_hold_on_every_date(root: DataRoot, journey: Journey) -> None:
    published = root.built(
        """
        select customer_id, as_of_date, age_years, household_size, child_count
        from profile_features
        where age_years is not null
        """
    )
    assert {customer for customer, *_ in published} == set(journey.households)
    for customer, as_of_date, age, size, children in published:
        household = journey.households[customer]
        youngest, oldest = re.fullmatch(r"(\d+)(?:\+|-(\d+))", household.age).groups()
        assert int(youngest) <= age <= int(oldest or 120), (customer, as_of_date, age)
        assert (str(size), str(children)) == (
            household.size.rstrip("+"),
            household.kids.rstrip("+"),
        )


def test_rfm_scores(root: DataRoot, journey: Journey) -> None:
    assert len(journey.as_of_dates) == 13
    published = sorted(Scored(*row) for row in root.built(f"select {SCORED} from customer_rfm"))
    assert published == journey.scored


@pytest.mark.parametrize(
    ("table", "feature"), [(table, name) for table, names in COMPARED.items() for name in names]
)
def test_features(
    table: str, feature: str, root: DataRoot, known: dict[date, dict[str, Known]]
) -> None:
    published = {
        (day, household): value
        for day, household, value in root.built(
            f"select as_of_date, customer_id, {feature} from {table}"
        )
    }
    expected = {
        (day, household): of_household.get(feature)
        for day, households in known.items()
        for household, of_household in households.items()
    }
    assert published.keys() == expected.keys()
    assert {
        key: (published[key], value)
        for key, value in expected.items()
        if not is_same(published[key], value)
    } == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_segments(scheme: str, root: DataRoot, known: dict[date, dict[str, Known]]) -> None:
    published: defaultdict[date, dict[str, str]] = defaultdict(dict)
    for profile, as_of_date, segment in root.built(
        f"""
        select profile_id, as_of_date, segment
        from segment_memberships
        where scheme = '{scheme}'
        """
    ):
        published[as_of_date][profile.removeprefix("customer:")] = segment
    assert sorted(published) == sorted(known)
    for as_of_date, segments in published.items():
        assert segments == {
            household: segment_of(RULES[scheme], of_household)
            for household, of_household in known[as_of_date].items()
        }, as_of_date


def test_schemes_without_data_have_no_segments(root: DataRoot) -> None:
    telling = root.built(
        "select distinct scheme from segment_memberships"
        " where segment not in ('unknown', 'inactive', 'not_a_customer', 'no_consent')"
    )
    # of these two plain Python has no rules; the demo shop holds them
    assert {scheme for (scheme,) in telling} == {*SCHEMES, "marital_status", "orientation"}


def is_same(published: Any, expected: Any) -> bool:
    """Both unknown, or equal up to the precision of a double."""
    if published is None or expected is None:
        return published is expected
    return abs(float(published) - float(expected)) < 1e-9
