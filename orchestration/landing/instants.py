"""SQL that reads a text as an instant or a date.

DuckDB's cast to TIMESTAMPTZ is used for no text that may name a time zone: a zone in one row stays
set for the rows after it, up to the end of the vector. Each zone is looked up by itself instead.
docs/landing.md has the rule.
"""

from __future__ import annotations

import re
import zoneinfo

from orchestration.landing.trimming import trimmed
from orchestration.sql import literal

# The variable of the connection that lists the names of time zones, in lower case.
TIME_ZONES = "klantbeeld_time_zones"
SET_TIME_ZONES_SQL = (
    f"set variable {TIME_ZONES} = (select list(lower(name)) from pg_timezone_names() "
    "where name like '%/%')"
)

# The variable of the connection with the time zone in which a date without a time is a day.
BUSINESS_TIME_ZONE = "klantbeeld_business_time_zone"

# The time zone of a column whose texts are local times of the business.
BUSINESS = "business"

EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
ISO = "iso"

# The form of a cell that is a date in Excel. No text has the mark, so no format reads it.
DATE_CELL = "a date of Excel"
DATE_CELL_MARK = "\x1e"

_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
_LOCAL = f"{_DAY}(?:(?: +|[Tt]){_TIME})?"
_UTC = r"(?:[Zz]|(?i:utc|gmt))"
_OFFSET = r"([+-])(0\d|1[0-4]):?([0-5]\d)?"
_REGION = r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+"
# what nearly every row looks like, which DuckDB's cast to TIMESTAMP reads alike
_PLAIN_LOCAL = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?"
_PLAIN = f"{_PLAIN_LOCAL}(?:Z| UTC)?"
_PLAIN_OFFSET = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?[+-](?:0\d|1[0-4]):[0-5]\d"

# epochs of the years 1 to 9999: make_timestamp fails beyond them
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799

ABBREVIATED_ZONE = (
    "has the abbreviation of a time zone, which can mean several: write Z, UTC, GMT, an offset "
    "such as +02:00, or a name such as Europe/Amsterdam"
)
UNKNOWN_ZONE = (
    "has a time zone that is not known: write Z, UTC, GMT, an offset such as +02:00, or a name "
    "such as Europe/Amsterdam"
)
NO_FULL_YEAR = (
    "does not begin with a year of four digits: name the column's format in its contract "
    "(meta.format)"
)
A_NUMBER = (
    "is a number: name the column's format in its contract (meta.format), such as epoch_s or %Y%m%d"
)

# Directives of a time of day.
_OF_TIME = set("HIMSfgp")
# Directives that a format may have. Names of zones (%Z) are those that mean several things.
_DIRECTIVE = re.compile(r"%(-?[a-zA-Z%])")
_DIRECTIVES = set("aAbBdfgHIjmMnpSwyYz%") | {f"-{letter}" for letter in "dHIjmMSy"}


def format_problem(form: str) -> str | None:
    """Why a format can't be used; None for a good one."""
    if form == ISO or form in EPOCHS:
        return None
    unknown = [name for name in _DIRECTIVE.findall(form) if name not in _DIRECTIVES]
    if unknown:
        return f"%{unknown[0]} is not a directive that can be read"
    directives = {name.removeprefix("-") for name in _DIRECTIVE.findall(form)}
    if not directives & {"y", "Y"}:
        return "it has no year"
    if not ("j" in directives or ("d" in directives and directives & {"b", "B", "m"})):
        return "it has no day and month"
    return None


def timezone_problem(zone: str) -> str | None:
    """Why a column can't have a time zone; None for a good one."""
    if zone == BUSINESS or (zone in zoneinfo.available_timezones() and "/" in zone):
        return None
    return f"it is {BUSINESS} or a name such as Europe/Amsterdam"


def in_utc(local: str, zone: str | None) -> str:
    """An expression for the instant of a local time in a column's time zone."""
    if zone is None:
        return local
    return f"timezone('UTC', timezone({_zone(zone)}, {local}))"


def instant_sql(x: str, formats: tuple[str, ...], zone: str | None = None) -> str:
    """An expression for the instant in UTC; null for a text that is none.

    A text without a time zone is in `zone`, where the column has one.
    """
    if not formats:
        return _iso_instant(x, zone)
    read = [_formatted(x, form, zone) for form in formats]
    return read[0] if len(read) == 1 else f"coalesce({', '.join(read)})"


def date_sql(x: str, formats: tuple[str, ...]) -> str:
    """An expression for the date; null for a text that is none, or that has a time of day.

    The date of an instant with a zone is the date as it is written.
    """
    if not formats:
        return _iso_date(x)
    read = [_formatted_date(x, form) for form in formats]
    return read[0] if len(read) == 1 else f"coalesce({', '.join(read)})"


def business_midnight(day: str, zone: str | None = None) -> str:
    """The instant in UTC at which a day begins where the business or a column's time zone is."""
    return in_utc(f"cast({day} as timestamp)", zone or BUSINESS)


def _zone(zone: str) -> str:
    if zone == BUSINESS:
        return f"coalesce(getvariable('{BUSINESS_TIME_ZONE}'), 'UTC')"
    return literal(zone)


