"""The law notices mistakes: each mutation here makes a refresh wrong in some histories."""

from __future__ import annotations

from pathlib import Path

import changes
import pytest
from comparisons import blinded_comparisons, unnoticed
from counterexample import IS_LONG_RUN, counterexample, problem
from law import shown
from replay import Replay, copy_project, record
from test_histories import BY_AGE, HISTORIES

from orchestration.landing import removal
from orchestration.paths import PROJECT_DIR

long_run = pytest.mark.skipif(not IS_LONG_RUN, reason="part of make test-incremental")

MOST_HISTORIES = 200
SESSIONS = "models/intermediate/sessions"
# Compared columns whose change shows elsewhere, too, in each history of changes.py so far.
WITHOUT_A_HISTORY = {
    "int_profiles_this_run compares int_order_line_values without quantity",
    "int_profiles_this_run compares int_order_line_values without spend",
    "int_profiles_this_run compares int_customer_versions without is_birth_date_estimated",
    "int_profiles_this_run compares int_customer_versions without city",
    "int_profiles_this_run compares int_survey_responses without answer_code",
    "profile_segments compares customer_scores without frequency_score",
    "profiles compares customer_scores without frequency_score",
    "profiles compares response_scores without profile_id",
    "profiles compares response_scores without as_of_date",
    "profiles compares response_scores without offer_response_percent_rank",
}
# The table whose comparison is tried in the short run, too; its columns show in two histories.
SHORT_RUN = "int_products"


# A file, a text in it, and what becomes of the text.
MUTATIONS = [
    pytest.param(
        f"{SESSIONS}/int_session_windows_this_run.sql",
        "{{ starts_new_window('started_at', 'reached_at') }}",
        "(reached_at is null or started_at > reached_at)",
        id="window_ends_one_timeout_early",
    ),
    pytest.param(
        f"{SESSIONS}/int_session_windows_this_run.sql",
        "sessions.last_reported_at as ended_at",
        "sessions.ended_at",
        id="copies_after_the_end_of_a_session_are_forgotten",
    ),
    pytest.param(
        f"{SESSIONS}/int_session_events_this_run.sql",
        "neighbour_visitor_id = visitor_id and neighbour_at = occurred_at"
        " and neighbour_event_id = event_id",
        "false",
        id="duplicates_are_counted",
    ),
    pytest.param(
        "macros/dialect/visitor_stream.sql",
        "product_id nulls last,\n        hash({{ event_payload_columns() }})",
        "product_id nulls last",
        id="tie_break_between_copies_is_forgotten",
    ),
    pytest.param(
        "macros/dialect/session_number.sql",
        " * {{ stream.count }} + {{ stream.nth }}",
        "",
        id="sessions_of_two_streams_share_a_number",
    ),
    pytest.param(
        "macros/incremental/replaced_rows.sql",
        "between windows.window_start and windows.window_end",
        "= windows.window_start",
        id="old_session_of_a_late_event_is_kept",
    ),
    pytest.param(
        "macros/features/session_windows.sql",
        "[30, 60, 90, 365]",
        "[30, 90, 365]",
        id="session_leaves_a_window_unnoticed",
    ),
    pytest.param(
        "models/marts/customers/profiles.sql",
        "where not former_dates.is_latest",
        "where false",
        id="latest_date_goes_back_unnoticed",
    ),
    pytest.param(
        "models/intermediate/identity/int_visitors_this_run.sql",
        ") as changed_customers",
        ") as changed_customers where 1 = 0",
        id="merge_of_visitors_is_forgotten",
    ),
    pytest.param(
        "models/intermediate/this_run/int_profiles_this_run.sql",
        "select former_profile_id as profile_id from changed_visitors",
        "select former_profile_id as profile_id from changed_visitors where 1 = 0",
        id="former_profile_of_a_merge_is_forgotten",
    ),
    pytest.param(
        "macros/incremental/last_load_id.sql",
        "'select coalesce(max(last_load_id), 0) from '",
        "'select coalesce(max(last_load_id), 0) + 1 from '",
        id="first_new_load_is_skipped",
    ),
    pytest.param(
        f"{SESSIONS}/int_session_windows_this_run.sql",
        "select * from {{ ref('int_removed_events') }}",
        "select * from {{ ref('int_removed_events') }} where 1 = 0",
        id="removed_events_are_forgotten",
    ),
    pytest.param(
        f"{SESSIONS}/int_session_windows_this_run.sql",
        "            union\n            select visitor_id from removed_events\n",
        "",
        id="sessions_of_removed_events_are_kept",
    ),
    pytest.param(
        "models/intermediate/canonical/int_messages_this_run.sql",
        "or ({{ rows_were_removed('int_messages') }} and latest.message_event_id is null)",
        "",
        id="removed_messages_are_kept",
    ),
    pytest.param(
        "models/intermediate/canonical/int_messages_this_run.sql",
        "or {{ rows_were_removed('int_messages') }}",
        "",
        id="version_before_a_removed_message_is_forgotten",
    ),
    pytest.param(
        "macros/incremental/only_changed_loads.sql",
        "or _load_id in ({{ removed_load_ids() }})",
        "",
        id="loads_that_lost_rows_are_not_counted_again",
    ),
    pytest.param(
        "macros/incremental/within_windows.sql",
        "span[1] }}' as",
        "span[0] }}' as",
        id="span_of_windows_ends_early",
    ),
]


@pytest.mark.parametrize(("path", "was", "becomes"), MUTATIONS)
def test_mutation_changes_one_place(path: str, was: str, becomes: str) -> None:
    """Otherwise the long run would fail for nothing."""
    assert was != becomes
    assert (PROJECT_DIR / path).read_text(encoding="utf-8").count(was) == 1


@long_run
@pytest.mark.timeout(0)
@pytest.mark.parametrize(("path", "was", "becomes"), MUTATIONS)
def test_law_notices(path: str, was: str, becomes: str, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", {path: (was, becomes)})
    replay = Replay(record(project, tmp_path / "data"))
    for name, history in HISTORIES.items():
        if wrong := problem(replay, history):
            print(f"{name}: {wrong}")
            return
    found = counterexample(replay, MOST_HISTORIES, smallest=False)
    assert found
    print(f"{shown(found.history)}\n{found.problem}")


def test_law_notices_that_events_which_left_are_forgotten(
    replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "_staged_events", lambda *_: [])
    noticed = [name for name, history in BY_AGE.items() if problem(replay, history)]
    assert "the first of a visitor's sessions leave" in noticed
    assert "late rows leave in the refresh that lands them" in noticed


@pytest.mark.timeout(0)
def test_law_notices_each_column_of_a_comparison(replay: Replay) -> None:
    """In the long run those of all comparisons: a column without effect is to be left out."""
    blinded = [
        each for each in blinded_comparisons(replay) if IS_LONG_RUN or SHORT_RUN in each.after
    ]
    assert blinded
    histories = list(changes.histories().values())
    if not IS_LONG_RUN:
        histories = histories[:2]
    left = {str(each) for each in unnoticed(replay, blinded, histories)} - WITHOUT_A_HISTORY
    assert not left, "\n".join(["no history notices:", *sorted(left)])
