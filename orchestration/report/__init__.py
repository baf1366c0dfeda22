"""The report: one page that works offline."""

from __future__ import annotations

from orchestration.report.render import render

# File names and what makes them, as publishing wants it.
PAGES = {"report.html": render}
