"""The command line: one command for each target of the Makefile that works with data.

Dagster and dbt take seconds to import, so each command imports what it needs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from orchestration.alerts import alert_text, send_alert
from orchestration.causes import cause_of
from orchestration.console import log, log_to_terminal, take_warnings
from orchestration.errors import KlantbeeldError, RefreshFailed
from orchestration.instance import dagster_home
from orchestration.interruption import completed_first
from orchestration.lock import warehouse_lock
from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.permissions import keep_others_out


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    result = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = result.add_subparsers(dest="command", required=True, metavar="command")
    for name, text in (
        ("refresh", "land what is new, build and test the models, publish"),
        ("run", "refresh; with the demo shop's data where the landing folder is empty"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--vars", metavar="YAML", help="dbt vars, as a YAML mapping")
        command.add_argument(
            "--full-refresh", action="store_true", help="rebuild incremental models from scratch"
        )
    retract = commands.add_parser(
        "retract", help="remove the rows that a landed file brought, then refresh"
    )
    retract.add_argument("file", help="the file, or its path below the landing folder")
    text = "remove erased persons from the files in the landing folder"
    command = commands.add_parser("erase-landing", help=text, description=text)
    command.add_argument("--dry-run", action="store_true", help="only count the rows")
    text = "build other vars or rules apart, on a copy of the warehouse; publishes nothing"
    command = commands.add_parser("try", help=text, description=text)
    command.add_argument("--vars", metavar="YAML", help="dbt vars, as a YAML mapping")
    command.add_argument("--name", help="the folder below trials/ (from the vars)")
    text = "list the rows and files that did not fit their contract"
    command = commands.add_parser("rejected", help=text, description=text)
    command.add_argument("--file", default="", help="only files whose path contains this")
    command.add_argument("--most", type=int, default=100, help="how many rows (100)")
    command.add_argument(
        "--rows",
        action="store_true",
        help="with the rows' text: may hold personal data",
    )
    command = commands.add_parser("source", help="draft a source from a sample file")
    command.add_argument("name", help="the name of the source, such as pixel")
    command.add_argument("sample", type=Path, help="a file of it, in any format that lands")
    command.add_argument("--object", help="what its rows are, such as orders (guessed)")
    command = commands.add_parser("check-source", help="what landed of a source, and how it looks")
    command.add_argument("name", help="the name of the source")
    commands.add_parser("dev", help="the Dagster UI")
    commands.add_parser("docs", help="the documentation of all models, as one page")
    command = commands.add_parser("dbt", help="dbt on the warehouse", add_help=False)
    command.add_argument("arguments", nargs="*", help="dbt's own arguments, after --")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 only when all of it succeeded."""
    options = parser().parse_args(arguments)
    keep_others_out()
    paths = DataPaths.from_environment()
    os.environ["KLANTBEELD_DATA"] = str(paths.root)
    log_to_terminal()
    try:
        if options.command in {"refresh", "run", "retract"}:
            return _refresh(paths, options)
        if options.command == "erase-landing":
            return _explained(
                lambda: _erase_landing(paths, is_dry=options.dry_run), paths, alert=False
            )
        if options.command == "docs":
            return _docs(paths)
        if options.command == "rejected":
            return _rejected(paths, options)
        if options.command == "source":
            return _source(options)
        if options.command == "check-source":
            return _check_source(paths, options)
        if options.command == "try":
            return _try(paths, options)
        if options.command == "dbt":
            return _dbt(paths, options.arguments)
        return _dev(paths)
    except KlantbeeldError as error:
        return _fail(str(error), paths)
    except BrokenPipeError:
        # the program that read our output has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _refresh(paths: DataPaths, options: argparse.Namespace) -> int:
    from orchestration.refresh import refresh

    def run() -> None:
        if options.command == "retract":
            _retract(paths, options.file)
            refresh(paths)
            return
        if options.command == "run":
            _land_demo_when_empty(paths)
        refresh(paths, vars_text=options.vars, full_refresh=options.full_refresh)

    return _explained(run, paths, alert=True)


def _try(paths: DataPaths, options: argparse.Namespace) -> int:
    from orchestration.trials import try_out

    return _explained(
        lambda: try_out(paths, vars_text=options.vars, name=options.name), paths, alert=False
    )


def _explained(run: Callable[[], None], paths: DataPaths, *, alert: bool) -> int:
    """Run a command to its end, or to one sentence on why it failed; returns the exit status."""
    try:
        run()
    except RefreshFailed as error:
        reason = cause_of(error, paths) or str(error)
        return _fail(reason, paths, run_id=error.run_id, step=error.step, alert=alert)
    except KlantbeeldError as error:
        return _fail(cause_of(error, paths) or str(error), paths, alert=alert)
    except Exception as error:
        if cause := cause_of(error, paths):
            return _fail(cause, paths, alert=alert)
        # a folder without write permission, a bug
        return _fail(_unexpected(error), paths, log_file=_write_trace(paths), alert=alert)
    return 0


