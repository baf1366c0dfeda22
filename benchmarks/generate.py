"""The data that is measured on: a demo shop, made once and kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from benchmarks.errors import BenchmarkError
from orchestration.demo_shop.generate import Plan, generate
from orchestration.paths import DataPaths

# 80 million events take more than the generator's own 4 GB
MEMORY_LIMIT = "14GB"


def made_shop(folder: Path, events: int, days: int) -> Path:
    """The folder of a shop whose last day is held back; made where it is not there."""
    home = folder / f"shop-{events}-{days}"
    finished = home / "finished"
    if not finished.exists():
        shutil.rmtree(home, ignore_errors=True)
        print(f"Making a shop of {events:,} events on {days} days in {home} …", flush=True)
        plan = Plan(events=events, days=days, days_held_back=1)
        generate(DataPaths(home), plan, memory_limit=MEMORY_LIMIT)
        finished.touch()
    return home


def land_base(home: Path, root: Path) -> None:
    """Put all files but the last day's into a data root's landing folder."""
    _link(home / "landing", root / "landing")


def land_next_day(home: Path, root: Path) -> None:
    """Put the last day's files there as well."""
    day = home / "demo_shop" / "next" / "1"
    if not day.exists():
        raise BenchmarkError(f"{home} holds no day back; remove it, and it is made anew")
    _link(day, root / "landing")


def _link(source: Path, target: Path) -> None:
    """Hard links, which cost nothing, or copies where the file system has none."""

    def link(old: str, new: str) -> None:
        try:
            os.link(old, new)
        except OSError:
            shutil.copy2(old, new)

    shutil.copytree(source, target, copy_function=link, dirs_exist_ok=True)
