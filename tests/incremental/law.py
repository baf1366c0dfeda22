"""The law: tables built step by step equal those rebuilt from the same landed rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count

from plain_sessions import Event, Session, not_withdrawn, sessions, too_old
from replay import Replay
from shops import Landing, Row

SHOWN_DIFFERENCES = 20


def assert_law(replay: Replay, history: Sequence[Landing]) -> None:
    """Land, refresh, and compare: after each increment that is checked, and at the end.

    A refresh that was killed leaves no mark, so the next one rebuilds everything, as the first one
    does. Of these the sessions are compared with those of plain Python, and not the tables.
    """
    replay.start_again()
    files: list[tuple[str, tuple[Row, ...]]] = []
    load_ids = count(1)
    is_whole = False
    kept_from: datetime | None = None
    for nth, landing in enumerate(history, start=1):
        land(replay, landing, load_ids, is_built=is_whole)
        files = [
            (table, () if number in landing.removed else _without(landing.erased, rows))
            for number, (table, rows) in enumerate(files)
        ] + list(landing.files)
        if landing.kept_from:
            kept_from = max(landing.kept_from, kept_from or landing.kept_from)
        if kept_from:
            files = _kept(files, kept_from)
        events = [
            event
            for load_id, (table, rows) in enumerate(files, start=1)
            for row in rows
            if (event := _event(table, row, load_id))
            and row.get("has_consent") is not False
            and not row.get("is_deleted")
        ]
        withdrawals = [
            withdrawal
            for table, rows in files
            for row in rows
            if row.get("is_deleted") and (withdrawal := _event(table, row, 0))
        ]
        events = not_withdrawn(events, withdrawals)
        is_increment = is_whole
        build = replay.build if is_increment else replay.rebuild_in_place
        build(landing.killed_after)
        is_whole = landing.killed_after is None
        if is_whole:
            replay.forget_removed()
        if is_whole and landing.is_checked:
            _assert_sessions(replay, events, nth)
            if is_increment:
                _assert_rebuilt(replay, nth)
    if not is_whole:
        replay.rebuild_in_place()
    if not (is_whole and landing.is_checked and is_increment):
        _assert_sessions(replay, events, len(history))
        _assert_rebuilt(replay, len(history))


def land(
    replay: Replay, landing: Landing, load_ids: Iterator[int], *, is_built: bool = True
) -> None:
    """Remove what leaves, then land the files, each as a load; the loads are numbered from 1.

    What is too old leaves last. `is_built` says whether the marts are whole.
    """
    replay.remove_files(landing.removed)
    for column, key in landing.erased:
        replay.erase(column, key)
    for table, rows in landing.files:
        replay.land(table, rows, next(load_ids))
    replay.remove_old(landing.kept_from, is_built=is_built)


def shown(history: Sequence[Landing]) -> str:
    """The history for a reader, without the missing values of a row."""
    lines = []
    for nth, landing in enumerate(history, start=1):
        lines.append(f"landing {nth}:" + ("" if landing.files else " nothing"))
        lines += [f"  the rows of file {number} of the history go" for number in landing.removed]
        lines += [f"  all rows with {column} {key} go" for column, key in landing.erased]
        if landing.kept_from:
            lines.append(f"  what happened before {landing.kept_from} goes, now and later")
        for table, rows in landing.files:
            lines.append(f"  a file of {table}")
            lines += [f"    {_shown_row(row)}" for row in rows]
        if landing.killed_after is not None:
            lines.append(f"  the refresh is killed after {landing.killed_after} statements")
    return "\n".join(lines)


def _assert_sessions(replay: Replay, events: Sequence[Event], nth: int) -> None:
    built = _sessions(replay)
    expected = sessions(events, replay.recording.session_rule)
    assert built == expected, "\n".join(
        [f"after landing {nth} the sessions are wrong", f"built: {built}", f"right: {expected}"]
    )


def _assert_rebuilt(replay: Replay, nth: int) -> None:
    replay.rebuild()
    differences = replay.differences()
    assert not differences, "\n".join(
        [f"after landing {nth} the tables differ:", *differences[:SHOWN_DIFFERENCES]]
    )


def _sessions(replay: Replay) -> list[Session]:
    return replay.rows(
        "select visitor_id, started_at, ended_at, event_count "
        "from klantbeeld.intermediate.int_session_totals order by all"
    )


def _without(erased: Sequence[tuple[str, str]], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row for row in rows if not any(row.get(name) == key for name, key in erased))


def _kept(
    files: Sequence[tuple[str, tuple[Row, ...]]], kept_from: datetime
) -> list[tuple[str, tuple[Row, ...]]]:
    """The files without the events of visits that ended before an instant."""
    reported = [
        (event.visitor_id, event.occurred_at)
        for table, rows in files
        for row in rows
        if (event := _event(table, row, 0))
    ]
    gone = too_old(reported, kept_from)
    return [
        (
            table,
            tuple(
                row
                for row in rows
                if not (event := _event(table, row, 0))
                or (event.visitor_id, event.occurred_at) not in gone
            ),
        )
        for table, rows in files
    ]


def _event(table: str, row: Row, load_id: int) -> Event | None:
    if table == "shop.events":
        return Event(
            row["visitor_id"],
            row["occurred_at"],
            f"shop {row['event_id']}",
            load_id,
            tuple(row.get(f"utm_{part}") for part in ("source", "medium", "campaign")),
            row.get("tracker_session_id"),
        )
    if table == "rees46.events":
        # identical rows are one event
        return Event(row["user_id"], row["event_time"], f"rees46 {sorted(row.items())}", load_id)
    return None


def _shown_row(row: Row) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
