"""The comparisons in the recorded statements, and how the law notices one that is blind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from counterexample import problem
from reducing import History
from replay import Replay, Statement

# What `changed_rows` writes: the rows of a table that were not there before.
_COMPARISON = re.compile(
    r"select (?P<columns>[\w, ]+) from (?P<after>\S+)\s+"
    r"except all\s+select (?P=columns) from (?P<before>\S+)"
)
# A blinded comparison that lists as many rows as the whole one rarely makes a difference.
MOST_DOUBTFUL = 2


@dataclass(frozen=True)
class Blinded:
    """One recorded comparison of a table with what it was, blind to one column."""

    node: str
    columns: tuple[str, ...]
    after: str
    before: str
    column: str

    def __str__(self) -> str:
        table = self.after.replace('"', "").rpartition(".")[2]
        return f"{self.node.rpartition('.')[2]} compares {table} without {self.column}"

    def statements(self, statements: Sequence[Statement]) -> tuple[Statement, ...]:
        """The statements with this comparison blinded."""
        return tuple(
            Statement(s.node, self._without_column(s.sql)) if s.node == self.node else s
            for s in statements
        )

    def listed(self, replay: Replay) -> tuple[int, int]:
        """How many rows the whole and the blinded comparison list for the tables as they are."""
        whole = self._count()
        (counts,) = replay.rows(f"select ({whole}), ({self._without_column(whole)})")
        return counts

    def _count(self) -> str:
        after, before = (self._selected(table) for table in (self.after, self.before))
        return (
            f"select count(*) from (({after} except all {before}) "
            f"union all ({before} except all {after}))"
        )

    def _selected(self, table: str) -> str:
        return f"select {', '.join(self.columns)} from {table}"

    def _without_column(self, sql: str) -> str:
        blind = ", ".join(f"null as {c}" if c == self.column else c for c in self.columns)
        for table in (self.after, self.before):
            selected = self._selected(table)
            assert selected in sql, f"{self.node} has no {selected}"
            sql = sql.replace(selected, f"select {blind} from {table}")
        return sql


def blinded_comparisons(replay: Replay) -> list[Blinded]:
    """One for each column of each comparison in the recorded incremental statements."""
    return [
        Blinded(statement.node, columns, found["after"], found["before"], column)
        for statement in replay.incremental_statements
        for found in _unique(_COMPARISON.finditer(statement.sql))
        for columns in [tuple(found["columns"].split(", "))]
        for column in columns
    ]


def unnoticed(
    replay: Replay, blinded: Sequence[Blinded], histories: Sequence[History]
) -> list[Blinded]:
    """Those that the law notices in none of these histories."""
    candidates = _candidates(replay, blinded, histories)
    return [each for each in blinded if not _is_noticed(replay, each, candidates[each])]


def _candidates(
    replay: Replay, blinded: Sequence[Blinded], histories: Sequence[History]
) -> dict[Blinded, list[History]]:
    """The histories in which a comparison lists something, the promising ones first."""
    fewer: dict[Blinded, list[History]] = {each: [] for each in blinded}
    as_many: dict[Blinded, list[History]] = {each: [] for each in blinded}
    for history in histories:
        found = problem(replay, history)
        assert found is None, found
        for each in blinded:
            whole, rest = each.listed(replay)
            if rest < whole:
                fewer[each].append(history)
            elif whole:
                as_many[each].append(history)
    return {each: fewer[each] + as_many[each][:MOST_DOUBTFUL] for each in blinded}


def _is_noticed(replay: Replay, blinded: Blinded, histories: Sequence[History]) -> bool:
    whole = replay.incremental_statements
    replay.incremental_statements = blinded.statements(whole)
    try:
        return any(_differs(replay, history) for history in histories)
    finally:
        replay.incremental_statements = whole


def _differs(replay: Replay, history: History) -> bool:
    found = problem(replay, history)
    assert not found or "differ" in found, found
    return found is not None


def _unique(matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Each comparison is written in both directions: the first of the two."""
    seen: set[frozenset[str]] = set()
    for match in matches:
        tables = frozenset([match["after"], match["before"]])
        if tables not in seen:
            seen.add(tables)
            yield match
