"""Published tables of the demo shop against the planted behaviour."""

from __future__ import annotations

import csv
import itertools
import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from independent_shop import count_rows, instant, orders, rows, table
from refreshing import BROKEN_FILE, Refreshed
from sentences import LANGUAGES, faults

from orchestration.paths import PROJECT_DIR

SEEDS = PROJECT_DIR / "seeds"
# both are 1 at this size; in a larger shop, browsing can look like comparing by chance
LEAST_RECALL, LEAST_PRECISION = 0.99, 0.95


class Found:
    """The published tables and the planted behaviour."""

    def __init__(self, complete: Refreshed) -> None:
        self.refreshed = complete
        self.root = complete.root
        self.home = complete.root.root / "demo_shop"
        self.planted = json.loads((self.home / "planted.json").read_text())

    def planted_rows(self, name: str) -> list[dict[str, Any]]:
        return pyarrow.parquet.read_table(self.home / f"planted_{name}.parquet").to_pylist()

    def published(self, name: str) -> list[dict[str, Any]]:
        file = self.root.paths.serving / "parquet" / f"{name}.parquet"
        return pyarrow.parquet.read_table(file).to_pylist()

    @cached_property
    def erased(self) -> tuple[set[str], set[str]]:
        """The customers and visitors who asked to be erased, with all their devices and accounts.

        A device on which several customers were seen belongs to none of them.
        """
        seen = {row["visitor_id"]: row["customers_seen"] for row in self.planted_rows("visitors")}
        requests = list(table(self.root.paths.landing, "erasure_requests"))
        customers = {row["customer_id"] for row in requests if row["customer_id"]}
        visitors = {row["visitor_id"] for row in requests if row["visitor_id"]}
        while True:
            devices = {v for v, of in seen.items() if len(of) == 1 and of[0] in customers}
            accounts = {of[0] for v, of in seen.items() if len(of) == 1 and v in visitors}
            if devices <= visitors and accounts <= customers:
                return customers, visitors
            visitors |= devices
            customers |= accounts

    @cached_property
    def refusing(self) -> set[str]:
        """The visitors who do not agree to be measured."""
        files = (self.root.paths.landing / "shop" / "events").iterdir()
        return {
            row["visitor_id"]
            for file in files
            if file.name != Path(BROKEN_FILE).name
            for row in rows(file)
            if str(row.get("has_consent")).lower() == "false"
        }

    @cached_property
    def left_out(self) -> set[str]:
        """The visitors without sessions."""
        return self.erased[1] | self.refusing

    @cached_property
    def planted_sessions(self) -> dict[tuple[str, datetime], dict[str, Any]]:
        return {
            (row["visitor_id"], row["started_at"]): row
            for row in self.planted_rows("sessions")
            if row["visitor_id"] not in self.left_out and row["customer_seen"] not in self.erased[0]
        }

    def is_of_erased(self, order: dict[str, Any]) -> bool:
        """Whether a landed order is an erased person's: the customer's, or a guest's device's."""
        if order["customer_id"]:
            return order["customer_id"] in self.erased[0]
        return order["visitor_id"] in self.erased[1]

    @cached_property
    def sessions(self) -> dict[tuple[str, datetime], dict[str, Any]]:
        return {(row["visitor_id"], row["started_at"]): row for row in self.published("sessions")}

    @cached_property
    def latest(self) -> date:
        return max(row["as_of_date"] for row in self.published("segment_sizes"))


@pytest.fixture(scope="module")
def shop(complete: Refreshed) -> Found:
    return Found(complete)


def test_every_row_is_landed_or_rejected(shop: Found) -> None:
    landing = shop.root.paths.landing
    files = {
        str(file.relative_to(landing))
        for file in landing.rglob("*.*")
        if file.name not in ("GENERATED.md", Path(BROKEN_FILE).name)
    }
    taken = {file: counts for file, status, *counts in shop.refreshed.ledger if status == "landed"}
    assert set(taken) == files
    for file, (read, landed, rejected, _) in taken.items():
        assert landed + rejected == read == count_rows(landing / file), file


