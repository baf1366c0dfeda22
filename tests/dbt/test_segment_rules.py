"""The segments that the models give, against the same rules applied by a few lines of Python."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_dbt import Dbt
from segment_rules import Rule, features, read_rules, read_seed, rule_for, segment_of, texts_of

RULES = read_rules()
FEATURES = features()
TABLES = ("profile_features", "customer_scores", "response_scores")
RANKS = {
    (row["scheme"], int(row["rank"])): row["segment"] for row in read_seed("segment_definitions")
}
WHOLE = {"bigint", "integer", "tinyint"}
# a truth value is one of the texts true and false
TEXTS = {"varchar", "boolean"}


def bounds(feature: str) -> set[Decimal]:
    """Where some rule changes its mind about a feature."""
    conditions = [c for rules in RULES.values() for rule in rules for c in rule.conditions]
    return {
        bound
        for condition in conditions
        if condition.feature == feature
        for bound in (condition.at_least, condition.below)
        if bound is not None
    }


def values(feature: str) -> st.SearchStrategy[Any]:
    """A feature's values: not known, on each bound, and on either side of it."""
    meta = FEATURES[feature]
    if meta["data_type"] in TEXTS:
        return st.sampled_from([None, *texts_of(meta)])
    if meta["data_type"] == "date":
        return st.none()
    step = Decimal(1) if meta["data_type"] in WHOLE else Decimal("0.01")
    near = {bound + nudge for bound in bounds(feature) for nudge in (-step, Decimal(0), step)}
    return st.sampled_from([None, *sorted(near)] if near else [None])


