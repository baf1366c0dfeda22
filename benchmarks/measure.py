"""Run a command and say what it cost."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.errors import BenchmarkError

SAMPLE_SECONDS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


class CommandFailed(BenchmarkError):  # noqa: N818
    """A measured command ended with another status than 0."""


@dataclass(frozen=True)
class Cost:
    """What one run of a command took, its child processes included."""

    wall: float
    cpu: float
    # the highest sum over all of the command's processes, so pages that they share count twice
    peak_rss: int
    # what it printed, each line with the seconds since the start
    lines: list[tuple[float, str]] = field(default_factory=list, repr=False)


def measure(
    command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Cost:
    """Run the command in a session of its own; raises CommandFailed with its last lines."""
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    peaks: list[int] = [0]
    ended = threading.Event()
    sampler = threading.Thread(target=_sample, args=(process.pid, peaks, ended))
    sampler.start()
    assert process.stdout
    try:
        lines = [(round(time.monotonic() - began, 2), line.rstrip("\n")) for line in process.stdout]
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        # in a session of its own it hears no Ctrl-C
        os.killpg(process.pid, signal.SIGTERM)
        raise
    finally:
        ended.set()
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    sampler.join()
    if process.returncode:
        last = " / ".join(line for _, line in lines[-5:]) or "it said nothing"
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}: {last}")
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        # ru_maxrss is the largest single process, exact; the samples may miss a short peak
        peak_rss=max(peaks[0], usage.ru_maxrss * 1024),
        lines=lines,
    )


def _sample(session: int, peaks: list[int], ended: threading.Event) -> None:
    while not ended.wait(SAMPLE_SECONDS):
        peaks[0] = max(peaks[0], _resident(session))


def _resident(session: int) -> int:
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # the name, in parentheses, may hold anything
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * PAGE
    return total


def spread(values: Iterable[float]) -> dict[str, float]:
    """Median, minimum and maximum."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 3),
        "min": round(ordered[0], 3),
        "max": round(ordered[-1], 3),
    }


def summarize(costs: Sequence[Cost]) -> dict[str, object]:
    """The runs of one command as figures for bench.json."""
    return {
        "wall_seconds": spread(cost.wall for cost in costs),
        "cpu_seconds": spread(cost.cpu for cost in costs),
        "peak_rss_bytes": spread(cost.peak_rss for cost in costs),
        "runs": [
            {name: value for name, value in asdict(cost).items() if name != "lines"}
            for cost in costs
        ],
    }
