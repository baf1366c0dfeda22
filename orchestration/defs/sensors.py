"""Starts a refresh when files arrive, and alerts when a run fails."""

from collections.abc import Callable

import dagster as dg

from orchestration.alerts import alert_text, send_alert
from orchestration.defs.jobs import refresh_job
from orchestration.defs.runs import BY_COMMAND_LINE, STARTED_BY, failure_of
from orchestration.landing.folder_state import FolderState, folder_state, last_seen
from orchestration.paths import DataPaths


def refresh_when_files_arrive(paths: DataPaths) -> dg.SensorDefinition:
    """Requests a refresh for files that no refresh has seen. Never opens the warehouse."""

    @dg.sensor(
        job=refresh_job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a refresh when files arrive in the landing folder.",
    )
    def files_arrived(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        return decide(folder_state(paths.landing), context.cursor, lambda: last_seen(paths))

    return files_arrived


def decide(
    state: FolderState, cursor: str | None, last_seen: Callable[[], str | None]
) -> dg.SensorResult | dg.SkipReason:
    """Request a run for a state of the folder that is new and settled."""
    if not state.file_count:
        return dg.SkipReason("The landing folder is empty.")
    if state.fingerprint == cursor:
        return dg.SkipReason("A refresh for these files was already requested.")
    if state.fingerprint == last_seen():
        return dg.SkipReason("The last refresh has seen these files.")
    if not state.is_settled:
        return dg.SkipReason("A file changed a moment ago and may still be written to.")
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=state.fingerprint)], cursor=state.fingerprint
    )


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Posts a failed run to the webhook in KLANTBEELD_ALERT_WEBHOOK.",
)
def alert_on_failure(context: dg.RunFailureSensorContext) -> None:
    """Send the alert, except for the command line's runs: those alert without this daemon."""
    run = context.dagster_run
    if run.tags.get(STARTED_BY) == BY_COMMAND_LINE:
        return
    step, reason = failure_of(context.get_step_failure_events())
    problem = send_alert(
        alert_text(
            run_id=run.run_id,
            step=step,
            reason=reason or context.failure_event.message or "no reason was given",
        )
    )
    if problem:
        context.log.error(problem)
