"""Reads the examples of Markdown pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^( *)```(\w*)$")
QUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Example:
    """A fenced block. `before` is the text between the previous block or heading and this one."""

    language: str
    text: str
    before: str

    @property
    def file(self) -> str:
        """The last path in backticks before the block: the file that it is about."""
        return [name for name in QUOTED.findall(self.before) if "/" in name][-1]


def examples(page: Path, language: str | None = None) -> list[Example]:
    """All fenced blocks of a page, or those in one language."""
    return [one for one in _examples(page) if language in (None, one.language)]


def _examples(page: Path) -> Iterator[Example]:
    before: list[str] = []
    block: list[str] = []
    fence: re.Match[str] | None = None
    for line in page.read_text(encoding="utf-8").splitlines():
        if fence is None:
            fence = FENCE.match(line)
            if fence is None:
                before = [] if line.startswith("#") else [*before, line]
        elif line.strip() == "```":
            yield Example(fence[2], "\n".join(block) + "\n", "\n".join(before))
            before, block, fence = [], [], None
        else:
            block.append(line.removeprefix(fence[1]))


def links(page: Path) -> list[str]:
    """The targets of a page's links, without those in code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return LINK.findall(text)