class Segmenting:
    """The SQL of `profile_segments` as dbt compiled it, on tables in memory."""

    def __init__(self, dbt: Dbt) -> None:
        compiled = dbt.paths.dbt / "target" / "compiled" / "klantbeeld" / "models"
        self.sql = (compiled / "marts" / "internal" / "profile_segments.sql").read_text()
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as published; create schema published.marts")
        self.connection.execute(f"attach '{dbt.paths.marts}' as built (read_only)")
        for table in TABLES:
            self.connection.execute(
                f"create table published.marts.{table} as from built.marts.{table} limit 0"
            )
        # dbt wants the file for itself
        self.connection.execute("detach built")

    def segments(self, rows: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Each row's segment by scheme."""
        for table in TABLES:
            self.connection.execute(f"truncate published.marts.{table}")
        for number, row in enumerate(rows):
            for table in TABLES:
                known = {
                    name: value
                    for name, value in row.items()
                    if value is not None and FEATURES[name]["table"] == table
                }
                ids = {"profile_id": f"{number:06}", "as_of_date": "2026-03-31"}
                names = ", ".join([*ids, *known])
                marks = ", ".join("?" * (len(ids) + len(known)))
                self.connection.execute(
                    f"insert into published.marts.{table} ({names}) values ({marks})",
                    [*ids.values(), *known.values()],
                )
        found = self.connection.execute(f"from ({self.sql}) order by profile_id")
        columns = [column[0] for column in found.description]
        ranks = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        return [{s: RANKS[s, row[s]] for s in RULES} for row in ranks]


@pytest.fixture(scope="module")
def segmenting(empty_warehouse: Dbt) -> Segmenting:
    return Segmenting(empty_warehouse)


def examples(rule: Rule) -> dict[str, dict[str, Any]]:
    """By segment that the rule gives: values by which the rule gives it, others being unknown."""
    names = [condition.feature for condition in rule.conditions]
    found: dict[str, dict[str, Any]] = {}
    for row in product(*(representatives(name) for name in names)):
        example = dict(zip(names, row, strict=True))
        if rule_for(RULES[rule.scheme], example) == rule:
            found.setdefault(rule.segment_for(example), example)
    return found


def representatives(feature: str) -> list[Any]:
    """A feature's texts, or a number for each stretch between the bounds of rules."""
    if FEATURES[feature]["data_type"] in TEXTS:
        return texts_of(FEATURES[feature])
    found = sorted(bounds(feature))
    return [found[0] - 1, *found]


EXAMPLES = [
    (rule.scheme, segment, example)
    for rules in RULES.values()
    for rule in rules
    for segment, example in examples(rule).items()
]


def test_every_rule_gives_its_segment(segmenting: Segmenting) -> None:
    found = segmenting.segments([example for *_, example in EXAMPLES])
    wrong = [
        (scheme, segment, example, segments[scheme])
        for (scheme, segment, example), segments in zip(EXAMPLES, found, strict=True)
        if segments[scheme] != segment
    ]
    assert not wrong


def test_reasons_of_rules_that_do_not_exist_are_found(checking: Checking) -> None:
    assert checking.problems(test="reasons_match_rules") == []
    new = "insert into rule_reasons values ('motive', 99, 'why', 'waarom')"
    assert checking.problems(new, test="reasons_match_rules") == [
        "scheme motive: rule_reasons has a reason for rule 99, which segment_rules does not have"
    ]


def test_every_segment_can_be_reached(segmenting: Segmenting) -> None:
    """`unknown` too, by a profile without any known value."""
    found = segmenting.segments([example for *_, example in EXAMPLES] + [{}])
    reached = {(scheme, segment) for row in found for scheme, segment in row.items()}
    unknown_for_nobody = {
        (scheme, "unknown") for scheme, row in found[-1].items() if row != "unknown"
    }
    assert not unknown_for_nobody
    assert reached == {(scheme, segment) for (scheme, _), segment in RANKS.items()}


@given(rows=st.lists(st.fixed_dictionaries({name: values(name) for name in FEATURES}), max_size=20))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_segments_are_what_the_rules_say(
    segmenting: Segmenting, rows: list[dict[str, Any]]
) -> None:
    expected = [{s: segment_of(rules, row) for s, rules in RULES.items()} for row in rows]
    assert segmenting.segments(rows) == expected


class Checking:
    """A test of the seeds as dbt compiled it, on seeds in memory."""

    def __init__(self, dbt: Dbt) -> None:
        self.compiled = dbt.paths.dbt / "target" / "compiled" / "klantbeeld" / "seeds" / "segments"
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as klantbeeld; create schema klantbeeld.seeds")
        self.connection.execute(f"attach '{dbt.paths.warehouse}' as built (read_only)")
        for (name,) in self.connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'built' and schema_name = 'seeds'"
        ).fetchall():
            self.connection.execute(
                f"create table klantbeeld.seeds.{name} as from built.seeds.{name}"
            )
        self.connection.execute("detach built; use klantbeeld.seeds")

    def problems(self, *changes: str, test: str = "rules_partition") -> list[str]:
        """What the test finds in the seeds after these statements, which are undone."""
        (file,) = self.compiled.rglob(f"{test}_*.sql")
        self.connection.execute("begin")
        try:
            for change in changes:
                self.connection.execute(change)
            return sorted(row[0] for row in self.connection.execute(file.read_text()).fetchall())
        finally:
            self.connection.execute("rollback")


@pytest.fixture(scope="module")
def checking(test_results: dict[str, Any], empty_warehouse: Dbt) -> Checking:
    """Its SQL is there once dbt has run its tests."""
    assert test_results
    return Checking(empty_warehouse)


def test_the_rules_are_right(checking: Checking) -> None:
    assert checking.problems() == []


def test_a_text_that_no_rule_fits_is_found(checking: Checking, empty_warehouse: Dbt) -> None:
    """What is not known is no text; an occasion may be any of the seed `occasions`."""
    (file,) = (empty_warehouse.paths.dbt / "target" / "compiled").rglob("known_values_*.sql")
    connection = checking.connection
    connection.execute("attach ':memory:' as published; create schema published.marts")
    connection.execute(f"attach '{empty_warehouse.paths.marts}' as built (read_only)")
    connection.execute(
        "create table published.marts.profile_features as from built.marts.profile_features limit 0"
    )
    connection.execute("detach built")
    row = {"profile_id": "p", "as_of_date": "2026-03-31", "latest_funnel_class": "buyer"}
    for name, value in (("occasion", "easter"), ("gender", None), ("market", "the moon")):
        known = {**row, name: value}
        connection.execute(
            f"insert into published.marts.profile_features ({', '.join(known)}) "
            f"values ({', '.join('?' * len(known))})",
            list(known.values()),
        )
    assert connection.execute(file.read_text()).fetchall() == [("market", "the moon")]


