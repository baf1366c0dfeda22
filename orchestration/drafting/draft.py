"""Drafts a source from a sample, in the files of the project."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from orchestration.drafting.contract_text import contract_text
from orchestration.drafting.matching import Column, Match, match
from orchestration.drafting.model_text import (
    model_text,
    orders_of_lines_text,
    products_of_lines_text,
)
from orchestration.drafting.sample import Sample, read_sample
from orchestration.drafting.types import AMOUNT, GuessedType, guess_types
from orchestration.errors import KlantbeeldError

OBJECTS = Path("models") / "intermediate" / "canonical" / "_canonical_objects.yml"
TAXONOMY = Path("seeds") / "events" / "event_taxonomy.csv"
PROJECT = "dbt_project.yml"
MOST_EVENT_NAMES = 200

# What lines are grouped by to the other objects that they carry.
_KEYS_OF_GROUPS = {"orders": "order_id", "products": "product_id"}

# Names that SQL takes for something else.
_RESERVED = frozenset(
    (
        "all",
        "and",
        "as",
        "case",
        "date",
        "day",
        "desc",
        "end",
        "from",
        "group",
        "hour",
        "in",
        "index",
        "interval",
        "is",
        "join",
        "key",
        "left",
        "limit",
        "minute",
        "month",
        "not",
        "null",
        "of",
        "on",
        "or",
        "order",
        "position",
        "range",
        "rank",
        "row",
        "rows",
        "select",
        "table",
        "text",
        "time",
        "timestamp",
        "to",
        "type",
        "union",
        "user",
        "using",
        "value",
        "values",
        "when",
        "where",
        "window",
        "with",
        "year",
    )
)


@dataclass(frozen=True)
class Draft:
    """A drafted source: its files by their path in the project, and what they were made from."""

    source: str
    table: str
    sample: Sample
    columns: tuple[Column, ...]
    matches: tuple[Match, ...]
    files: Mapping[Path, str]
    event_names: Mapping[str, tuple[str, bool]]

    @property
    def left(self) -> list[Column]:
        """The columns that have no place in any object."""
        used = {p.column.name for m in self.matches for p in m.placed}
        return [column for column in self.columns if column.name not in used]


def draft_source(
    project: Path, source: str, file: Path, *, object_name: str | None = None
) -> Draft:
    """The draft of a source for the files that look like `file`; writes nothing.

    Raises KlantbeeldError for a name that is taken or no name, and for a file that can't be read or
    looks like no business object.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", source):
        raise KlantbeeldError(
            f"{source} can't be a source's name: use small letters, digits and _, such as pixel"
        )
    folder = Path("models") / "staging" / source
    if (project / folder).exists():
        raise KlantbeeldError(f"there is a source {source}: {folder} exists")
    sample = read_sample(file)
    names = _contract_names(sample)
    columns = [
        Column(name, column.path, type_, tuple(dict.fromkeys(column.values)))
        for name, column, type_ in zip(
            names, sample.columns, guess_types(sample, names), strict=True
        )
    ]
    matches = _matches(columns, object_name)
    types = canonical_types(project)
    columns = [_as_landed(column, matches, types) for column in columns]
    by_name = {column.name: column for column in columns}
    matches = [
        replace(m, placed=tuple(replace(p, column=by_name[p.column.name]) for p in m.placed))
        for m in matches
    ]
    table = matches[0].object_name
    files = {
        folder / f"_{source}__sources.yml": contract_text(
            source, table, columns, matches, sample.delimiter
        ),
        folder / f"_{source}__models.yml": _models_text(source, matches),
        **_models(folder, source, table, columns, matches, types),
    }
    events = _event_names(project, sample, matches[0])
    return Draft(source, table, sample, tuple(columns), tuple(matches), files, events)


def write_draft(project: Path, draft: Draft) -> None:
    """Write the files, list the source in dbt_project.yml, and map the names of its events."""
    settings = (project / PROJECT).read_text(encoding="utf-8")
    for each in draft.matches:
        settings = _listed(settings, each.object_name, draft.source)
    for path, text in {**draft.files, Path(PROJECT): settings}.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    if draft.event_names:
        with (project / TAXONOMY).open("a", newline="", encoding="utf-8") as taxonomy:
            writer = csv.writer(taxonomy, lineterminator="\n")
            for name, (action, is_page) in draft.event_names.items():
                writer.writerow([draft.source, name, action, str(is_page).lower()])


def _contract_names(sample: Sample) -> list[str]:
    names: list[str] = []
    for column in sample.columns:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", "_".join(column.path))
        name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "column"
        if name[0].isdigit() or name in _RESERVED:
            name = f"column_{name}"
        same = sum(other == name or other.startswith(f"{name}__") for other in names)
        names.append(f"{name}__{same + 1}" if same else name)
    return names


