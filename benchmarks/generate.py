"""The benchmark's data: a demo shop that is generated once and kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from benchmarks.errors import BenchmarkError
from orchestration.demo_shop.generate import Plan, generate
from orchestration.paths import DataPaths

# generating 80 million events needs more than the generator's default of 4 GB
MEMORY_LIMIT = "14GB"


def made_shop(folder: Path, events: int, days: int) -> Path:
    """The folder of a shop with its last day held back; generated if it does not exist."""
    home = folder / f"shop-{events}-{days}"
    finished = home / "finished"
    if not finished.exists():
        shutil.rmtree(home, ignore_errors=True)
        print(f"Generating a shop of {events:,} events on {days} days in {home} …", flush=True)
        plan = Plan(events=events, days=days, days_held_back=1)
        generate(DataPaths(home), plan, memory_limit=MEMORY_LIMIT)
        finished.touch()
    return home


def land_base(home: Path, root: Path) -> None:
    """Link all files except the last day's into the landing folder of a data root."""
    _link(home / "landing", root / "landing")


def land_next_day(home: Path, root: Path) -> None:
    """Link the last day's files into the landing folder as well."""
    day = home / "demo_shop" / "next" / "1"
    if not day.exists():
        raise BenchmarkError(f"{home} has no held-back day; remove the folder to generate it again")
    _link(day, root / "landing")


def _link(source: Path, target: Path) -> None:
    """Make hard links, or copies where the file system does not support them."""

    def link(old: str, new: str) -> None:
        try:
            os.link(old, new)
        except OSError:
            shutil.copy2(old, new)

    shutil.copytree(source, target, copy_function=link, dirs_exist_ok=True)
