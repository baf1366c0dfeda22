"""What a model may read and must document, checked on dbt's manifest.

Data flows through the stages in one order, and no folders use each other in a circle. No model or
macro reads the clock. A model's description opens with its grain, its key is tested, and a mart is
public and under contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from orchestration.house_rules.folder_circles import circle_problems
from orchestration.house_rules.problem import Problem
from orchestration.house_rules.stages import seed_problems, stage_of, stage_problems
from orchestration.house_rules.yaml_keys import known_model_configs, suggestion

# The generic tests of a key: one column, or several.
KEY_TESTS = {"unique", "unique_combination"}

# The `config.meta` key with the reason why a model has no key: landed rows may be duplicates.
NO_KEY = "has_no_key"

# The `config.meta` key with the part of a model's SQL that makes its rows unique, such as
# `group by order_id`: a test of the key could not fail.
KEY_FOLLOWS = "key_follows_from"

GRAIN = "One row per "

# The folder of the tables that only views of the marts read.
INTERNAL = "internal"

# Two files fit side by side on a screen.
WIDTH = 120

_COMMENTS = re.compile(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/", re.DOTALL)
_CLOCK = re.compile(
    # these need no parentheses in SQL, so they can't be names of columns
    r"\b(?:current_date|current_time|current_timestamp|localtime|localtimestamp|run_started_at)\b"
    # these could be names of columns
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
        elif node["resource_type"] == "test":
            problems += seed_problems(node, manifest)
    for macro in manifest["macros"].values():
        if macro["package_name"] == package:
            problems += _clock_problems(
                macro["original_file_path"], macro["macro_sql"], macro["name"]
            )
    problems += circle_problems(manifest)
    return sorted(problems)


def _model_problems(
    node: dict[str, Any], manifest: dict[str, Any], tested: set[str]
) -> Iterator[Problem]:
    sql_file, name = node["original_file_path"], node["name"]
    yaml_file = (node.get("patch_path") or sql_file).split("://")[-1]
    yield from stage_problems(node, manifest)
    yield from _clock_problems(sql_file, node["raw_code"], name)

    # SQLFluff measures lines after Jinja has rendered them
    for number, line in enumerate(node["raw_code"].splitlines(), start=1):
        if len(line) > WIDTH:
            yield Problem(sql_file, number, f"{name} has a line longer than {WIDTH} characters")

    for key in node["unrendered_config"]:
        known = known_model_configs()
        if key.replace("-", "_") not in known:
            yield Problem(
                sql_file,
                None,
                f"{name} sets a config that dbt does not know: {suggestion(key, known)}",
            )

    description = " ".join(node["description"].split())
    if not description:
        yield Problem(yaml_file, None, f"{name} has no description")
    elif not description.startswith(GRAIN):
        yield Problem(
            yaml_file, None, f'the description of {name} must open with its grain, "{GRAIN}…"'
        )

    reason = node["config"]["meta"].get(NO_KEY)
    part = node["config"]["meta"].get(KEY_FOLLOWS)
    if part is not None and part not in " ".join(node["raw_code"].split()):
        yield Problem(yaml_file, None, f"config.meta.{KEY_FOLLOWS} of {name} is not in its SQL")
    elif reason is None and part is None and node["unique_id"] not in tested:
        yield Problem(
            yaml_file,
            None,
            f"{name} has no test of its key: {' or '.join(sorted(KEY_TESTS))};"
            f" or config.meta.{KEY_FOLLOWS} or {NO_KEY} gives the reason",
        )
    elif reason is not None and not (isinstance(reason, str) and reason.strip()):
        yield Problem(yaml_file, None, f"config.meta.{NO_KEY} of {name} must be a reason, in words")

    if stage_of(node) == "marts" and INTERNAL not in node["fqn"]:
        if not node["config"]["contract"]["enforced"]:
            yield Problem(yaml_file, None, f"{name} is a mart, and its contract is not enforced")
        if node["config"].get("access", node.get("access")) != "public":
            yield Problem(yaml_file, None, f"{name} is a mart, and its access is not public")


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
        # a key of some rows only is not a key
        and not node["config"].get("where")
    }