def test_landed_and_rejected_counts_equal_planted(shop: Found) -> None:
    landed, rejected = Counter(), Counter()
    for file, _, _, rows_landed, rows_rejected, _ in shop.refreshed.ledger:
        landed[file.split("/")[1]] += rows_landed
        rejected[file] += rows_rejected
    assert landed == Counter(
        {**shop.planted["rows"], "events": shop.planted["events"]["good_rows"]}
    )
    assert +rejected == Counter(
        {
            f"shop/{file.split('/', 1)[1]}": count
            for file, count in shop.planted["malformed_rows"].items()
        }
    )


def test_broken_file_is_reported_and_others_land(shop: Found) -> None:
    failed = [
        (file, reason) for file, status, *_, reason in shop.refreshed.ledger if status == "failed"
    ]
    assert [file for file, _ in failed] == [BROKEN_FILE]
    assert failed[0][1]
    assert BROKEN_FILE in shop.refreshed.out + shop.refreshed.err
    quality = {(row["check"], row["table"]): row for row in shop.published("data_quality")}
    assert quality["files_failed", "shop.events"]["value"] == 1
    assert not quality["files_failed", "shop.events"]["passed"]


def test_sessions_equal_planted_sessions(shop: Found) -> None:
    """Includes late events and duplicates: the held-back days bring some for older sessions."""
    columns = ("ended_at", "event_count", "page_count", "product_count", "funnel_class", "is_robot")
    assert {key: [row[c] for c in columns] for key, row in shop.sessions.items()} == {
        key: [row[c] for c in columns] for key, row in shop.planted_sessions.items()
    }


def test_sessions_belong_to_the_customer_seen(shop: Found) -> None:
    """The customer seen in the session, else the only customer ever seen on the device."""
    devices = {row["visitor_id"]: row["customers_seen"] for row in shop.planted_rows("visitors")}
    expected = {
        key: row["customer_seen"] or (devices[key[0]][0] if len(devices[key[0]]) == 1 else None)
        for key, row in shop.planted_sessions.items()
    }
    assert {key: row["customer_id"] for key, row in shop.sessions.items()} == expected
    assert None in expected.values()


@pytest.mark.parametrize("style", ["is_comparer", "is_judger"])
def test_planted_styles_are_found(shop: Found, style: str) -> None:
    people = {key for key, row in shop.planted_sessions.items() if not row["is_robot"]}
    planted = {key for key in people if shop.planted_sessions[key][style]}
    found = {key for key in people if shop.sessions[key][style]}
    assert len(planted) > 50
    recall = len(planted & found) / len(planted)
    precision = len(planted & found) / len(found)
    print(f"{style}: recall {recall:.3f}, precision {precision:.3f}")
    assert recall >= LEAST_RECALL
    assert precision >= LEAST_PRECISION


def test_buyer_with_refilled_cart_has_abandoned_cart(shop: Found) -> None:
    planted = {
        key: row["has_abandoned_cart"]
        for key, row in shop.planted_sessions.items()
        if row["funnel_class"] == "buyer"
    }
    assert {key: shop.sessions[key]["has_abandoned_cart"] for key in planted} == planted
    assert 0 < sum(planted.values()) < len(planted)


def test_late_events_join_their_sessions(shop: Found) -> None:
    """A late event arrives in the file of a later month or day than its own."""
    by_visitor = defaultdict(list)
    for (visitor, started_at), row in shop.sessions.items():
        by_visitor[visitor].append((started_at, row["ended_at"], row["event_count"]))
    late: set[tuple[str, datetime, str]] = set()
    every = defaultdict(set)
    for file in sorted((shop.root.paths.landing / "shop" / "events").iterdir()):
        if file.name == Path(BROKEN_FILE).name:
            continue
        stem = file.name.split(".")[0].removeprefix("events-")
        begins = None if stem == "other" else datetime.fromisoformat(f"{stem}-01"[:10])
        for row in rows(file):
            event = (row["visitor_id"], instant(row["occurred_at"]), row["event_id"])
            every[row["visitor_id"]].add(event)
            if begins and event[1] < begins:
                late.add(event)
    late = {event for event in late if event[0] not in shop.left_out}
    assert len(late) >= 10
    for event in late:
        homes = [s for s in by_visitor[event[0]] if s[0] <= event[1] <= s[1]]
        assert len(homes) == 1, event
        started_at, ended_at, event_count = homes[0]
        inside = [e for e in every[event[0]] if started_at <= e[1] <= ended_at]
        assert len(inside) == event_count, event


