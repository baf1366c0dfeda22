"""What a run writes is readable by its owner and group only."""

from __future__ import annotations

import stat
from pathlib import Path

from orchestration.paths import DataPaths
from orchestration.permissions import close_to_others
from tests.orchestration.conftest import Shop
from tests.orchestration.test_whole_runs import GOOD, succeed


def open_to_others(folder: Path) -> list[str]:
    return [
        f"{stat.filemode(path.stat().st_mode)} {path.relative_to(folder)}"
        for path in folder.rglob("*")
        if not path.is_symlink() and path.stat().st_mode & stat.S_IRWXO
    ]


def test_no_file_of_a_run_is_open_to_others(shop: Shop) -> None:
    root = shop.paths.root
    shop.land("a.csv", GOOD)
    (shop.paths.landing / "shop" / "orders" / "a.csv").chmod(0o644)
    succeed(shop)
    assert shop.run("docs").returncode == 0
    assert shop.run("try", "--vars", "{segment_label: everyone}").returncode == 0
    landing = {f"{name}" for name in open_to_others(root) if " landing" in name}
    assert set(open_to_others(root)) == landing
    # the files of others keep their modes
    assert any(name.endswith("landing/shop/orders/a.csv") for name in landing)
    database = shop.paths.serving / "klantbeeld.duckdb"
    assert stat.S_IMODE(database.stat().st_mode) == 0o440

    # files of an earlier version
    for path in root.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    succeed(shop)
    assert {name for name in open_to_others(root) if " landing" not in name} == set()


def test_links_and_landing_are_left_alone(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    elsewhere = tmp_path / "elsewhere"
    for folder in (elsewhere, paths.landing, paths.serving):
        folder.mkdir(parents=True)
        (folder / "file").touch()
        (folder / "file").chmod(0o644)
    (paths.root / "link").symlink_to(elsewhere)
    (paths.serving / "link").symlink_to(elsewhere)
    close_to_others(paths)
    modes = [
        stat.S_IMODE((folder / "file").stat().st_mode)
        for folder in (elsewhere, paths.landing, paths.serving)
    ]
    assert modes == [0o644, 0o644, 0o640]
