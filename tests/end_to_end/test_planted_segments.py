"""Planted behaviours come out in their segments: recall and precision of each."""

from __future__ import annotations

from typing import Any

import pytest
from planted_segments import PLANTED, Planted, score
from refreshing import Refreshed

Person = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def people(complete: Refreshed) -> list[Person]:
    return read_people(complete.root)


def read_people(root: Any) -> list[Person]:
    """Every planted customer with an account, and the profile and features found."""
    told_file = root.root / "demo_shop" / "planted_customers.parquet"
    with root.serving() as connection:
        found = connection.execute(
            f"""
            select
                told.*,
                features.*,
                profiles.lifecycle as lifecycle_segment,
                profiles.buying_pace as buying_pace_segment,
                profiles.sales_channel as sales_channel_segment,
                profiles.occasion as occasion_segment,
                profiles.favourite_category as favourite_category,
                told.favourite_category as planted_category,
                told.routine_hour as planted_hour,
                case when features.order_count = 1 then 'one' end as purchases,
                profiles.low_hanging_fruit, profiles.price_behaviour, profiles.cost_to_serve,
                profiles.time_of_day, profiles.category_loyalty
            from '{told_file}' as told
            inner join marts.profiles as profiles on told.customer_id = profiles.customer_id
            inner join marts.profile_features as features
                on profiles.profile_id = features.profile_id
                and features.as_of_date = (select max(as_of_date) from marts.profile_features)
            """
        )
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    told_names = set(_columns(root, told_file))
    people = []
    for row in rows:
        told: dict[str, Any] = {}
        profile: dict[str, Any] = {}
        for name, value in zip(names, row, strict=True):
            # a name that both have is the planted one first
            if name in told_names and name not in told:
                told[name] = value
            else:
                profile[name] = value
        people.append((told, profile))
    return people


def _columns(root: Any, file: Any) -> list[str]:
    with root.serving() as connection:
        return [row[0] for row in connection.execute(f"describe from '{file}'").fetchall()]


@pytest.mark.parametrize("behaviour", PLANTED, ids=lambda behaviour: behaviour.name)
def test_planted_behaviour_is_found(people: list[Person], behaviour: Planted) -> None:
    reached = score(behaviour, people)
    print(
        f"{behaviour.name}: {reached.planted} planted, {reached.found} found, "
        f"recall {reached.recall:.2f}, precision {reached.precision:.2f}"
    )
    assert reached.planted
    assert reached.recall >= behaviour.least_recall
    assert reached.precision >= behaviour.least_precision
