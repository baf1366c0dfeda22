"""Tables that are built step by step equal a full rebuild, whatever lands in whatever order."""

from __future__ import annotations

import pytest
from counterexample import HISTORIES, counterexample
from law import shown
from replay import Replay


@pytest.mark.timeout(0)  # as long as the histories take
def test_tables_built_step_by_step_equal_a_rebuild(replay: Replay) -> None:
    found = counterexample(replay, HISTORIES)
    assert not found, f"{shown(found.history)}\n{found.problem}"
