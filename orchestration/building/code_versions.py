"""What decides the rows of a model, apart from what landed: its rules.

An incremental model keeps rows that earlier refreshes computed, which is right for as long as its
rules are what they were. When they change, it is built anew. Pure functions over dbt's manifest.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

# A rule's name, as a person would say it, and the hash of what it says.
Rules = Mapping[str, str]

# Models with the same value of this key of `config.meta` are only ever rebuilt together.
REBUILT_TOGETHER = "rebuilt_together"

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
MOST_NAMED = 12
TABLES = {"model", "seed", "snapshot"}
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")

# What a template asks dbt about the database: it may say something else in the next run.
_ASKED_AT_RUN = re.compile(
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


def rules_of_models(manifest: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Rules]:
    """The rules of every incremental model, by its name. `settings` has the value of every var."""
    thresholds = _thresholds(manifest)
    own = {
        unique_id: _own_rules(manifest, settings, thresholds, node)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in TABLES
    }
    versions = {f"version of {package}": version(package) for package in PACKAGES}
    found: dict[str, Rules] = {}
    for unique_id, node in _incremental_models(manifest).items():
        rules = dict(versions)
        for ancestor in [unique_id, *_ancestors(manifest, unique_id)]:
            rules |= own.get(ancestor, {})
        found[node["name"]] = rules
    return found


def changed_rules(now: Mapping[str, Rules], recorded: Mapping[str, Rules]) -> list[str]:
    """The names of the rules that changed for any model that was built before."""
    both = now.keys() & recorded.keys()
    return sorted({rule for model in both for rule in _changed(now[model], recorded[model])})


def rebuilds(
    manifest: Mapping[str, Any], now: Mapping[str, Rules], recorded: Mapping[str, Rules]
) -> dict[str, str]:
    """The incremental models that must be built anew, each with the reason.

    `now` is what `rules_of_models` says, `recorded` is what it said when they were last built.
    """
    reasons: dict[str, str] = {}
    for model, rules in now.items():
        if model not in recorded:
            reasons[model] = "not built before"
        elif changed := _changed(rules, recorded[model]):
            reasons[model] = f"{some(changed)} changed"
    return _with_dependents(_incremental_models(manifest), manifest, reasons)


def unmoved_by_landing(manifest: Mapping[str, Any]) -> set[str]:
    """The nodes that a build of the same project need not touch when only rows have landed.

    These are seeds and tables that are made of seeds alone, with the tests of these, and the views
    that would be written as they are.
    """
    nodes = manifest["nodes"]
    unmoved = {
        unique_id
        for unique_id, node in nodes.items()
        if node["resource_type"] in {"seed", "model"}
        # an incremental model or a hook may mean something by each run
        and node["config"].get("materialized") != "incremental"
        and not node["config"].get("pre-hook")
        and _is_of_seeds(manifest, node)
    }
    tests = {
        unique_id
        for unique_id, node in nodes.items()
        if node["resource_type"] == "test"
        and node["depends_on"]["nodes"]
        and unmoved.issuperset(node["depends_on"]["nodes"])
    }
    views = {
        unique_id
        for unique_id, node in nodes.items()
        if node["config"].get("materialized") == "view"
        and not node["config"].get("pre-hook")
        and not _asks_at_run(manifest, node)
    }
    return unmoved | tests | views


def project_fingerprint(manifest: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Of all that a build is made from: models, seeds, tests, contracts, macros, vars.

    The same on the same landed data gives the same tables, and the same outcome of every test.
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


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"


def _changed(now: Rules, recorded: Rules) -> list[str]:
    """The names of the rules that differ, came or went."""
    return sorted(
        rule for rule in now.keys() | recorded.keys() if now.get(rule) != recorded.get(rule)
    )


def _with_dependents(
    models: Mapping[str, Mapping[str, Any]], manifest: Mapping[str, Any], reasons: Mapping[str, str]
) -> dict[str, str]:
    """With the models that are rebuilt together with one of these, or that stand on one."""
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
    """Every node and source that a node is made from, however far away."""

    def parents(name: str) -> Iterable[str]:
        return manifest["nodes"].get(name, {}).get("depends_on", {}).get("nodes", ())

    return _reached(parents(unique_id), parents)


def _own_rules(
    manifest: Mapping[str, Any],
    settings: Mapping[str, Any],
    thresholds: Mapping[tuple[str, str], str],
    node: Mapping[str, Any],
) -> dict[str, str]:
    """The rules that a node itself brings: its text, sources, macros, vars and thresholds."""
    config = {key: node["config"].get(key) for key in DECIDING_CONFIG}
    text = "" if _is_thresholds(node) else _text(node)
    said = [text, config, _contract(node), node["relation_name"]]
    rules = {f"{node['resource_type']} `{node['name']}`": _hash(said)}
    macros = _macros(manifest, node)
    rules |= {f"macro `{macro['name']}`": _hash(macro["macro_sql"]) for macro in macros}
    for text in [node.get("raw_code") or "", *(macro["macro_sql"] for macro in macros)]:
        rules |= {f"var `{name}`": _hash(settings.get(name)) for name in _VAR.findall(text)}
    code = node.get("raw_code") or ""
    rules |= {
        f"threshold `{' '.join(key)}`": _hash(value)
        for key, value in thresholds.items()
        if key in _THRESHOLD.findall(code) or _THRESHOLDS_REF.search(code)
    }
    rules |= {
        f"source `{parent.split('.', 2)[2]}`": _hash(_types(manifest["sources"][parent]))
        for parent in node["depends_on"].get("nodes", ())
        if parent.startswith("source.")
    }
    return rules


def _thresholds(manifest: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """The values in the seed of thresholds, by topic and name."""
    for node in manifest["nodes"].values():
        if _is_thresholds(node):
            file = Path(node["root_path"]) / node["original_file_path"]
            with file.open(newline="", encoding="utf-8") as text:
                return {
                    (row["topic"], row["threshold"]): row["value"] for row in csv.DictReader(text)
                }
    return {}


def _is_thresholds(node: Mapping[str, Any]) -> bool:
    return node["resource_type"] == "seed" and node["name"] == THRESHOLDS


def _macros(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The project's macros that a node calls, directly or not, in whichever branch.

    dbt notes the calls of the branches that it went through, so that it depends on the command.
    """
    macros = manifest["macros"]
    package = manifest["metadata"]["project_name"]
    adapter = manifest["metadata"]["adapter_type"]

    def ours(names: Iterable[str]) -> Iterator[str]:
        return (key for name in names if (key := f"macro.{package}.{name}") in macros)

    def called(unique_id: str) -> Iterator[str]:
        yield from macros[unique_id]["depends_on"]["macros"]
        # dbt finds these by their names when they run
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
    """Whether a node is a seed, or made of nothing but seeds and what is made of them."""
    if node["resource_type"] == "seed":
        return True
    parents = node["depends_on"]["nodes"]
    return bool(parents) and all(
        parent in manifest["nodes"] and _is_of_seeds(manifest, manifest["nodes"][parent])
        for parent in parents
    )


def _asks_at_run(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    texts = [node["raw_code"], *(macro["macro_sql"] for macro in _macros(manifest, node))]
    return any(_ASKED_AT_RUN.search(text) for text in texts)


def _reached(first: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that is among the first, or follows from what is reached."""
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
    """What a node says: SQL, or the checksum of a seed's file."""
    if node["resource_type"] != "seed":
        return node["raw_code"].rstrip()
    if node["checksum"]["name"] == "path":
        # dbt does not look into a file of more than a megabyte
        file = Path(node["root_path"]) / node["original_file_path"]
        return hashlib.sha256(file.read_bytes()).hexdigest()
    return node["checksum"]["checksum"]


def _contract(node: Mapping[str, Any]) -> str | None:
    """dbt's checksum of the columns' names and types, where they are enforced."""
    return (node.get("contract") or {}).get("checksum")


def _types(source: Mapping[str, Any]) -> dict[str, str | None]:
    """The columns of a raw table, which landing widens where the contract says so."""
    return {name: column.get("data_type") for name, column in source["columns"].items()}


def _without_documentation(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key not in {"description", "docs", "tags"}}


def _hash(said: Any) -> str:
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
