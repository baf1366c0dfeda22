"""Clears away what killed runs left behind, and keeps Dagster's history short.

All of it only for the holder of the warehouse lock: nobody else then has a run under way.
"""

from __future__ import annotations

import shutil

import dagster as dg

from orchestration.paths import DataPaths
from orchestration.publishing.files import remove_leftovers
from orchestration.runs import BY_COMMAND_LINE, STARTED_BY

RUNS_KEPT = 200
UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]


def clean_up(instance: dg.DagsterInstance, paths: DataPaths, pool: str, *, own_run: str) -> None:
    """Make the place as if no run had ever been killed."""
    free_slots(instance, pool)
    close_dead_runs(instance, own_run)
    shutil.rmtree(paths.temporary, ignore_errors=True)
    paths.temporary.mkdir(parents=True)
    remove_leftovers(paths.serving)


def free_slots(instance: dg.DagsterInstance, pool: str) -> int:
    """Free the slots of the pool, and the places in its queue; of how many runs.

    A run queues after it has the lock, which is ours, so whoever is there was killed. A run that
    was killed in the queue holds no slot, and would keep everybody behind it waiting for ever.
    """
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return 0
    if pool not in storage.get_concurrency_keys():
        return 0
    info = storage.get_concurrency_info(pool)
    dead = {place.run_id for place in [*info.claimed_slots, *info.pending_steps]}
    for run_id in dead:
        storage.free_concurrency_slots_for_run(run_id)
    return len(dead)


def close_dead_runs(instance: dg.DagsterInstance, own_run: str) -> int:
    """Mark as failed the runs of command lines that were killed.

    A command line creates its run after it has the lock, so any other that runs is dead.
    """
    dead = [
        run
        for run in instance.get_runs(
            dg.RunsFilter(statuses=UNFINISHED, tags={STARTED_BY: BY_COMMAND_LINE})
        )
        if run.run_id != own_run
    ]
    for run in dead:
        instance.report_run_failed(run, "The process of this refresh is gone.")
    return len(dead)


def prune_runs(instance: dg.DagsterInstance, keep: int = RUNS_KEPT) -> int:
    """Delete the runs before the last `keep` that have ended. Dagster keeps them for ever."""
    newest = instance.get_run_ids(limit=keep)
    if len(newest) < keep:
        return 0
    old = instance.get_runs(cursor=newest[-1])
    ended = [run for run in old if run.is_finished]
    for run in ended:
        instance.delete_run(run.run_id)
    return len(ended)
