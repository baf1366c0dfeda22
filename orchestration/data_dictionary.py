"""The data dictionary and the entity-relationship diagram of the published tables.

Both are generated from dbt's manifest: `python -m orchestration.data_dictionary` writes
docs/data-dictionary.md and docs/erd.md, and `make docs` does so too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.building.published_tables import PUBLISHED_DATABASE, SCHEMA
from orchestration.paths import PROJECT_DIR

DICTIONARY_INTRODUCTION = """\
# Data dictionary

<!-- Generated from dbt's manifest by `make docs`: edit the YAML of the models instead. -->

The published tables in `klantbeeld.duckdb`, with their grain, key and columns. Amounts are in
`reporting_currency`, instants are UTC, and dates are days in `business_timezone`. *Window* is the
period up to `as_of_date` that a value covers. [The diagram](erd.md) shows how the tables relate,
and [the glossary](glossary.md) explains the terms.
"""
DIAGRAM_INTRODUCTION = """\
# Entity-relationship diagram

<!-- Generated from dbt's manifest by `make docs`: edit the YAML of the models instead. -->

The published tables with their key columns. A table refers to another one if it has the other's
key columns: each row refers to at most one row. Relationships that follow from the drawn ones are
left out. [The data dictionary](data-dictionary.md) has all columns.
"""
# The topic of the tables that each hold some of the profiles.
AUDIENCES = "audiences"
HEADER = ("column", "type", "null", "unit", "window", "description")


@dataclass(frozen=True)
class Column:
    """A column of a published table; `unit` and `window` are empty where the YAML has none."""

    name: str
    data_type: str
    is_nullable: bool
    unit: str
    window: str
    description: str


@dataclass(frozen=True)
class Table:
    """A published table. `key` is empty where no test says that columns are unique."""

    name: str
    topic: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Relationship:
    """A row of `child` refers to at most one row of `parent`, by `columns`."""

    child: str
    parent: str
    columns: tuple[str, ...]
    is_one_to_one: bool


def published(manifest: Mapping[str, Any]) -> list[Table]:
    """The published tables with a contract, by topic and name."""
    keys = _keys(manifest)
    tables = [
        Table(
            name=node["name"],
            topic=node["fqn"][-2],
            description=_one_line(node["description"]),
            key=keys.get(unique_id, ()),
            columns=tuple(map(_column, node["columns"].values())),
        )
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        and (node["database"], node["schema"]) == (PUBLISHED_DATABASE, SCHEMA)
        and node["columns"]
    ]
    return sorted(tables, key=lambda table: (table.topic, table.name))


def relationships(tables: Sequence[Table]) -> list[Relationship]:
    """The foreign keys: a table that has the key columns of another one refers to it.

    A relationship is left out where it follows from others: memberships refer to segments by
    scheme and segment, and segments to schemes, so memberships need no line to schemes.
    """
    parents = {child.name: [one for one in tables if _refers(child, one)] for child in tables}

    def is_implied(child: Table, parent: Table) -> bool:
        # by way of another parent, whose own key has the key of this one
        return any(
            parent in parents[other.name] and set(parent.key) <= set(other.key)
            for other in parents[child.name]
        )

    return [
        Relationship(
            child=child.name,
            parent=parent.name,
            columns=parent.key,
            is_one_to_one=set(parent.key) == set(child.key),
        )
        for child in tables
        for parent in parents[child.name]
        if not is_implied(child, parent)
    ]


def _refers(child: Table, parent: Table) -> bool:
    # an audience has some of the profiles, so nothing refers to it
    if child == parent or not parent.key or parent.topic == AUDIENCES:
        return False
    # two tables with the same key have one relationship, to the first by name
    if set(child.key) == set(parent.key):
        return parent.name < child.name or child.topic == AUDIENCES
    return set(parent.key) <= {column.name for column in child.columns}


def dictionary_page(manifest: Mapping[str, Any]) -> str:
    """docs/data-dictionary.md."""
    tables = published(manifest)
    lines = [DICTIONARY_INTRODUCTION]
    lines += [f"- [`{table.name}`](#{table.name}) ({table.topic})" for table in tables]
    for table in tables:
        lines += ["", f"## {table.name}", "", table.description, ""]
        lines += [f"`{SCHEMA}.{table.name}`, {_key_text(table)}.", ""]
        lines += _markdown_table(table.columns)
    return "\n".join(lines) + "\n"


def diagram_page(manifest: Mapping[str, Any]) -> str:
    """docs/erd.md."""
    tables = published(manifest)
    links = relationships(tables)
    lines = [DIAGRAM_INTRODUCTION, "```mermaid", "erDiagram"]
    for table in tables:
        foreign = {name for link in links if link.child == table.name for name in link.columns}
        lines.append(f"    {table.name} {{")
        for column in table.columns:
            roles = ["PK"] * (column.name in table.key) + ["FK"] * (column.name in foreign)
            if roles:
                data_type = column.data_type.partition("(")[0]
                lines.append(f"        {data_type} {column.name} {', '.join(roles)}")
        lines.append("    }")
    for link in links:
        child = "|o" if link.is_one_to_one else "}o"
        columns = ", ".join(link.columns)
        lines.append(f'    {link.child} {child}--o| {link.parent} : "{columns}"')
    return "\n".join([*lines, "```"]) + "\n"


def write(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write both pages into the docs folder."""
    folder.mkdir(exist_ok=True)
    for name, page in pages(manifest).items():
        (folder / name).write_text(page, encoding="utf-8")


def pages(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The generated pages by file name."""
    return {"data-dictionary.md": dictionary_page(manifest), "erd.md": diagram_page(manifest)}


def _keys(manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The key of each model, from its tests `unique` and `unique_combination`."""
    keys: dict[str, tuple[str, ...]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        arguments = test.get("kwargs", {})
        if test.get("name") == "unique":
            key = [arguments["column_name"]]
        elif test.get("name") == "unique_combination":
            key = arguments["columns"]
        else:
            continue
        keys[node["attached_node"]] = tuple(name.strip('"') for name in key)
    return keys


def _column(column: Mapping[str, Any]) -> Column:
    meta = column["config"]["meta"]
    description = _one_line(column["description"])
    if meta.get("values"):
        description += f" One of {', '.join(f'`{value}`' for value in meta['values'])}."
    return Column(
        name=column["name"].strip('"'),
        data_type=column["data_type"] or "",
        is_nullable=all(one["type"] != "not_null" for one in column["constraints"]),
        unit=meta.get("unit", ""),
        window=meta.get("window", ""),
        description=description,
    )


def _key_text(table: Table) -> str:
    if not table.key:
        return "a view"
    return f"key: {', '.join(f'`{name}`' for name in table.key)}"


def _markdown_table(columns: Iterable[Column]) -> Iterator[str]:
    """A Markdown table without the columns in which every cell is empty."""
    rows = [
        (
            f"`{column.name}`",
            column.data_type,
            "yes" if column.is_nullable else "",
            column.unit,
            column.window,
            column.description.replace("|", "\\|"),
        )
        for column in columns
    ]
    used = [i for i in range(len(HEADER)) if any(row[i] for row in rows)]
    for row in [HEADER, ("---",) * len(HEADER), *rows]:
        yield f"| {' | '.join(row[i] for i in used)} |"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    """Parse the project and write both pages."""
    from orchestration.house_rules.parsed_project import parse

    write(parse(PROJECT_DIR), PROJECT_DIR / "docs")


if __name__ == "__main__":
    main()
