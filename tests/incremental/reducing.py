"""Making a history that breaks the law small enough to be read.

Hypothesis would do it, too, but knows nothing of rows: it needs hundreds of tries more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from shops import Landing, Row

from orchestration.landing.contract import load_contracts
from orchestration.paths import PROJECT_DIR

History = tuple[Landing, ...]
MOST_TRIES = 300


def reduced(history: History, fails: Callable[[History], bool]) -> History:
    """A history that fails too, and no longer does with any one thing of it left out."""
    optional = _optional_columns()
    left = MOST_TRIES
    waiting = _smaller(history, optional)
    while left and (smaller := next(waiting, None)) is not None:
        left -= 1
        if fails(smaller):
            history = smaller
            waiting = _smaller(history, optional)
    return history


def _optional_columns() -> set[tuple[str, str]]:
    return {
        (f"{contract.source}.{contract.table}", column.name)
        for contract in load_contracts(PROJECT_DIR / "models" / "staging")
        for column in contract.columns
        if not column.is_required
    }


def _smaller(history: History, optional: set[tuple[str, str]]) -> Iterator[History]:
    """Histories with one thing less, the largest things first."""
    for nth in range(len(history)):
        yield history[:nth] + history[nth + 1 :]
    for nth in range(1, len(history)):
        if history[nth].removed or history[nth].erased:
            continue  # what would be removed would not have landed
        joined = replace(
            history[nth],
            files=history[nth - 1].files + history[nth].files,
            removed=history[nth - 1].removed,
            erased=history[nth - 1].erased,
        )
        yield (*history[: nth - 1], joined, *history[nth + 1 :])
    for nth, landing in enumerate(history):
        for lesser in _lesser(landing, optional):
            yield (*history[:nth], lesser, *history[nth + 1 :])


def _lesser(landing: Landing, optional: set[tuple[str, str]]) -> Iterator[Landing]:
    if landing.killed_after is not None:
        yield replace(landing, killed_after=None)
    if landing.kept_from is not None:
        yield replace(landing, kept_from=None)
    for name in ("removed", "erased"):
        gone = getattr(landing, name)
        for nth in range(len(gone)):
            yield replace(landing, **{name: gone[:nth] + gone[nth + 1 :]})
    files = landing.files
    for nth in range(len(files)):
        yield replace(landing, files=files[:nth] + files[nth + 1 :])
    for nth, (table, rows) in enumerate(files):
        for fewer in _fewer(table, rows, optional):
            yield replace(landing, files=(*files[:nth], (table, fewer), *files[nth + 1 :]))


def _fewer(
    table: str, rows: tuple[Row, ...], optional: set[tuple[str, str]]
) -> Iterator[tuple[Row, ...]]:
    for nth, row in enumerate(rows):
        if len(rows) > 1:
            yield rows[:nth] + rows[nth + 1 :]
        filled = [name for name in row if (table, name) in optional and row[name] is not None]
        if len(filled) > 1:
            yield (*rows[:nth], row | dict.fromkeys(filled), *rows[nth + 1 :])
        for name in filled:
            yield (*rows[:nth], row | {name: None}, *rows[nth + 1 :])
