"""Trials: other vars or rules, built on a copy of the warehouse in a folder of their own.

A trial holds a copy of all that landed, personal data included. The next trial of its name replaces
it, and a refresh in which rows leave the warehouse removes them all.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.alerts import WEBHOOK_VARIABLE
from orchestration.building.arguments import parse_vars
from orchestration.building.dbt_manifest import declared_vars
from orchestration.console import log, table
from orchestration.errors import KlantbeeldError
from orchestration.landing.sources_in_use import sources_file
from orchestration.lock import holder, is_locked, warehouse_lock
from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.publishing.serving import DATABASE
from orchestration.refresh import refresh
from orchestration.settings import check_settings
from orchestration.sql import literal

MOST_DIFFERENCES = 40
LONGEST_NAME = 60


def try_out(
    paths: DataPaths, *, vars_text: str | None, name: str | None, folder: Path = PROJECT_DIR
) -> None:
    """Build and publish a copy of the warehouse below `trials/`, and print what is different.

    Nothing lands, and what is published stays as it is.
    """
    declared = declared_vars(folder)
    values = parse_vars(vars_text, declared)
    trial = trial_paths(paths, name or name_of(values))
    check_settings(trial, {**declared, **values})
    if not paths.marts.exists():
        raise KlantbeeldError("a trial is a copy of the warehouse: run `make refresh` first")
    if is_locked(trial.lock):
        raise KlantbeeldError(f"the trial {trial.root.name} is in use by {holder(trial.lock)}")
    log.info("Copying the warehouse to %s …", trial.root)
    with warehouse_lock(paths.lock, purpose="the copy for a trial", log=log.info):
        _copy(paths, trial)
    # nobody has to be woken up for a trial
    os.environ.pop(WEBHOOK_VARIABLE, None)
    os.environ["KLANTBEELD_DATA"] = str(trial.root)
    refresh(trial, vars_text=vars_text, folder=folder, is_trial=True)
    print(f"\n{differences(paths, trial)}")
    print(f"\nThis was a trial: {paths.serving} is as before. Remove {trial.root} when it is done.")


def trial_paths(paths: DataPaths, name: str) -> DataPaths:
    """The data root of a trial. Raises KlantbeeldError for a name that is not one of a folder."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        raise KlantbeeldError(
            f"the name of a trial has letters, digits, `_`, `-` and `.` only, not {name!r}"
        )
    return DataPaths(paths.trials / name)


def name_of(values: Mapping[str, Any]) -> str:
    """A name for a trial of these vars."""
    text = "-".join(f"{name}-{value}" for name, value in sorted(values.items()))
    return re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-.")[:LONGEST_NAME] or "trial"


def _copy(paths: DataPaths, trial: DataPaths) -> None:
    shutil.rmtree(trial.root, ignore_errors=True)
    trial.warehouse_dir.mkdir(parents=True)
    # with their times, so that the record of the last build holds for the copies
    record = paths.warehouse_dir / "last_build.json"
    for file in (paths.warehouse, paths.marts, record, sources_file(paths)):
        if file.exists():
            shutil.copy2(file, trial.warehouse_dir / file.name)


def differences(paths: DataPaths, trial: DataPaths) -> str:
    """The segments that have another size in the trial than in what is published, as a table."""
    published = paths.serving / DATABASE
    if not published.exists():
        return "Nothing is published to compare with."
    with duckdb.connect() as connection:
        for name, file in (("published", published), ("trial", trial.serving / DATABASE)):
            connection.execute(f"attach {literal(str(file))} as {name} (read_only)")
        sizes = """
            select scheme, segment, profile_count
            from {}.marts.segment_sizes
            where as_of_date = (select max(as_of_date) from {}.marts.segment_sizes)
        """
        rows = connection.execute(
            f"""
            select scheme, segment, ours.profile_count, theirs.profile_count
            from ({sizes.format("published", "published")}) as ours
            full join ({sizes.format("trial", "trial")}) as theirs using (scheme, segment)
            where ours.profile_count is distinct from theirs.profile_count
            order by scheme, segment
            """
        ).fetchall()
    if not rows:
        return "No segment has another size than in what is published."
    lines = table(
        ("scheme", "segment", "published", "trial"),
        [
            (scheme, segment, f"{before or 0:,}", f"{now or 0:,}")
            for scheme, segment, before, now in rows[:MOST_DIFFERENCES]
        ],
        numbers=2,
    )
    more = len(rows) - MOST_DIFFERENCES
    return f"{lines}\n\n{more} more segments have another size." if more > 0 else lines
