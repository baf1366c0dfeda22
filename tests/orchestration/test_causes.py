"""A full disk, and a database that is open elsewhere, end a refresh with one sentence."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration import causes
from orchestration.causes import cause_of
from orchestration.errors import KlantbeeldError
from orchestration.paths import DataPaths
from tests.orchestration.conftest import Shop
from tests.orchestration.test_whole_runs import GOOD, orders, succeed

# more than the refreshes below need at their worst
DISK_BYTES = 40_000_000


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


def from_sqlite(message: str) -> Exception:
    try:
        try:
            raise sqlite3.OperationalError(message)
        except sqlite3.OperationalError as error:
            raise RuntimeError("(sqlite3.OperationalError)") from error
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    "failure",
    [
        OSError(errno.ENOSPC, "whatever the language"),
        OSError(errno.EDQUOT, "a quota"),
        from_sqlite("database or disk is full"),
        KlantbeeldError("model `x` failed: IO Error: Could not write: No space left on device"),
        "Out of Memory Error: failed to offload data block; see 'max_temp_directory_size'",
    ],
)
def test_full_disk_is_named_with_folder_and_free_bytes(
    paths: DataPaths, failure: Exception | str
) -> None:
    sentence = cause_of(failure, paths)
    assert sentence
    assert sentence.startswith("the disk is full: ")
    assert str(shutil.disk_usage(paths.root).total // 10**9) in sentence
    assert "are free at /" in sentence


def test_broken_disk_is_full_only_where_nothing_is_free(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = from_sqlite("disk I/O error")
    assert "can't be read or written" in str(cause_of(failure, paths))
    monkeypatch.setattr(
        causes.shutil, "disk_usage", lambda _: SimpleNamespace(free=2_000, total=5_000_000)
    )
    assert "the disk is full: 2 kB of 5.0 MB are free at " in str(cause_of(failure, paths))


def test_other_failures_keep_their_own_message(paths: DataPaths) -> None:
    for failure in (OSError(errno.EACCES, "denied"), ValueError("full of nothing"), "a disk"):
        assert cause_of(failure, paths) is None


@pytest.fixture
def small_disk(shop: Shop) -> Iterator[Path]:
    """A file system of its own for the data root."""
    shop.paths.root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(shop.paths.root)]
    if os.getuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield shop.paths.root
    for process in shop.started:
        process.kill()
        process.wait()
    subprocess.run(["umount", "--lazy", str(shop.paths.root)], check=True)


def test_refresh_on_a_full_disk_says_so_and_heals(shop: Shop, small_disk: Path) -> None:
    shop.land("a.csv", GOOD)
    succeed(shop)
    shop.land("b.csv", "order_id,gross_amount\n4,7\n")
    # from the start of Dagster's run to the last step, as the room gets larger
    for kilobytes in (0, 64, 400, 1_500):
        filler = small_disk / "filler"
        free = shutil.disk_usage(small_disk).free
        with filler.open("wb") as file:
            file.write(b"x" * max(0, free - 1_000 * kilobytes))
        done = shop.run("refresh")
        filler.unlink()
        if done.returncode == 0:
            assert kilobytes > 400
            break
        print(kilobytes, done.stderr)
        first, *_ = done.stderr.splitlines()
        assert first.startswith("Failed: the disk is full: "), (kilobytes, done.stderr)
        assert f"are free at {small_disk}" in first
        assert "Traceback" not in done.stderr + done.stdout
        assert orders(shop) == 3
    succeed(shop)
    assert orders(shop) == 4
