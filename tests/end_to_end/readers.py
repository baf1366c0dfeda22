"""A reader that reopens the serving database continuously and checks its consistency.

`python readers.py <serving folder> <stop file>` reads until the stop file exists.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from data_root import DataRoot

# Each compares two tables that different models write: a half-published state violates one.
AGREEMENTS = {
    "the sizes of each scheme add up to the number of profiles": """
        select scheme, sum(profile_count), (select count(*) from marts.profiles)
        from marts.segment_sizes
        where as_of_date = (select max(as_of_date) from marts.segment_sizes)
        group by scheme
        having sum(profile_count) != (select count(*) from marts.profiles)
    """,
    "each profile is in a scheme once": """
        select count(*)
        from marts.segment_memberships_current
        where scheme = 'lifecycle'
        having count(*) != (select count(*) from marts.profiles)
    """,
    "profiles and memberships have the same segments": """
        select profile_id
        from marts.segment_memberships_current
        inner join marts.profiles using (profile_id)
        where scheme = 'funnel' and segment != funnel
    """,
    "profiles count as many sessions as there are without robots": """
        select sum(session_count), (select count(*) from marts.sessions where not is_robot)
        from marts.profiles
        having sum(session_count) != (select count(*) from marts.sessions where not is_robot)
    """,
    "all are as of one date": """
        select max(as_of_date)
        from marts.segment_sizes
        having max(as_of_date) != (select max(as_of_date) from internal.profile_segments)
            or max(as_of_date) != (select max(as_of_date) from marts.customer_rfm)
    """,
}


def halves(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The checks that fail."""
    return [
        f"not so: {what}: {rows}"
        for what, query in AGREEMENTS.items()
        if (rows := connection.execute(query).fetchall())
    ]


class Reader:
    """Reads in its own process while the test does something else."""

    def __init__(self, root: DataRoot, number: int = 0) -> None:
        self.serving = root.paths.serving
        self.stop_file = root.root / f"stop-reading-{number}"
        self.process: subprocess.Popen[str] | None = None
        self.seen: dict[str, Any] = {}
        self.error = ""

    def start(self) -> Reader:
        self.stop_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(self.serving), str(self.stop_file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self

    def stop(self) -> None:
        self.stop_file.touch()
        out, self.error = self.process.communicate()
        if self.process.returncode == 0:
            self.seen = json.loads(out)


def read_until(serving: Path, stop: Path) -> dict[str, Any]:
    reads, as_of_dates, row_counts = 0, set(), set()
    while not stop.exists():
        with duckdb.connect(str(serving / "klantbeeld.duckdb"), read_only=True) as connection:
            wrong = halves(connection)
            assert not wrong, wrong
            as_of_dates.add(
                str(
                    connection.execute("select max(as_of_date) from marts.segment_sizes").fetchone()
                )
            )
            row_counts.add(connection.execute("select count(*) from marts.sessions").fetchone()[0])
        reads += 1
        time.sleep(0.05)
    return {"reads": reads, "as_of_dates": len(as_of_dates), "states": len(row_counts)}


if __name__ == "__main__":
    print(json.dumps(read_until(Path(sys.argv[1]), Path(sys.argv[2]))))
