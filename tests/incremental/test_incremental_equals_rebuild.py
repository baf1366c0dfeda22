"""Whatever lands, in whatever order: tables built step by step equal a full rebuild."""

from __future__ import annotations

from counterexample import HISTORIES, counterexample
from law import told
from replay import Replay


def test_tables_built_step_by_step_equal_a_rebuild(replay: Replay) -> None:
    found = counterexample(replay, HISTORIES)
    assert not found, f"{told(found.history)}\n{found.problem}"
