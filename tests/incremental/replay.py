"""The project's own SQL, as dbt ran it once, replayed on databases in memory.

A build of a few rows takes dbt seconds and a replay a fraction of one, so hundreds of histories can
be tried. What is replayed is what dbt logged, with the statements of strategies and hooks: nothing
of it is written here a second time.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import yaml
from project_macros import Found, ProjectMacros

from orchestration.building.dbt import Dbt, DbtFolders
from orchestration.landing import ledger
from orchestration.landing.contract import load_contracts
from orchestration.landing.loader import load_files
from orchestration.landing.removal import forget, remove_loads, remove_rows
from orchestration.landing.retention import (
    Cutoff,
    cutoffs,
    keep_counts,
    remove_before_cutoffs,
    set_cutoffs,
)
from orchestration.paths import PROJECT_DIR, DataPaths

# Those of the rows in histories; the others would be unions with nothing.
SOURCES = ("rees46", "shop")
PROJECT_PARTS = ("dbt_project.yml", "macros", "models", "profiles", "seeds", "tests/dbt")

# These macros look up constants when a statement is compiled. In the copied project each marks its
# result with its arguments, and a replay renders the macro again for its own tables.
LOOKED_UP = ("last_load_id", "removed_load_ids", "within_windows")
MARKED = """
{%% macro %(name)s(%(arguments)s) -%%}
    /*<%(name)s {{ tojson([%(texts)s]) }}*/ {{ unmarked_%(name)s(%(arguments)s) }} /*>*/
{%%- endmacro %%}
"""
MARK = re.compile(r"/\*<(\w+) (.*?)\*/.*?/\*>\*/", re.DOTALL)

# In a shop of a few orders a day is a peak by less, or the shop's own peaks would never be tried.
PEAK_THRESHOLDS = ("min_days_with_orders", "min_ratio", "min_order_count")

# One row, or there would be no instant that everything is as of.
SOME_EVENT = """
    insert into raw_shop.events (event_id, visitor_id, event_name, occurred_at, _load_id)
    values ('1', 'a visitor', 'page_view', '2026-01-01 12:00:00', 1)
