"""The paths of the project, and of the data root that `KLANTBEELD_DATA` names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class DataPaths:
    """The folders and files of one data root.

    Klantbeeld writes everything but `landing`, which only `make erase-landing` changes.
    """

    root: Path

    @classmethod
    def from_environment(cls) -> DataPaths:
        """The data root named by `KLANTBEELD_DATA`, or `data/` in the project."""
        return cls(Path(os.environ.get("KLANTBEELD_DATA") or PROJECT_DIR / "data").resolve())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def warehouse_dir(self) -> Path:
        return self.root / "warehouse"

    @property
    def warehouse(self) -> Path:
        """The working database: raw, staging, intermediate, seeds."""
        return self.warehouse_dir / "klantbeeld.duckdb"

    @property
    def marts(self) -> Path:
        """The marts that dbt builds; publishing copies this file."""
        return self.warehouse_dir / "marts.duckdb"

    @property
    def temporary(self) -> Path:
        """Spill and scratch files of a run."""
        return self.warehouse_dir / "tmp"

    @property
    def lock(self) -> Path:
        """The lock of the one process that writes the warehouse."""
        return self.warehouse_dir / "refresh.lock"

    @property
    def serving(self) -> Path:
        return self.root / "serving"

    @property
    def trials(self) -> Path:
        """A data root for each trial."""
        return self.root / "trials"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def dbt(self) -> Path:
        """dbt's target and logs."""
        return self.root / "dbt"
