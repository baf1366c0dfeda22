"""The law under each rule of the var `session_rule`, with histories for the windows of each."""

from __future__ import annotations

from typing import Any

import pytest
from counterexample import IS_LONG_RUN, problem
from replay import Replay, copy_project, record
from shops import Landing
from test_histories import HISTORIES, event, landing

RULES = ("campaign", "tracker")

# Of the histories of the default rule; a long run has them all.
OF_ALL_RULES = (
    "a late event closes the gap between two sessions",
    "a chain of late events reaches from one session to another",
    "a late report makes a copy of what began a session",
    "a file with the event that joined two sessions is removed",
    "a login merges two visitors that were seen before",
)


def campaign(event_id: int, minutes: float, name: str | None) -> tuple:
    return event(event_id, minutes, utm_campaign=name, utm_source=name)


def tracked(event_id: int, minutes: float, session: str | None) -> tuple:
    return event(event_id, minutes, tracker_session_id=session)


OF_RULES: dict[str, dict[str, list[Landing]]] = {
    "campaign": {
        "a late campaign cuts the run after it": [
            landing(campaign(1, 0, None), campaign(2, 20, "a"), campaign(3, 40, "a")),
            landing(campaign(4, 10, "b")),
        ],
        "a late event joins runs, so that a campaign is no longer new": [
            landing(campaign(1, 0, "a"), campaign(2, 60, "a"), campaign(3, 70, "b")),
            landing(campaign(4, 30, None)),
        ],
        "a late event parts a campaign from itself": [
            landing(campaign(1, 0, "a"), campaign(2, 20, "a")),
            landing(campaign(3, 10, "b")),
        ],
        "the event that brought a campaign was a copy": [
            landing(campaign(1, 0, "a"), campaign(2, 20, "b"), campaign(3, 30, "b")),
            landing(campaign(2, -5, "b")),
        ],
    },
    "tracker": {
        "a session of the tracker resumes after a day": [
            landing(tracked(1, 0, "1"), tracked(2, 10, None)),
            landing(tracked(3, 24 * 60, "1")),
            landing(tracked(4, 24 * 60 + 5, "2"), tracked(5, 24 * 60 + 10, "2")),
        ],
        "a late event without a session parts what the tracker joined": [
            landing(tracked(1, 0, "1"), tracked(2, 300, "1")),
            landing(tracked(3, 150, None)),
        ],
        "a late event of another session parts what the tracker joined": [
            landing(tracked(1, 0, "1"), tracked(2, 300, "1"), tracked(3, 310, None)),
            landing(tracked(4, 150, "2")),
            landing(tracked(5, 160, "1")),
        ],
        "a late event brings the session of its run": [
            landing(tracked(1, 10, None), tracked(2, 20, None), tracked(3, 500, "1")),
            landing(tracked(4, 0, "1")),
        ],
    },
}


@pytest.fixture(scope="module", params=RULES)
def of_rule(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, runs_dbt: None
) -> Replay:
    root = tmp_path_factory.mktemp(request.param)
    change: dict[str, Any] = {
        "dbt_project.yml": ("session_rule: timeout", f"session_rule: {request.param}")
    }
    # all that follows from sessions takes them as they are
    return Replay(record(copy_project(root / "project", change), root / "data", "+sessions"))


def test_law_holds_under_the_rule(of_rule: Replay) -> None:
    of_all = HISTORIES if IS_LONG_RUN else {name: HISTORIES[name] for name in OF_ALL_RULES}
    histories = of_all | OF_RULES[of_rule.recording.session_rule]
    wrong = {name: found for name, each in histories.items() if (found := problem(of_rule, each))}
    assert not wrong
