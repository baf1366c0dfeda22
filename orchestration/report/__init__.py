"""The report: one page that works offline."""

from __future__ import annotations

from orchestration.report.render import render

# File names and the functions that render them, as `publish()` takes them.
PAGES = {"report.html": render}
