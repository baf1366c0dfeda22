"""The code versions of a model: everything but landed data that decides its rows.

An incremental model keeps rows that earlier refreshes computed. They are right while its code
versions are unchanged; when one changes, the model is rebuilt. Pure functions over dbt's manifest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.building.seeds import seed_rows
from orchestration.last_build import CodeVersions

# Models that share a value of this key of `config.meta` are always rebuilt together.
REBUILT_TOGETHER = "rebuilt_together"
# A view with this key in `config.meta` has the same SQL in every run, whatever it asks dbt.
SQL_OF_SEEDS = "sql_of_seeds"

# The configuration that decides a table's rows and columns.
DECIDING_CONFIG = (
    "materialized",
    "incremental_strategy",
    "unique_key",
    "meta",
    "pre-hook",
    "post-hook",
    "column_types",
    "delimiter",
)
MAX_NAMES_SHOWN = 12
TABLES = {"model", "seed", "snapshot"}
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")

# What a template asks dbt when it runs: the answer may differ in the next run.
_ASKED_AT_RUN_TIME = re.compile(
    r"\b(execute|run_query|is_incremental|this|run_started_at|invocation_id|env_var|load_relation)\b"
    r"|\badapter\.(?!dispatch\b)"
)
_VAR = re.compile(r"""\bvar\(\s*['"](\w+)['"]""")
# A model's table is rebuilt where a threshold that it reads changes, and not where any other does.
THRESHOLDS = "thresholds"
_THRESHOLD = re.compile(r"\bthreshold\(\s*'([^']*)',\s*'([^']*)'")
_THRESHOLDS_REF = re.compile(rf"\bref\(\s*['\"]{THRESHOLDS}['\"]")
_CALLED = re.compile(r"\b(\w+)\(")
_DISPATCHED = re.compile(r"""\badapter\.dispatch\(\s*['"](\w+)['"]""")


def code_versions_of_models(
    manifest: Mapping[str, Any], settings: Mapping[str, Any]
) -> dict[str, CodeVersions]:
    """The code versions of every incremental model, by its name.

    `settings` has the value of every var.
    """
    thresholds = _thresholds(manifest)
    own = {
        unique_id: _own_versions(manifest, settings, thresholds, node)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in TABLES
    }
    packages = {f"version of {package}": version(package) for package in PACKAGES}
    found: dict[str, CodeVersions] = {}
    for unique_id, node in _incremental_models(manifest).items():
        versions = dict(packages)
        for ancestor in [unique_id, *_ancestors(manifest, unique_id)]:
            versions |= own.get(ancestor, {})
        found[node["name"]] = versions
    return found


def changed_versions(
    now: Mapping[str, CodeVersions], recorded: Mapping[str, CodeVersions]
) -> list[str]:
    """The names of what changed for any model that was built before."""
    both = now.keys() & recorded.keys()
    return sorted({name for model in both for name in _changed(now[model], recorded[model])})


def models_to_rebuild(
    manifest: Mapping[str, Any],
    now: Mapping[str, CodeVersions],
    recorded: Mapping[str, CodeVersions],
) -> dict[str, str]:
    """The incremental models that must be rebuilt, each with the reason.

    `now` and `recorded` are the code versions of the models, at present and in the last build.
    """
    reasons: dict[str, str] = {}
    for model, versions in now.items():
        if model not in recorded:
            reasons[model] = "not built before"
        elif changed := _changed(versions, recorded[model]):
            reasons[model] = f"{shortened(changed)} changed"
    return _with_dependents(_incremental_models(manifest), manifest, reasons)


def unchanged_by_landing(manifest: Mapping[str, Any]) -> set[str]:
    """The nodes that a build of the same project can skip when only rows have landed.

    These are seeds, tables that read seeds only, the tests of both, and views whose SQL is the
    same in every run.
    """
    nodes = manifest["nodes"]
    unchanged = {
        unique_id
        for unique_id, node in nodes.items()
        if node["resource_type"] in {"seed", "model"}
        # an incremental model or a hook may have an effect in each run
        and node["config"].get("materialized") != "incremental"
        and not node["config"].get("pre-hook")
        and _is_of_seeds(manifest, node)
    }
    tests = {
        unique_id
        for unique_id, node in nodes.items()
        if node["resource_type"] == "test"
        and node["depends_on"]["nodes"]
        and unchanged.issuperset(node["depends_on"]["nodes"])
    }
    views = {
        unique_id
        for unique_id, node in nodes.items()
        if node["config"].get("materialized") == "view" and _has_one_sql(manifest, node)
    }
    return unchanged | tests | views


def project_fingerprint(manifest: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """A hash of all that a build is made from: models, seeds, tests, contracts, macros, vars.

    An equal fingerprint and equal landed data give equal tables and test results.
    """
    nodes = {
        unique_id: [
            _text(node),
            _without_documentation(node["config"]),
            node.get("test_metadata"),
            node["relation_name"],
            _contract(node),
        ]
        for unique_id, node in manifest["nodes"].items()
    }
    sources = {
        unique_id: [_without_documentation(column) for column in source["columns"].values()]
        for unique_id, source in manifest["sources"].items()
    }
    macros = {
        unique_id: macro["macro_sql"]
        for unique_id, macro in manifest["macros"].items()
        if _is_ours(manifest, macro)
    }
    return _hash([nodes, sources, macros, settings, [version(package) for package in PACKAGES]])


def shortened(names: Sequence[str]) -> str:
    """A list of names as text: the first few, and how many more there are."""
    if len(names) <= MAX_NAMES_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:MAX_NAMES_SHOWN])} and {len(names) - MAX_NAMES_SHOWN} more"