# a scheme of two bands, whose rules are disjoint
BANDS = (
    "insert into scheme_definitions (position, scheme, hit_policy) values (99, 'bands', 'unique'); "
    "insert into segment_definitions (scheme, segment, rank) "
    "values ('bands', 'few', 1), ('bands', 'many', 2), ('bands', 'unknown', 3); "
    "insert into segment_rules values ('bands', 1, 'few', 'order_count', null, 3, null), "
    "('bands', 2, 'many', 'order_count', 3, null, null); "
)
WRONG = {
    "a hole": (
        BANDS + "update segment_rules set at_least = 4 where scheme = 'bands' and at_least = 3",
        ["scheme bands leaves a hole: no rule holds for order_count = 3"],
    ),
    "an overlap": (
        BANDS + "update segment_rules set below = 4 where scheme = 'bands' and below = 3",
        ["scheme bands overlaps: rules 1 and 2 both hold for order_count = 3"],
    ),
    "a rule that can never hold": (
        BANDS + "insert into segment_rules values ('bands', 3, 'many', 'order_count', 1, 1, null)",
        ["scheme bands: rule 3 (many) can never be reached"],
    ),
    "a rule behind one that takes all of it": (
        "update segment_rules set below = 0.9 where scheme = 'value_tier' and below = 0.99",
        ["scheme value_tier: rule 6 (high) can never be reached"],
    ),
    "a hole behind the last of the first": (
        "delete from segment_rules where scheme = 'value_tier' and rule = 7",
        [
            "scheme value_tier leaves a hole: no rule holds for "
            "contribution_margin_365d = 0, margin_percent_rank = 0.99, "
            "order_count = 1, order_count_365d = 1",
            "scheme value_tier: no rule gives segment top, which segment_definitions lists",
        ],
    ),
    "an overlap where the first counts, declared unique": (
        "update scheme_definitions set hit_policy = 'unique' where scheme = 'tenure'",
        [
            "scheme tenure overlaps: rules 1 and 2 both hold for "
            "identity = anonymous, order_count = 0, tenure_days = 29",
            *(
                f"scheme tenure overlaps: rules 1 and {rule} both hold for "
                f"identity = anonymous, order_count = 0, tenure_days = {days}"
                for rule, days in ((3, 30), (4, 90), (5, 365), (6, 1095))
            ),
        ],
    ),
    "a value without a rule": (
        "update segment_rules set is_value = 'email|post|none' "
        "where scheme = 'contact_channel' and rule = 2",
        [
            "scheme contact_channel leaves a hole: no rule holds for "
            "contact_channel = sms, identity = known",
            "scheme contact_channel: no rule gives segment sms, which segment_definitions lists",
        ],
    ),
    "a value that names no segment": (
        "update segment_definitions set segment = 'texter' "
        "where scheme = 'contact_channel' and segment = 'sms'",
        [
            "scheme contact_channel: no rule gives segment texter, which segment_definitions lists",
            "scheme contact_channel: rule 2 gives segment sms, "
            "which segment_definitions does not list",
        ],
    ),
    "a segment named by a feature without a condition on it": (
        "update segment_rules set segment = '{market}' where scheme = 'gender' and rule = 3",
        [
            "scheme gender: no rule gives segment female, which segment_definitions lists",
            "scheme gender: no rule gives segment male, which segment_definitions lists",
            "scheme gender: no rule gives segment other, which segment_definitions lists",
            "scheme gender: rule 3 gives {market} and has no condition on that feature, "
            "which must be a text with listed values",
        ],
    ),
    "a segment that is not there": (
        "update segment_rules set segment = 'frequent' where scheme = 'usage' and rule = 3",
        [
            "scheme usage: no rule gives segment light, which segment_definitions lists",
            "scheme usage: rule 3 gives segment frequent, which segment_definitions does not list",
        ],
    ),
    "a feature that is not there": (
        "update segment_rules set feature = 'activ_days' "
        "where scheme = 'engagement' and feature = 'active_days_90d'",
        [
            f"scheme engagement: rule {rule} takes activ_days, which is no feature"
            for rule in (1, 4)
        ],
    ),
    "a scheme without a label": (
        "delete from scheme_definitions where scheme = 'interest'",
        ["scheme interest is in one of the seeds only: scheme_definitions and segment_rules"],
    ),
    "a scheme without rules": (
        "insert into scheme_definitions (position, scheme) values (99, 'new'); "
        "insert into segment_definitions (scheme, segment, rank) values ('new', 'unknown', 1)",
        ["scheme new is in one of the seeds only: scheme_definitions and segment_rules"],
    ),
    "no unknown": (
        "delete from segment_definitions where scheme = 'engagement' and segment = 'unknown'",
        ["scheme engagement lacks the segment unknown in segment_definitions"],
    ),
    "a scheme of who a person is that does not ask for consent": (
        "update scheme_definitions set kind = 'demographic' where scheme = 'rfm'",
        ["scheme rfm is demographic and lacks the segment no_consent in segment_definitions"],
    ),
    "a rule before the one that asks for consent": (
        "update segment_rules set rule = 0 where scheme = 'gender' and rule = 3",
        [
            "scheme gender: rule 0 ({gender}) holds without consent to profiling",
            "scheme gender: rule 1 (no_consent) can never be reached",
            "scheme gender: rule 2 (not_a_customer) can never be reached",
        ],
    ),
    "consent that only some are asked for": (
        "insert into segment_rules values "
        "('urbanity', 1, 'no_consent', 'identity', null, null, 'known')",
        [
            "scheme urbanity: rule 2 (not_a_customer) holds without consent to profiling",
        ],
    ),
    "two segments for one rule": (
        "update segment_rules set segment = 'light' "
        "where scheme = 'usage' and rule = 6 and feature = 'functions_used_90d'",
        ["scheme usage: rule 6 has several segments: heavy and light"],
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_seed_fails_with_a_sentence(checking: Checking, wrong: str) -> None:
    change, expected = WRONG[wrong]
    assert checking.problems(change) == expected


def test_a_scheme_without_a_column_is_found_with_the_line_to_add(checking: Checking) -> None:
    assert checking.problems(test="schemes_in_contract") == []
    new = (
        "insert into scheme_definitions (position, scheme, description_en) values (99, 'new', 'It')"
    )
    assert checking.problems(new, test="schemes_in_contract") == [
        "scheme new is no column of profiles; "
        "add to models/marts/customers/_customers__models.yml: "
        '- {name: new, data_type: varchar, description: "It.", constraints: [{type: not_null}]}'
    ]


# the steps of docs/how-to/add-a-segment.md that are rows of seeds; the fourth is in a contract
STEPS = {
    "scheme_definitions": "insert into scheme_definitions (position, scheme, hit_policy, "
    "description_en) values (99, 'bands', 'unique', 'It')",
    "segment_definitions": "insert into segment_definitions (scheme, segment, rank) "
    "values ('bands', 'few', 1), ('bands', 'many', 2), ('bands', 'unknown', 3)",
    "segment_rules": "insert into segment_rules values "
    "('bands', 1, 'few', 'order_count', null, 3, null), "
    "('bands', 2, 'many', 'order_count', 3, null, null)",
}


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("scheme_definitions", "in one of the seeds only: scheme_definitions and segment_rules"),
        ("segment_definitions", "lacks the segment unknown in segment_definitions"),
        ("segment_rules", "in one of the seeds only: scheme_definitions and segment_rules"),
        (None, "add to models/marts/customers/_customers__models.yml"),
    ],
)
def test_each_missing_step_of_a_new_scheme_is_named(
    checking: Checking, missing: str | None, named: str
) -> None:
    done = [change for seed, change in STEPS.items() if seed != missing]
    problems = [
        *checking.problems(*done),
        *checking.problems(*done, test="schemes_in_contract"),
    ]
    assert any(named in problem for problem in problems)


