"""Misspelt keys in dbt's YAML, which dbt ignores without a message on DuckDB.

dbt ships JSON schemas of its files, but validates projects with them on a few warehouses only. This
module always does, and adds the configs of dbt-duckdb. It also checks the keys of `meta`, where dbt
allows anything: a misspelt `direct_identifier` would publish names. docs/decisions/house-rules.md
has the alternatives.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import json
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from orchestration.house_rules.problem import Problem

# Keys of `config.meta` that something reads: the loader, publishing, these checks, Dagster.
META_KEYS = {
    "aliases",
    "csv",
    "dagster",
    "direct_identifier",
    "excel",
    "format",
    "has_happened",
    "has_no_key",
    "identifier",
    "identifies",
    "is_landed",
    "is_personal",
    "json",
    "keeps_anonymous_rows",
    "key_follows_from",
    "kind",
    "missing",
    "not_used",
    "parquet_up_to",
    "path",
    "range",
    "rebuilt_together",
    "shows_rows",
    "source",
    "sql_of_seeds",
    "started_at",
    "timezone",
    "unit",
    "values",
    "values_of",
    "window",
}

# Configs that dbt-duckdb reads and the schemas do not know.
DUCKDB_MODEL_CONFIGS = {
    "delimiter",
    "format",
    "location",
    "merge_clauses",
    "merge_insert_condition",
    "merge_on_using_columns",
    "merge_update_condition",
    "merge_update_set_expressions",
    "options",
    "parquet_read_options",
    "partitioned_by",
    "sorted_by",
}
DUCKDB_SEED_CONFIGS = {"fast"}

# Resources that dbt_project.yml configures by folder, and the schema's name for their configs.
CONFIGURED = {
    "models": "ProjectModelConfig",
    "seeds": "ProjectSeedConfig",
    "sources": "ProjectSourceConfig",
    "data_tests": "ProjectDataTestConfig",
    "unit_tests": "ProjectUnitTestConfig",
    "snapshots": "ProjectSnapshotConfig",
    "exposures": "ProjectExposureConfig",
}

# A longer file must document a single resource.
LONGEST_FILE = 300

Path_ = tuple["str | int", ...]


def find_problems(project_dir: Path) -> list[Problem]:
    """Every unknown key of a project, sorted by file and line."""
    problems = list(_file_problems(project_dir, Path("dbt_project.yml")))
    # a nested project, for example one of a test, is not checked
    others = {file.parent for file in project_dir.glob("*/**/dbt_project.yml")}
    for folder in ("models", "seeds", "macros", "tests", "snapshots"):
        for file in sorted((project_dir / folder).rglob("*.y*ml")):
            if file.suffix in (".yml", ".yaml") and not others & set(file.parents):
                problems += _file_problems(project_dir, file.relative_to(project_dir))
    return sorted(set(problems))


@functools.cache
def known_model_configs() -> frozenset[str]:
    """The keys of a model's config."""
    return frozenset(_resources_schema()["definitions"]["ModelConfig"]["properties"])


def suggestion(key: str, known: Iterable[str]) -> str:
    """The key, with the known key that resembles it most."""
    close = difflib.get_close_matches(key, list(known), n=1)
    return f"'{key}' (is '{close[0]}' meant?)" if close else f"'{key}'"


def _file_problems(project_dir: Path, file: Path) -> Iterator[Problem]:
    text = (project_dir / file).read_text(encoding="utf-8")
    name = file.as_posix()
    try:
        root = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        yield Problem(name, mark.line + 1 if mark else None, f"this is not YAML: {error}")
        return
    if root is None:
        return
    if len(text.splitlines()) > LONGEST_FILE and _resource_count(content) > 1:
        message = f"a YAML file of more than {LONGEST_FILE} lines must document one resource only"
        yield Problem(name, None, message)

    if name == "dbt_project.yml":
        found = _project_problems(content)
    else:
        found = _schema_problems(_resources_schema(), content)
    lines = _lines(root)
    for path, message in [*_duplicates(root), *found, *_meta_problems(content)]:
        line = next(lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines)
        yield Problem(name, line, message)


def _resource_count(content: dict[str, Any]) -> int:
    return sum(len(value) for value in content.values() if isinstance(value, list))


