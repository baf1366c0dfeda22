"""Fills robots.csv from the list of the library `crawler-user-agents`, which is kept up to date.

`make robots` runs it. To take over a newer list, `make lock UPGRADE=1` first.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import crawleruseragents

SEED = Path(__file__).with_name("robots.csv")

# Not robots: libraries by which apps on telephones send, and browsers of people.
PEOPLES_PATTERNS = {"okhttp", "^Apache-HttpClient", "Code\\/1\\.", "Trae\\/", "Sogou"}

# Robots in general, and programs that the list lacks.
OWN_PARTS = {
    # that of Android has no version
    "^Apache-HttpClient/4": "Apache HttpClient",
    "^Apache-HttpClient/5": "Apache HttpClient",
    "^Java/": "Java http client",
    "Playwright": "Playwright",
    "Puppeteer": "Puppeteer",
    "Selenium": "Selenium",
    **{
        text: f"Any {word.strip('/;')}"
        for word in ("bot/", "bot;", "crawler", "spider")
        for text in (word, word.capitalize())
    },
}

# A shorter part would be in names that have nothing to do with it.
SHORTEST = 4
MOST_VARIANTS = 32


def main() -> None:
    """Write the seed."""
    patterns = [row["pattern"] for row in crawleruseragents.CRAWLER_USER_AGENTS_DATA]
    rows = sorted(robots(patterns).items())
    with SEED.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("user_agent_part", "robot"))
        writer.writerows(rows)


def robots(patterns: Sequence[str]) -> dict[str, str]:
    """The parts of user agents that identify robots, each with a name."""
    found = dict(OWN_PARTS)
    for pattern in patterns:
        if pattern not in PEOPLES_PATTERNS:
            for part in sorted(parts(pattern)):
                found.setdefault(part, part.strip("^$ /;()").strip())
    # a part that contains another one finds nothing more
    return {
        part: name
        for part, name in found.items()
        if not any(other != part and other in part for other in found)
    }


def parts(pattern: str) -> set[str]:
    """Texts: each user agent that the pattern fits contains one of them.

    `^` and `$` are the ends of the user agent. None where such texts would be too short or many.
    """
    variants = list(_variants(_parser.parse(pattern)))
    longest = {max(variant.split("\0"), key=len) for variant in variants}
    is_long = all(len(part.strip("^$")) >= SHORTEST for part in longest)
    return longest if is_long and len(variants) <= MOST_VARIANTS else set()


def _variants(parsed: Any) -> Iterator[str]:
    """The texts that a pattern fits, with NUL where anything may be."""
    for pieces in product(*(_of_node(*node) for node in parsed)):
        yield "".join(pieces)


def _of_node(operation: Any, argument: Any) -> list[str]:
    if operation is _constants.LITERAL:
        return [chr(argument)]
    if operation is _constants.AT:
        return ["^" if argument is _constants.AT_BEGINNING else "$"]
    if operation is _constants.BRANCH:
        return [text for branch in argument[1] for text in _variants(branch)]
    if operation is _constants.SUBPATTERN:
        return list(_variants(argument[-1]))
    if operation is _constants.IN and all(kind is _constants.LITERAL for kind, _ in argument):
        return [chr(code) for _, code in argument]
    if operation is _constants.MAX_REPEAT and argument[:2] == (0, 1):
        return ["", *_variants(argument[2])]
    return ["\0"]


if __name__ == "__main__":
    main()
