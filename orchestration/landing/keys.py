"""SQL that normalizes keys and codes of currencies: equal in every format, or refused.

A refused value becomes one of the control characters in `REFUSALS`, which no value can be. Nearly
all keys are normal as they are, so an expression first asks whether one can be anything else, by
its length, its first and its last byte. docs/landing.md has the rule.
"""

from __future__ import annotations

from orchestration.landing.trimming import ends_in_a_blank, is_ascii, visible
from orchestration.sql import literal

# The words that mean that there is no value, in lower case. A contract adds to them by
# `meta.missing.add`, and keeps one of them as a value by `meta.missing.keep`.
WORDS_FOR_NOTHING = (
    "",
    "-",
    "--",
    "?",
    "#n/a",
    "#null!",
    "(none)",
    "(not set)",
    "(null)",
    "<na>",
    "<nil>",
    "<null>",
    "[null]",
    "\\n",
    "empty",
    "n.a.",
    "n/a",
    "na",
    "nan",
    "nat",
    "nil",
    "none",
    "null",
    "undefined",
    "00000000-0000-0000-0000-000000000000",
)

# The same for plain text: MySQL and Postgres write \\N for null, and no text is that.
NO_TEXT: tuple[str, ...] = ("", "\\N")

CONTAINER, TRUTH_VALUE, INEXACT, UNREADABLE, NO_CURRENCY = range(1, 6)
REFUSALS = {
    CONTAINER: "is a list or an object, which can't be a key",
    TRUTH_VALUE: "is true or false, which can't be a key",
    INEXACT: "is a number too large to be exact, which can't be a key: write it as a whole number",
    UNREADABLE: "is not readable text",
    NO_CURRENCY: "is not a currency code of three letters (ISO 4217), such as EUR",
}
OF_KEYS = (CONTAINER, TRUTH_VALUE, INEXACT, UNREADABLE)
OF_CURRENCIES = (UNREADABLE, NO_CURRENCY)

_TRUTH_VALUES = ("true", "false")
# every whole number up to it is exact, in a DOUBLE and in a FLOAT
_EXACT = {"DOUBLE": 2**53, "FLOAT": 2**24}


def refused(refusal: int) -> str:
    """The text that represents a refusal."""
    return f"chr({refusal})"


def is_word_for_nothing(text: str, words: tuple[str, ...]) -> str:
    """An expression: whether the text without blanks around it is a word for nothing."""
    listed = ", ".join(literal(word) for word in words)
    # a list, since DuckDB turns a long IN into a join that every row takes part in
    return f"list_contains([{listed}], lower({text}))"


def key_from_text(x: str, words: tuple[str, ...]) -> str:
    """The normalized key of a text: null, or a refusal, or itself."""
    has_clean_ends = " and ".join(
        (
            f"{x} >= '0' and {x} < '{{' and ({x} < '[' or {x} >= ']')",
            f"not ({ends_in_a_blank(x)})",
            # 17850. and 17850.0 are fractions
            f"not suffix({x}, '.')",
            f"not contains({x}, '.0')",
            is_ascii(x),
        )
    )
    is_nothing = is_word_for_nothing(x, words)
    is_truth = f"lower({x}) in ('true', 'false')"
    return (
        f"case when {x} is null then null when {has_clean_ends} then "
        f"case when not ({_may_be_a_word(x, words)}) then {x} when {is_nothing} then null "
        f"when {is_truth} then {refused(TRUTH_VALUE)} else {x} end "
        # in a list, so that the text is computed once
        f"else list_transform([{visible(x)}], lambda t: {_thoroughly('t', words)})[1] end"
    )


def _may_be_a_word(x: str, words: tuple[str, ...]) -> str:
    """A cheap expression: whether a text may be a word, by its length and by one of its ends."""
    *shorter, longest = sorted({*words, *_TRUTH_VALUES}, key=lambda word: (_strlen(word), word))
    may_be_short = f"strlen({x}) <= {_strlen(shorter[-1])}"
    if not any(word[-1:].isdigit() for word in shorter):
        # as most keys do
        ends_in_a_digit = " or ".join(f"suffix({x}, '{digit}')" for digit in range(10))
        may_be_short = f"{may_be_short} and not ({ends_in_a_digit})"
    may_be_longest = f"strlen({x}) = {_strlen(longest)}"
    if longest[0].isdigit():
        may_be_longest += f" and {x} < {literal(chr(ord(longest[0]) + 1))}"
    return f"{may_be_short} or {may_be_longest}"


def _strlen(word: str) -> int:
    """The length in bytes, as DuckDB's function of that name."""
    return len(word.encode())


def _thoroughly(t: str, words: tuple[str, ...]) -> str:
    return (
        f"case when {is_word_for_nothing(t, words)} then null "
        f"when lower({t}) in ('true', 'false') then {refused(TRUTH_VALUE)} "
        f"when left({t}, 1) in ('{{', '[') and json_valid({t}) then {refused(CONTAINER)} "
        # pandas writes 17850.0 for 17850 where another row of the column has no value
        f"when regexp_full_match({t}, '-?(?:0|[1-9][0-9]*)[.]0*') "
        f"then case when regexp_full_match({t}, '-?0[.]0*') then '0' "
        f"else regexp_replace({t}, '[.]0*$', '') end "
        f"else {t} end"
    )


def key_from_typed(x: str, source: str) -> str | None:
    """The normalized key of a value of a Parquet type; None for a type that is read as text."""
    if source == "BOOLEAN":
        return f"case when {x} is not null then {refused(TRUTH_VALUE)} end"
    if source.startswith(("STRUCT", "MAP", "UNION")) or source.endswith("]"):
        return f"case when {x} is not null then {refused(CONTAINER)} end"
    if source in _EXACT:
        return (
            f"case when isnan({x}) then null "
            f"when abs({x}) > {_EXACT[source]} then {refused(INEXACT)} "
            f"when {x} = trunc({x}) then cast(cast({x} as bigint) as varchar) "
            f"else cast({x} as varchar) end"
        )
    if source.startswith("DECIMAL"):
        return (
            f"case when {x} = trunc({x}) then cast(cast({x} as hugeint) as varchar) "
            f"else rtrim(cast({x} as varchar), '0') end"
        )
    return None


def currency_from_text(x: str, words: tuple[str, ...]) -> str:
    """The code of a currency in capital letters: null, or a refusal, or three letters."""
    t = visible(x)
    return (
        f"case when {x} is null then null when {x} in ('EUR', 'USD', 'GBP') then {x} "
        f"when regexp_full_match({t}, '[A-Za-z]{{3}}') "
        f"and not {is_word_for_nothing(t, words)} then upper({t}) "
        f"when {is_word_for_nothing(t, words)} then null "
        f"else {refused(NO_CURRENCY)} end"
    )
