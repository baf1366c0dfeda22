"""Dagster's home, below the data root."""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.paths import DataPaths

TEMPLATE = Path(__file__).with_name("dagster.yaml")


def dagster_home(paths: DataPaths) -> Path:
    """The folder with Dagster's settings in it; settings that someone took over are left alone."""
    home = paths.dagster
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    template = TEMPLATE.read_text()
    ours = template.splitlines()[0]
    if not settings.exists() or settings.read_text().startswith(ours):
        # in YAML, a JSON string is a string whatever is in it
        wanted = template.replace("<home>/events", json.dumps(str(home / "events")))
        temporary = settings.with_suffix(".tmp")
        temporary.write_text(wanted)
        temporary.replace(settings)
    return home
