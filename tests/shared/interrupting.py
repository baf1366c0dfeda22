"""Interrupts a running refresh, and checks how it ended and what it left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from processes import survivors

from orchestration.files import sha256
from orchestration.lock import is_locked
from orchestration.paths import DataPaths

BEFORE = "Interrupted; what was published before remains in place."
AFTER = "Interrupted; what this refresh built is already published."
# Two are promised; the machine of a test may be busy.
MOST_SECONDS = 5


@dataclass(frozen=True)
class Interrupted:
    """How a process ended after a signal."""

    number: signal.Signals
    status: int
    seconds: float
    errors: str


def interrupt(
    process: subprocess.Popen[str], number: signal.Signals, *, times: int = 1
) -> Interrupted:
    """Send the signal, for SIGINT to the whole group, as Ctrl-C in a terminal does.

    The process must lead a session of its own.
    """
    began = time.monotonic()
    for _ in range(times):
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGINT:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
    process.wait(timeout=60)
    seconds = time.monotonic() - began
    _, errors = process.communicate()
    return Interrupted(number, process.returncode, seconds, errors)


def assert_ended(interrupted: Interrupted) -> None:
    """It ended soon, by the signal, and said so in one sentence."""
    assert interrupted.status == 128 + interrupted.number, interrupted
    assert interrupted.errors in (f"{BEFORE}\n", f"{AFTER}\n"), interrupted
    assert interrupted.seconds < MOST_SECONDS, interrupted


def assert_nothing_half_done(
    process: subprocess.Popen[str], paths: DataPaths, before: dict[str, str]
) -> None:
    """What is published is as before or wholly new; dbt is gone, and the lock is free."""
    after = published(paths)
    if after != before:
        manifest = json.loads((paths.serving / "manifest.json").read_text())
        described = {name: file["sha256"] for name, file in manifest["files"].items()}
        assert after == {**described, "manifest.json": after["manifest.json"]}
    assert not survivors(process.pid)
    assert not is_locked(paths.lock)


def wait_until_armed(process: subprocess.Popen[str]) -> None:
    """Wait until the process catches SIGTERM, which Python does not do by itself."""
    wanted = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        (caught,) = [line.split()[1] for line in status if line.startswith("SigCgt:")]
        if int(caught, 16) & wanted:
            return


def wait_for_child(process: subprocess.Popen[str]) -> None:
    """Wait until the process has started dbt."""
    while process.poll() is None:
        threads = Path(f"/proc/{process.pid}/task")
        with contextlib.suppress(FileNotFoundError):
            if any(thread.joinpath("children").read_text() for thread in threads.iterdir()):
                return
        time.sleep(0.01)


def wait_for_line(process: subprocess.Popen[str], text: str) -> None:
    """Wait until the process has printed a line that contains `text`."""
    assert process.stdout
    for line in process.stdout:
        if text in line:
            return


def published(paths: DataPaths) -> dict[str, str]:
    """Checksum of every published file by name, without leftovers."""
    return {
        str(file.relative_to(paths.serving)): sha256(file)
        for file in sorted(paths.serving.rglob("*"))
        if file.is_file() and not file.relative_to(paths.serving).parts[0].startswith(".")
    }
