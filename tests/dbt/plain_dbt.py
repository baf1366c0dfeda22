"""dbt's command line on one data root, without Dagster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestration.paths import PROJECT_DIR, DataPaths


@dataclass(frozen=True)
class Dbt:
    """dbt's command line on one data root."""

    paths: DataPaths

    def __call__(self, *arguments: str, expect: Sequence[int] = (0,)) -> dict[str, dict[str, Any]]:
        """Run a command; its results by unique_id."""
        target = self.paths.dbt / "target"
        done = subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", *arguments],
            cwd=PROJECT_DIR,
            env={
                **os.environ,
                "KLANTBEELD_DATA": str(self.paths.root),
                "DBT_PROFILES_DIR": "profiles",
                "DBT_TARGET_PATH": str(target),
                "DBT_LOG_PATH": str(self.paths.dbt / "logs"),
            },
            capture_output=True,
            text=True,
        )
        if done.returncode not in expect:
            pytest.fail(f"dbt {' '.join(arguments)}\n{done.stdout}\n{done.stderr}", pytrace=False)
        results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
        return {result["unique_id"]: result for result in results}
