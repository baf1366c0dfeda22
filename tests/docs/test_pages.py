"""The pages agree with the project: links, commands, vars, messages and meta keys exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from orchestration.house_rules.yaml_keys import META_KEYS
from orchestration.paths import PROJECT_DIR
from tests.docs.markdown import examples, links

DOCS = PROJECT_DIR / "docs"
PAGES = [
    PROJECT_DIR / "README.md",
    PROJECT_DIR / "CONTRIBUTING.md",
    PROJECT_DIR / "CHANGELOG.md",
    *sorted(DOCS.rglob("*.md")),
]
LONGEST_README = 150


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT_DIR).as_posix()


def test_readme_has_at_most_150_lines() -> None:
    assert len((PROJECT_DIR / "README.md").read_text().splitlines()) <= LONGEST_README


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_linked_files_and_headings_exist(page: Path) -> None:
    for link in links(page):
        if link.startswith(("http:", "https:")):
            continue
        name, _, heading = link.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{name_of(page)} links to {link}"
        if heading:
            assert heading in anchors(file), f"{name_of(page)} links to {link}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_commands_exist(page: Path) -> None:
    makefile = (PROJECT_DIR / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, flags=re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    code = [*re.findall(r"`([^`\n]+)`", text), *(one.text for one in examples(page, "console"))]
    used = {command for part in code for command in re.findall(r"\bmake ([a-z0-9-]+)", part)}
    assert used <= targets, f"{name_of(page)}: no target {sorted(used - targets)}"


def test_every_page_is_linked_from_readme_or_an_index() -> None:
    indexes = [
        PROJECT_DIR / "README.md",
        DOCS / "decisions" / "README.md",
        DOCS / "how-to" / "add-a-source.md",
    ]
    linked = {
        (index.parent / link.partition("#")[0]).resolve()
        for index in indexes
        for link in links(index)
    }
    assert [name_of(page) for page in PAGES[1:] if page not in linked] == []


def test_listed_meta_keys_are_those_that_lint_knows() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (DOCS / "meta-keys.md").read_text(), flags=re.MULTILINE)
    assert sorted(rows) == sorted(META_KEYS)


def test_vars_in_examples_are_declared() -> None:
    declared = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
    given = [
        name
        for page in PAGES
        for example in examples(page, "console")
        for values in re.findall(r"VARS='([^']+)'", example.text)
        for name in yaml.safe_load(values)
    ]
    assert given
    assert set(given) <= set(declared)


def test_runbook_quotes_messages_that_exist() -> None:
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    runbook = page[page.index("## Runbook") : page.index("## Killed runs")]
    cells = re.findall(r"^\| (`[^|]+`) \|", runbook, flags=re.MULTILINE)
    messages = [message for cell in cells for message in re.findall(r"`([^`]+)`", cell)]
    known = "\n".join(texts())
    missing = [
        message
        for message in messages
        if not all(part.strip() in known for part in message.split("…") if part.strip())
    ]
    assert messages
    assert missing == []


def texts() -> Iterator[str]:
    """Every string of the program, and the SQL of the tests and macros."""
    for file in (PROJECT_DIR / "orchestration").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "…"
                    for part in node.values
                )
    for folder in ("tests/dbt", "macros"):
        for file in (PROJECT_DIR / folder).rglob("*.sql"):
            yield f"{file.stem}\n{file.read_text(encoding='utf-8')}"
