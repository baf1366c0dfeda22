"""A landing that is killed leaves nothing half done, and the next one ends as if it never was."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from landing_shop import Shop

from orchestration.paths import PROJECT_DIR

SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from landing_shop import Shop
shop = Shop(Path(sys.argv[1]))
print("ready", flush=True)
shop.land()
"""
HEADER = "order_id,ordered_at,quantity,note\n"


def fill(shop: Shop) -> None:
    for i in range(40):
        rows = "".join(f"{i}-{j},2024-01-01,{j},note\n" for j in range(400))
        # ten Parquet files in a row are landed together
        shop.put(f"{i // 10}/csv/{i:02}.csv", HEADER + rows + "bad\n" * (i % 3))
        shop.put_parquet(
            f"{i // 10}/parquet/{i:02}.parquet",
            f"select '{i}/' || j as order_id, date '2024-01-01' as ordered_at, j / 2 as quantity "
            "from range(2000) t(j)",
        )
    shop.put("broken.csv", "")


def state(shop: Shop) -> list:
    return [
        shop.orders("order_id, quantity, _load_id, _file"),
        shop.ledger("load_id, file, sha256, status, rows_read, rows_landed, rows_rejected, reason"),
        shop.rejects("load_id, file, line, column_name, raw_text, reason"),
    ]


def has_tables(shop: Shop) -> bool:
    """Whether the loader got as far as the one transaction that creates all tables."""
    return shop.paths.warehouse.exists() and bool(
        shop.query("select * from duckdb_tables() where table_name = 'landed_files'")
    )


def assert_whole(shop: Shop) -> None:
    """Every file in the ledger has all of its rows, and no other file has any."""
    counted = dict(shop.query("select _load_id, count(*) from raw_shop.orders group by all"))
    ledger = shop.query("select load_id, rows_landed from raw.landed_files where rows_landed > 0")
    assert counted == dict(ledger)


@pytest.mark.slow
def test_killed_landing_ends_like_an_undisturbed_one(tmp_path):
    undisturbed, killed = Shop(tmp_path / "a"), Shop(tmp_path / "b")
    fill(undisturbed)
    killed.paths.root.mkdir()
    (killed.paths.landing).symlink_to(undisturbed.paths.landing)
    started = time.monotonic()
    undisturbed.land()
    seconds = time.monotonic() - started

    dice = random.Random(20)
    kills = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(killed.paths.root), str(Path(__file__).parent)],
            cwd=PROJECT_DIR,
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        time.sleep(dice.uniform(0, seconds / 4))
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
        process.stdout.close()
        if has_tables(killed):
            assert_whole(killed)
    assert kills > 0
    killed.land()

    assert state(killed) == state(undisturbed)
    assert len(state(killed)[1]) == 81
