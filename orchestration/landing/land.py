"""The first step of a refresh: land what is new in the landing folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from orchestration import last_build
from orchestration.console import log
from orchestration.databases import single_value
from orchestration.errors import KlantbeeldError
from orchestration.landing.contract import TableContract
from orchestration.landing.folder_state import folder_state, remember_seen
from orchestration.landing.loader import LandedFile, failed_files, load_files
from orchestration.paths import DataPaths


def land(paths: DataPaths, contracts: Iterable[TableContract]) -> Sequence[LandedFile]:
    """Land every new or changed file; returns what became of each.

    The caller holds the warehouse lock. Raises KlantbeeldError when no file has ever landed, and
    ContractError for a contract that can't be used.
    """
    seen = folder_state(paths.landing).fingerprint
    with last_build.kept_valid(paths):
        files = load_files(paths, contracts, log=log.info)
    remember_seen(paths, seen)
    ignored = [file for file in files if file.status == "ignored"]
    for file in [*failed_files(paths), *ignored]:
        log.warning("%s was not landed: %s", file.file, file.reason)
    if not _has_landed_files(paths):
        raise KlantbeeldError(_why_nothing_landed(paths, files))
    return files


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


def _why_nothing_landed(paths: DataPaths, files: Sequence[LandedFile]) -> str:
    failed = [file for file in files if file.status == "failed"]
    if failed:
        return f"No file could be landed: {failed[0].file}: {failed[0].reason}"
    return nothing_landed(paths.landing)
