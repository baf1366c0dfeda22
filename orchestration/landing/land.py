"""The first step of a refresh: land what is new in the landing folder."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from orchestration import last_build
from orchestration.console import log
from orchestration.databases import single_value
from orchestration.errors import KlantbeeldError
from orchestration.landing.contract import TableContract
from orchestration.landing.erasure import erase_requested
from orchestration.landing.files import on_disk
from orchestration.landing.folder_state import folder_state, last_look, remember_seen
from orchestration.landing.loader import LandedFile, failed_files, load_files
from orchestration.landing.problems import CHANGES
from orchestration.landing.retention import Retention, remove_old
from orchestration.landing.sources_in_use import remember_sources
from orchestration.landing.unfit import new_columns, refuse, unfit_tables
from orchestration.paths import DataPaths


@dataclass(frozen=True)
class Landed:
    """What became of each new file, and a sentence on each new thing that does not fit."""

    files: Sequence[LandedFile]
    problems: tuple[str, ...] = ()


def land(
    paths: DataPaths,
    contracts: Iterable[TableContract],
    *,
    business_timezone: str = "UTC",
    max_rejected_share: float = 1.0,
    retention: Mapping[str, Retention] | None = None,
    session_timeout: timedelta = timedelta(minutes=30),
) -> Landed:
    """Land every new or changed file, and remove the rows of erased persons and those too old.

    The caller holds the warehouse lock. Raises KlantbeeldError when no file has ever landed, or
    when too little fits of the files that landed since the last whole build: the same files stop
    the next refresh, too. Raises ContractError for a contract that can't be used.
    """
    contracts = list(contracts)
    seen = folder_state(paths.landing).fingerprint
    looked_at = last_look(paths)
    with last_build.kept_valid(paths):
        files = load_files(paths, contracts, business_timezone=business_timezone, log=log.info)
        if count := erase_requested(paths, contracts):
            log.info("Erased: %s keys of persons, and all rows with one of them.", f"{count:,}")
        if count := remove_old(
            paths,
            contracts,
            retention or {},
            business_timezone=business_timezone,
            session_timeout=session_timeout,
        ):
            log.info("Removed: %s rows that are older than `retention_days` allows.", f"{count:,}")
    remember_seen(paths, seen)
    remember_sources(paths)
    failed = failed_files(paths)
    ignored = [file for file in files if file.status == "ignored"]
    not_landed = [f"{file.file} was not landed: {file.reason}." for file in [*failed, *ignored]]
    for sentence in not_landed:
        log.warning("%s", sentence)
    last = last_build.read(paths)
    after = last.last_load_id if last else 0
    unfit = unfit_tables(paths, contracts, after=after)
    refuse(unfit, max_rejected_share)
    if not _has_landed_files(paths):
        raise KlantbeeldError(nothing_landed(paths.landing))
    for sentence in new_columns(paths, after=after):
        log.warning("%s.", sentence)
    refused = [f"{each.sentence()}." for each in unfit if each.rows_rejected]
    for sentence in refused:
        log.warning("%s", sentence)
    handled = {file.file for file in files if file.status == "failed"}
    is_new = [
        *(file.file in handled for file in failed),
        *(_arrived_after(paths, file, looked_at) for file in ignored),
    ]
    return Landed(files, (*refused, *itertools.compress(not_landed, is_new)))


def _arrived_after(paths: DataPaths, file: LandedFile, instant: float) -> bool:
    """Whether an ignored file is news: the ledger has none, so each refresh comes upon them again.

    A file that is still being written is none either.
    """
    if file.reason in CHANGES:
        return False
    try:
        # the time of its arrival here, also where a copy keeps the time of its content
        return on_disk(paths.landing, file.file).stat().st_ctime > instant
    except OSError:
        return False


def nothing_landed(landing: Path) -> str:
    """The message for an empty landing folder."""
    return (
        f"Nothing has landed: put files in {landing}/<source>/<table>/, such as "
        f"{landing}/shop/orders/2026-11.csv"
    )


def _has_landed_files(paths: DataPaths) -> bool:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        query = "select count(*) from raw.landed_files where status = 'landed'"
        return single_value(connection, query) > 0
