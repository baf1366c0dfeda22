"""What is carried over to a new date knows every window of the features made of sessions."""

from __future__ import annotations

import re

from orchestration.paths import PROJECT_DIR

# The models that read sessions, per profile and date.
FEATURES = PROJECT_DIR / "models" / "intermediate" / "features"
MODELS = sorted(
    file
    for file in FEATURES.glob("int_profile_*.sql")
    if "ref('int_session_classes')" in file.read_text() and file.stem != "int_profiles"
)
# `days_ago < 30`, `days_ago between 30 and 59`, and a date so many days before the row's
FEWER = re.compile(r"days_ago < (\d+)")
BETWEEN = re.compile(r"days_ago between (\d+) and (\d+)")
AFTER = re.compile(r"dateadd\('day', -(\d+), 'profile_dates.as_of_date'\)")


def test_each_window_of_a_session_is_in_the_list() -> None:
    macro = (PROJECT_DIR / "macros" / "features" / "session_windows.sql").read_text()
    listed = re.search(r"return\(\[([\d, ]+)\]\)", macro)
    assert listed
    found: set[int] = set()
    for file in MODELS:
        text = file.read_text()
        found |= {int(days) for days in FEWER.findall(text) + AFTER.findall(text)}
        for first, last in BETWEEN.findall(text):
            found |= {int(first), int(last) + 1}
    assert len(MODELS) >= 4
    assert found == {int(days) for days in listed[1].split(",")}