def test_an_audience_of_what_is_not_there_is_found(checking: Checking) -> None:
    assert checking.problems(test="audiences_match_segments") == []
    rules = [
        "('worth_a_call', 'rfm', 'lost|gone')",
        "('worth_a_call', 'rmf', 'lost')",
        "('nobody', 'rfm', 'lost')",
    ]
    found = checking.problems(
        f"insert into audience_rules values {', '.join(rules)}", test="audiences_match_segments"
    )
    assert found == [
        "audience nobody has rules and is not in the seed audiences",
        "audience worth_a_call takes the scheme rmf, which does not exist",
        "audience worth_a_call takes the segment gone, which rfm does not have",
    ]


def test_a_micro_segment_of_what_is_not_there_is_found(checking: Checking) -> None:
    assert checking.problems(test="micro_segments_match") == []
    rules = [
        "('nobody', 'rfm', null, null, null, 'lost')",
        "('a', 'rmf', null, null, null, 'lost')",
        "('a', 'rfm', null, null, null, 'lost|gone')",
        "('a', 'usage', null, null, null, null)",
        "('a', null, 'order_count', 1, null, null)",
        "('a', null, 'order_cuont', 1, null, null)",
        "('a', null, 'customer_id', 1, null, null)",
        "('a', null, null, 1, null, null)",
        "('a', 'engagement', 'order_count', 1, null, 'regular')",
    ]
    change = (
        "insert into micro_segments (position, micro_segment) values (98, 'a'), (99, 'b'); "
        f"insert into micro_segment_rules values {', '.join(rules)}"
    )
    assert checking.problems(change, test="micro_segments_match") == [
        "micro-segment a has a condition that is not on either a scheme or a feature",
        "micro-segment a has a condition that is not on either a scheme or a feature",
        "micro-segment a takes customer_id, which is no feature of profile_features",
        "micro-segment a takes no segment of the scheme usage",
        "micro-segment a takes order_cuont, which is no feature of profile_features",
        "micro-segment a takes the scheme rmf, which does not exist",
        "micro-segment a takes the segment gone, which rfm does not have",
        "micro-segment b has no row in micro_segment_rules",
        "micro-segment nobody has rules and is not in the seed micro_segments",
    ]


