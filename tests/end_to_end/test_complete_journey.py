"""The Complete Journey refreshed, against what plain Python works out from the same files."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet
import pytest
from data_root import DataRoot
from independent_complete_journey import (
    PACKAGE,
    SCHEMES,
    TABLES,
    Journey,
    money,
    package_data,
    read,
)
from independent_rfm import Scored

SCORED = ", ".join(field.name for field in dataclasses.fields(Scored))
LANDED_TWICE = 20_000

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
def root(new_root: Callable[[str], DataRoot], files: Path) -> DataRoot:
    """The package's files as they are, and some of the transactions a second time."""
    root = new_root("complete_journey")
    for table in TABLES:
        shutil.copy(files / f"{table}.parquet", root.folder("complete_journey", table))
    again = pyarrow.parquet.read_table(files / "transactions.parquet").slice(70_000, LANDED_TWICE)
    folder = root.folder("complete_journey", "transactions")
    pyarrow.parquet.write_table(again, folder / "transactions_again.parquet")
    # every test of dbt's runs in it, too
    root.refresh()
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


def test_the_year_has_the_known_totals(root: DataRoot) -> None:
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


def test_orders_are_the_baskets(root: DataRoot, journey: Journey) -> None:
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


def test_lines_of_each_product(root: DataRoot, journey: Journey) -> None:
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


def test_lines_of_an_order_are_numbered_from_one(root: DataRoot) -> None:
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


def test_households_are_as_described_all_through_the_year(root: DataRoot, journey: Journey) -> None:
    published = root.built(
        """
        select customer_id, as_of_date, age_years, household_size, child_count
        from profile_features
        where age_years is not null
        """
    )
    assert {customer for customer, *_ in published} == set(journey.households)
    for customer, as_of_date, age, size, children in published:
        told = journey.households[customer]
        youngest, oldest = re.fullmatch(r"(\d+)(?:\+|-(\d+))", told.age).groups()
        assert int(youngest) <= age <= int(oldest or 120), (customer, as_of_date, age)
        assert (str(size), str(children)) == (told.size.rstrip("+"), told.kids.rstrip("+"))


def test_rfm_scores(root: DataRoot, journey: Journey) -> None:
    assert len(journey.as_of_dates) == 13
    published = sorted(Scored(*row) for row in root.built(f"select {SCORED} from customer_rfm"))
    assert published == journey.scored


@pytest.mark.parametrize("scheme", SCHEMES)
def test_segments(scheme: str, root: DataRoot, journey: Journey) -> None:
    published: defaultdict[object, dict[str, str]] = defaultdict(dict)
    for profile, as_of_date, segment in root.built(
        f"""
        select profile_id, as_of_date, segment
        from segment_memberships
        where scheme = '{scheme}'
        """
    ):
        published[as_of_date][profile.removeprefix("customer:")] = segment
    assert sorted(published) == journey.as_of_dates
    for as_of_date, segments in published.items():
        assert segments == SCHEMES[scheme](journey, as_of_date), as_of_date