def test_orders_equal_independent_sums(shop: Found) -> None:
    expected = orders(shop.root.paths.landing, SEEDS)
    assert len(expected) == shop.planted["totals"]["orders"]
    erased = {
        row["order_id"]
        for row in table(shop.root.paths.landing, "orders")
        if shop.is_of_erased(row)
    }
    columns = ("order_id", "order_status", "gross_revenue", "discount", "refunded", "net_revenue")
    published = sorted(tuple(row[c] for c in columns) for row in shop.published("orders"))
    assert [row for row in published if not row[0].startswith("erased-")] == [
        (o.order_id, o.order_status, o.gross_revenue, o.discount, o.refunded, o.net_revenue)
        for o in expected
        if o.order_id not in erased
    ]
    # the money of the erased stays
    assert sorted(row[1:] for row in published) == sorted(
        (o.order_status, o.gross_revenue, o.discount, o.refunded, o.net_revenue) for o in expected
    )
    assert erased
    assert sum(order.refunded for order in expected) > 0
    total = sum((row["net_revenue"] for row in shop.published("profiles")), Decimal(0))
    # every order of the shop has a customer or a guest's device
    assert total == sum(o.net_revenue for o in expected if o.order_id not in erased)


def test_online_orders_have_their_session(shop: Found) -> None:
    sessions = {row["session_id"]: key for key, row in shop.sessions.items()}
    planted = {
        row["order_id"]: key for key, row in shop.planted_sessions.items() if row["order_id"]
    }
    found = {
        row["order_id"]: sessions[row["session_id"]]
        for row in shop.published("orders")
        if row["session_id"]
    }
    assert found == planted


def test_each_planted_customer_has_one_profile(shop: Found) -> None:
    planted = {row["customer_id"] for row in shop.planted_rows("customers")}
    profiles = Counter(row["customer_id"] for row in shop.published("profiles"))
    del profiles[None]
    landed = {row["customer_id"] for row in table(shop.root.paths.landing, "customers")}
    assert planted <= landed
    assert profiles == Counter(landed - shop.erased[0])


def test_anonymous_visitors_have_one_profile_each(shop: Found) -> None:
    """Robots and devices that only customers used have no profile."""
    anonymous = {
        row["visitor_id"]
        for row in shop.planted_rows("visitors")
        if not row["is_robot"]
        and not row["customers_seen"]
        and row["visitor_id"] not in shop.left_out
    }
    profiles = Counter(row["profile_id"] for row in shop.published("profiles"))
    assert anonymous
    assert {visitor: profiles[f"visitor:{visitor}"] for visitor in anonymous} == dict.fromkeys(
        anonymous, 1
    )
    for row in shop.planted_rows("visitors"):
        if row["is_robot"]:
            assert not profiles[f"visitor:{row['visitor_id']}"]


def test_loyal_customers_are_champions_more_often_than_lapsed(shop: Found) -> None:
    lifecycles = {row["customer_id"]: row["lifecycle"] for row in shop.planted_rows("customers")}
    segments = defaultdict(Counter)
    for row in shop.published("customer_rfm"):
        if row["as_of_date"] == shop.latest:
            segments[lifecycles[row["customer_id"]]][row["rfm_segment"]] += 1
    share = {
        lifecycle: segments[lifecycle]["champions"] / segments[lifecycle].total()
        for lifecycle in ("loyal", "lapsed")
    }
    assert share["loyal"] > 0.3
    assert share["lapsed"] == 0


