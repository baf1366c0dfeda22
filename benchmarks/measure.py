"""Runs a command and measures wall time, CPU time and memory."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.errors import BenchmarkError
from orchestration.paths import PROJECT_DIR

SAMPLE_SECONDS = 0.1
# so many that figures of machines with more cores can be compared
CORES = 2
PAGE = os.sysconf("SC_PAGE_SIZE")


class CommandFailed(BenchmarkError):  # noqa: N818
    """A measured command ended with a status other than 0."""


@dataclass(frozen=True)
class Cost:
    """Cost of one run of a command, child processes included."""

    wall: float
    cpu: float
    # the highest sum over all its processes; shared pages count once per process
    peak_rss: int
    # its output, each line with the seconds since the start
    lines: list[tuple[float, str]] = field(default_factory=list, repr=False)


def measure(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    cores: int = CORES,
) -> Cost:
    """Run the command in its own session, on so many cores.

    Raises CommandFailed with its last lines.
    """
    allowed = sorted(os.sched_getaffinity(0))[:cores]
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
        preexec_fn=lambda: os.sched_setaffinity(0, allowed),
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
        # a process in another session does not receive Ctrl-C
        os.killpg(process.pid, signal.SIGTERM)
        raise
    finally:
        ended.set()
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    sampler.join()
    if process.returncode:
        last = " / ".join(line for _, line in lines[-5:]) or "no output"
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}: {last}")
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        # ru_maxrss is exact for the largest process; the samples may miss a short peak
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
            # the process name, in parentheses, may contain spaces and parentheses
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * PAGE
    return total


def measure_refresh(root: Path, *arguments: str, cores: int = CORES) -> Cost:
    """Measure one refresh of a data root, with as many threads as cores."""
    return measure(
        [sys.executable, "-m", "orchestration", "refresh", *arguments],
        {"KLANTBEELD_DATA": str(root), "KLANTBEELD_THREADS": str(cores)},
        PROJECT_DIR,
        cores,
    )


def spread(values: Iterable[float]) -> dict[str, float]:
    """Median, minimum and maximum."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 3),
        "min": round(ordered[0], 3),
        "max": round(ordered[-1], 3),
    }


def summarize(costs: Sequence[Cost]) -> dict[str, object]:
    """The runs of one command, summarized for bench.json."""
    return {
        "wall_seconds": spread(cost.wall for cost in costs),
        "cpu_seconds": spread(cost.cpu for cost in costs),
        "peak_rss_bytes": spread(cost.peak_rss for cost in costs),
        "runs": [
            {name: value for name, value in asdict(cost).items() if name != "lines"}
            for cost in costs
        ],
    }
