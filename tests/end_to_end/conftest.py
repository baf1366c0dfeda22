"""Data roots that tests share, because a refresh takes half a minute.

One demo shop is refreshed four times: first, with nothing new, with three more days of files (one
of them broken), and with a row that makes it fail. Refreshes of a copy are killed.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from data_root import DataRoot
from killing import Killed, kill_at
from refreshing import (
    Beginning,
    Refreshed,
    generate_demo_shop,
    land_held_back_days,
    refreshed,
)

# <source>/<table>/<file>, as tools export them: written by hand from the vendors' documentation
VENDORS = Path(__file__).with_name("vendors")


@pytest.fixture(scope="session")
def new_root(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Callable[[str], DataRoot]:
    """A function that creates data roots with an empty landing folder."""

    def make(name: str) -> DataRoot:
        root: Path = tmp_path_factory.mktemp(name)
        (root / "landing").mkdir()
        return DataRoot(root)

    return make


@pytest.fixture(scope="session")
def vendors(new_root: Callable[[str], DataRoot]) -> DataRoot:
    """One refresh in which the files of all vendors land side by side."""
    root = new_root("vendors")
    shutil.copytree(VENDORS, root.paths.landing, dirs_exist_ok=True)
    root.refresh()
    return root


@pytest.fixture(scope="session")
def beginning(new_root: Callable[[str], DataRoot]) -> Beginning:
    root = new_root("demo")
    generate_demo_shop(root, "--events", "42000", "--customers", "400", "--days-held-back", "3")
    first = refreshed(root)
    copy = DataRoot(root.root.with_name("demo-copy"))
    shutil.copytree(root.root, copy.root)
    return Beginning(first, copy)


@pytest.fixture(scope="session")
def nothing_new(beginning: Beginning) -> Refreshed:
    return refreshed(beginning.first.root, watched=True)


@pytest.fixture(scope="session")
def complete(nothing_new: Refreshed) -> Refreshed:
    """A refresh after which all files have landed."""
    land_held_back_days(nothing_new.root)
    return refreshed(nothing_new.root, watched=True)


@pytest.fixture(scope="session")
def failed(complete: Refreshed) -> Refreshed:
    """A refresh that fails on an order in a currency without a rate."""
    folder = complete.root.folder("shop", "orders")
    (folder / "orders-of-a-stranger.csv").write_text(
        "order_id,customer_id,ordered_at,updated_at,status,currency,gross_amount\n"
        "O-WITHOUT-RATE,C0000001,2026-06-15 12:00:00,2026-06-15 12:00:00,completed,XAU,12.00\n"
    )
    return refreshed(complete.root, expect=1, watched=True)


@pytest.fixture(scope="session")
def killed(beginning: Beginning, complete: Refreshed) -> list[Killed]:
    """Three killed refreshes of the files of `complete`, at different moments."""
    land_held_back_days(beginning.copy)
    chance = random.Random(9)
    return [
        kill_at(beginning.copy, complete.seconds * chance.uniform(start, start + 0.15))
        for start in (0.25, 0.55, 0.82)
    ]


@pytest.fixture(scope="session")
def recovered(killed: list[Killed], beginning: Beginning) -> Refreshed:
    """The refresh after the killed ones."""
    assert killed
    return refreshed(beginning.copy)
