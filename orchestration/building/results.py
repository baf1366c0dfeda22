"""What a dbt run came to, in sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_SENTENCE = 600
FAILED = {"error", "fail", "runtime error"}
# dbt's wrapping around what the database said
WRAPPING = re.compile(
    r"^(Encountered an error:|(Runtime|Database|Compilation|Parsing|Dbt Internal) Error"
    r"( in .*)?)$"
)


def one_sentence(text: str) -> str:
    """The lines that say what is wrong, joined; without dbt's headings and the SQL's excerpt."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()]
    wanted = [line for line in lines if line and not line.startswith("compiled code at")]
    told = [line for line in wanted if not WRAPPING.match(line)] or wanted
    sentence = " ".join(told) or "no reason was given"
    sentence = re.split(r"\s+LINE \d+:", sentence)[0]
    if len(sentence) > LONGEST_SENTENCE:
        sentence = sentence[: LONGEST_SENTENCE - 1] + "…"
    return sentence


@dataclass(frozen=True)
class Outcome:
    """The failures of a run, worst first, and its warnings by the test that gave them."""

    failures: tuple[str, ...]
    warnings: Mapping[str, str]
    skipped: int = 0

    @property
    def reason(self) -> str:
        """One sentence for all failures: the first in full, the others counted."""
        if not self.failures:
            return ""
        others = len(self.failures) - 1
        if others == 0:
            return self.failures[0]
        return f"{self.failures[0]} (and {others} more: {'; '.join(self.failures[1:4])})"


# The first row that a failed test found, where it may be shown.
Evidence = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any] | None]


def outcome(
    manifest: Mapping[str, Any],
    results: Iterable[Mapping[str, Any]],
    evidence: Evidence = lambda node, result: None,  # noqa: ARG005
) -> Outcome:
    """What `run_results.json` says, with the names from the manifest."""
    failures: list[tuple[bool, str]] = []
    warnings: dict[str, str] = {}
    skipped = 0
    for result in results:
        node = manifest["nodes"].get(result["unique_id"], {})
        if result["status"] in FAILED:
            # a model that could not be built matters more than the tests on others
            failures.append((node.get("resource_type") == "test", describe(node, result, evidence)))
        elif result["status"] == "warn":
            warnings[result["unique_id"]] = describe(node, result, evidence)
        elif result["status"] == "skipped":
            skipped += 1
    failures.sort(key=lambda failure: failure[0])
    return Outcome(tuple(text for _, text in failures), warnings, skipped)


def describe(node: Mapping[str, Any], result: Mapping[str, Any], evidence: Evidence) -> str:
    """One failed or warning node, in one sentence."""
    kind = node.get("resource_type", "node")
    name = node.get("name", result["unique_id"])
    path = node.get("original_file_path")
    message = one_sentence(result.get("message") or "")
    rows = result.get("failures")
    if kind == "test" and result["status"] in {"fail", "warn"} and rows is not None:
        about = tested(node)
        found = f"test `{name}`{about} found {rows} row{'' if rows == 1 else 's'}"
        meaning = one_sentence(node["description"]) if node.get("description") else path
        shown = told(evidence(node, result) or {})
        return ": ".join(filter(None, [found, shown, meaning]))
    where = f" ({path})" if path else ""
    return f"{kind} `{name}`{where} failed: {message}"


def told(row: Mapping[str, Any]) -> str:
    """A row that a test found; a column `problem` says it in a sentence already."""
    return ", ".join(
        str(value) if column == "problem" else f"{column} {value}" for column, value in row.items()
    )


def tested(node: Mapping[str, Any]) -> str:
    """What a generic test is attached to: " on `model`"."""
    attached = node.get("attached_node")
    return f" on `{attached.split('.')[-1]}`" if attached else ""
