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
UNASSIGNED = "unassigned"


@dataclass(frozen=True)
class Condition:
    feature: str
    at_least: Decimal | None
    below: Decimal | None
    texts: tuple[str, ...]

    def holds(self, value: Any) -> bool:
        """What is not known meets no condition."""
        if value is None:
            return False
        if self.texts:
            return value in self.texts
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

    def holds(self, values: Values) -> bool:
        return all(c.holds(values.get(c.feature)) for c in self.conditions)


def read_seed(name: str) -> list[dict[str, str]]:
    (file,) = (PROJECT_DIR / "seeds").glob(f"*/{name}.csv")
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def read_rules() -> dict[str, list[Rule]]:
    """The rules by scheme."""
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
    for (scheme, number, segment), conditions in rows.items():
        schemes[scheme].append(Rule(scheme, number, segment, tuple(conditions)))
    return dict(schemes)


def segment_of(rules: list[Rule], values: Values) -> str:
    """The segment of one scheme; rules that overlap are an error."""
    segments = [rule.segment for rule in rules if rule.holds(values)]
    assert len(segments) <= 1, f"{segments} all hold for {values}"
    return segments[0] if segments else UNASSIGNED


def features() -> dict[str, dict[str, Any]]:
    """The columns that rules may take, as the models' YAML describes them, with their type."""
    file = PROJECT_DIR / "models" / "marts" / "customers" / "_customers__models.yml"
    models = {m["name"]: m for m in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]}
    return {
        column["name"]: {**column["config"]["meta"], "data_type": column["data_type"]}
        for name in ("profile_features", "customer_scores")
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
