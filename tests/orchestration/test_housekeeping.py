"""Cleaning Dagster's instance after killed runs."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._utils.concurrency import ConcurrencySlotStatus

from orchestration.defs.housekeeping import free_slots

POOL = "warehouse"


@pytest.fixture
def instance(tmp_path: Path) -> dg.DagsterInstance:
    return dg.DagsterInstance.local_temp(
        str(tmp_path), overrides={"concurrency": {"pools": {"default_limit": 1}}}
    )


@pytest.mark.parametrize("killed_in_queue", [1, 2])
def test_killed_runs_block_no_other_run(instance: dg.DagsterInstance, killed_in_queue: int) -> None:
    """One was killed while it worked, the others while they waited for it."""
    storage = instance.event_log_storage
    storage.initialize_concurrency_limit_to_default(POOL)
    claim = storage.claim_concurrency_slot(POOL, "at work", "step")
    assert claim.slot_status == ConcurrencySlotStatus.CLAIMED
    for number in range(killed_in_queue):
        waiting = storage.claim_concurrency_slot(POOL, f"in the queue {number}", "step")
        assert waiting.slot_status == ConcurrencySlotStatus.BLOCKED

    assert free_slots(instance, POOL) == 1 + killed_in_queue
    alive = storage.claim_concurrency_slot(POOL, "alive", "step")
    assert alive.slot_status == ConcurrencySlotStatus.CLAIMED
    # the live run is the only one that holds a slot
    assert free_slots(instance, POOL) == 1
