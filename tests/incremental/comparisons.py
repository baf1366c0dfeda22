"""The comparisons in the recorded statements, and those that may be blind without effect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from law import land
from reducing import History
from replay import Replay, Statement

# What `changed_rows` writes: the rows of a table that were not there before.
_COMPARISON = re.compile(
    r"select (?P<columns>[\w, ]+) from (?P<after>\S+)\s+"
    r"except all\s+select (?P=columns) from (?P<before>\S+)"
)
# Models that compare by the macro of another one, only to leave out rows that are equal anyhow.
_NARROWING = ("segment_sizes", "segment_transitions")
# What the statement that creates a table selects.
_SELECTED = re.compile(r"\bas\s*(\(.*\))", re.DOTALL)


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
            Statement(s.node, self._without_column(s.sql)) if self._is_in(s) else s
            for s in statements
        )

    def is_promising(self, replay: Replay) -> bool:
        """Whether its statement selects other rows than the whole one, from the current tables."""
        after, before = (f"from {table}" for table in (self.after, self.before))
        if not replay.rows(
            f"({after} except all {before}) union all ({before} except all {after})"
        ):
            return False
        # a hook before may compare, too
        *_, statement = (s for s in replay.incremental_statements if self._is_in(s))
        found = _SELECTED.search(statement.sql)
        assert found, f"{self.node} does not create a table"
        whole = replay.looked_up(found[1])
        rest = self._without_column(whole)
        return bool(
            replay.rows(
                f"with whole as materialized {whole}, rest as materialized {rest} "
                "(from whole except all from rest) union all (from rest except all from whole)"
            )
        )

    def _is_in(self, statement: Statement) -> bool:
        return statement.node == self.node and self._selected(self.before) in statement.sql

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
    blinded = [
        Blinded(statement.node, columns, found["after"], found["before"], column)
        for statement in replay.incremental_statements
        if not statement.node.endswith(_NARROWING)
        for found in _unique(_COMPARISON.finditer(statement.sql))
        for columns in [tuple(found["columns"].split(", "))]
        for column in columns
    ]
    # several statements of a node may have one
    return list(dict.fromkeys(blinded))


def unnoticed(
    replay: Replay, blinded: Sequence[Blinded], histories: Iterable[History]
) -> list[Blinded]:
    """Those that make no difference in any of these histories, each of two landings."""
    left = list(blinded)
    for before, later in histories:
        load_ids = count(1)
        replay.start_again()
        land(replay, before, load_ids)
        replay.rebuild_in_place()
        replay.keep()
        land(replay, later, load_ids)
        replay.build()
        replay.rebuild()
        assert replay.differences() == []
        for each in [each for each in left if each.is_promising(replay)]:
            replay.restore()
            if _makes_a_difference(replay, each.statements(replay.incremental_statements)):
                left.remove(each)
        print(f"{len(blinded) - len(left)} of {len(blinded)} columns are noticed", flush=True)
    return left


def _makes_a_difference(replay: Replay, statements: Sequence[Statement]) -> bool:
    """Whether an incremental table differs from the rebuilt one; other tables are not built."""
    recording = replay.recording
    for node, of_node in groupby(statements, key=lambda statement: statement.node):
        if node in recording.read_by_incremental:
            replay.run(list(of_node))
        table = recording.incremental_tables.get(node)
        if table and replay.difference(*table):
            return True
    return False


def _unique(matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Each comparison is written in both directions: the first of the two."""
    seen: set[frozenset[str]] = set()
    for match in matches:
        tables = frozenset([match["after"], match["before"]])
        if tables not in seen:
            seen.add(tables)
            yield match
