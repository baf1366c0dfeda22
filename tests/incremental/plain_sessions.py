"""Sessions of landed events by plain Python, which shares nothing with the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

TIMEOUT = timedelta(minutes=30)

# A visitor, when an event happened, and which it was.
Event = tuple[str, datetime, str]
# A visitor, the first and the last instant, and how many events.
Session = tuple[str, datetime, datetime, int]


def sessions(events: Iterable[Event]) -> list[Session]:
    """All sessions, in order of visitor and time. An event that landed twice is one event."""
    by_visitor: defaultdict[str, list[datetime]] = defaultdict(list)
    for visitor_id, occurred_at, _ in set(events):
        by_visitor[visitor_id].append(occurred_at)
    return sorted(
        (visitor_id, run[0], run[-1], len(run))
        for visitor_id, instants in by_visitor.items()
        for run in _runs(sorted(instants))
    )


def _runs(instants: list[datetime]) -> list[list[datetime]]:
    runs: list[list[datetime]] = []
    for instant in instants:
        # a gap of exactly the timeout stays within the session
        if runs and instant - runs[-1][-1] <= TIMEOUT:
            runs[-1].append(instant)
        else:
            runs.append([instant])
    return runs
