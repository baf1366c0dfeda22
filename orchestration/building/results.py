"""The results of a dbt run, as sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_SENTENCE = 600
FAILED = {"error", "fail", "runtime error"}
# the headings that dbt puts around a database's error
WRAPPING = re.compile(
    r"^(Encountered an error:|(Runtime|Database|Compilation|Parsing|Dbt Internal) Error"
    r"( in .*)?)$"
)


def one_sentence(text: str) -> str:
    """An error message on one line, without dbt's headings and the excerpt of the SQL."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()]
    wanted = [line for line in lines if line and not line.startswith("compiled code at")]
    kept = [line for line in wanted if not WRAPPING.match(line)] or wanted
    sentence = " ".join(kept) or "no reason was given"
    sentence = re.split(r"\s+LINE \d+:", sentence)[0]
    if len(sentence) > LONGEST_SENTENCE:
        sentence = sentence[: LONGEST_SENTENCE - 1] + "…"
    return sentence


@dataclass(frozen=True)
class BuildResults:
    """The failures of a run, models before tests, and its warnings by the test's unique id.

    A warning is one sentence or several, each on its line.
    """

    failures: tuple[str, ...]
    warnings: Mapping[str, str]
    skipped: int = 0

    @property
    def reason(self) -> str:
        """One sentence for all failures: the first in full, then the number of the others."""
        if not self.failures:
            return ""
        others = len(self.failures) - 1
        if others == 0:
            return self.failures[0]
        return f"{self.failures[0]} (and {others} more: {'; '.join(self.failures[1:4])})"


# Takes a test's node and result; returns the first rows that it found, if they may be shown.
FailedRows = Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[Mapping[str, Any]]]


def summarize(
    manifest: Mapping[str, Any],
    results: Iterable[Mapping[str, Any]],
    failed_rows: FailedRows = lambda node, result: (),  # noqa: ARG005
) -> BuildResults:
    """Sum up the entries of `run_results.json`, with the names from the manifest."""
    failures: list[tuple[bool, str]] = []
    warnings: dict[str, str] = {}
    skipped = 0
    for result in results:
        node = manifest["nodes"].get(result["unique_id"], {})
        if result["status"] in FAILED:
            # a model that could not be built is often why a test failed
            is_test = node.get("resource_type") == "test"
            failures.append((is_test, describe(node, result, failed_rows)))
        elif result["status"] == "warn":
            warnings[result["unique_id"]] = describe(node, result, failed_rows)
        elif result["status"] == "skipped":
            skipped += 1
    failures.sort(key=lambda failure: failure[0])
    return BuildResults(tuple(text for _, text in failures), warnings, skipped)


def describe(node: Mapping[str, Any], result: Mapping[str, Any], failed_rows: FailedRows) -> str:
    """One failed or warning node, in one sentence; in several if the rows of a warning are such."""
    kind = node.get("resource_type", "node")
    name = node.get("name", result["unique_id"])
    path = node.get("original_file_path")
    message = one_sentence(result.get("message") or "")
    rows = result.get("failures")
    if kind == "test" and result["status"] in {"fail", "warn"} and rows is not None:
        found = f"test `{name}`{_attached_to(node)} found {rows} row{'' if rows == 1 else 's'}"
        meaning = one_sentence(node["description"]) if node.get("description") else path
        found_rows = failed_rows(node, result)
        if result["status"] == "warn" and found_rows and list(found_rows[0]) == ["problem"]:
            sentences = [str(each["problem"]) for each in found_rows]
            return "\n".join(one_sentence(sentence) for sentence in sentences)
        row = format_row(found_rows[0]) if found_rows else ""
        return ": ".join(filter(None, [found, row, meaning]))
    where = f" ({path})" if path else ""
    return f"{kind} `{name}`{where} failed: {message}"


def format_row(row: Mapping[str, Any]) -> str:
    """The columns of a row with their values; a column `problem` is a sentence by itself."""
    return ", ".join(
        str(value) if column == "problem" else f"{column} {value}" for column, value in row.items()
    )


def _attached_to(node: Mapping[str, Any]) -> str:
    """The model of a generic test: " on `model`"."""
    attached = node.get("attached_node")
    return f" on `{attached.split('.')[-1]}`" if attached else ""
