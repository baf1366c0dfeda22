"""Kills a refresh and records the state that it left."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass

from data_root import DataRoot
from processes import survivors
from readers import halves


@dataclass(frozen=True)
class Killed:
    after_seconds: float
    had_finished: bool
    was_publishing: bool
    survivors: list[str]
    before: dict[str, str]
    after: dict[str, str]
    manifest: dict[str, str]
    halves: list[str]


def kill_at(root: DataRoot, seconds: float) -> Killed:
    """Kill a refresh and its child processes some seconds after its start."""
    before = root.served_files()
    process = root.start("refresh")
    try:
        # its output fits into the pipe's buffer
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finally:
        process.stdout.close()
        process.stderr.close()
    with root.serving() as connection:
        seen = halves(connection)
    return Killed(
        after_seconds=seconds,
        had_finished=process.returncode == 0,
        was_publishing=any(root.paths.serving.glob(".*")),
        survivors=survivors(process.pid),
        before=before,
        after=root.served_files(),
        manifest={name: file["sha256"] for name, file in root.manifest()["files"].items()},
        halves=seen,
    )
