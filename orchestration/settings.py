"""Checks the settings before a refresh does anything; one sentence names the wrong one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.databases import memory_limit, single_value
from orchestration.errors import KlantbeeldError
from orchestration.paths import DataPaths
from orchestration.sql import literal

SESSION_RULES = ("timeout", "campaign", "tracker")
PROFILING_BASES = ("consent", "legitimate_interest")

# Why rows of these tables never leave by their age.
_ACCOUNTS = "are the shop's accounts, so they are always kept"
_STATE = "say what is so until they say otherwise, so they are always kept"
_ALWAYS_KEPT = {
    **dict.fromkeys(("orders", "order_lines", "refunds"), _ACCOUNTS),
    **dict.fromkeys(("products", "customers", "loyalty_memberships"), _STATE),
}

# The value of a threshold by topic and name, and the default of one that is not known.
Threshold = Callable[[str, str, float], float]


class SettingRefused(KlantbeeldError):  # noqa: N818
    """A setting that can't be used."""


def check_settings(paths: DataPaths, values: Mapping[str, Any]) -> None:
    """Raise SettingRefused for an environment variable, a var or a folder that can't be used."""
    _check_threads(os.environ.get("KLANTBEELD_THREADS") or "1")
    check_vars(values)
    for folder in (paths.root, paths.warehouse_dir, paths.serving, paths.dagster, paths.dbt):
        _check_folder(folder)


def days_read_back(threshold: Threshold) -> dict[str, int]:
    """How many days the features of one date look back, by the tables that may have retention.

    An order of a year ago looks back at its views and contacts in the store; a day is added, since
    a window of hours may begin on the day before.
    """
    views = int(threshold("order_views", "view_window_days", 0))
    store_contacts = int(threshold("orientation", "store_contact_days", 0))
    return {
        "events": 365 + views + 1,
        "messages": 365 + 1,
        "survey_responses": 730 + 1,
        "service_contacts": 365 + store_contacts + 1,
    }


def check_vars(values: Mapping[str, Any], threshold: Threshold | None = None) -> None:
    """Raise SettingRefused for a var that no table could be built with.

    `values` has the value of every var; a project may lack these. Windows that are thresholds are
    only checked where these are at hand.
    """
    with _limited_connection() as connection:
        _check_time_zone(connection, values.get("business_timezone"))
    _check_session_rule(values.get("session_rule"))
    currency = values.get("reporting_currency")
    if currency is not None and not re.fullmatch("[A-Z]{3}", str(currency)):
        raise SettingRefused(
            "reporting_currency must be an ISO 4217 code of three capital letters, such as EUR, "
            f"not {currency!r}: see the vars in dbt_project.yml and VARS"
        )
    basis = values.get("profiling_basis")
    if basis is not None and basis not in PROFILING_BASES:
        raise SettingRefused(
            f"the var profiling_basis is {basis!r}, but must be {' or '.join(PROFILING_BASES)}"
        )
    fewest = days_read_back(threshold or (lambda *_: 0))
    _check_retention(values.get("retention_days"), fewest)


def _check_threads(threads: str) -> None:
    if not (threads.isascii() and threads.isdigit() and int(threads) > 0):
        raise SettingRefused(
            f"KLANTBEELD_THREADS is {threads!r}, but must be a whole number above 0"
        )


def _limited_connection() -> duckdb.DuckDBPyConnection:
    limit = memory_limit()
    try:
        connection = duckdb.connect(config={"memory_limit": limit})
        # a limit that suffices for nothing is noticed by a query only
        connection.execute("select count(*) from pg_timezone_names()").fetchall()
    except duckdb.Error:
        raise SettingRefused(
            f"KLANTBEELD_MEMORY_LIMIT is {limit!r}, but must be a size such as 6GB or 500MB"
        ) from None
    return connection


def _check_time_zone(connection: duckdb.DuckDBPyConnection, zone: Any) -> None:
    if zone is None:
        return
    query = f"select count(*) from pg_timezone_names() where name = {literal(str(zone))}"
    if not single_value(connection, query):
        raise SettingRefused(
            f"the var business_timezone is {str(zone)!r}, but must be a time zone such as "
            "Europe/Amsterdam"
        )


def _check_session_rule(rule: Any) -> None:
    if rule is not None and rule not in SESSION_RULES:
        raise SettingRefused(
            f"the var session_rule is {str(rule)!r}, but must be one of {', '.join(SESSION_RULES)}"
        )


def _check_retention(days_by_table: Any, fewest: Mapping[str, int]) -> None:
    if days_by_table is None:
        return
    if not isinstance(days_by_table, Mapping):
        raise SettingRefused(
            f"the var retention_days is {days_by_table!r}, but must have days by table, such as "
            "{events: 800}"
        )
    for table, days in days_by_table.items():
        if why := _ALWAYS_KEPT.get(table):
            raise SettingRefused(f"the var retention_days has {table}, but its rows {why}")
        if table not in fewest:
            raise SettingRefused(
                f"the var retention_days has {table}, but only {', '.join(fewest)} can be in it"
            )
        if isinstance(days, bool) or not isinstance(days, int) or days < fewest[table]:
            raise SettingRefused(
                f"the var retention_days has {days!r} days for {table}, but must have a whole "
                f"number of at least {fewest[table]}: so far do the features of a day look back"
            )


def _check_folder(folder: Path) -> None:
    """It, or the nearest folder above it that exists, is a folder that this user can write to."""
    nearest = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    if not nearest.is_dir():
        raise SettingRefused(f"{nearest} must be a folder; move away what has its name")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise SettingRefused(f"{nearest} must be a folder that this user can write to")
