"""Runs the refresh job in this process, on the Dagster instance of the daemon and the UI."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import dagster as dg

from orchestration.building.dbt import Dbt
from orchestration.building.project import Project
from orchestration.defs import build_definitions
from orchestration.defs.housekeeping import prune_runs
from orchestration.defs.runs import BY_COMMAND_LINE, PROCESS, STARTED_BY, failure_of
from orchestration.errors import RefreshFailed

LANDING_TOTALS = ("new_files", "rows_landed", "rows_rejected", "failed_files")


def run_refresh_job(project: Project, dbt: Dbt, *, full_refresh: bool) -> dict[str, int]:
    """Run the job; returns what landed, or raises RefreshFailed with the reason."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    job = build_definitions(project, dbt).resolve_job_def("refresh")
    quiet = contextlib.redirect_stderr(_WithoutAsides(sys.stderr))
    with quiet, dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config=run_config(full_refresh),
            tags={
                STARTED_BY: BY_COMMAND_LINE,
                PROCESS: str(os.getpid()),
                # the user of the command decides whether to try again
                "dagster/max_retries": "0",
            },
        )
        prune_runs(instance)
    if not result.success:
        step, reason = failure_of(result.all_events)
        raise RefreshFailed(reason or _last_message(result.all_events), result.run_id, step)
    return landing_totals(result.all_events)


class _WithoutAsides(io.TextIOBase):
    """Standard error without the SQL that Dagster prints when it can't store an event.

    The run fails then, and its reason is printed in one sentence.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if not text.startswith("Exception while writing logger call"):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


def run_config(full_refresh: bool) -> dict[str, Any]:
    """The job's configuration; Dagster's own messages go to its event log only."""
    return {
        "ops": {"dbt_models": {"config": {"full_refresh": full_refresh}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def landing_totals(events: Iterable[dg.DagsterEvent]) -> dict[str, int]:
    """The sums over all landed tables of the metadata in `LANDING_TOTALS`."""
    totals = dict.fromkeys(LANDING_TOTALS, 0)
    for event in events:
        if not event.is_step_materialization:
            continue
        metadata = event.step_materialization_data.materialization.metadata
        for name in totals:
            if name in metadata:
                totals[name] += int(str(metadata[name].value))
    return totals


def _last_message(events: Iterable[dg.DagsterEvent]) -> str:
    """The reason for a run that failed without a failed step."""
    messages = [event.message for event in events if event.is_failure and event.message]
    return " ".join(messages[-1].split()) if messages else "the run failed without a message"
