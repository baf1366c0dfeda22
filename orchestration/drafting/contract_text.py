"""Writes the contract of a draft, in the house's style of YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from orchestration.drafting.matching import Column, Match

# Texts that models compare with a list.
_WORDS = frozenset(
    (
        "event_name",
        "order_status",
        "sales_channel",
        "message_action",
        "channel",
        "variant",
        "survey",
        "answer",
        "gender",
        "country",
        "region",
        "preferred_channel",
        "os",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "search_term",
    )
)
_IDENTIFIED = ("customer", "visitor", "order")
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "events": ("visitor_id", "event_name", "occurred_at"),
    "orders": ("order_id", "ordered_at"),
    "order_lines": ("order_id", "product_id"),
    "refunds": ("order_id", "amount", "refunded_at"),
    "products": ("product_id",),
    "customers": ("customer_id",),
    "messages": ("customer_id", "message_action", "occurred_at"),
    "survey_responses": ("response_id", "customer_id", "answered_at"),
    "service_contacts": ("contact_id", "customer_id", "opened_at"),
    "loyalty_memberships": ("customer_id", "joined_at"),
}


def contract_text(
    source: str,
    table: str,
    columns: Sequence[Column],
    matches: Sequence[Match],
    delimiter: str | None,
) -> str:
    """The text of `_<source>__sources.yml`."""
    lines = [
        "sources:",
        f"  - name: {source}",
        f"    description: Files of {source}, as they come.",
        f"    schema: raw_{source}",
        "    tables:",
        f"      - name: {table}",
        f"        description: One row per row of the files in landing/{source}/{table}/.",
    ]
    if delimiter:
        lines.append(f"        config: {{meta: {{csv: {{delimiter: {json.dumps(delimiter)}}}}}}}")
    lines.append("        columns:")
    lines += [f"          - {_flow(_definition(column, matches))}" for column in columns]
    return "\n".join(lines) + "\n"


def _definition(column: Column, matches: Sequence[Match]) -> dict[str, Any]:
    meanings = [
        (match.object_name, placed.canonical)
        for match in matches
        for placed in match.placed
        if placed.column == column
    ]
    definition: dict[str, Any] = {
        "name": column.name,
        "data_type": column.type.data_type,
        "description": _description(column, [canonical for _, canonical in meanings]),
    }
    if any(canonical in _REQUIRED[object_name] for object_name, canonical in meanings):
        definition["constraints"] = [{"type": "not_null"}]
    if meta := _meta(column, [canonical for _, canonical in meanings]):
        definition["config"] = {"meta": meta}
    return definition


def _description(column: Column, meanings: list[str]) -> str:
    text = f"Column {column.header} of the file"
    if meanings:
        text += f", taken for {' and '.join(dict.fromkeys(meanings))}"
    if column.type.remark:
        text += f" ({column.type.remark})"
    return f"{text}."


def _meta(column: Column, meanings: list[str]) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    if len(column.path) > 1:
        has_dots = any("." in key for key in column.path)
        meta["path"] = [*column.path] if has_dots else column.header
    elif column.path[0].lower() != column.name:
        meta["aliases"] = [column.path[0]]
    if column.type.format:
        meta["format"] = column.type.format
    if column.type.data_type == "varchar":
        if any(canonical.endswith("_id") for canonical in meanings):
            if not column.name.endswith("_id"):
                meta["kind"] = "key"
            if any("@" in example for example in column.values):
                meta["identifier"] = "direct"
        elif _WORDS.intersection(meanings):
            meta["kind"] = "word"
        elif "items" in meanings:
            meta["kind"] = "items"
    kinds = [kind for kind in _IDENTIFIED if f"{kind}_id" in meanings]
    if kinds and not (len(kinds) == 1 and column.name == f"{kinds[0]}_id"):
        meta["identifies"] = kinds[0] if len(kinds) == 1 else kinds
    return meta


def _flow(value: Any) -> str:
    """A value in YAML's flow style, with quotes only where they are needed."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    plain = re.fullmatch(r"[A-Za-z_][\w ./]*", value) and yaml.safe_load(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)
