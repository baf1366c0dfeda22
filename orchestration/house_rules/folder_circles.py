"""Folders of models, macros or seeds that use each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from orchestration.house_rules.problem import Problem

KINDS = ("model", "macro", "seed")

# From a folder to one that it uses, with a file of each as the example.
Edges = dict[tuple[str, str], tuple[str, str]]


def circle_problems(manifest: dict[str, Any]) -> Iterator[Problem]:
    """One problem for each kind of file whose folders use each other in a circle."""
    for kind in KINDS:
        edges = _edges(manifest, kind)
        graph: dict[str, set[str]] = {}
        for user, used in edges:
            graph.setdefault(user, set()).add(used)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            # graphlib lists each folder before the one that uses it
            circle = list(reversed(error.args[1]))
            steps = [
                f"{user} uses {used} ({' -> '.join(edges[user, used])})"
                for user, used in pairwise(circle)
            ]
            yield Problem(circle[0], None, f"a circle of folders: {', '.join(steps)}")


def _edges(manifest: dict[str, Any], kind: str) -> Edges:
    package = manifest["metadata"]["project_name"]
    things = {
        unique_id: thing
        for unique_id, thing in {**manifest["nodes"], **manifest["macros"]}.items()
        if thing["resource_type"] == kind and thing["package_name"] == package
    }
    edges: Edges = {}
    for user_id, used_id in sorted(_uses(manifest, kind)):
        if user_id in things and used_id in things:
            user, used = things[user_id], things[used_id]
            if _folder(user) != _folder(used):
                edges.setdefault((_folder(user), _folder(used)), (user["name"], used["name"]))
    return edges


def _uses(manifest: dict[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    """A model uses what it reads, a macro what it calls, a seed what its tests compare it with."""
    if kind == "macro":
        for unique_id, macro in manifest["macros"].items():
            yield from ((unique_id, called) for called in macro["depends_on"]["macros"])
        return
    for unique_id, node in manifest["nodes"].items():
        user = node.get("attached_node") if kind == "seed" else unique_id
        if user:
            yield from ((user, read) for read in node["depends_on"].get("nodes", ()))


def _folder(thing: dict[str, Any]) -> str:
    return PurePosixPath(thing["original_file_path"]).parent.as_posix()
