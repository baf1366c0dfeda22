"""The seed of robots: which user agents it must find, and which are people's."""

from __future__ import annotations

import csv
import sys

import crawleruseragents
import pytest

from orchestration.paths import PROJECT_DIR

sys.path.insert(0, str(PROJECT_DIR / "seeds" / "events"))
import fill_robots

LISTED = crawleruseragents.CRAWLER_USER_AGENTS_DATA

with fill_robots.SEED.open(newline="", encoding="utf-8") as text:
    SEED = {row["user_agent_part"]: row["robot"] for row in csv.DictReader(text)}


def is_robot(user_agent: str) -> bool:
    return any(part in f"^{user_agent}$" for part in SEED)


def test_seed_is_what_the_target_makes() -> None:
    assert fill_robots.robots([row["pattern"] for row in LISTED]) == SEED


@pytest.mark.parametrize(
    "user_agent",
    [
        # the libraries by which apps on Android and iOS send
        "okhttp/4.9.3",
        "okhttp/5.0.0-alpha.14",
        "Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A.220624.014)",
        "Shop/7.2.1 CFNetwork/1410.0.3 Darwin/22.6.0",
        "Alamofire/5.8.1 (nl.shop.app; build:412; iOS 17.2.1)",
        "Dart/3.1 (dart:io)",
        "Apache-HttpClient/UNAVAILABLE (java 1.4)",
        # browsers, in apps and on telephones whose names have `bot` and `sonic` in them
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/119.0.0.0 Mobile",
        "Mozilla/5.0 (Linux; Android 10; Panasonic P100) AppleWebKit/537.36 Chrome/119.0.0.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) [FBAN/FBIOS;FBAV/440.0]",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Instagram 300.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) [Pinterest/iOS]",
        "Mozilla/5.0 (Linux; Android 13) Chrome/119.0.0.0 Mobile Safari/537.36 GSA/14.48",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Code/1.85.1 Chrome/118.0.0.0 Electron/25",
        "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 SogouMobileBrowser/6.0",
    ],
)
def test_app_of_a_person_is_no_robot(user_agent: str) -> None:
    assert not is_robot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "facebookexternalhit/1.1",
        "Sogou web spider/4.0",
        "curl/8.4.0",
        "python-requests/2.31.0",
        "Java/17.0.9",
        "Apache-HttpClient/4.5.14 (Java/11.0.21)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/119.0.0.0 Safari/537.36",
    ],
)
def test_program_is_a_robot(user_agent: str) -> None:
    assert is_robot(user_agent)


def test_nearly_all_user_agents_of_the_list_are_found() -> None:
    user_agents = [each for row in LISTED for each in row["instances"]]
    people = [each for each in user_agents if each.startswith("okhttp/")]
    found = sum(is_robot(each) for each in user_agents)
    assert found / (len(user_agents) - len(people)) > 0.99
