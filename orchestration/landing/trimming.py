"""SQL that cuts the blanks around a text, and removes what nobody sees from a key.

Nearly all texts need neither, so both expressions first ask whether one can, which costs a fraction
of a regular expression.
"""

from __future__ import annotations

# White space of Unicode and of ASCII, and the characters without width: soft hyphen, zero width
# space, joiners, marks of direction and of a file's beginning. The last three are blank letters.
_BLANK = r"[\s\p{Z}\p{Cf}\x{0000}\x{000B}\x{0085}\x{2800}\x{3164}\x{FFA0}]"
_WITHOUT_WIDTH = r"\p{Cf}+"
_SPACE = r"\p{Zs}"
# Those of the blanks that are ASCII, by their codes.
_BLANK_CODES = (0, 9, 10, 11, 12, 13, 32)


def is_ascii(x: str) -> str:
    """A cheap expression: whether each character is one byte."""
    return f"strlen({x}) = length({x})"


def ends_in_a_blank(x: str) -> str:
    """A cheap expression: whether a text of ASCII ends in a blank."""
    return " or ".join(f"suffix({x}, chr({code}))" for code in _BLANK_CODES)


def is_trimmed(x: str) -> str:
    """A cheap expression: true only for a text without blanks around it."""
    return f"{x} >= '!' and not ({ends_in_a_blank(x)}) and {is_ascii(x)}"


def trimmed(x: str) -> str:
    """An expression for the text without any blank around it, of whatever kind."""
    return f"case when {is_trimmed(x)} then {x} else {_without_blanks_around(x)} end"


def visible(x: str) -> str:
    """The same, for a key: also without what has no width, and with plain spaces only.

    A letter with an accent is one character, however it is written.
    """
    inner = f"regexp_replace({_without_blanks_around(x)}, '{_WITHOUT_WIDTH}', '', 'g')"
    return (
        f"case when {is_ascii(x)} then {_without_blanks_around(x)} "
        f"else nfc_normalize(regexp_replace({inner}, '{_SPACE}', ' ', 'g')) end"
    )


def _without_blanks_around(x: str) -> str:
    return f"regexp_replace({x}, '^{_BLANK}+|{_BLANK}+$', '', 'g')"
