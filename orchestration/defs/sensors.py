"""What happens when files arrive, and when a run fails."""

from collections.abc import Callable

import dagster as dg

from orchestration.alerts import alert_text, send_alert
from orchestration.defs.jobs import refresh_job
from orchestration.paths import DataPaths
from orchestration.runs import BY_COMMAND_LINE, STARTED_BY, failure_of
from orchestration.watch import Waiting, last_seen, waiting_files


def refresh_when_files_arrive(paths: DataPaths) -> dg.SensorDefinition:
    """Requests a refresh for files that no refresh has seen. Never opens the warehouse."""

    @dg.sensor(
        job=refresh_job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a refresh when files arrive in the landing folder.",
    )
    def files_arrived(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        return decide(waiting_files(paths.landing), context.cursor, lambda: last_seen(paths))

    return files_arrived


def decide(
    waiting: Waiting, cursor: str | None, last_seen: Callable[[], str | None]
) -> dg.SensorResult | dg.SkipReason:
    """A run for a state of the folder that is new, and has come to rest."""
    if not waiting.count:
        return dg.SkipReason("The landing folder is empty.")
    if waiting.fingerprint == cursor:
        return dg.SkipReason("A refresh was requested for these files before.")
    if waiting.fingerprint == last_seen():
        return dg.SkipReason("The last refresh has seen these files.")
    if not waiting.is_settled:
        return dg.SkipReason("A file was written to just now, and may still grow.")
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=waiting.fingerprint)], cursor=waiting.fingerprint
    )


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells the webhook in KLANTBEELD_ALERT_WEBHOOK of a failed run.",
)
def alert_on_failure(context: dg.RunFailureSensorContext) -> None:
    """The command line tells of its own failures, since it may run without this daemon."""
    run = context.dagster_run
    if run.tags.get(STARTED_BY) == BY_COMMAND_LINE:
        return
    step, reason = failure_of(context.get_step_failure_events())
    problem = send_alert(
        alert_text(run_id=run.run_id, step=step, reason=reason or context.failure_event.message)
    )
    if problem:
        context.log.error(problem)
