"""Publishing while others read, and while it is killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR
from orchestration.publishing.placing import remove_leftovers
from orchestration.publishing.serving import replace_published
from tests.publishing.conftest import PUBLISHED, ROWS, TABLES, write_marts
from tests.publishing.test_publish import manifest_of, version_in

# Reads database and Parquet until the file `stop` is there; prints how often, or what it saw.
READER = """
import pathlib, sys, time
import duckdb
serving, stop = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
reads = 0
while not stop.exists():
    with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
        seen = connection.execute(
            '''select (select list_sort(list(distinct version)) from marts.orders),
                      (select list(version) from marts.segment_sizes),
                      (select count(*) from marts.orders)'''
        ).fetchone()
    assert len(seen[0]) == 1 and seen[0] == seen[1] and seen[2] == int(sys.argv[3]), seen
    rows = duckdb.sql(f"select count(*), count(distinct version) from "
                      f"'{serving}/parquet/orders.parquet'").fetchone()
    assert rows == (int(sys.argv[3]), 1), rows
    reads += 1
print(reads)
"""

# Publishes two versions in turn, until it is killed.
PUBLISHER = """
import itertools, pathlib, sys
from orchestration.publishing.serving import replace_published
from tests.publishing.conftest import PUBLISHED
root = pathlib.Path(sys.argv[1])
for turn in itertools.count():
    replace_published(root / f"marts_{turn % 2}.duckdb", root / "serving", PUBLISHED,
                      pages={"report.html": lambda *_: f"<p>{turn}"})
    print("published", flush=True)
"""


@pytest.mark.slow
def test_readers_always_see_one_whole_version(tmp_path: Path) -> None:
    serving, stop = tmp_path / "serving", tmp_path / "stop"
    for version in (0, 1):
        write_marts(tmp_path / f"marts_{version}.duckdb", version)
    replace_published(tmp_path / "marts_0.duckdb", serving, PUBLISHED)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(serving), str(stop), str(ROWS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for turn in range(50):
            replace_published(tmp_path / f"marts_{turn % 2}.duckdb", serving, PUBLISHED)
        time.sleep(0.5)
    finally:
        stop.touch()
    for reader in readers:
        output, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        assert int(output) > 5


@pytest.mark.slow
def test_killed_publishing_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    for version in (0, 1):
        write_marts(tmp_path / f"marts_{version}.duckdb", version, rows=20_000)
    replace_published(tmp_path / "marts_0.duckdb", serving, PUBLISHED)
    moments = random.Random(7)
    for _ in range(12):
        publisher = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(tmp_path)],
            cwd=PROJECT_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert publisher.stdout
        assert publisher.stdout.readline() == "published\n"
        time.sleep(moments.uniform(0, 0.4))
        publisher.send_signal(signal.SIGKILL)
        publisher.communicate()

        assert version_in(serving) in (0, 1)
        for table in TABLES:
            duckdb.sql(f"select count(*) from '{serving}/parquet/{table}.parquet'").fetchone()
        manifest_of(serving)

    remove_leftovers(serving)
    replace_published(tmp_path / "marts_1.duckdb", serving, PUBLISHED)
    assert version_in(serving) == 1
    assert not list(serving.glob(".*"))
