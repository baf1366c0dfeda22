"""Dagster's home folder, below the data root."""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.files import write_atomically
from orchestration.paths import DataPaths

TEMPLATE = Path(__file__).with_name("dagster.yaml")


def dagster_home(paths: DataPaths) -> Path:
    """The folder with Dagster's settings; settings without our first line are the user's own."""
    home = paths.dagster
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    template = TEMPLATE.read_text()
    ours = template.splitlines()[0]
    if not settings.exists() or settings.read_text().startswith(ours):
        # a JSON string is valid YAML, whatever characters it has
        wanted = template.replace("<home>/events", json.dumps(str(home / "events")))
        write_atomically(settings, wanted)
    return home
