"""The child process in which dbt runs. Started by path, by `orchestration.building.dbt`.

It reads commands, one JSON object per line: dbt's arguments, and settings for the environment. It
answers each with dbt's own JSON log lines, followed by one line of its own. The next command uses
what the first one parsed, so a refresh imports dbt once and parses once, while its parent imports
Dagster.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# events for the parent, and a log file for people
LOGGING = ("--log-format", "json", "--log-format-file", "text", "--no-use-colors-file")


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
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    runner = dbtRunner()
    for line in sys.stdin:
        command = json.loads(line)
        os.environ.update(command["settings"])
        result = runner.invoke([*LOGGING, *command["arguments"]])
        if isinstance(result.result, Manifest):
            runner = dbtRunner(manifest=result.result)
        exception = str(result.exception) if result.exception else None
        answer = {"klantbeeld": {"success": result.success, "exception": exception}}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
