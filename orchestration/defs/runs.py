"""The tags of our runs, and the reason for a failed one."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

STARTED_BY = "klantbeeld/started_by"
BY_COMMAND_LINE = "command line"
PROCESS = "klantbeeld/process"


def failure_of(events: Iterable[dg.DagsterEvent]) -> tuple[str | None, str | None]:
    """The first step that failed, and the reason in one sentence."""
    for event in events:
        if not event.is_step_failure:
            continue
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            return event.step_key, data.user_failure_data.description
        error = data.error
        # the outer error only reports that a step failed; its cause is the exception
        while error and error.cause:
            error = error.cause
        if error:
            return event.step_key, " ".join(error.message.split())
        return event.step_key, None
    return None, None
