"""Renders the report as one HTML page without scripts or network requests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from orchestration.report.queries import number, percent, read_contents

DEFAULT_COLOUR = "#7d8590"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SPARKLINE = (72, 18)
# optional facts from the manifest that the page shows
FACTS = (
    "as_of_date",
    "business_timezone",
    "reporting_currency",
    "rules_version",
    "project_version",
    "vars",
)


def render(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Any]) -> str:
    """Render the report from the database that is about to be published."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "number": number,
        "percent": percent,
        "title": title,
        "colour": colour,
        "sparkline": sparkline,
    }
    return environment.get_template("report.html.j2").render(
        facts={**dict.fromkeys(FACTS), **facts}, report=read_contents(connection)
    )


def title(name: str) -> str:
    """A code as a heading: `rfm` is RFM, `shopping_style` is Shopping style."""
    if len(name) <= 3:
        return name.upper()
    words = name.replace("_", " ")
    return words[0].upper() + words[1:]


def colour(value: str | None) -> str:
    """A colour that is safe in a style attribute; anything else becomes grey."""
    return value if value and COLOUR.fullmatch(value) else DEFAULT_COLOUR


def sparkline(values: Sequence[float] | None) -> str:
    """The points of an SVG polyline through the values, scaled to SPARKLINE."""
    if not values or len(values) < 2:
        return ""
    width, height = SPARKLINE
    top = max(values) or 1.0
    step = width / (len(values) - 1)
    return " ".join(
        f"{position * step:.1f},{height - 1 - (height - 2) * value / top:.1f}"
        for position, value in enumerate(values)
    )
