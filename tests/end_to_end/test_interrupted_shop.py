"""Ctrl-C and SIGTERM at many random moments of the demo shop's refreshes."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable

import pytest
from data_root import DataRoot
from interrupting import Interrupted, assert_ended, assert_nothing_half_done, interrupt, published
from refreshing import refreshed

LONG = os.environ.get("KLANTBEELD_LONG_TESTS") == "1"
INTERRUPTIONS = int(os.environ.get("KLANTBEELD_LONG_INTERRUPTIONS", "60"))
BETWEEN_REFRESHES = 10


@pytest.mark.skipif(not LONG, reason="KLANTBEELD_LONG_TESTS=1 runs it: half an hour")
@pytest.mark.timeout(7_200)
def test_signals_at_random_moments(new_root: Callable[[str], DataRoot]) -> None:
    root = new_root("interrupted")
    chance = random.Random(29)
    # the demo shop is generated in these
    for nth in range(4):
        _interrupt(root, "run", chance.uniform(0, 5), (signal.SIGINT, signal.SIGTERM)[nth % 2])
    began = time.monotonic()
    done = root.start("run")
    out, err = done.communicate()
    assert done.returncode == 0, (out, err)
    seconds = time.monotonic() - began

    folder = root.folder("shop", "events")
    ended = []
    for nth in range(INTERRUPTIONS):
        (folder / f"one-more-{nth}.csv").write_text(
            "event_id,visitor_id,occurred_at,event_name\n"
            f"one-more-{nth},visitor-{nth},2026-06-30 20:00:{nth % 60:02},product_view\n"
        )
        number = (signal.SIGINT, signal.SIGTERM)[nth % 2]
        ended.append(_interrupt(root, "refresh", chance.uniform(0, seconds), number))
        if nth % BETWEEN_REFRESHES == BETWEEN_REFRESHES - 1:
            landed = [row[0] for row in refreshed(root).ledger]
            assert len(landed) == len(set(landed))
            assert f"shop/events/one-more-{nth}.csv" in landed
    print(f"at most {max(each.seconds for each in ended):.2f} s")
    assert sum(each.status != 0 for each in ended) > INTERRUPTIONS / 2


def _interrupt(
    root: DataRoot, command: str, after_seconds: float, number: signal.Signals
) -> Interrupted:
    before = published(root.paths)
    process = root.start(command)
    # its output fits into the pipe's buffer; a signal earlier than this meets Python's start
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.1 + after_seconds)
    ended = interrupt(process, number)
    print(f"{command} {after_seconds:5.2f} s {ended}")
    if ended.status:
        assert_ended(ended)
    assert_nothing_half_done(process, root.paths, before)
    return ended
