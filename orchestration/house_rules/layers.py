"""What a model may read and must say, checked on dbt's manifest.

Layers only look down: staging reads sources and seeds, intermediate reads staging, marts read
intermediate. No model or macro reads the clock. A model's description opens with its grain, its key
is tested, and a mart is public and under contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from orchestration.house_rules.problem import Problem
from orchestration.house_rules.yaml_keys import known_model_configs, suggestion

# What a model of each layer may read; `_may_read` lets staging read its base models besides.
READABLE = {
    "staging": {"source", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "marts", "seed"},
}

# A generic test that says that a column, or several, is a key.
KEY_TESTS = {"unique", "unique_combination"}

# The `config.meta` key that says why a model has no key to test: as landed, rows may stand twice.
NO_KEY = "has_no_key"

GRAIN = "One row per "

# The folder of audiences, and what each says of itself in `config.meta`.
AUDIENCES = "audiences"
AUDIENCE_TEXTS = ("label_en", "label_nl", "description")

# The folder of the marts that are no interface.
INTERNAL = "internal"

# Columns of a screen beside another.
WIDTH = 120

_COMMENTS = re.compile(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/", re.DOTALL)
_CLOCK = re.compile(
    # these need no parentheses in SQL; as a column's name they would be misread by every engine
    r"\b(?:current_date|current_time|current_timestamp|localtime|localtimestamp|run_started_at)\b"
    # these are names that a column could have
    r"|\b(?:now|today|getdate|sysdate|get_current_time|get_current_timestamp|transaction_timestamp"
    r"|current_localtime|current_localtimestamp|utcnow)\s*\(",
    re.IGNORECASE,
)


def find_problems(manifest: dict[str, Any]) -> list[Problem]:
    """Every breach in the project of this manifest, sorted by file."""
    package = manifest["metadata"]["project_name"]
    tested = _models_with_tested_key(manifest)
    problems: list[Problem] = []
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["package_name"] == package:
            problems += _model_problems(node, manifest, tested)
    for macro in manifest["macros"].values():
        if macro["package_name"] == package:
            problems += _clock_problems(
                macro["original_file_path"], macro["macro_sql"], macro["name"]
            )
    return sorted(problems)


def _model_problems(
    node: dict[str, Any], manifest: dict[str, Any], tested: set[str]
) -> Iterator[Problem]:
    sql_file, name = node["original_file_path"], node["name"]
    yaml_file = (node.get("patch_path") or sql_file).split("://")[-1]
    layer = _layer(node)

    if layer not in READABLE:
        layers = ", ".join(READABLE)
        yield Problem(sql_file, None, f"{name} lies in no layer; models belong in {layers}")
    else:
        for parent_id in node["depends_on"]["nodes"]:
            parent = manifest["nodes"].get(parent_id) or manifest["sources"][parent_id]
            if not _may_read(node, parent):
                yield Problem(
                    sql_file,
                    None,
                    f"{name} ({layer}) may not read {parent['name']} ({_kind(parent)})",
                )

    yield from _clock_problems(sql_file, node["raw_code"], name)

    # SQLFluff measures lines after Jinja, which nobody reads
    for number, line in enumerate(node["raw_code"].splitlines(), start=1):
        if len(line) > WIDTH:
            yield Problem(sql_file, number, f"{name} has a line that is wider than {WIDTH}")

    for key in node["unrendered_config"]:
        known = known_model_configs()
        if key.replace("-", "_") not in known:
            yield Problem(
                sql_file,
                None,
                f"{name} sets a config that dbt does not know: {suggestion(key, known)}",
            )

    if _is_audience(node):
        yield from _audience_problems(node)
        return

    description = " ".join(node["description"].split())
    if not description:
        yield Problem(yaml_file, None, f"{name} has no description")
    elif not description.startswith(GRAIN):
        yield Problem(
            yaml_file, None, f'the description of {name} must open with its grain, "{GRAIN}…"'
        )

    reason = node["config"]["meta"].get(NO_KEY)
    if reason is None and node["unique_id"] not in tested:
        yield Problem(
            yaml_file,
            None,
            f"no test of the key of {name}: {' or '.join(sorted(KEY_TESTS))};"
            f" or config.meta.{NO_KEY} says why there is none",
        )
    elif reason is not None and not (isinstance(reason, str) and reason.strip()):
        yield Problem(yaml_file, None, f"config.meta.{NO_KEY} of {name} must be a reason, in words")

    # what the marts' views read is published, and no interface
    if layer == "marts" and INTERNAL not in node["fqn"]:
        if not node["config"]["contract"]["enforced"]:
            yield Problem(yaml_file, None, f"{name} is a mart, and its contract is not enforced")
        if node["config"].get("access", node.get("access")) != "public":
            yield Problem(yaml_file, None, f"{name} is a mart, and its access is not public")


def _is_audience(node: dict[str, Any]) -> bool:
    return AUDIENCES in node["fqn"]


def _audience_problems(node: dict[str, Any]) -> Iterator[Problem]:
    """An audience is one file: what YAML says of other marts is in its `config(meta={…})`."""
    for key in AUDIENCE_TEXTS:
        if not node["config"]["meta"].get(key):
            yield Problem(
                node["original_file_path"], None, f"the audience {node['name']} has no meta.{key}"
            )
    if not any(macro.endswith(".audience") for macro in node["depends_on"]["macros"]):
        yield Problem(
            node["original_file_path"],
            None,
            f"the audience {node['name']} must be told by {{{{ audience(…) }}}}, which has its key",
        )


def _layer(node: dict[str, Any]) -> str:
    return PurePosixPath(node["path"]).parts[0]


def _kind(node: dict[str, Any]) -> str:
    return _layer(node) if node["resource_type"] == "model" else node["resource_type"]


def _may_read(node: dict[str, Any], parent: dict[str, Any]) -> bool:
    if _kind(parent) in READABLE[_layer(node)]:
        return True
    # several staging models of one format may share a base model, in `base/` below them
    base = PurePosixPath(node["path"]).parent / "base"
    return _kind(parent) == "staging" and PurePosixPath(parent["path"]).parent == base


def _clock_problems(file: str, code: str, name: str) -> Iterator[Problem]:
    # comments are blanked, not removed, so that lines keep their numbers
    text = _COMMENTS.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), code)
    for found in _CLOCK.finditer(text):
        word = found[0].rstrip("( \t\n")
        yield Problem(
            file, None, f"{name} reads the clock ({word}); everything is as of the var as_of"
        )


def _models_with_tested_key(manifest: dict[str, Any]) -> set[str]:
    return {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") in KEY_TESTS
        and node.get("attached_node")
        # a key of some of the rows is no key
        and not node["config"].get("where")
    }