"""

COMPARED_CHECKS = (
    "\"check\" not like 'late\\_%' escape '\\' and \"check\" not like 'sessions\\_%' escape '\\'"
)

# Database and schema of the built tables.
BUILT = (("klantbeeld", "intermediate"), ("published", "marts"), ("published", "internal"))

REBUILT_NAMES = (
    ('"published".', '"rebuilt_published".'),
    (",published.", ",rebuilt_published."),
    ('"klantbeeld"."intermediate"', '"rebuilt"."intermediate"'),
)


# In these shops the features look back so far, so that dates of a short history can't be computed.
DAYS_READ_BACK = timedelta(days=40)
TABLES_WITH_CUTOFF = ("events", "messages", "survey_responses", "service_contacts")

# Database, schema and name.
Table = tuple[str, str, str]


@dataclass(frozen=True)
class Statement:
    """One statement that dbt ran for a node."""

    node: str
    sql: str


@dataclass(frozen=True)
class Recording:
    """What dbt ran, and where: in a rebuild, and in an increment."""

    project: Path
    paths: DataPaths
    manifest: Mapping[str, Any]
    full: tuple[Statement, ...]
    incremental: tuple[Statement, ...]

    @cached_property
    def session_rule(self) -> str:
        text = (self.project / "dbt_project.yml").read_text(encoding="utf-8")
        return str(yaml.safe_load(text)["vars"]["session_rule"])

    @cached_property
    def compared(self) -> tuple[Table, ...]:
        """Database, schema and name of each table that must not depend on how it was built."""
        recorded = {statement.node for statement in self.full}
        models = [node for name, node in self.manifest["nodes"].items() if name in recorded]
        return tuple(
            _table(model)
            for model in sorted(models, key=lambda model: model["alias"])
            # what a view shows is in the tables that it reads
            if model["config"]["materialized"] != "view"
            and (model["database"] == "published" or _is_kept(model))
        )

    @cached_property
    def incremental_tables(self) -> dict[str, Table]:
        """The table of each incremental model, by the node. All other tables are made of these."""
        return {
            name: _table(node)
            for name, node in self.manifest["nodes"].items()
            if node["resource_type"] == "model" and _is_kept(node)
        }

    @cached_property
    def read_by_incremental(self) -> set[str]:
        """The nodes that an incremental model is or depends on."""
        reached: set[str] = set()
        waiting = list(self.incremental_tables)
        while waiting:
            name = waiting.pop()
            if name not in reached and name in self.manifest["nodes"]:
                reached.add(name)
                waiting += self.manifest["nodes"][name]["depends_on"].get("nodes", [])
        return reached

    def relation(self, model_name: str) -> str:
        node = self.manifest["nodes"][f"model.klantbeeld.{model_name}"]
        return f'"{node["database"]}"."{node["schema"]}"."{node["alias"]}"'


def copy_project(to: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """The project with some texts replaced; `changes` has the old and the new text by path."""
    for part in PROJECT_PARTS:
        source, target = PROJECT_DIR / part, to / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    for name in LOOKED_UP:
        _mark(to / "macros" / "incremental" / f"{name}.sql", name)
    thresholds = to / "seeds" / "thresholds" / "thresholds.csv"
    text = thresholds.read_text(encoding="utf-8")
    for threshold in PEAK_THRESHOLDS:
        text, count = re.subn(rf"^(shop_peaks,{threshold}),\d+", r"\1,1", text, flags=re.MULTILINE)
        assert count == 1, f"thresholds.csv must have one threshold {threshold}"
    thresholds.write_text(text, encoding="utf-8")
    # by their hashes, the visitors of the histories would all be in one of two streams
    streams = ("dbt_project.yml", ("visitor_streams: null", "visitor_streams: 3"))
    for path, (was, becomes) in (streams, *(changes or {}).items()):
        text = (to / path).read_text(encoding="utf-8")
        assert text.count(was) == 1, f"{path} has not once {was!r}"
        (to / path).write_text(text.replace(was, becomes), encoding="utf-8")
    return to


def record(project: Path, data_root: Path, select: str = "*") -> Recording:
    """Let dbt build a tiny shop twice: from nothing, and again; all models, or some."""
    paths = DataPaths(data_root)
    paths.landing.mkdir(parents=True)
    load_files(paths, load_contracts(project / "models" / "staging"))
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(SOME_EVENT)
    folders = DbtFolders(project, paths.dbt / "target", paths.dbt / "logs")
    dbt = Dbt(folders, paths.root)
    try:
        full = tuple(_build(dbt, "all", select))
        incremental = tuple(_build(dbt, "", select))
    finally:
        dbt.close()
    manifest = json.loads(folders.manifest.read_text(encoding="utf-8"))
    return Recording(project, paths, manifest, full, incremental)


def _mark(file: Path, name: str) -> None:
    text = file.read_text(encoding="utf-8")
    signature = re.search(rf"\{{% macro {name}\((.*?)\)", text)
    assert signature, f"{file.name} has no macro {name}"
    arguments = signature[1].split(", ") if signature[1] else []
    texts = ", ".join(f"{argument} | string" for argument in arguments)
    marked = MARKED % {"name": name, "arguments": ", ".join(arguments), "texts": texts}
    file.write_text(text.replace(f"macro {name}(", f"macro unmarked_{name}(") + marked)


def _table(model: Mapping[str, Any]) -> Table:
    return model["database"], model["schema"], model["alias"]


def _is_kept(model: Mapping[str, Any]) -> bool:
    return model["config"]["materialized"] == "incremental"


def _build(dbt: Dbt, rebuilt: str, select: str) -> Iterator[Statement]:
    """Build seeds and models; the statements of models that change anything."""
    dbt.command(
        [
            *("build", "--threads", "1"),
            *("--select", select, "resource_type:seed"),
            *("--resource-type", "seed", "--resource-type", "model"),
        ],
        {"KLANTBEELD_REBUILD": rebuilt, "KLANTBEELD_SOURCES": ",".join(SOURCES)},
        is_debugging=True,
    )
    for event in dbt.events():
        if event["info"]["name"] == "SQLQuery":
            node = (event["data"].get("node_info") or {}).get("unique_id") or ""
            if node.startswith("model.") and (sql := _replayed(event["data"]["sql"])):
                yield Statement(node, sql)
    assert not dbt.failed, dbt.failed


def _replayed(sql: str) -> str | None:
    """The statement as it is replayed, if it is.

    dbt drops a table before it builds the new one, or builds an incremental one beside the existing
    one and renames both: here the new one replaces the old.
    """
    sql = re.sub(r"^\s*/\*.*?\*/", "", sql, flags=re.DOTALL).strip()
    words = sql.lower().split()
    if words[0] in {"begin", "commit", "select", "describe", "with", "drop", "comment"}:
        return None
    if words[0] == "alter":
        assert "rename" in words, f"not known how to replay: {sql}"
        return None
    assert words[0] in {"create", "delete", "insert", "set", "reset"}, sql
    sql = sql.replace('__dbt_tmp"', '"')
    return re.sub(r"^create\s+(?!or replace)", "create or replace ", sql, flags=re.IGNORECASE)


class Replay:
    """Databases in memory: a warehouse that is built step by step, and a rebuilt one beside it."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.connection = duckdb.connect(":memory:")
        self.raw: list[str] = []
        self.contracts = load_contracts(recording.project / "models" / "staging")
        self._prepare()
        self._macros = ProjectMacros(
            recording.project / "macros",
            run_query=lambda query: Found(self.rows(query)),
            overrides={"existing_relation": recording.relation},
        )
        self.rebuild_statements = tuple(
            Statement(s.node, _in_rebuilt(s.sql)) for s in recording.full if not _is_staging(s.sql)
        )
        self.incremental_statements = tuple(
            s for s in recording.incremental if not _is_staging(s.sql)
        )
        self.full_statements = tuple(s for s in recording.full if not _is_staging(s.sql))

    def _prepare(self) -> None:
        execute = self.connection.execute
        for setting in ("threads = 1", "TimeZone = 'UTC'", "preserve_insertion_order = false"):
            execute(f"set {setting}")
        execute(f"attach '{self.recording.paths.warehouse}' as recorded (read_only)")
        for database in ("klantbeeld", "published", "rebuilt", "rebuilt_published"):
            execute(f"attach ':memory:' as {database}")
        execute("create schema klantbeeld.staging")
        for database, schema in BUILT:
            rebuilt = "rebuilt" if database == "klantbeeld" else f"rebuilt_{database}"
            execute(f"create schema {database}.{schema}")
            execute(f"create schema {rebuilt}.{schema}")
        for schema, table in execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'recorded' "
            "and (schema_name like 'raw%' or schema_name = 'seeds')"
        ).fetchall():
            execute(f"create schema if not exists klantbeeld.{schema}")
            execute(f"create table klantbeeld.{schema}.{table} as from recorded.{schema}.{table}")
            if schema != "seeds":
                self.raw.append(f"klantbeeld.{schema}.{table}")
        execute("detach recorded")
        execute("use klantbeeld")
        for statement in self.recording.full:
            if _is_staging(statement.sql):
                execute(statement.sql)

    def start_again(self) -> None:
        """Remove all that landed."""
        for table in self.raw:
            self.connection.execute(f"truncate {table}")

    def land(self, table: str, rows: Sequence[Mapping[str, Any]], load_id: int) -> None:
        """Rows of one file, as the loader would write them, with its line in the ledger."""
        source, _, name = table.partition(".")
        columns = sorted({column for row in rows for column in row})
        values = f"({', '.join('?' * len(columns))}, {load_id})"
        self.connection.execute(
            f"insert into klantbeeld.raw_{source}.{name} ({', '.join(columns)}, _load_id) "
            f"values {', '.join([values] * len(rows))}",
            [row.get(column) for row in rows for column in columns],
        )
        self.connection.execute(
            "insert into klantbeeld.raw.landed_files "
            "(load_id, source, table_name, file, status, rows_read, rows_landed, rows_rejected) "
            "values (?, ?, ?, ?, 'landed', ?, ?, 0)",
            [load_id, source, name, f"{load_id}.parquet", len(rows), len(rows)],
        )

    def _use_warehouse(self) -> None:
        """The loader's statements name no database."""
        self.connection.execute("use klantbeeld")

    def remove_files(self, numbers: Iterable[int]) -> None:
        """Remove the rows of earlier files, as the loader does for a file that changed."""
        self._use_warehouse()
        for number in numbers:
            for contract in self.contracts:
                remove_loads(self.connection, contract, [number + 1])
            ledger.mark_removed(self.connection, number + 1, "the file changed")

    def erase(self, column: str, key: str) -> None:
        """Remove the rows of all tables that have the key, as an erasure does."""
        self._use_warehouse()
        for contract in self.contracts:
            if column in {each.name for each in contract.columns}:
                condition = f"{column} = '{key}'"
                remove_rows(self.connection, contract, condition, of_events=condition)

    def remove_old(self, kept_from: datetime | None, *, is_built: bool) -> None:
        """Remove the rows that are too old, as the end of each landing does.

        A cutoff never moves back. Counts are kept where the marts are whole.
        """
        self._use_warehouse()
        known = cutoffs(self.connection)
        if kept_from:
            moved = {
                table: Cutoff(kept_from, (kept_from + DAYS_READ_BACK).date())
                for table in TABLES_WITH_CUTOFF
                if table not in known or known[table].kept_from < kept_from
            }
            set_cutoffs(self.connection, moved)
            if is_built:
                keep_counts(self.connection, "Europe/Amsterdam")
        remove_before_cutoffs(self.connection, self.contracts, timedelta(minutes=30))

    def forget_removed(self) -> None:
        """What the end of a whole build does."""
        self._use_warehouse()
        forget(self.connection)

    def rebuild_in_place(self, statements: int | None = None) -> None:
        """A full build, or the first so many statements of one."""
        self.run(self.full_statements[:statements])

    def build(self, statements: int | None = None) -> None:
        """An incremental build, or the first so many statements of one."""
        self.run(self.incremental_statements[:statements])

    def rebuild(self) -> None:
        """Build everything from the landed rows, in the databases beside.

        The rows are reversed before, since nothing may depend on their order.
        """
        for table in self.raw:
            self.connection.execute(
                f"create or replace table {table} as from {table} order by rowid desc"
            )
        self.run(self.rebuild_statements)

    def keep(self) -> None:
        """Copy all built tables, for `restore`."""
        self._copy("kept_", "")

    def restore(self) -> None:
        """Put the tables back as they were at `keep`; what landed since stays."""
        self._copy("", "kept_")

    def _copy(self, to: str, of: str) -> None:
        for database, schema in BUILT:
            self.connection.execute(f"create schema if not exists {database}.{to}{schema}")
            tables = self.rows(
                "select table_name from duckdb_tables() "
                f"where database_name = '{database}' and schema_name = '{of}{schema}'"
            )
            for (table,) in tables:
                self.connection.execute(
                    f"create or replace table {database}.{to}{schema}.{table} "
                    f"as from {database}.{of}{schema}.{table}"
                )

    def differences(self) -> list[str]:
        """The rows in which the tables differ from the rebuilt ones, as text."""
        return [line for table in self.recording.compared for line in self.difference(*table)]

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def difference(self, database: str, schema: str, name: str) -> list[str]:
        """The rows in which one table differs from the rebuilt one, as text."""
        built = f'"{database}"."{schema}"."{name}"'
        only = f"where {COMPARED_CHECKS}" if name == "data_quality" else ""
        ours, theirs = f"select * from {built} {only}", f"select * from {_in_rebuilt(built)} {only}"
        found = self.connection.execute(
            f"select 'built:   ', * from ({ours} except all {theirs}) "
            f"union all select 'rebuilt: ', * from ({theirs} except all {ours})"
        )
        rows = found.fetchall()
        columns = [column[0] for column in found.description[1:]]
        return [f"{name} {row[0]}{_shown(columns, row[1:])}" for row in sorted(rows, key=str)]

    def looked_up(self, sql: str) -> str:
        """The statement with the constants that the macros in `LOOKED_UP` find now."""
        return MARK.sub(lambda mark: self._macros(f"unmarked_{mark[1]}", *json.loads(mark[2])), sql)

    def run(self, statements: Sequence[Statement]) -> None:
        """Run statements, with the constants in them looked up."""
        for statement in statements:
            try:
                self.connection.execute(self.looked_up(statement.sql))
            except duckdb.Error as error:
                raise AssertionError(f"{statement.node} fails: {error}") from error


def _shown(columns: Sequence[str], values: Sequence[Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(columns, values, strict=True))


def _is_staging(sql: str) -> bool:
    return sql.startswith('create or replace view "klantbeeld"."staging".')


def _in_rebuilt(sql: str) -> str:
    for ours, theirs in REBUILT_NAMES:
        sql = sql.replace(ours, theirs)
    return sql
