"""The rows of seeds, read from their files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def seed_rows(manifest: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    """The rows of a seed; none where the project of this manifest has no such seed."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed" and node["name"] == name:
            file = Path(node["root_path"]) / node["original_file_path"]
            with file.open(newline="", encoding="utf-8") as text:
                return list(csv.DictReader(text))
    return []
