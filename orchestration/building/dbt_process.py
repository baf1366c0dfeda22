"""The child process in which dbt runs. Started by path, by `orchestration.building.dbt`.

It reads commands, one JSON object per line: dbt's arguments, and settings for the environment. It
answers each with dbt's own JSON log lines, followed by one line of its own. What the first command
parsed is used by the next, so a refresh imports dbt once and parses once, while its parent imports
Dagster.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# events for the parent, and a log file for people
LOGGING = ("--log-format", "json", "--log-format-file", "text", "--no-use-colors-file")


def _die_with_parent(parent: int) -> None:
    """Without this, a refresh that is killed leaves a dbt behind that goes on writing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def main() -> None:
    """Obey commands until the parent closes the pipe."""
    _die_with_parent(int(sys.argv[1]))

    # after the call above, since this takes seconds
    from dbt.cli.main import dbtRunner

    runner = dbtRunner()
    for line in sys.stdin:
        command = json.loads(line)
        os.environ.update(command["settings"])
        result = runner.invoke([*LOGGING, *command["arguments"]])
        if result.result is not None and type(result.result).__name__ == "Manifest":
            runner = dbtRunner(manifest=result.result)
        exception = str(result.exception) if result.exception else None
        answer = {"klantbeeld": {"success": result.success, "exception": exception}}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
