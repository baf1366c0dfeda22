"""Words that the project's texts avoid, and the length of test names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.house_rules.problem import Problem

# Words, with what to write for them.
AVOIDED = {
    r"told|tells?": "reports, records, shows",
    r"anew": "again; rebuilt, recomputed",
    r"stands|stand(ing)? (there|here|beside|ready|on|as|alone|once|twice|in)": "exists, is current",
    r"whoever|whomever|somebody": "the customer who, a person who",
    r"of whom|of which|thereof": "whose, or a sentence of its own",
    r"as of then|by then": "as of `as_of_date`",
    r"nobody may": "must not",
    r"says? of (itself|themselves)": "reports",
}

# Folders and files with texts of ours; seeds and changelogs hold texts of other kinds.
FOLDERS = ("benchmarks", "docs", "macros", "models", "orchestration", "profiles", "seeds", "tests")
SUFFIXES = {".j2", ".md", ".py", ".sql", ".toml", ".yml"}
FILES = ("CONTRIBUTING.md", "Makefile", "README.md", "dbt_project.yml", "pyproject.toml")

# A line with a word that has to stay, and why.
KEPT = {
    "chance(contact_key, 'effort told')": "it salts a draw: another word would change the demo shop"
}

LONGEST_TEST_NAME = 70

_AVOIDED = [(re.compile(rf"\b({words})\b", re.IGNORECASE), use) for words, use in AVOIDED.items()]


def find_problems(project_dir: Path, manifest: dict[str, Any]) -> list[Problem]:
    """Every avoided word and every long name of a test, sorted by file."""
    problems = [*_long_unit_tests(manifest)]
    for file in _texts(project_dir):
        name = file.relative_to(project_dir).as_posix()
        text = file.read_text(encoding="utf-8")
        problems += _avoided_words(name, text)
        if file.suffix == ".py" and name.startswith("tests/"):
            problems += _long_pytest_names(name, text)
    return sorted(problems)


def _texts(project_dir: Path) -> Iterator[Path]:
    yield from (project_dir / name for name in FILES if (project_dir / name).exists())
    for folder in FOLDERS:
        for file in sorted((project_dir / folder).rglob("*")):
            # this list, and the test of it
            is_list = file.name in ("words.py", "test_words.py")
            if file.suffix in SUFFIXES and not is_list and "__pycache__" not in file.parts:
                yield file


def _avoided_words(name: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        if any(kept in line for kept in KEPT):
            continue
        # words within names count as well
        words = line.replace("_", " ")
        for pattern, use in _AVOIDED:
            if found := pattern.search(words):
                yield Problem(name, number, f"avoid '{found[0]}'; write: {use}")


def _long_pytest_names(name: str, text: str) -> Iterator[Problem]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from _too_long(name, node.lineno, node.name)


def _long_unit_tests(manifest: dict[str, Any]) -> Iterator[Problem]:
    for test in manifest["unit_tests"].values():
        yield from _too_long(test["original_file_path"], None, test["name"])


def _too_long(file: str, line: int | None, name: str) -> Iterator[Problem]:
    if len(name) > LONGEST_TEST_NAME:
        yield Problem(file, line, f"the name {name} is longer than {LONGEST_TEST_NAME} characters")