def test_shares_of_a_scheme_add_up(shop: Found) -> None:
    shares, counts = defaultdict(float), Counter()
    for row in shop.published("segment_sizes"):
        shares[row["scheme"], row["as_of_date"]] += row["share"]
        counts[row["scheme"], row["as_of_date"]] += row["profile_count"]
    assert shares
    for key, share in shares.items():
        assert share == pytest.approx(1 if counts[key] else 0), key


def test_every_profile_is_in_each_scheme_once(shop: Found) -> None:
    profiles = {row["profile_id"]: row for row in shop.published("profiles")}
    defined = defaultdict(set)
    with (SEEDS / "segments" / "segment_definitions.csv").open(newline="") as text:
        for row in csv.DictReader(text):
            defined[row["scheme"]].add(row["segment"])
    memberships = Counter()
    for row in shop.published("segment_memberships"):
        if row["as_of_date"] == shop.latest:
            memberships[row["profile_id"], row["scheme"]] += 1
            assert row["segment"] in defined[row["scheme"]], row
            assert profiles[row["profile_id"]][row["scheme"]] == row["segment"], row
            assert row["rules_version"]
    assert memberships == Counter(itertools.product(profiles, defined))


def test_micro_segments_hold_those_who_meet_all_their_conditions(shop: Found) -> None:
    rules = defaultdict(list)
    with (SEEDS / "segments" / "micro_segment_rules.csv").open(newline="") as text:
        for row in csv.DictReader(text):
            rules[row["micro_segment"]].append(row)

    def holds(rule: dict[str, str], segments: dict[str, Any], features: dict[str, Any]) -> bool:
        if rule["scheme"]:
            return segments[rule["scheme"]] in rule["is_value"].split("|")
        value = features[rule["feature"]]
        return value is not None and (
            (not rule["at_least"] or value >= Decimal(rule["at_least"]))
            and (not rule["below"] or value < Decimal(rule["below"]))
            and (not rule["is_value"] or value in rule["is_value"].split("|"))
        )

    features = {
        row["profile_id"]: row
        for row in shop.published("profile_features")
        if row["as_of_date"] == shop.latest
    }
    expected = {
        (name, row["profile_id"])
        for row in shop.published("profiles")
        for name, conditions in rules.items()
        if all(holds(rule, row, features[row["profile_id"]]) for rule in conditions)
    }
    published = shop.published("micro_segment_memberships")
    assert {(row["micro_segment"], row["profile_id"]) for row in published} == expected
    assert len({name for name, _ in expected}) >= 3


def test_micro_segment_sizes_add_up_their_members_at_each_date(shop: Found) -> None:
    revenue = {row["profile_id"]: row["net_revenue"] for row in shop.published("profiles")}
    members = defaultdict(list)
    for row in shop.published("micro_segment_memberships"):
        members[row["micro_segment"]].append(revenue[row["profile_id"]])
    sizes = shop.published("micro_segment_sizes")
    latest = {row["micro_segment"]: row for row in sizes if row["as_of_date"] == shop.latest}
    for name, row in latest.items():
        assert row["profile_count"] == len(members[name]), name
        assert row["net_revenue"] == sum(members[name]), name
        assert row["share"] == pytest.approx(len(members[name]) / len(revenue)), name
    dates = {row["as_of_date"] for row in shop.published("segment_sizes")}
    assert {(row["micro_segment"], row["as_of_date"]) for row in sizes} == set(
        itertools.product(latest, dates)
    )
    earlier = [row for row in sizes if row["as_of_date"] != shop.latest]
    assert sum(row["profile_count"] for row in earlier) > 0


def test_search_terms_of_few_people_stay_behind(shop: Found) -> None:
    """The planted e-mail addresses were searched for, and are not published."""
    files = (shop.root.paths.landing / "shop" / "events").iterdir()
    typed = {
        row["search_term"]
        for file in files
        if file.name != Path(BROKEN_FILE).name
        for row in rows(file)
        if row.get("search_term")
    }
    assert any("@example.invalid" in term for term in typed)
    published = {row["search_term"]: row for row in shop.published("search_terms")}
    assert len(published) > 3
    assert "(other)" in published
    assert published.keys() - {"(other)"} <= {term.lower() for term in typed}
    assert not any("@" in term for term in published)
    assert all(
        row["profile_count_365d"] >= 10 for term, row in published.items() if term != "(other)"
    )


