"""What `make source` says about its draft."""

from __future__ import annotations

from orchestration.console import table
from orchestration.drafting.draft import Draft
from orchestration.drafting.matching import Column


def summary(draft: Draft) -> str:
    """What the sample was taken for, what has no place, and what to do next."""
    objects = " and ".join(each.object_name for each in draft.matches)
    lines = [
        f"Drafted the source {draft.source} in models/staging/{draft.source}/: "
        f"{draft.sample.row_count:,} rows of {draft.sample.file.name} look like {objects}.",
        "",
        table(
            ("object", "column", "from", "as"),
            [
                (each.object_name, placed.canonical, placed.column.header, _type(placed.column))
                for each in draft.matches
                for placed in each.placed
            ],
            numbers=0,
        ),
    ]
    if draft.left:
        names = ", ".join(column.header for column in draft.left)
        lines += ["", f"Without a place, kept in the raw table: {names}."]
    remarks = [column for column in draft.columns if column.type.remark]
    lines += [f"Look at {column.header}: {column.type.remark}." for column in remarks]
    lines += [
        f"Look at {column.header}: it has numbers below zero. What was given back is a refund, or "
        "an order of its own that counts as none."
        for column in _amounts(draft)
        if column.has_negatives
    ]
    unmapped = [name for name, (action, _) in draft.event_names.items() if action == "other"]
    if unmapped:
        lines += [
            f"Events without an action, in seeds/events/event_taxonomy.csv: {', '.join(unmapped)}."
        ]
    lines += [
        "",
        f"Look the files through, put yours in data/landing/{draft.source}/{draft.table}/, run "
        f"`make refresh`, and see `make check-source NAME={draft.source}`.",
    ]
    return "\n".join(lines)


def _amounts(draft: Draft) -> list[Column]:
    """The quantities and amounts of what was sold."""
    sold = ("quantity", "line_total", "gross_amount")
    columns = [p.column for match in draft.matches for p in match.placed if p.canonical in sold]
    return list(dict.fromkeys(columns))


def _type(column: Column) -> str:
    form = f" {column.type.format}" if column.type.format else ""
    return f"{column.type.data_type}{form}"
