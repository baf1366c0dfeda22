"""The rules of the segments, read from the seeds and applied by a few lines of Python."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from orchestration.paths import PROJECT_DIR

Values = Mapping[str, Any]
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Condition:
    feature: str
    at_least: Decimal | None
    below: Decimal | None
    texts: tuple[str, ...]

    def holds(self, value: Any) -> bool:
        """An unknown value meets no condition."""
        if value is None:
            return False
        if self.texts:
            return value in self.texts
        if self.at_least is None and self.below is None:
            return True
        number = Decimal(str(value))
        return (self.at_least is None or number >= self.at_least) and (
            self.below is None or number < self.below
        )


@dataclass(frozen=True)
class Rule:
    scheme: str
    number: int
    segment: str
    conditions: tuple[Condition, ...]
    hit_policy: str

    def holds(self, values: Values) -> bool:
        return all(c.holds(values.get(c.feature)) for c in self.conditions)

    def segment_for(self, values: Values) -> str:
        """The rule's segment or, where it is `{feature}`, the one that the feature names."""
        feature = self.named_by
        return values[feature] if feature else self.segment

    @property
    def named_by(self) -> str | None:
        """The feature that names the segment, if one does."""
        return self.segment[1:-1] if self.segment.startswith("{") else None


def read_seed(name: str) -> list[dict[str, str]]:
    (file,) = (PROJECT_DIR / "seeds").glob(f"*/{name}.csv")
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def read_rules() -> dict[str, list[Rule]]:
    """The rules by scheme, in the order of their numbers."""
    policies = {row["scheme"]: row["hit_policy"] for row in read_seed("scheme_definitions")}
    rows = defaultdict(list)
    for row in read_seed("segment_rules"):
        rows[row["scheme"], int(row["rule"]), row["segment"]].append(
            Condition(
                row["feature"],
                Decimal(row["at_least"]) if row["at_least"] else None,
                Decimal(row["below"]) if row["below"] else None,
                tuple(row["is_value"].split("|")) if row["is_value"] else (),
            )
        )
    schemes = defaultdict(list)
    for (scheme, number, segment), conditions in sorted(rows.items(), key=lambda item: item[0]):
        schemes[scheme].append(Rule(scheme, number, segment, tuple(conditions), policies[scheme]))
    return dict(schemes)


def segment_of(rules: list[Rule], values: Values) -> str:
    """The segment of one scheme; with the hit policy `unique` rules that overlap are an error."""
    rule = rule_for(rules, values)
    return rule.segment_for(values) if rule else UNKNOWN


def rule_for(rules: list[Rule], values: Values) -> Rule | None:
    """The rule that gives the segment, if any holds."""
    holding = [rule for rule in rules if rule.holds(values)]
    if rules[0].hit_policy == "unique":
        assert len(holding) <= 1, f"{holding} all hold for {values}"
    return holding[0] if holding else None


def features() -> dict[str, dict[str, Any]]:
    """The columns that rules may take, as the models' YAML describes them, with their type."""
    file = PROJECT_DIR / "models" / "marts" / "features" / "_features__models.yml"
    models = {m["name"]: m for m in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]}
    return {
        column["name"]: {
            **column["config"]["meta"],
            "data_type": column["data_type"],
            "table": name,
        }
        for name in ("profile_features", "customer_scores", "response_scores")
        for column in models[name]["columns"]
        if "unit" in column.get("config", {}).get("meta", {})
    }


def texts_of(meta: Mapping[str, Any]) -> list[str]:
    """The texts that a feature can have."""
    texts = list(meta.get("values", ()))
    if of := meta.get("values_of"):
        column, _, wanted = of.get("where", "").partition(" = ")
        for row in read_seed(of["seed"]):
            if not column or row[column] == wanted.strip("'"):
                texts.append(row[of["column"]])
    return sorted(set(texts))
