"""The command line that all peers share."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

SEEDS = Path(__file__).parent.parent.parent / "seeds"


def run(write_sessions: Callable[[Path, Path, Path], None]) -> None:
    """Read events and orders, write the sessions, and print the seconds as JSON."""
    events, orders, out = map(Path, sys.argv[1:])
    began = time.monotonic()
    write_sessions(events, orders, out)
    print(json.dumps({"sessions": round(time.monotonic() - began, 2)}))
