"""The benchmarks' data: demo shops that are generated once and kept, and a tiny shop."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from benchmarks.errors import BenchmarkError
from orchestration.demo_shop.generate import Plan, generate
from orchestration.paths import DataPaths

# generating 80 million events needs more than the generator's default of 4 GB
MEMORY_LIMIT = "14GB"
# these land one by one, so that one more day is measured as often
DAYS_HELD_BACK = 3


def made_shop(folder: Path, events: int, days: int) -> Path:
    """The folder of a shop with its last days held back; generated if it does not exist."""
    home = folder / f"shop-{events}-{days}"
    finished = home / "finished"
    if not finished.exists():
        shutil.rmtree(home, ignore_errors=True)
        print(f"Generating a shop of {events:,} events on {days} days in {home} …", flush=True)
        plan = Plan(events=events, days=days, days_held_back=DAYS_HELD_BACK)
        generate(DataPaths(home), plan, memory_limit=MEMORY_LIMIT)
        finished.touch()
    return home


def land_base(home: Path, root: Path) -> None:
    """Link all files except the last days' into the landing folder of a data root."""
    _link(home / "landing", root / "landing")


def land_next_day(home: Path, root: Path, nth: int = 1) -> None:
    """Link the files of the nth day that was held back into the landing folder as well."""
    day = home / "demo_shop" / "next" / str(nth)
    if not day.exists():
        raise BenchmarkError(
            f"{home} holds back fewer than {nth} days; remove the folder to generate it again"
        )
    _link(day, root / "landing")


def land_tiny_shop(root: Path) -> None:
    """Write one file with ten orders of five customers into the landing folder of a data root."""
    file = root / "landing" / "shop" / "orders" / "orders.csv"
    file.parent.mkdir(parents=True)
    orders = (
        f"{1000 + nth},c-{nth % 5},2026-03-{nth:02}T10:15:00Z,completed,EUR,{10 * nth}.50,0"
        for nth in range(1, 11)
    )
    header = "order_id,customer_id,ordered_at,status,currency,gross_amount,discount_amount"
    file.write_text("\n".join((header, *orders)) + "\n")


def _link(source: Path, target: Path) -> None:
    """Make hard links, or copies where the file system does not support them."""

    def link(old: str, new: str) -> None:
        try:
            os.link(old, new)
        except OSError:
            shutil.copy2(old, new)

    shutil.copytree(source, target, copy_function=link, dirs_exist_ok=True)
