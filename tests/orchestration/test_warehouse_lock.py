from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from orchestration.lock import held_descriptors, is_locked, warehouse_lock
from orchestration.paths import PROJECT_DIR

HOLD = """
import pathlib, sys, time
from orchestration.lock import warehouse_lock
with warehouse_lock(pathlib.Path(sys.argv[1]), purpose="a test", log=print):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(path: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), str(seconds)],
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_waits_and_names_the_holder(tmp_path: Path) -> None:
    path, said = tmp_path / "lock", []
    holder = hold(path, 1.0)
    assert is_locked(path)
    began = time.monotonic()
    with warehouse_lock(path, purpose="another", log=said.append, poll_seconds=0.05):
        waited = time.monotonic() - began
        assert holder.wait(5) == 0
    assert waited > 0.5
    assert len(said) == 1
    assert said[0].startswith(f"Waiting for a test (process {holder.pid}, since 20")


def test_a_killed_holder_frees_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = hold(path, 600)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert not is_locked(path)
    with warehouse_lock(path, purpose="another", log=lambda _: None):
        assert is_locked(path)
    assert not is_locked(path)


def test_one_process_may_take_it_twice(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with warehouse_lock(path, purpose="outer", log=print):
        with warehouse_lock(path, purpose="inner", log=print):
            pass
        assert is_locked(path)


def test_a_child_keeps_it_beyond_its_parent(tmp_path: Path) -> None:
    """The writer that matters is the child: while it lives, the lock is taken."""
    path = tmp_path / "lock"
    with warehouse_lock(path, purpose="a parent", log=print):
        child = subprocess.Popen(["sleep", "600"], pass_fds=held_descriptors())
    try:
        assert is_locked(path)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert not is_locked(path)
