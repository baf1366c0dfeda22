"""Sessions of landed events by plain Python, which shares nothing with the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TIMEOUT = timedelta(minutes=30)
# Of a visit that goes on at the cutoff, at most this much before it stays.
LONGEST_VISIT = timedelta(days=1)

# A visitor, the first and the last instant, and how many events.
Session = tuple[str, datetime, datetime, int]


@dataclass(frozen=True, order=True)
class Event:
    """A report of an event. Its campaign and its session of the tracker matter to some rules."""

    visitor_id: str
    occurred_at: datetime
    event_id: str
    load_id: int = 0
    campaign: tuple[str | None, ...] = ()
    tracker_session_id: str | None = None

    def mark(self, rule: str) -> object:
        if rule == "tracker":
            return self.tracker_session_id
        return self.campaign if rule == "campaign" and any(self.campaign) else None


def sessions(reports: Iterable[Event], rule: str = "timeout") -> list[Session]:
    """All sessions, in order of visitor and time."""
    by_visitor: defaultdict[str, list[Event]] = defaultdict(list)
    for event in _once(reports):
        by_visitor[event.visitor_id].append(event)
    return sorted(
        (visitor_id, cut[0].occurred_at, cut[-1].occurred_at, len(cut))
        for visitor_id, events in by_visitor.items()
        for cut in _cut(sorted(events), rule)
    )


def not_withdrawn(reports: Iterable[Event], withdrawals: Sequence[Event]) -> list[Event]:
    """The reports that no row withdraws: one of that event, within the timeout of it."""
    return [
        report
        for report in reports
        if not any(
            (report.visitor_id, report.event_id) == (each.visitor_id, each.event_id)
            and abs(report.occurred_at - each.occurred_at) <= TIMEOUT
            for each in withdrawals
        )
    ]


def too_old(reported: Iterable[tuple[str, datetime]], kept_from: datetime) -> set[tuple]:
    """The visitors and instants of visits that ended before an instant."""
    by_visitor: defaultdict[str, set[datetime]] = defaultdict(set)
    for visitor_id, instant in reported:
        by_visitor[visitor_id].add(instant)
    found: set[tuple] = set()
    for visitor_id, instants in by_visitor.items():
        follower = min((at for at in instants if at >= kept_from), default=None)
        for instant in sorted((at for at in instants if at < kept_from), reverse=True):
            goes_on = follower is not None and follower - instant <= TIMEOUT
            if goes_on and instant >= kept_from - LONGEST_VISIT:
                follower = instant
            else:
                follower = None
                found.add((visitor_id, instant))
    return found


def _once(reports: Iterable[Event]) -> Iterator[Event]:
    """Each event once: the first of reports whose gaps are at most the timeout.

    Of reports of one instant the one that landed last counts.
    """
    reported: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)
    for report in reports:
        reported[report.visitor_id, report.event_id].append(report)
    for of_event in reported.values():
        previous: Event | None = None
        for report in sorted(of_event, key=lambda each: (each.occurred_at, -each.load_id)):
            if previous is None or report.occurred_at - previous.occurred_at > TIMEOUT:
                yield report
            previous = report


def _cut(events: list[Event], rule: str) -> list[list[Event]]:
    cut: list[list[Event]] = []
    run_mark: object = None  # the latest mark in the run that the timeout joins
    previous: Event | None = None
    for event in events:
        mark = event.mark(rule)
        is_late = previous is None or event.occurred_at - previous.occurred_at > TIMEOUT
        is_new = is_late
        if previous and event.occurred_at > previous.occurred_at and mark is not None:
            if rule == "tracker" and run_mark is not None:
                is_new = mark != run_mark
            elif rule == "campaign":
                is_new = is_late or mark != run_mark
        if is_new:
            cut.append([])
        cut[-1].append(event)
        run_mark = mark if mark is not None or is_late else run_mark
        previous = event
    return cut
