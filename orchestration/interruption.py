"""Ends the command at Ctrl-C (SIGINT) and SIGTERM, whatever it is doing.

Whatever a command writes survives SIGKILL, so nothing has to be tidied up: the process ends at
once. For that the command runs in a second thread, and the main thread only waits for signals. A
handler in a busy main thread would come too late, because Python calls it after a DuckDB query of
minutes, and Dagster replaces it while a job runs, which only the main thread can do.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import subprocess

SIGNALS = (signal.SIGINT, signal.SIGTERM)
# An interrupted command ends within two seconds.
SECONDS_TO_COMPLETE = 1.0
SECONDS_TO_WRITE = 0.2
SECONDS_TO_END_CHILDREN = 0.5

_children: list[subprocess.Popen[str]] = []
_sentence = "Interrupted; what was published before remains in place."
# Held while something is completed; the main thread takes it to end the process, and keeps it.
_completing = threading.Lock()
_is_ending = threading.Event()


def run_until_interrupted(command: Callable[[], int]) -> NoReturn:
    """Run the command, and end this process with its status, or at the first signal."""
    arrived, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    # Python writes the number of each signal that has a handler, whichever thread receives it
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    for number in SIGNALS:
        # also where a shell has set SIGINT to be ignored, as it does for `command &` in a script
        signal.signal(number, lambda *_: None)
    _silence_resource_tracker()
    threading.Thread(target=_run, args=(command,), name="command", daemon=True).start()
    _end(_first_of_ours(arrived))


def end_with_this_process(child: subprocess.Popen[str]) -> None:
    """Kill `child` first when this process is interrupted, so that it has let go of the lock."""
    _children.append(child)


@contextlib.contextmanager
def completed_first(then: str | None = None) -> Iterator[None]:
    """Complete this short block before the process ends, and do not begin it after a signal.

    Once it has ended, an interrupted command prints the sentence `then`. A block that takes longer
    than a second is broken off.
    """
    global _sentence
    if _is_ending.is_set():
        # the main thread waits for the lock, and would not get it before this one does again
        threading.Event().wait()
    with _completing:
        yield
        _sentence = then or _sentence


def _run(command: Callable[[], int]) -> NoReturn:
    status: object = 1
    try:
        status = command()
    except SystemExit as end:
        # of argparse, which has printed why
        status = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        # Python's own end looks through all objects once more, and would lose a signal
        os._exit(status if isinstance(status, int) else status is not None)


def _first_of_ours(arrived: int) -> int:
    while True:
        (number,) = os.read(arrived, 1)
        if number in tuple(map(int, SIGNALS)):
            return number


def _end(number: int) -> NoReturn:
    try:
        _is_ending.set()
        _completing.acquire(timeout=SECONDS_TO_COMPLETE)
        _print(_sentence)
        for child in _children:
            child.kill()
        for child in _children:
            # the kernel closes its files even when that takes longer
            with contextlib.suppress(Exception):
                child.wait(SECONDS_TO_END_CHILDREN)
    finally:
        os._exit(128 + number)


def _print(sentence: str) -> None:
    """Print on standard error, past Python's lock on it, unless its reader is stuck or gone."""
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [2], [], SECONDS_TO_WRITE)[1]:
            os.write(2, f"{sentence}\n".encode())


def _silence_resource_tracker() -> None:
    """Keep the process that removes semaphores of dbt's library from printing that it did so."""
    filters = [os.environ.get("PYTHONWARNINGS"), "ignore:resource_tracker"]
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, filters))
