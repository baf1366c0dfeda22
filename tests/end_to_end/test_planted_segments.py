"""Recall and precision of each planted behaviour in its segment."""

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
    """Every planted customer with an account, with the published profile and features."""
    planted_file = root.root / "demo_shop" / "planted_customers.parquet"
    with root.serving() as connection:
        found = connection.execute(
            f"""
            select
                planted.*,
                features.*,
                profiles.lifecycle as lifecycle_segment,
                profiles.buying_pace as buying_pace_segment,
                profiles.sales_channel as sales_channel_segment,
                profiles.occasion as occasion_segment,
                profiles.favourite_category as favourite_category,
                planted.favourite_category as planted_category,
                planted.routine_hour as planted_hour,
                case when features.order_count = 1 then 'one' end as purchases,
                profiles.low_hanging_fruit, profiles.price_behaviour, profiles.cost_to_serve,
                profiles.time_of_day, profiles.category_loyalty,
                profiles.engagement, profiles.usage as usage_segment,
                profiles.orientation as orientation_segment,
                profiles.effort as effort_segment,
                profiles.urbanity as urbanity_segment,
                profiles.region as region_segment,
                profiles.life_stage as life_stage_segment,
                profiles.occupation as occupation_segment,
                profiles.marital_status as marital_status_segment,
                planted.region as planted_region,
                planted.life_stage as planted_life_stage,
                planted.occupation as planted_occupation,
                planted.marital_status as planted_marital_status
            from '{planted_file}' as planted
            inner join marts.profiles as profiles on planted.customer_id = profiles.customer_id
            inner join marts.profile_features as features
                on profiles.profile_id = features.profile_id
                and features.as_of_date = (select max(as_of_date) from marts.profile_features)
            """
        )
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    planted_names = set(_columns(root, planted_file))
    people = []
    for row in rows:
        truth: dict[str, Any] = {}
        profile: dict[str, Any] = {}
        for name, value in zip(names, row, strict=True):
            # of two columns with the same name, the first is the planted one
            if name in planted_names and name not in truth:
                truth[name] = value
            else:
                profile[name] = value
        people.append((truth, profile))
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