intervals = st.tuples(
    st.one_of(st.none(), st.integers(0, 4)), st.one_of(st.none(), st.integers(0, 4))
).filter(lambda bounds: bounds != (None, None))
boxes = st.fixed_dictionaries({}, optional={"order_count": intervals, "age_years": intervals})


@given(
    rules=st.lists(boxes.filter(bool), min_size=1, max_size=5),
    hit_policy=st.sampled_from(["unique", "first"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_check_finds_what_trying_every_number_finds(
    checking: Checking, rules: list[dict[str, tuple[int | None, int | None]]], hit_policy: str
) -> None:
    rows = [
        f"('new', {number}, 's', '{feature}', {_sql(low)}, {_sql(high)}, null)"
        for number, rule in enumerate(rules)
        for feature, (low, high) in rule.items()
    ]
    problems = checking.problems(
        "delete from segment_rules",
        "delete from segment_definitions",
        "delete from scheme_definitions",
        "insert into scheme_definitions (position, scheme, hit_policy) "
        f"values (1, 'new', '{hit_policy}')",
        "insert into segment_definitions (scheme, segment, rank) values "
        "('new', 's', 1), ('new', 'unknown', 2)",
        f"insert into segment_rules values {', '.join(rows)}",
    )
    counts = {
        cell: [number for number, rule in enumerate(rules) if _holds(rule, cell)]
        for cell in ((a, b) for a in range(-2, 7) for b in range(-2, 7))
    }
    assert any("hole" in p for p in problems) == any(not held for held in counts.values())
    assert {
        tuple(map(int, re.findall(r"rules (\d+) and (\d+)", p)[0]))
        for p in problems
        if "overlaps" in p
    } == {(held[0], held[-1]) for held in counts.values() if len(held) > 1} - (
        set() if hit_policy == "unique" else {(a, b) for a in range(5) for b in range(5)}
    )
    reached = {
        number
        for held in counts.values()
        for number in (held if hit_policy == "unique" else held[:1])
    }
    assert {int(re.findall(r"rule (\d+)", p)[0]) for p in problems if "never" in p} == (
        set(range(len(rules))) - reached
    )


def _sql(bound: int | None) -> str:
    return "null" if bound is None else str(bound)


def _holds(rule: dict[str, tuple[int | None, int | None]], cell: tuple[int, int]) -> bool:
    values = {"order_count": cell[0], "age_years": cell[1]}
    return all(
        (low is None or values[feature] >= low) and (high is None or values[feature] < high)
        for feature, (low, high) in rule.items()
    )
