"""The seed of robots: which user agents it must find, and which are people's."""

from __future__ import annotations

import csv

import pytest

from orchestration.paths import PROJECT_DIR

with (PROJECT_DIR / "seeds" / "events" / "robots.csv").open(newline="") as text:
    PARTS = [row["user_agent_part"] for row in csv.DictReader(text)]


def is_robot(user_agent: str) -> bool:
    return any(part in user_agent.lower() for part in PARTS)


@pytest.mark.parametrize(
    "user_agent",
    [
        # the libraries by which apps on Android and iOS send
        "okhttp/4.9.3",
        "Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A.220624.014)",
        "Shop/7.2.1 CFNetwork/1410.0.3 Darwin/22.6.0",
        "Dart/3.1 (dart:io)",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/119.0.0.0 Mobile",
    ],
)
def test_app_of_a_person_is_no_robot(user_agent: str) -> None:
    assert not is_robot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.4.0",
        "python-requests/2.31.0",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/119.0.0.0 Safari/537.36",
    ],
)
def test_program_is_a_robot(user_agent: str) -> None:
    assert is_robot(user_agent)
