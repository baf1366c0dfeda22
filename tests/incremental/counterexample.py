"""A search for a history that breaks the law."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck, Phase, given, seed, settings
from law import assert_law
from reducing import History, reduced
from replay import Replay
from shops import histories

IS_LONG_RUN = bool(os.environ.get("KLANTBEELD_HISTORIES"))
HISTORIES = int(os.environ.get("KLANTBEELD_HISTORIES") or 15)
SEED = int(os.environ.get("KLANTBEELD_SEED") or 20260101)
BETWEEN_PROGRESS = 25


@dataclass(frozen=True)
class Counterexample:
    """A history, and what is wrong after it."""

    history: History
    problem: str


class _FoundError(Exception):
    """A history that breaks the law."""

    def __init__(self, history: History) -> None:
        super().__init__(history)
        self.history = history


def counterexample(replay: Replay, most: int, *, smallest: bool = True) -> Counterexample | None:
    """The first counterexample among so many generated histories, if there is one.

    To make it small takes as long as hundreds of histories.
    """
    numbers = count(1)

    @seed(SEED)
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        # made smaller here: hypothesis knows nothing of rows and needs hundreds of tries more
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(history=histories(len(replay.incremental_statements)))
    def search(history: History) -> None:
        nth = next(numbers)
        if IS_LONG_RUN and nth % BETWEEN_PROGRESS == 0:
            print(f"history {nth} of {most}, seed {SEED}", flush=True)
        if problem(replay, history):
            raise _FoundError(history)

    try:
        search()
    except _FoundError as found:
        history = found.history
        if smallest:
            history = reduced(history, lambda history: problem(replay, history) is not None)
        return Counterexample(history, str(problem(replay, history)))
    return None


def problem(replay: Replay, history: History) -> str | None:
    """What is wrong after a history, if anything is."""
    try:
        assert_law(replay, history)
    except AssertionError as error:
        return str(error)
    return None
