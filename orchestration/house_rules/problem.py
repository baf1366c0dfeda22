"""The result of a check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One breach of a rule, at the place to change."""

    file: str
    line: int | None
    message: str

    def __lt__(self, other: Problem) -> bool:
        return self._place() < other._place()

    def _place(self) -> tuple[str, int, str]:
        """What problems are sorted by; one of the whole file comes first."""
        return self.file, self.line or 0, self.message

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"
