"""What is carried over to a new date is segmented again where it reaches the bound of a rule."""

from __future__ import annotations

from pathlib import Path

from counterexample import problem
from replay import Replay, copy_project, record
from test_histories import DAY, event, landing


def test_days_since_a_session_reach_a_bound_that_is_no_window(
    tmp_path: Path, runs_dbt: None
) -> None:
    rule = "funnel,1,inactive,days_since_last_session"
    changes = {"seeds/segments/segment_rules.csv": (f"{rule},90,,", f"{rule},45,,")}
    replay = Replay(record(copy_project(tmp_path / "project", changes), tmp_path / "data"))
    history = [
        landing(event(1, 0, "a"), event(2, 40 * DAY, "b")),
        landing(event(3, 50 * DAY, "b")),
    ]
    assert problem(replay, history) is None
    carried = replay.rows(
        "select profile_id from klantbeeld.intermediate.int_carried_profiles_this_run "
        "where profile_id = 'visitor:a'"
    )
    assert carried