def _changed(now: CodeVersions, recorded: CodeVersions) -> list[str]:
    """The names whose versions differ, were added or removed."""
    return sorted(
        name for name in now.keys() | recorded.keys() if now.get(name) != recorded.get(name)
    )


def _with_dependents(
    models: Mapping[str, Mapping[str, Any]], manifest: Mapping[str, Any], reasons: Mapping[str, str]
) -> dict[str, str]:
    """Add the models that are rebuilt together with one of these, or that depend on one."""
    ancestors = {unique_id: _ancestors(manifest, unique_id) for unique_id in models}
    closed = dict(reasons)
    waiting = [unique_id for unique_id, node in models.items() if node["name"] in reasons]
    while waiting:
        rebuilt = waiting.pop()
        for unique_id, node in models.items():
            depends = rebuilt in ancestors[unique_id] or _are_together(models[rebuilt], node)
            if depends and node["name"] not in closed:
                closed[node["name"]] = f"model `{models[rebuilt]['name']}` is rebuilt"
                waiting.append(unique_id)
    return dict(sorted(closed.items()))


def _are_together(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    group = one["config"]["meta"].get(REBUILT_TOGETHER)
    return group is not None and group == other["config"]["meta"].get(REBUILT_TOGETHER)


def _incremental_models(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
    }


def _ancestors(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """Every node and source that a node depends on, directly or not."""

    def parents(name: str) -> Iterable[str]:
        return manifest["nodes"].get(name, {}).get("depends_on", {}).get("nodes", ())

    return _reached(parents(unique_id), parents)


def _own_versions(
    manifest: Mapping[str, Any],
    settings: Mapping[str, Any],
    thresholds: Mapping[tuple[str, str], str],
    node: Mapping[str, Any],
) -> dict[str, str]:
    """The versions that a node itself adds: its code, sources, macros, vars and thresholds."""
    config = {key: node["config"].get(key) for key in DECIDING_CONFIG}
    text = "" if _is_thresholds(node) else _text(node)
    content = [text, config, _contract(node), node["relation_name"]]
    versions = {f"{node['resource_type']} `{node['name']}`": _hash(content)}
    macros = _macros(manifest, node)
    versions |= {f"macro `{macro['name']}`": _hash(macro["macro_sql"]) for macro in macros}
    for text in [node.get("raw_code") or "", *(macro["macro_sql"] for macro in macros)]:
        versions |= {f"var `{name}`": _hash(settings.get(name)) for name in _VAR.findall(text)}
    code = node.get("raw_code") or ""
    versions |= {
        f"threshold `{' '.join(key)}`": _hash(value)
        for key, value in thresholds.items()
        if key in _THRESHOLD.findall(code) or _THRESHOLDS_REF.search(code)
    }
    versions |= {
        f"source `{parent.split('.', 2)[2]}`": _hash(_types(manifest["sources"][parent]))
        for parent in node["depends_on"].get("nodes", ())
        if parent.startswith("source.")
    }
    return versions


def _thresholds(manifest: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """The values in the seed of thresholds, by topic and name."""
    return {
        (row["topic"], row["threshold"]): row["value"] for row in seed_rows(manifest, THRESHOLDS)
    }


def _is_thresholds(node: Mapping[str, Any]) -> bool:
    return node["resource_type"] == "seed" and node["name"] == THRESHOLDS


def _macros(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The project's macros that a node calls, directly or not, in any branch of its Jinja.

    dbt records only the calls of the branches that the last command took, so the node's text is
    searched as well.
    """
    macros = manifest["macros"]
    package = manifest["metadata"]["project_name"]
    adapter = manifest["metadata"]["adapter_type"]

    def ours(names: Iterable[str]) -> Iterator[str]:
        return (key for name in names if (key := f"macro.{package}.{name}") in macros)

    def called(unique_id: str) -> Iterator[str]:
        yield from macros[unique_id]["depends_on"]["macros"]
        # dbt resolves these by name at run time
        for name in _DISPATCHED.findall(macros[unique_id]["macro_sql"]):
            yield from ours([f"{adapter}__{name}", f"default__{name}"])

    strategy = node["config"].get("incremental_strategy")
    first = [
        *node["depends_on"].get("macros", ()),
        *ours(_CALLED.findall(node.get("raw_code") or "")),
        *ours([f"get_incremental_{strategy}_sql"]),
    ]
    reached = _reached([name for name in first if name in macros], called)
    return [macros[name] for name in sorted(reached) if _is_ours(manifest, macros[name])]


def _is_of_seeds(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether a node is a seed, or depends on seeds only."""
    if node["resource_type"] == "seed":
        return True
    parents = node["depends_on"]["nodes"]
    return bool(parents) and all(
        parent in manifest["nodes"] and _is_of_seeds(manifest, manifest["nodes"][parent])
        for parent in parents
    )


def _has_one_sql(manifest: Mapping[str, Any], view: Mapping[str, Any]) -> bool:
    """Whether a view has the same SQL in every run of the same project."""
    if view["config"]["meta"].get(SQL_OF_SEEDS):
        return True
    return not view["config"].get("pre-hook") and not _asks_at_run_time(manifest, view)


def _asks_at_run_time(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    texts = [node["raw_code"], *(macro["macro_sql"] for macro in _macros(manifest, node))]
    return any(_ASKED_AT_RUN_TIME.search(text) for text in texts)


def _reached(first: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """The transitive closure of `first` under `following`."""
    reached: set[str] = set()
    waiting = list(first)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(following(name))
    return reached


def _is_ours(manifest: Mapping[str, Any], macro: Mapping[str, Any]) -> bool:
    return macro["package_name"] == manifest["metadata"]["project_name"]


def _text(node: Mapping[str, Any]) -> str:
    """The code of a node, or the checksum of a seed's file."""
    if node["resource_type"] != "seed":
        return node["raw_code"].rstrip()
    if node["checksum"]["name"] == "path":
        # dbt does not hash a file of more than a megabyte
        file = Path(node["root_path"]) / node["original_file_path"]
        return hashlib.sha256(file.read_bytes()).hexdigest()
    return node["checksum"]["checksum"]


def _contract(node: Mapping[str, Any]) -> str | None:
    """dbt's checksum of the columns' names and types, if the contract is enforced."""
    return (node.get("contract") or {}).get("checksum")


def _types(source: Mapping[str, Any]) -> dict[str, str | None]:
    """The column types of a raw table; landing widens them when the contract changes."""
    return {name: column.get("data_type") for name, column in source["columns"].items()}


def _without_documentation(config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in config.items() if key not in {"description", "docs", "tags"}
    }


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