def _retract(paths: DataPaths, file: str) -> None:
    from orchestration.landing.contract import load_contracts
    from orchestration.landing.retraction import retract

    with warehouse_lock(paths.lock, purpose="`make retract`", log=log.info):
        retraction = retract(paths, load_contracts(PROJECT_DIR / "models" / "staging"), file)
    log.info("%s", retraction.text)


def _erase_landing(paths: DataPaths, *, is_dry: bool) -> None:
    from orchestration.building.dbt_manifest import declared_vars
    from orchestration.landing.contract import load_contracts
    from orchestration.landing.folder_erasure import erase_from_landing_folder

    with warehouse_lock(paths.lock, purpose="`make erase-landing`", log=log.info):
        erasure = erase_from_landing_folder(
            paths,
            load_contracts(PROJECT_DIR / "models" / "staging"),
            business_timezone=declared_vars(PROJECT_DIR).get("business_timezone") or "UTC",
            is_dry=is_dry,
            log=log.info,
        )
    for file, reason in erasure.left.items():
        log.warning("%s was left: %s.", file, reason)
    log.info("%s", erasure.text(is_dry=is_dry))
    if erasure.left:
        raise KlantbeeldError(
            f"{len(erasure.left):,} of the files in the landing folder may hold erased persons"
        )


def _unexpected(error: Exception) -> str:
    first = str(error).strip().splitlines()[0] if str(error).strip() else "no reason was given"
    return f"{type(error).__name__}: {first}"


def _write_trace(paths: DataPaths) -> Path | None:
    """Write the stack trace to a file; returns its path."""
    file = paths.dbt / "logs" / "failure.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(traceback.format_exc())
    except OSError:
        return None
    return file


def _land_demo_when_empty(paths: DataPaths) -> None:
    from orchestration.landing.files import find

    if find(paths.landing):
        return
    from orchestration.demo_shop import generate

    log.info("%s is empty: generating the demo shop's data …", paths.landing)
    began = time.monotonic()
    generate(paths)
    log.info("  generated in %.0f s", time.monotonic() - began)


def _rejected(paths: DataPaths, options: argparse.Namespace) -> int:
    from orchestration.rejected import rejected

    print(
        rejected(paths, part=options.file, most=options.most, shows_rows=options.rows), flush=True
    )
    return 0


def _docs(paths: DataPaths) -> int:
    from orchestration.documentation import write_documentation

    with warehouse_lock(paths.lock, purpose="`make docs`", log=log.info):
        page = write_documentation(paths)
    log.info("Documentation: %s", page)
    return 0


def _source(options: argparse.Namespace) -> int:
    from orchestration.drafting.draft import draft_source, write_draft
    from orchestration.drafting.summary import summary

    draft = draft_source(PROJECT_DIR, options.name, options.sample, object_name=options.object)
    write_draft(PROJECT_DIR, draft)
    print(summary(draft))
    return 0


def _check_source(paths: DataPaths, options: argparse.Namespace) -> int:
    from orchestration.drafting.check import check_source

    print(check_source(paths, PROJECT_DIR, options.name))
    return 0


def _dbt(paths: DataPaths, arguments: Sequence[str]) -> int:
    from orchestration.building.dbt import dbt_environment, dbt_folders

    folders = dbt_folders(paths, PROJECT_DIR)
    for folder in (paths.warehouse_dir, folders.target, folders.logs):
        folder.mkdir(parents=True, exist_ok=True)
    dbt = Path(sys.executable).with_name("dbt")
    os.execve(dbt, [str(dbt), *arguments], dbt_environment(folders, paths.root))


def _dev(paths: DataPaths) -> int:
    from orchestration.building.project import Project

    os.environ["DAGSTER_HOME"] = str(dagster_home(paths))
    log.info("Parsing the dbt project …")
    Project.load(paths)
    dagster = Path(sys.executable).with_name("dagster")
    # lets Dagster's processes import the event log that dagster.yaml names
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(PROJECT_DIR), os.environ.get("PYTHONPATH")])
    )
    os.chdir(PROJECT_DIR)
    os.execv(dagster, [str(dagster), "dev", "-m", "orchestration.definitions"])


def _fail(
    reason: str,
    paths: DataPaths,
    *,
    run_id: str = "(not started)",
    step: str | None = None,
    log_file: Path | None = None,
    alert: bool = False,
) -> int:
    """Print the reason on standard error, in one sentence, and post it to the webhook."""
    sentence = reason if reason.endswith((".", "…")) else f"{reason}."
    # an interruption kills dbt, which must not be reported as a failure
    with completed_first():
        if alert:
            problem = send_alert(alert_text(run_id=run_id, step=step, reason=sentence))
            if problem:
                sentence = f"{sentence} ({problem})"
        with contextlib.suppress(BrokenPipeError):
            for warning in take_warnings():
                print(warning, flush=True)
            print(f"Failed: {sentence}", file=sys.stderr)
            full_log = log_file or paths.dbt / "logs" / "dbt.log"
            if full_log.exists():
                print(f"The full log: {full_log}", file=sys.stderr)
    return 1
