"""The child process in which dbt runs. Started by path, by `orchestration.building.dbt`.

It reads commands, one JSON object per line: dbt's arguments, settings for the environment, and
whether `debug` events are wanted. It answers each with dbt's events as JSON lines, followed by one
line of its own. The next command uses what the first one parsed, so a refresh imports dbt once and
parses once, while its parent imports Dagster.

The events come by a callback. dbt's own loggers write each of the many `debug` events as a line
before they look at its level, which is a sixth of a build.
"""

from __future__ import annotations

import ctypes
import gc
import json
import logging.handlers
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
LOG_FILE_BYTES = 10_000_000
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def _die_with_parent(parent: int) -> None:
    """Have the kernel kill this process with its parent, so that a killed refresh stops writing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def main() -> None:
    """Run commands until the parent closes the pipe."""
    _die_with_parent(int(sys.argv[1]))
    # what dbt parses lives as long as the process
    gc.set_threshold(100_000, 50, 100)

    # after the call above, since this takes seconds
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    reporter = Reporter()
    runner = dbtRunner(callbacks=[reporter.report])
    for line in sys.stdin:
        command = json.loads(line)
        os.environ.update(command["settings"])
        reporter.is_debugging = command["is_debugging"]
        result = runner.invoke([*_logging(), *command["arguments"]])
        if isinstance(result.result, Manifest):
            runner = dbtRunner(manifest=result.result, callbacks=[reporter.report])
        if isinstance(result.result, RunExecutionResult):
            result.result.write(str(Path(os.environ["DBT_TARGET_PATH"]) / "run_results.json"))
        exception = str(result.exception) if result.exception else None
        _answer(json.dumps({"klantbeeld": {"success": result.success, "exception": exception}}))


def _logging() -> list[str]:
    """Options for dbt's own loggers: a file for people, if the environment asks for one."""
    if os.environ.get("DBT_LOG_LEVEL_FILE"):
        return ["--log-level", "none", "--log-format-file", "text", "--no-use-colors-file"]
    return ["--log-level", "none", "--log-level-file", "none"]


class Reporter:
    """Passes events to the parent, and to the log file unless dbt writes that itself."""

    def __init__(self) -> None:
        self.is_debugging = False
        self._log_file = None if os.environ.get("DBT_LOG_LEVEL_FILE") else _log_file()

    def report(self, event: Any) -> None:
        """Write one event; dbt calls this."""
        from dbt_common.events.functions import env_scrubber, msg_to_json

        is_for_people = event.info.level not in ("debug", "test")
        if is_for_people or self.is_debugging:
            _answer(env_scrubber(msg_to_json(event)))
        if is_for_people and self._log_file:
            self._log_file.info(COLOURS.sub("", env_scrubber(event.info.msg)))


def _log_file() -> logging.Logger:
    file = Path(os.environ["DBT_LOG_PATH"]) / "dbt.log"
    handler = logging.handlers.RotatingFileHandler(
        file, maxBytes=LOG_FILE_BYTES, backupCount=5, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%Y-%m-%d %H:%M:%S"))
    log = logging.getLogger("klantbeeld.dbt")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
    return log


def _answer(line: str) -> None:
    # in one call, since two threads report
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