def midnight(instant: str) -> str:
    """The date of an instant at midnight; null at another time of the day."""
    return f"case when date_trunc('day', {instant}) = {instant} then cast({instant} as date) end"


def reason_sql(x: str, formats: tuple[str, ...], otherwise: str) -> str:
    """An expression for the reason why a text is no instant."""
    if formats:
        named = " or ".join(form for form in formats if form != DATE_CELL)
        return literal(f"is not in the column's format {named}")
    t = trimmed(x)
    zone = f"regexp_extract({t}, '^{_DAY}(?: +|[Tt]){_TIME}\\s*(.*)$', 1)"
    return (
        f"case when regexp_full_match({zone}, '[A-Za-z]{{1,5}}') then {literal(ABBREVIATED_ZONE)} "
        f"when regexp_full_match({zone}, '{_REGION}') then {literal(UNKNOWN_ZONE)} "
        f"when regexp_full_match({t}, '[0-9.]+') then {literal(A_NUMBER)} "
        f"when regexp_matches({t}, '^\\d{{1,3}}[-/. ]') then {literal(NO_FULL_YEAR)} "
        f"else {literal(otherwise)} end"
    )


def _formatted_date(x: str, form: str) -> str:
    if form == DATE_CELL:
        return _iso_date(_of_date_cell(x))
    if form == ISO:
        return _iso_date(x)
    if form in EPOCHS:
        return midnight(_formatted(x, form))
    return midnight(f"try_strptime({trimmed(x)}, {literal(form)})")


def _of_date_cell(x: str) -> str:
    return f"(case when starts_with({x}, {literal(DATE_CELL_MARK)}) then substr({x}, 2) end)"


def _formatted(x: str, form: str, zone: str | None = None) -> str:
    if form == DATE_CELL:
        return _iso_instant(_of_date_cell(x), zone)
    if form == ISO:
        return _iso_instant(x, zone)
    t = trimmed(x)
    if form in EPOCHS:
        return epoch_sql(f"try_cast({t} as decimal(38, 9))", form)
    read = f"try_strptime({t}, {literal(form)})"
    directives = {name.removeprefix("-") for name in _DIRECTIVE.findall(form)}
    if "z" in directives:
        return f"timezone('UTC', {read})"
    return in_utc(read, zone) if directives & _OF_TIME else business_midnight(read, zone)


def epoch_sql(number: str, form: str) -> str:
    """An expression for the instant of a number since 1970; null outside the years 1 to 9999."""
    per_unit = EPOCHS[form]
    units = 1_000_000 // per_unit
    return (
        f"case when {number} between {_FIRST_SECOND * units} and {_LAST_SECOND * units} "
        f"then make_timestamp(cast(floor(cast({number} as decimal(38, 9)) * {per_unit}) as bigint))"
        " end"
    )


def _iso_instant(x: str, zone: str | None) -> str:
    t = trimmed(x)
    local = ""
    if zone:
        read = in_utc(f"try_cast({x} as timestamp)", zone)
        local = f"when regexp_full_match({x}, '{_PLAIN_LOCAL}') then {read} "
    return (
        f"case {local}when regexp_full_match({x}, '{_PLAIN}') then try_cast({x} as timestamp) "
        f"when regexp_full_match({x}, '{_PLAIN_OFFSET}') "
        f"then timezone('UTC', try_cast({x} as timestamptz)) "
        f"when {x} is not null then {_zoned(t, zone)} end"
    )


def _zoned(t: str, of_column: str | None) -> str:
    local = _local(t)
    zone = f"regexp_extract({t}, '^{_LOCAL}\\s*(.*)$', 1)"
    offset = f"regexp_extract({zone}, '^{_OFFSET}$', ['sign', 'hours', 'minutes'])"
    minutes = (
        f"cast(({offset}).hours as integer) * 60 "
        f"+ coalesce(try_cast(({offset}).minutes as integer), 0)"
    )
    return (
        f"case when regexp_full_match({t}, '{_DAY}') then {business_midnight(local, of_column)} "
        f"when regexp_full_match({t}, '{_LOCAL}') then {in_utc(local, of_column)} "
        f"when regexp_full_match({t}, '{_LOCAL}\\s*{_UTC}') then {local} "
        f"when regexp_full_match({t}, '{_LOCAL}\\s*{_OFFSET}') then {local} "
        f"- to_minutes(case when ({offset}).sign = '-' then -1 else 1 end * ({minutes})) "
        f"when regexp_full_match({t}, '{_LOCAL}\\s*{_REGION}') "
        f"and list_contains(getvariable('{TIME_ZONES}'), lower({zone})) "
        f"then timezone('UTC', timezone({zone}, {local})) end"
    )


def _local(t: str) -> str:
    written = f"regexp_extract({t}, '^{_LOCAL}')"
    return f"try_cast(translate({written}, '/,Tt', '-.  ') as timestamp)"


def _iso_date(x: str) -> str:
    t = trimmed(x)
    zoned = f"regexp_full_match({t}, '{_LOCAL}\\s*(?:{_UTC}|{_OFFSET}|{_REGION})?')"
    return (
        f"case when regexp_full_match({x}, '\\d{{4}}-\\d\\d-\\d\\d') then try_cast({x} as date) "
        f"when {zoned} then {midnight(_local(t))} end"
    )
