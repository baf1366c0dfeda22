"""Faults of language in reasons: what a reader of English or Dutch stumbles over."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache

from orchestration.paths import PROJECT_DIR

LANGUAGES = ("en", "nl")
DECIMAL = {"en": ".", "nl": ","}
GROUPS = {"en": ",", "nl": "."}


@cache
def words_for_one_and_many(language: str) -> frozenset[tuple[str, str]]:
    """The pairs in the templates of the seeds, `{order_count|order|orders}`."""
    pairs = set()
    for file in (PROJECT_DIR / "seeds" / "segments").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                for column, text in row.items():
                    if column.endswith(f"_{language}"):
                        found = re.findall(
                            r"\{[a-z0-9_]+(?:\|[^|{}]*)?\|([^|{}]*)\|([^|{}]*)\}", text
                        )
                        pairs.update(pair for pair in found if pair[0] != pair[1])
    return frozenset(pairs)


def faults(sentence: str, language: str, currency: str = "€") -> Iterator[str]:
    """The name of each kind of fault that a sentence has."""
    decimal, groups = re.escape(DECIMAL[language]), re.escape(GROUPS[language])
    number = rf"\d+(?:{groups}\d{{3}})*(?:{decimal}\d+)?"
    for one, many in words_for_one_and_many(language):
        if re.search(rf"(?<![\d.,])1 {re.escape(many)}(?!\w)", sentence):
            yield "a plural after 1"
        if re.search(rf"(?<![\d.,])(?!1 )({number}) {re.escape(one)}(?!\w)", sentence):
            yield "a singular after another number"
    if re.search(rf"\d{groups}(?!\d{{3}}(?!\d))\d", sentence):
        yield "a decimal separator of another language"
    if re.search(rf"\d{decimal}\d{{3}}", sentence) or re.search(r"\d{4}", sentence):
        yield "digits that are not grouped, or in another language's way"
    amounts = re.finditer(rf"-?\d[\d.,]*{decimal}\d\d(?!\d)", sentence)
    if any(not sentence[: amount.start()].rstrip(" ").endswith(currency) for amount in amounts):
        yield "an amount without its currency"
    if re.search(r"[–—]|\s-\s", sentence):
        yield "a dash"
    if re.search(r"\b([^\W\d_]+) \1\b", sentence, re.IGNORECASE):
        yield "a word twice"
    if "  " in sentence or sentence != sentence.strip() or re.search(r"\s[,.;:]", sentence):
        yield "a blank too many"
    if re.search(r"[{}\[\]|]|\bnull\b|\bnan\b|: none\b|\w_\w", sentence, re.IGNORECASE):
        yield "something that was not filled in"
    if not re.match(rf"[A-Z\d]|É|-?{re.escape(currency)}", sentence):
        yield "no capital"
    if not re.search(r"[^.]\.$", sentence) or re.search(r"[,;:.]\s*[,;:.]", sentence):
        yield "no full stop, or punctuation twice"