class _Loader(yaml.SafeLoader):
    """Reads dates as text, which dbt's schemas expect."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _lines(node: yaml.Node, path: Path_ = ()) -> dict[Path_, int]:
    """The line of every key and list entry, by its path."""
    lines = {path: node.start_mark.line + 1} if not path else {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*path, key.value)] = key.start_mark.line + 1
            lines |= _lines(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines[(*path, number)] = value.start_mark.line + 1
            lines |= _lines(value, (*path, number))
    return lines


def _duplicates(node: yaml.Node, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Keys that occur twice in one mapping: the YAML reader keeps the last one silently."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*path, key.value), f"the key '{key.value}' occurs twice here"
            seen.add(key.value)
            yield from _duplicates(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _duplicates(value, (*path, number))


def _schema_problems(schema: dict[str, Any], content: Any) -> Iterator[tuple[Path_, str]]:
    for error in jsonschema.Draft7Validator(schema).iter_errors(content):
        yield from _explain(error, ())


def _explain(error: jsonschema.ValidationError, above: Path_) -> Iterator[tuple[Path_, str]]:
    """The keys that an error is about. dbt itself checks the values, after it renders them."""
    path = (*above, *error.relative_path)
    if (
        error.validator == "additionalProperties"
        and isinstance(error.schema, dict)
        and isinstance(error.instance, dict)
    ):
        known = error.schema.get("properties", {})
        for key in error.instance:
            if key not in known:
                yield (*path, key), f"dbt knows no key {suggestion(key, known)} here"
    elif error.validator in ("anyOf", "oneOf"):
        for nested in _fitting_branch(error):
            yield from _explain(nested, path)


def _fitting_branch(error: jsonschema.ValidationError) -> list[jsonschema.ValidationError]:
    """The errors of the alternative that fits best; all alternatives failed."""
    branches: dict[Any, list[jsonschema.ValidationError]] = {}
    for nested in error.context or []:
        branches.setdefault(nested.relative_schema_path[0], []).append(nested)
    fitting = [
        nested_errors
        for nested_errors in branches.values()
        if not any(
            nested.validator in ("type", "required", "enum") and not nested.relative_path
            for nested in nested_errors
        )
    ]
    return min(fitting, key=len) if fitting else []


def _project_problems(content: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    from dbt.contracts.project import ProjectFlags

    schema = _schema("project", "0.0.110.json")
    yield from _schema_problems(schema, content)

    flags = {field.name for field in dataclasses.fields(ProjectFlags)}
    for key in content.get("flags") or {}:
        if key not in flags:
            yield ("flags", key), f"dbt knows no flag {suggestion(key, flags)}"

    for resource, definition in CONFIGURED.items():
        known = {
            key for key in schema["definitions"][definition]["properties"] if key.startswith("+")
        }
        if resource in ("models", "seeds"):
            known |= {f"+{key}" for key in DUCKDB_MODEL_CONFIGS | DUCKDB_SEED_CONFIGS}
        yield from _folder_problems(content.get(resource), (resource,), known)


def _folder_problems(configs: Any, path: Path_, known: set[str]) -> Iterator[tuple[Path_, str]]:
    """Configs by folder: dbt takes an unknown `+key` with a mapping below it for a folder."""
    if not isinstance(configs, dict):
        return
    for key, value in configs.items():
        if str(key).startswith("+"):
            if key not in known:
                yield (*path, key), f"dbt knows no config {suggestion(key, known)} here"
        else:
            yield from _folder_problems(value, (*path, key), known)


def _meta_problems(content: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    if isinstance(content, dict):
        for key, value in content.items():
            if key in ("meta", "+meta") and isinstance(value, dict):
                for meta_key in value:
                    if meta_key not in META_KEYS:
                        message = f"nothing reads the meta key {suggestion(meta_key, META_KEYS)}"
                        yield (*path, key, meta_key), message
            elif key != "rows":  # a unit test's rows are data
                yield from _meta_problems(value, (*path, key))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _meta_problems(value, (*path, number))


@functools.cache
def _resources_schema() -> dict[str, Any]:
    schema = _schema("resources", "latest.json")
    for definition, extra in (
        ("ModelConfig", DUCKDB_MODEL_CONFIGS),
        ("SeedConfig", DUCKDB_SEED_CONFIGS),
    ):
        schema["definitions"][definition]["properties"] |= {key: {} for key in extra}
    return schema


def _schema(kind: str, file: str) -> dict[str, Any]:
    schema_file = resources.files("dbt.jsonschemas") / kind / file
    return json.loads(schema_file.read_text(encoding="utf-8"))
