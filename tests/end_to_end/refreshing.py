"""Runs one refresh of a demo shop and records its results."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from data_root import DataRoot
from readers import Reader

from orchestration.paths import PROJECT_DIR

BROKEN_FILE = "shop/events/broken.parquet"


@dataclass(frozen=True)
class Refreshed:
    """The results of one refresh, recorded before later refreshes change them."""

    root: DataRoot
    out: str
    err: str
    seconds: float
    files: dict[str, str]
    rows: dict[str, list[str]]
    manifest: dict[str, Any]
    ledger: list[tuple]
    reader: Reader | None = None


def refreshed(root: DataRoot, *, expect: int = 0, watched: bool = False) -> Refreshed:
    reader = Reader(root).start() if watched else None
    began = time.monotonic()
    try:
        done = root.refresh(expect=expect)
        seconds = time.monotonic() - began
    finally:
        if reader:
            reader.stop()
    return Refreshed(
        root=root,
        out=done.stdout,
        err=done.stderr,
        seconds=seconds,
        files=root.served_files(),
        rows=root.served_rows(),
        manifest=root.manifest(),
        ledger=root.raw(
            "select file, status, rows_read, rows_landed, rows_rejected, reason"
            " from raw.landed_files order by load_id"
        ),
        reader=reader,
    )


def land_held_back_days(root: DataRoot) -> None:
    for day in sorted((root.root / "demo_shop" / "next").iterdir()):
        shutil.copytree(day, root.paths.landing, dirs_exist_ok=True)
    (root.paths.landing / BROKEN_FILE).write_bytes(b"PAR1 and no more")


@dataclass(frozen=True)
class Beginning:
    """The demo shop after its first refresh, and a copy of its data root."""

    first: Refreshed
    copy: DataRoot


def generate_demo_shop(root: DataRoot, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "orchestration.demo_shop", "--data", str(root.root), *arguments],
        cwd=PROJECT_DIR,
        env=root.environment(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
