"""Ctrl-C and SIGTERM in every stage of a refresh."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import dagster as dg
import pytest
from interrupting import (
    BEFORE,
    assert_ended,
    assert_nothing_half_done,
    interrupt,
    published,
    wait_for_child,
    wait_for_line,
    wait_until_armed,
)

from orchestration.defs.housekeeping import UNFINISHED
from orchestration.paths import PROJECT_DIR
from tests.orchestration.conftest import Shop
from tests.orchestration.test_alert_webhook import Webhook, webhook
from tests.orchestration.test_whole_runs import dagster_instance, orders

__all__ = ["webhook"]

LONG = os.environ.get("KLANTBEELD_LONG_TESTS") == "1"
TURNS = 8 if LONG else 1

SIGINT, SIGTERM = signal.SIGINT, signal.SIGTERM
Wait = Callable[[subprocess.Popen[str]], None]


def line(text: str) -> Wait:
    return lambda process: wait_for_line(process, text)


# Where each stage begins, the seconds within which the signal follows, and the signal.
# The first ones publish, so that the others have something to leave in place.
STAGES: dict[str, tuple[Wait, float, signal.Signals]] = {
    "ending": (line("files replaced"), 0.05, SIGINT),
    "publishing": (line("Publishing"), 0.2, SIGTERM),
    "building": (line("rows in"), 1.0, SIGINT),
    "landing": (wait_for_child, 4.0, SIGTERM),
    "parsing": (wait_for_child, 1.0, SIGINT),
    "starting": (wait_until_armed, 0.0, SIGINT),
}

# Stages so short that on a busy machine the refresh may have ended before the signal arrives: they
# are tried again, with less time before the signal.
LAST = ("ending", "publishing")
MOST_ATTEMPTS = 6

LONG_QUERY = """
from orchestration.interruption import run_until_interrupted
def command():
    import duckdb
    print("ready", flush=True)
    duckdb.sql("select sum(a.range + b.range) from range(1000000) a, range(1000000) b").fetchall()
run_until_interrupted(command)
"""


def start(script: str, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_long_query_does_not_delay_it(number: signal.Signals) -> None:
    process = start(LONG_QUERY)
    wait_for_line(process, "ready")
    time.sleep(0.2)
    interrupted = interrupt(process, number, times=3)
    assert_ended(interrupted)
    assert interrupted.errors == f"{BEFORE}\n"


COMPLETING = """
import time
from orchestration.interruption import completed_first, run_until_interrupted
def command():
    with completed_first(then="Interrupted; too late."):
        print("ready", flush=True)
        time.sleep({seconds})
        print("completed", flush=True)
    with completed_first():
        print("begun", flush=True)
run_until_interrupted(command)
"""


@pytest.mark.parametrize(
    ("seconds", "output", "errors"),
    [(0.5, "completed\n", "Interrupted; too late.\n"), (60, "", f"{BEFORE}\n")],
)
def test_short_block_is_completed_and_no_other_begun(
    seconds: float, output: str, errors: str
) -> None:
    process = start(COMPLETING.format(seconds=seconds))
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(SIGTERM)
    assert process.communicate(timeout=30) == (output, errors)
    assert process.returncode == 143


def test_full_or_closed_standard_error_does_not_delay_it() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(writer, b" " * 4096)
    for close in (False, True):
        script = "import os; os.close(2)\n" * close + LONG_QUERY
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=PROJECT_DIR,
            stdout=subprocess.PIPE,
            stderr=writer,
            text=True,
        )
        wait_for_line(process, "ready")
        process.send_signal(SIGINT)
        assert process.wait(timeout=30) == 130
        process.communicate()
    os.close(reader)
    os.close(writer)


def test_signal_while_the_demo_shop_is_generated(shop: Shop) -> None:
    process = shop.start("run")
    wait_for_line(process, "generating the demo shop")
    time.sleep(0.5)
    assert_ended(interrupt(process, SIGINT))
    assert_nothing_half_done(process, shop.paths, {})
    assert not shop.paths.landing.exists()


@pytest.mark.timeout(3_600 if LONG else 600)
def test_signal_in_each_stage_ends_the_refresh(shop: Shop, webhook: Webhook) -> None:
    chance = random.Random(13)
    landed = 0
    for turn in range(TURNS):
        for nth, (stage, (wait, within, first)) in enumerate(STAGES.items()):
            # each stage gets both signals in turn
            number = first if turn % 2 == 0 else ({SIGINT, SIGTERM} - {first}).pop()
            for attempt in range(MOST_ATTEMPTS if stage in LAST else 1):
                landed += 1
                shop.land(f"{landed}.csv", f"order_id,customer_id,gross_amount\n{landed},a,1\n")
                before = published(shop.paths)
                process = shop.start("refresh", KLANTBEELD_ALERT_WEBHOOK=webhook.url)
                wait(process)
                time.sleep(chance.uniform(0, within) / 4**attempt)
                interrupted = interrupt(process, number, times=1 + nth % 2)
                print(f"{stage:<12} {interrupted}")
                if interrupted.status:
                    break
                assert interrupted.errors == ""
            assert_ended(interrupted)
            assert_nothing_half_done(process, shop.paths, before)

        done = shop.run("refresh", KLANTBEELD_ALERT_WEBHOOK=webhook.url)
        assert done.returncode == 0, done.stderr
        assert orders(shop) == landed
    assert webhook.posted == []
    with dagster_instance(shop) as instance:
        assert instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)) == []
        assert instance.event_log_storage.get_concurrency_info("warehouse").claimed_slots == []
