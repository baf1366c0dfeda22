"""A data root for tests: land, build and refresh in it, and read the results."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest

from orchestration.landing.contract import load_contracts
from orchestration.landing.loader import LandedFile, load_files
from orchestration.paths import PROJECT_DIR, DataPaths

REAL_DATA = PROJECT_DIR.parent / "shared" / "data"


@dataclass(frozen=True)
class DataRoot:
    root: Path

    @property
    def paths(self) -> DataPaths:
        return DataPaths(self.root)

    def folder(self, source: str, table: str) -> Path:
        folder = self.paths.landing / source / table
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def environment(self) -> dict[str, str]:
        # tests must not use the developer's settings, such as a webhook
        mine = {name: value for name, value in os.environ.items() if "KLANTBEELD" not in name}
        return {**mine, "KLANTBEELD_DATA": str(self.root)}

    def land(self) -> list[LandedFile]:
        return load_files(self.paths, load_contracts(PROJECT_DIR / "models" / "staging"))

    def dbt(self, *arguments: str) -> None:
        """Run dbt without Dagster: faster, for tests that only read tables."""
        done = subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", *arguments],
            cwd=PROJECT_DIR,
            env={
                **self.environment(),
                "DBT_PROFILES_DIR": "profiles",
                "DBT_TARGET_PATH": str(self.paths.dbt / "target"),
                "DBT_LOG_PATH": str(self.paths.dbt / "logs"),
            },
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.fail(f"dbt {' '.join(arguments)}\n{done.stdout}\n{done.stderr}", pytrace=False)

    def build(self, *models: str) -> None:
        """Build models and everything upstream of them, without tests."""
        self.dbt(
            "build",
            "--exclude",
            "resource_type:unit_test",
            "resource_type:test",
            "--select",
            *(f"+{model}" for model in models),
        )

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in its own process group."""
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration", command, *arguments],
            cwd=PROJECT_DIR,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def refresh(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        process = self.start("refresh", *arguments)
        out, err = process.communicate()
        if process.returncode != expect:
            pytest.fail(f"refresh ended with {process.returncode}\n{out}\n{err}", pytrace=False)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def built(self, query: str) -> list[tuple[Any, ...]]:
        """Query the marts in the warehouse, before publishing; they are `published.marts`."""
        with duckdb.connect() as connection:
            # an alias, because the file's name is ambiguous with the schema's
            connection.execute(f"attach '{self.paths.marts}' as published (read_only)")
            connection.execute("use published.marts")
            return connection.execute(query).fetchall()

    def served(self, query: str) -> list[tuple[Any, ...]]:
        with self.serving() as connection:
            return connection.execute(query).fetchall()

    @contextmanager
    def serving(self) -> Iterator[duckdb.DuckDBPyConnection]:
        file = self.paths.serving / "klantbeeld.duckdb"
        with duckdb.connect(str(file), read_only=True) as connection:
            yield connection

    def raw(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.paths.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def served_files(self) -> dict[str, str]:
        """Digest of every published file by name, without the leftovers of killed runs."""
        serving = self.paths.serving
        return {
            str(file.relative_to(serving)): _sha256(file)
            for file in sorted(serving.rglob("*"))
            if file.is_file() and not file.relative_to(serving).parts[0].startswith(".")
        }

    def served_rows(self) -> dict[str, list[str]]:
        """The rows of every published table, read from Parquet with Arrow, as sorted text."""
        return {
            file.stem: sorted(map(repr, pyarrow.parquet.read_table(file).to_pylist()))
            for file in sorted((self.paths.serving / "parquet").glob("*.parquet"))
        }

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.paths.serving / "manifest.json").read_text())


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
