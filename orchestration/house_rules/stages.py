"""The order in which data flows: a model reads its own stage or an earlier one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from orchestration.house_rules.problem import Problem

INTERMEDIATE = (
    "canonical",
    "calendar",
    "sessions",
    "identity",
    "revenue",
    "this_run",
    "behaviour",
    "features",
)
ORDER = ("source", "staging", *INTERMEDIATE, "marts")

# Seeds read nothing, so each stage may read them. These stages have only one reader.
READ_ONLY_BY = {"source": "staging", "staging": "canonical"}

# dbt records only the calls and refs of the branches that it took, so the text is searched as well.
_CALLED = re.compile(r"\b(\w+)\(")
_REF = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")


def stage_of(node: dict[str, Any]) -> str | None:
    """The stage of a model or source; None for a model in a folder that is not a stage."""
    if node["resource_type"] == "source":
        return "source"
    folders = PurePosixPath(node["path"]).parts[:-1]
    if folders[:1] == ("intermediate",):
        return folders[1] if len(folders) > 1 and folders[1] in INTERMEDIATE else None
    return folders[0] if folders and folders[0] in ("staging", "marts") else None


def stage_problems(node: dict[str, Any], manifest: dict[str, Any]) -> Iterator[Problem]:
    """What a model reads, itself or through its macros, and should not."""
    stage, file = stage_of(node), node["original_file_path"]
    if stage is None:
        stages = ", ".join(INTERMEDIATE)
        yield Problem(
            file,
            None,
            f"{node['name']} is in no stage; models belong in staging, marts, or a folder of "
            f"intermediate: {stages}",
        )
        return
    for parent in _parents(node, manifest):
        read = stage_of(parent)
        if read is not None and not _may_read(node, stage, parent, read):
            yield Problem(
                file,
                None,
                f"{node['name']} ({stage}) may not read {parent['name']} ({read})",
            )


def seed_problems(test: dict[str, Any], manifest: dict[str, Any]) -> Iterator[Problem]:
    """A test of a seed that reads a model: seeds come before every stage."""
    seed = manifest["nodes"].get(test.get("attached_node") or "", {})
    if seed.get("resource_type") != "seed":
        return
    for parent_id in test["depends_on"]["nodes"]:
        parent = manifest["nodes"].get(parent_id) or manifest["sources"][parent_id]
        if parent["resource_type"] != "seed":
            yield Problem(
                test["original_file_path"],
                None,
                f"a test of the seed {seed['name']} may not read {parent['name']}, a model",
            )


def _parents(node: dict[str, Any], manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The models and sources that a node reads, those named in its macros included."""
    parents = set(node["depends_on"]["nodes"])
    models = {
        other["name"]: unique_id
        for unique_id, other in manifest["nodes"].items()
        if other["resource_type"] == "model"
    }
    for macro in _reached_macros(node, manifest):
        parents |= {models[name] for name in _REF.findall(macro["macro_sql"]) if name in models}
    return [
        manifest["nodes"].get(parent) or manifest["sources"][parent] for parent in sorted(parents)
    ]


def _reached_macros(node: dict[str, Any], manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The project's macros that a model calls, directly or not, in any branch of its Jinja."""
    own = f"macro.{manifest['metadata']['project_name']}."
    macros = {key: macro for key, macro in manifest["macros"].items() if key.startswith(own)}
    reached: set[str] = set()
    waiting = [
        *node["depends_on"]["macros"],
        *(f"{own}{name}" for name in _CALLED.findall(node["raw_code"])),
    ]
    while waiting:
        unique_id = waiting.pop()
        if unique_id in macros and unique_id not in reached:
            reached.add(unique_id)
            waiting += macros[unique_id]["depends_on"]["macros"]
    return [macros[unique_id] for unique_id in sorted(reached)]


def _may_read(node: dict[str, Any], stage: str, parent: dict[str, Any], read: str) -> bool:
    if read in READ_ONLY_BY:
        # staging models of one source may share base models, in `base/` beside them
        folder = PurePosixPath(node["path"]).parent
        base = folder if folder.name == "base" else folder / "base"
        is_base = PurePosixPath(parent["path"]).parent == base
        return stage == READ_ONLY_BY[read] or (read == stage == "staging" and is_base)
    return ORDER.index(read) <= ORDER.index(stage)
