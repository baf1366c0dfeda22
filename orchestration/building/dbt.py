"""Runs dbt in a child process, and reads its log as a stream of events."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from orchestration.building.arguments import target_name
from orchestration.building.results import one_sentence
from orchestration.databases import thread_count
from orchestration.errors import KlantbeeldError
from orchestration.interruption import end_with_this_process
from orchestration.landing.sources_in_use import sources_in_use
from orchestration.lock import held_descriptors
from orchestration.paths import DataPaths

CHILD = Path(__file__).with_name("dbt_process.py")
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
NO_VARS: Mapping[str, Any] = MappingProxyType({})
# dbt's log events that report the result of one node
RESULT_EVENTS = {"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"}


@dataclass(frozen=True)
class DbtFolders:
    """Where one dbt project is, and where it writes."""

    project: Path
    target: Path
    logs: Path

    @property
    def manifest(self) -> Path:
        return self.target / "manifest.json"

    @property
    def run_results(self) -> Path:
        return self.target / "run_results.json"

    @property
    def log_file(self) -> Path:
        return self.logs / "dbt.log"


def dbt_folders(paths: DataPaths, project: Path, values: Mapping[str, Any] = NO_VARS) -> DbtFolders:
    """Where dbt writes for this data root and these vars."""
    return DbtFolders(project, paths.dbt / target_name(values), paths.dbt / "logs")


@dataclass
class Dbt:
    """A dbt process that runs several commands, one after the other."""

    folders: DbtFolders
    data_root: Path
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    is_busy: bool = field(default=False, repr=False)
    failed: str | None = None

    def start(self) -> Dbt:
        """Start the process; it imports dbt while this one goes on."""
        if self.process is None:
            self.folders.target.mkdir(parents=True, exist_ok=True)
            self.folders.logs.mkdir(parents=True, exist_ok=True)
            self.process = subprocess.Popen(
                # -P: without it `import dbt` would find this folder's dbt.py
                [sys.executable, "-P", str(CHILD), str(os.getpid())],
                cwd=self.folders.project,
                env=dbt_environment(self.folders, self.data_root),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                pass_fds=held_descriptors(),
                # Ctrl-C in a terminal reaches a whole group: this process ends dbt
                process_group=0,
            )
            end_with_this_process(self.process)
        return self

    def command(
        self,
        arguments: Sequence[str],
        settings: Mapping[str, str] = NO_SETTINGS,
        *,
        is_debugging: bool = False,
    ) -> None:
        """Send a command without waiting for it; read its log with `events`.

        `settings` are environment variables for this command and later ones. Events of the level
        `debug` are only sent for a command that is debugging.
        """
        process = self.start().process
        assert process and process.stdin
        try:
            command = {
                "arguments": list(arguments),
                "settings": dict(settings),
                "is_debugging": is_debugging,
            }
            process.stdin.write(json.dumps(command) + "\n")
            process.stdin.flush()
            self.is_busy = True
        except BrokenPipeError:
            raise KlantbeeldError(f"dbt ended before it was asked to {arguments[0]}") from None

    def events(self) -> Iterator[dict[str, Any]]:
        """The log events of the command. Raises KlantbeeldError when dbt could not run it.

        A model or test that failed raises nothing: `failed` has the first error, and
        `run_results.json` has them all.
        """
        assert self.process and self.process.stdout
        errors: list[str] = []
        strays: list[str] = []
        for line in self.process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                strays.append(line)
                continue
            if "klantbeeld" in event:
                outcome = event["klantbeeld"]
                self.is_busy = False
                break
            if event.get("info", {}).get("level") == "error":
                errors.append(event["info"]["msg"])
            yield event
        else:
            code = self.process.wait()
            last = one_sentence(strays[-1]) if strays else "it printed nothing"
            how = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
            raise KlantbeeldError(f"dbt {how}: {last}")
        if outcome["exception"]:
            raise KlantbeeldError(one_sentence(outcome["exception"]))
        self.failed = None
        if not outcome["success"]:
            self.failed = (
                one_sentence(errors[0]) if errors else "dbt failed without an error message"
            )

    def finish(self) -> None:
        """Wait for the command to end. Raises KlantbeeldError when it failed in any way."""
        for _ in self.events():
            pass
        if self.failed:
            raise KlantbeeldError(self.failed)

    def close(self) -> None:
        """End the process; after this DuckDB's files are closed and checkpointed.

        A command that still runs is killed. Without a reader of its events it would block on a
        full pipe for ever.
        """
        if self.process is None:
            return
        if self.is_busy:
            self.process.kill()
        with contextlib.suppress(BrokenPipeError):
            if self.process.stdin:
                self.process.stdin.close()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.process, self.is_busy = None, False


def dbt_environment(folders: DbtFolders, data_root: Path) -> dict[str, str]:
    """The environment for dbt: the data root alone decides where it writes."""
    inherited: Mapping[str, str] = os.environ
    return {
        **inherited,
        "KLANTBEELD_DATA": str(data_root),
        # the profile can't find out how many cores there are
        "KLANTBEELD_THREADS": str(thread_count()),
        "DBT_PROJECT_DIR": str(folders.project),
        "DBT_PROFILES_DIR": str(folders.project / "profiles"),
        "DBT_TARGET_PATH": str(folders.target),
        "DBT_LOG_PATH": str(folders.logs),
        # models of other sources are left out; without the variable, as in tests, all are there
        "KLANTBEELD_SOURCES": ",".join(sources_in_use(DataPaths(data_root))) or "none",
        # the build plan decides what is rebuilt; each command brings it in its settings
        "KLANTBEELD_REBUILD": "",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONUNBUFFERED": "1",
    }
