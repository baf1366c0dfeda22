"""dbt's manifest of the project as it is on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


class ParseError(Exception):
    """dbt can't parse the project; the message is dbt's own."""


def parse(project_dir: Path) -> dict[str, Any]:
    """The manifest, parsed by dbt in a scratch folder and without a database."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            "KLANTBEELD_DATA": scratch,
            **os.environ,
            "DBT_TARGET_PATH": scratch,
            "DBT_LOG_PATH": scratch,
            "DBT_PROFILES_DIR": str(project_dir / "profiles"),
        }
        parsed = subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--no-use-colors", "--quiet", "parse"],
            cwd=project_dir,
            env=environment,
            capture_output=True,
            text=True,
        )
        if parsed.returncode:
            raise ParseError((parsed.stdout + parsed.stderr).strip())
        return json.loads((Path(scratch) / "manifest.json").read_text(encoding="utf-8"))
