"""The processes that a test started."""

from __future__ import annotations

import subprocess
import time


def survivors(session: int, seconds: float = 5) -> list[str]:
    """The processes of an ended session leader that are alive some seconds later.

    dbt is in its parent's session, but in a process group of its own.
    """
    deadline = time.monotonic() + seconds
    while True:
        listed = subprocess.run(
            ["ps", "-eo", "sess=,stat=,args="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        found = [line for line in listed if line.split()[0] == str(session)]
        alive = [line for line in found if not line.split()[1].startswith("Z")]
        if not alive or time.monotonic() > deadline:
            return alive
        time.sleep(0.1)
