"""Cleans up after killed runs, and keeps Dagster's history short.

The caller holds the warehouse lock, so no other run is active.
"""

from __future__ import annotations

import shutil

import dagster as dg

from orchestration.defs.runs import BY_COMMAND_LINE, STARTED_BY
from orchestration.paths import DataPaths
from orchestration.publishing.placing import remove_leftovers

RUNS_KEPT = 200
UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]


def clean_up(instance: dg.DagsterInstance, paths: DataPaths, pool: str, *, own_run: str) -> None:
    """Remove everything that killed runs left behind."""
    free_slots(instance, pool)
    close_dead_runs(instance, own_run)
    shutil.rmtree(paths.temporary, ignore_errors=True)
    paths.temporary.mkdir(parents=True)
    remove_leftovers(paths.serving)


def free_slots(instance: dg.DagsterInstance, pool: str) -> int:
    """Free the pool's slots and queue; returns the number of runs that held a place.

    A run queues only after it has the lock, which is ours, so every run there was killed. One that
    was killed while it waited holds no slot, but blocks all runs behind it.
    """
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return 0
    if pool not in storage.get_concurrency_keys():
        return 0
    info = storage.get_concurrency_info(pool)
    dead = {slot.run_id for slot in info.claimed_slots}
    dead |= {step.run_id for step in info.pending_steps}
    for run_id in dead:
        storage.free_concurrency_slots_for_run(run_id)
    return len(dead)


def close_dead_runs(instance: dg.DagsterInstance, own_run: str) -> int:
    """Mark the runs of killed command lines as failed; returns their number.

    A command line creates its run after it has the lock, so every other unfinished run is dead.
    """
    dead = [
        run
        for run in instance.get_runs(
            dg.RunsFilter(statuses=UNFINISHED, tags={STARTED_BY: BY_COMMAND_LINE})
        )
        if run.run_id != own_run
    ]
    for run in dead:
        instance.report_run_failed(run, "The process of this refresh was killed.")
    return len(dead)


def prune_runs(instance: dg.DagsterInstance, keep: int = RUNS_KEPT) -> int:
    """Delete finished runs, except the last `keep`; Dagster itself keeps them all."""
    newest = instance.get_run_ids(limit=keep)
    if len(newest) < keep:
        return 0
    old = instance.get_runs(cursor=newest[-1])
    ended = [run for run in old if run.is_finished]
    for run in ended:
        instance.delete_run(run.run_id)
    return len(ended)