def test_only_occasion_buyers_have_a_reach_out_date(
    shop: Found,
) -> None:
    with (SEEDS / "calendar" / "occasions.csv").open(newline="") as text:
        occasions = {row["occasion"] for row in csv.DictReader(text)}
    counts = Counter()
    for row in shop.published("profiles"):
        dates = (row["reach_out_date"], row["next_occasion_date"])
        buys_for_occasion = row["occasion"] in occasions
        counts[buys_for_occasion] += 1
        assert [date is not None for date in dates] == [buys_for_occasion, buys_for_occasion], row
        assert not buys_for_occasion or dates[0] <= dates[1]
        assert not buys_for_occasion or shop.latest < dates[1], row
    # few come back in a second year
    assert counts[True]
    assert counts[False] > 10


SIGNS = {
    "many_purchases": "has_many_purchases",
    "coupon_responder": "is_coupon_responder",
    "big_in_one_category": "is_big_in_one_category",
    "signed_up_and_left": "has_signed_up_and_left",
    "offer_clicker": "is_offer_clicker",
}


def test_a_profile_may_have_several_signs_of_low_hanging_fruit(shop: Found) -> None:
    several = 0
    for row in shop.published("profiles"):
        signs = [segment for segment, column in SIGNS.items() if row[column]]
        assert row["low_hanging_fruit"] == (signs or ["none"])[0], row
        several += len(signs) > 1
    assert several


def test_nobody_is_in_a_segment_without_what_it_is_about(shop: Found) -> None:
    features = {
        row["profile_id"]: row
        for row in shop.published("profile_features")
        if row["as_of_date"] == shop.latest
    }
    found = Counter()
    for row in shop.published("profiles"):
        known = features[row["profile_id"]]
        found[row["usage"]] += 1
        if row["usage"] == "light":
            assert known["session_count_90d"], row
        if row["engagement"] == "intensive":
            assert known["order_count_365d"] >= 6, row
        if row["cost_to_serve"] == "low":
            assert known["contact_count_365d"], row
        if row["price_behaviour"] == "waits_for_sale":
            assert known["waiting_order_count_365d"] >= 2, row
        if row["rfm"] == "lost":
            assert known["days_since_last_order"] > 0, row
        if row["customer_id"] is None:
            assert row["age_group"] == row["gender"] == "not_a_customer", row
        if not known["order_count"]:
            assert row["rfm"] == row["value_tier"] == row["sales_channel"] == "not_a_customer", row
    assert found["light"]
    assert found["inactive"]


def test_products_have_the_stock_that_landed(shop: Found) -> None:
    landed = {
        str(row["product_id"]): row["stock_quantity"]
        for row in table(shop.root.paths.landing, "products")
    }
    assert len(set(landed.values())) > 10
    found = {row["product_id"]: row["stock_quantity"] for row in shop.published("products")}
    assert found == landed


def test_only_customers_without_consent_are_not_described(shop: Found) -> None:
    schemes = [
        row["scheme"]
        for row in shop.published("segment_schemes")
        if row["kind"] in ("demographic", "geographic", "psychographic")
    ]
    found = Counter()
    for row in shop.published("profiles"):
        consents = (row["consents"] or "").split(",")
        is_described = row["customer_id"] is None or "profiling" in consents
        found[row["customer_id"] is None, is_described] += 1
        for scheme in (*schemes, "influence"):
            assert (row[scheme] != "no_consent") == is_described, (scheme, row)
    # visitors, and customers of both kinds
    assert len(found) == 3


def test_who_may_be_called_agreed_to_it(shop: Found) -> None:
    profiles = {row["profile_id"]: row for row in shop.published("profiles")}
    members = [
        profiles[row["profile_id"]]
        for row in shop.published("audience_memberships")
        if row["audience"] == "worth_a_call"
    ]
    assert members
    for row in members:
        assert row["may_be_called"], row
        assert "phone" in row["consents"].split(","), row
        assert row["lifetime_value"] in ("middle", "high", "top"), row
    assert {row["lifecycle"] for row in members} == {"at_risk", "lapsed"}


