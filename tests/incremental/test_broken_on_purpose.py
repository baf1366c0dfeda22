"""The law notices what is broken: each of these makes a refresh wrong in some histories."""

from __future__ import annotations

from pathlib import Path

import pytest
from counterexample import IS_LONG_RUN, counterexample
from law import told
from replay import Replay, copy_project, record

pytestmark = [
    pytest.mark.skipif(not IS_LONG_RUN, reason="part of make test-incremental"),
    pytest.mark.timeout(0),
]

MOST_HISTORIES = 200
SESSIONS = "models/intermediate/sessions"


@pytest.mark.parametrize(
    ("path", "was", "becomes"),
    [
        pytest.param(
            f"{SESSIONS}/int_session_windows_this_run.sql",
            "{{ starts_new_session('started_at', 'reached_at') }}",
            "(reached_at is null or started_at > reached_at)",
            id="the window is cut one timeout short",
        ),
        pytest.param(
            f"{SESSIONS}/int_session_events_this_run.sql",
            "neighbour_visitor_id = visitor_id and neighbour_at = occurred_at"
            " and neighbour_event_id = event_id",
            "false",
            id="duplicates are counted",
        ),
        pytest.param(
            "macros/incremental/replaced_rows.sql",
            "between windows.window_start and windows.window_end",
            "= windows.window_start",
            id="the old session of a late event is not removed",
        ),
        pytest.param(
            "models/intermediate/identity/int_visitors_this_run.sql",
            ") as changed_customers",
            ") as changed_customers where 1 = 0",
            id="a merge is not followed",
        ),
    ],
)
def test_the_law_notices(path: str, was: str, becomes: str, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", {path: (was, becomes)})
    found = counterexample(Replay(record(project, tmp_path / "data")), MOST_HISTORIES)
    assert found
    print(f"{told(found.history)}\n{found.problem}")
