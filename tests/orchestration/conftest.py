"""A small dbt project, and the command line run on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR, DataPaths

# The command line on another project than ours.
COMMAND_LINE = """
import pathlib, runpy, sys
import orchestration.paths
orchestration.paths.PROJECT_DIR = pathlib.Path(sys.argv.pop(1))
runpy.run_module("orchestration", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Shop:
    """A project with its own data root."""

    project: Path
    paths: DataPaths
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def land(self, name: str, text: str, table: str = "orders") -> None:
        folder = self.paths.landing / "shop" / table
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND_LINE, str(self.project), *arguments],
            cwd=PROJECT_DIR,
            env={**os.environ, "KLANTBEELD_DATA": str(self.paths.root), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **environment)
        output, errors = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


PROJECT_PARTS = ("models", "macros", "seeds", "tests/dbt", "profiles", "dbt_project.yml")

# macros of the real project that the tiny one uses
MACROS = ("generate_schema_name", "is_rebuilt", "should_full_refresh", "existing_relation")


@pytest.fixture(scope="module")
def klantbeeld(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Iterator[Shop]:
    """A copy of the real project, in which a test may change something."""
    folder = tmp_path_factory.mktemp("klantbeeld")
    for part in PROJECT_PARTS:
        source, target = PROJECT_DIR / part, folder / "project" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        else:
            shutil.copy(source, target)
    yield from _ended(Shop(folder / "project", DataPaths(folder / "data")))


@pytest.fixture
def shop(tmp_path: Path, runs_dbt: None) -> Iterator[Shop]:
    project = tmp_path / "project"
    shutil.copytree(Path(__file__).with_name("tiny_project"), project)
    shutil.copytree(PROJECT_DIR / "profiles", project / "profiles")
    (project / "macros").mkdir()
    for macro in MACROS:
        (file,) = (PROJECT_DIR / "macros").glob(f"*/{macro}.sql")
        shutil.copy(file, project / "macros")
    # a path is data: what writes it into SQL or YAML has to quote it
    yield from _ended(Shop(project, DataPaths(tmp_path / 'it\'s "data"')))


def _ended(shop: Shop) -> Iterator[Shop]:
    yield shop
    for process in shop.started:
        # of those that a failed test left running
        process.kill()
        process.communicate()