def test_shares_of_those_it_applies_to_add_up(shop: Found) -> None:
    shares, applicable = defaultdict(float), Counter()
    for row in shop.published("segment_sizes"):
        key = row["scheme"], row["as_of_date"]
        if row["segment"] in ("unknown", "inactive", "not_a_customer", "no_consent"):
            assert row["share_of_applicable"] is None, row
        else:
            applicable[key] += row["profile_count"]
            shares[key] += row["share_of_applicable"] or 0
    for key, share in shares.items():
        assert share == pytest.approx(1 if applicable[key] else 0), key


def test_transitions_add_up_to_sizes(shop: Found) -> None:
    arrived, left = Counter(), Counter()
    dates = sorted({row["as_of_date"] for row in shop.published("segment_sizes")})
    assert len(dates) == 13
    before = dict(itertools.pairwise(dates))
    before = {later: earlier for earlier, later in before.items()}
    for row in shop.published("segment_transitions"):
        arrived[row["scheme"], row["to_segment"], row["as_of_date"]] += row["profile_count"]
        if row["from_segment"] != "not_seen_before":
            key = row["scheme"], row["from_segment"], before[row["as_of_date"]]
            left[key] += row["profile_count"]
    sizes = {
        (row["scheme"], row["segment"], row["as_of_date"]): row["profile_count"]
        for row in shop.published("segment_sizes")
        if row["profile_count"]
    }
    assert arrived == {key: n for key, n in sizes.items() if key[2] != dates[0]}
    # and no profile disappears
    assert left == {key: n for key, n in sizes.items() if key[2] != dates[-1]}


def test_no_published_instant_is_after_as_of(shop: Found) -> None:
    until = datetime.fromisoformat(shop.planted["plan"]["end_date"]) + timedelta(days=1)
    assert until - timedelta(days=1) <= max(r["started_at"] for r in shop.sessions.values()) < until
    assert str(shop.latest) == shop.planted["plan"]["end_date"] or shop.latest == until.date()


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_have_no_fault_of_language(shop: Found, language: str) -> None:
    with duckdb.connect(str(shop.root.paths.serving / "klantbeeld.duckdb"), read_only=True) as read:
        reasons = read.execute(
            f"select distinct scheme, segment, reason_{language} from marts.segment_memberships"
        ).fetchall()
    assert {scheme for scheme, *_ in reasons} == {
        row["scheme"] for row in csv.DictReader((SEEDS / "segments/scheme_definitions.csv").open())
    }
    found = defaultdict(set)
    for scheme, segment, reason in reasons:
        for fault in faults(reason, language):
            found[scheme, segment, fault].add(reason)
    assert {key: min(found[key]) for key in found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_labelled_profiles_have_the_labels_of_their_segments(shop: Found, language: str) -> None:
    labels = {
        (row["scheme"], row["segment"]): row[f"label_{language}"]
        for row in shop.published("segments")
    }
    schemes = {scheme for scheme, _ in labels}
    labelled = {row["profile_id"]: row for row in shop.published(f"profiles_{language}")}
    for profile in shop.published("profiles"):
        assert labelled.pop(profile["profile_id"]) == {
            column: labels[column, value] if column in schemes else value
            for column, value in profile.items()
        }
    assert not labelled


def test_every_published_table_and_column_has_a_comment(shop: Found) -> None:
    with duckdb.connect(str(shop.root.paths.serving / "klantbeeld.duckdb"), read_only=True) as read:
        found = read.execute(
            """
            select table_name, column_name from duckdb_columns()
            where schema_name = 'marts' and comment is null
            union all
            select table_name, '' from duckdb_tables()
            where schema_name = 'marts' and comment is null
            union all
            select view_name, '' from duckdb_views()
            where schema_name = 'marts' and comment is null
            """
        ).fetchall()
    assert found == []