def _matches(columns: Sequence[Column], object_name: str | None) -> list[Match]:
    """The object of the rows, and those that lines carry with them: orders and products."""
    first = match(columns, object_name)
    if first.object_name != "order_lines" or object_name is not None:
        return [first]
    matches = [first]
    orders = match(columns, "orders")
    if orders.get("ordered_at"):
        matches.append(orders)
    products = match(columns, "products")
    if products.get("product_name") or products.get("category"):
        # the price of a line may be that of a sale
        described = tuple(p for p in products.placed if p.canonical != "list_price")
        matches.append(replace(products, placed=described))
    return matches


def canonical_types(project: Path) -> dict[str, dict[str, str]]:
    """The type of each column of each business object."""
    document: dict[str, Any] = yaml.safe_load((project / OBJECTS).read_text(encoding="utf-8"))
    return {
        model["name"].removeprefix("canonical_"): {
            column["name"]: column["data_type"] for column in model["columns"]
        }
        for model in document["models"]
    }


def _as_landed(
    column: Column, matches: Sequence[Match], types: Mapping[str, Mapping[str, str]]
) -> Column:
    """The column with the type in which it should land, by what it is taken for."""
    wanted = {
        types[m.object_name].get(p.canonical, "")
        for m in matches
        for p in m.placed
        if p.column == column
    }
    given = column.type
    if "varchar" in wanted and not given.is_instant:
        # a number that is a key or a code
        return replace(column, type=replace(given, data_type="varchar", format=None))
    if AMOUNT in wanted and given.data_type in ("integer", "bigint"):
        return replace(column, type=GuessedType(AMOUNT, remark=given.remark))
    if "timestamp" in wanted and given.data_type == "date":
        return replace(column, type=replace(given, data_type="timestamp"))
    return column


def _models(
    folder: Path,
    source: str,
    table: str,
    columns: Sequence[Column],
    matches: Sequence[Match],
    types: Mapping[str, Mapping[str, str]],
) -> dict[Path, str]:
    first, *others = matches
    texts = {first.object_name: model_text(source, table, first, columns, types[first.object_name])}
    for other in others:
        if other.object_name == "orders":
            text = orders_of_lines_text(source, table, first, other, types["orders"])
        else:
            text = products_of_lines_text(source, table, other, types["products"])
        texts[other.object_name] = text
    return {folder / f"stg_{source}__{name}.sql": text for name, text in texts.items()}


def _models_text(source: str, matches: Sequence[Match]) -> str:
    lines = ["models:"]
    for each in matches:
        grain = each.object_name.removesuffix("s").replace("_", " ")
        key = each.get(_KEYS_OF_GROUPS.get(each.object_name, ""))
        if each == matches[0] or key is None:
            grain = f"landed {grain}"
            meta = "has_no_key: as landed; copies and versions of a row are all here"
        else:
            meta = f"key_follows_from: group by {key.name}"
        lines += [
            f"  - name: stg_{source}__{each.object_name}",
            f"    description: One row per {grain}.",
            f"    config: {{meta: {{{meta}}}}}",
        ]
    return "\n".join(lines) + "\n"


def _listed(text: str, object_name: str, source: str) -> str:
    """dbt_project.yml with the source in the var `sources`."""
    line = re.compile(rf"(?m)^(    {object_name}: \[)(.*)\]$")
    changed, count = line.subn(rf"\1\2, {source}]", text)
    if count != 1:
        raise KlantbeeldError(
            f"`{object_name}` of the var `sources` in {PROJECT} has no list on one line, to which "
            f"{source} can be added"
        )
    return changed


def _event_names(project: Path, sample: Sample, found: Match) -> dict[str, tuple[str, bool]]:
    """The names of the sample's events, with the action and page that other sources give them."""
    column = found.get("event_name") if found.object_name == "events" else None
    if column is None:
        return {}
    known: dict[str, Counter[tuple[str, bool]]] = {}
    with (project / TAXONOMY).open(newline="", encoding="utf-8") as taxonomy:
        for row in csv.DictReader(taxonomy):
            meaning = (row["action"], row["is_page"] == "true")
            known.setdefault(_plain(row["event_name"]), Counter())[meaning] += 1
    values = next(c.values for c in sample.columns if c.path == column.path)
    names = Counter(value.strip().lower() for value in values)
    unknown = Counter({("other", False): 1})
    return {
        name: known.get(_plain(name), unknown).most_common(1)[0][0]
        for name, _ in names.most_common(MOST_EVENT_NAMES)
    }


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
