"""Writes the staging models of a draft: renaming, casts, and values of required columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from orchestration.drafting.matching import Column, Match
from orchestration.drafting.names import TOTALS
from orchestration.drafting.types import AMOUNT

# SQL of required columns that the sample has nothing for.
_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "orders": {
        "order_status": "'completed'",
        "sales_channel": "'online'",
        "is_gift": "false",
        "gross_amount": f"cast(0 as {AMOUNT})",
        "discount_amount": f"cast(0 as {AMOUNT})",
    },
    "order_lines": {"quantity": "1", "discount_amount": f"cast(0 as {AMOUNT})"},
    "customers": {"is_birth_date_estimated": "false"},
    "messages": {"channel": "'email'"},
    "survey_responses": {"survey": "'csat'"},
    "loyalty_memberships": {"program": "'loyalty'"},
}
_KEYS_OF_ROWS = {
    "events": ("event_id",),
    "messages": ("message_event_id", "message_id"),
    "refunds": ("refund_id",),
    "survey_responses": ("response_id",),
    "service_contacts": ("contact_id",),
}
_LOWER = frozenset(
    ("event_name", "order_status", "sales_channel", "message_action", "channel", "survey")
)

Types = Mapping[str, str]


def model_text(
    source: str, table: str, match: Match, columns: Sequence[Column], types: Types
) -> str:
    """The text of `stg_<source>__<object>.sql`. `types` are those of the object's columns."""
    selected = _selected(match, columns, types)
    return _query(source, table, _sections(selected, match), is_one_step=True)


def orders_of_lines_text(source: str, table: str, lines: Match, orders: Match, types: Types) -> str:
    """The text of `stg_<source>__orders.sql` where a line carries its order's columns."""
    line = _line_values(lines)
    total = lines.get("line_total")
    goods = (
        total.name
        if total and not lines.get("unit_price")
        else f"{line['quantity']} * {line['unit_price']}"
    )
    selected = {
        "order_id": _name(orders, "order_id"),
        "order_status": "'completed'",
        "sales_channel": "'online'",
        "is_gift": "false",
        "gross_amount": f"cast(sum({goods}) as {AMOUNT})",
        "discount_amount": f"cast(sum({line['discount_amount']}) as {AMOUNT})",
        "_load_id": "max(_load_id)",
    }
    for placed in orders.placed:
        if placed.canonical in ("order_id", "gross_amount", "discount_amount"):
            continue
        function = "min" if placed.canonical == "ordered_at" else "max"
        value = _expression(placed.canonical, placed.column, types)
        selected[placed.canonical] = _wrapped(placed.canonical, f"{function}({value})")
    order_id = _name(orders, "order_id")
    return _query(source, table, _sections(selected, orders), ending=[f"group by {order_id}"])


def products_of_lines_text(source: str, table: str, products: Match, types: Types) -> str:
    """The text of `stg_<source>__products.sql` where lines describe their products."""
    key = _name(products, "product_id")
    selected = {"product_id": key, "_load_id": "max(_load_id)"}
    for placed in products.placed:
        if placed.canonical != "product_id":
            selected[placed.canonical] = (
                f"max({_expression(placed.canonical, placed.column, types)})"
            )
    return _query(source, table, _sections(selected, products), ending=[f"group by {key}"])


def _selected(match: Match, columns: Sequence[Column], types: Types) -> dict[str, str]:
    selected: dict[str, str] = {}
    every = _wrapped_list([f"'{column.name}'" for column in columns], indent=12)
    for key in _KEYS_OF_ROWS.get(match.object_name, ()):
        if match.get(key) is None:
            # identical rows are one
            selected[key] = f"{{{{ row_key([{every}{' ' * 8}]) }}}}"
    selected |= _DEFAULTS.get(match.object_name, {})
    if match.object_name == "events" and match.get("visitor_id") is None:
        # the tool knows its users only
        selected["visitor_id"] = _name(match, "customer_id")
    for placed in match.placed:
        if placed.canonical == "line_total":
            continue
        selected[placed.canonical] = _wrapped(
            placed.canonical, _expression(placed.canonical, placed.column, types)
        )
    if match.object_name == "orders":
        selected |= _order_amounts(match)
    if match.object_name == "order_lines":
        selected |= _line_values(match)
        if match.get("line_number") is None:
            order_id = _name(match, "order_id")
            others = [column.name for column in columns if column.name != order_id]
            every = _wrapped_list([*others, "_load_id"], indent=16)
            selected["line_number"] = (
                f"row_number() over (\n{' ' * 12}partition by {order_id}\n{' ' * 12}order by"
                f"{every}{' ' * 8})"
            )
    selected["_load_id"] = "_load_id"
    return selected


def _order_amounts(match: Match) -> dict[str, str]:
    gross = match.get("gross_amount")
    amounts = {
        name: f"coalesce({column.name}, 0)"
        for name in ("shipping_amount", "tax_amount", "discount_amount")
        if (column := match.get(name))
    }
    selected = {"discount_amount": amounts.get("discount_amount", f"cast(0 as {AMOUNT})")}
    if gross and gross.path[-1].lower().replace("_", "").replace(" ", "") in TOTALS:
        # a total has shipping and tax in it, and is after discount
        rest = "".join(
            f" - {amounts[n]}" for n in ("shipping_amount", "tax_amount") if n in amounts
        )
        rest += f" + {amounts['discount_amount']}" if "discount_amount" in amounts else ""
        selected["gross_amount"] = f"cast({gross.name}{rest} as {AMOUNT})" if rest else gross.name
    return selected


def _line_values(match: Match) -> dict[str, str]:
    quantity = match.get("quantity")
    count = "1"
    if quantity:
        is_whole = quantity.type.data_type == "integer"
        count = quantity.name if is_whole else f"cast({quantity.name} as integer)"
    price, total = match.get("unit_price"), match.get("line_total")
    if price:
        unit_price = f"coalesce({price.name}, 0)"
    elif total:
        per = f"{total.name} / nullif({quantity.name}, 0)" if quantity else total.name
        unit_price = f"cast(coalesce({per}, 0) as {AMOUNT})"
    else:
        unit_price = f"cast(0 as {AMOUNT})"
    discount = match.get("discount_amount")
    return {
        "quantity": count,
        "unit_price": unit_price,
        "discount_amount": f"coalesce({discount.name}, 0)" if discount else f"cast(0 as {AMOUNT})",
    }


def _name(match: Match, canonical: str) -> str:
    column = match.get(canonical)
    return column.name if column else "null"


def _expression(canonical: str, column: Column, types: Types) -> str:
    wanted, given = types.get(canonical, "varchar"), column.type.data_type
    is_same = wanted == given or (wanted == "varchar" and given in ("varchar", "json"))
    return column.name if is_same else f"cast({column.name} as {wanted})"


def _wrapped(canonical: str, value: str) -> str:
    if canonical in _LOWER:
        return f"lower({value})"
    return f"upper({value})" if canonical == "currency" else value


def _sections(selected: Mapping[str, str], match: Match) -> list[str]:
    """The select list, by kind, with commas, and why a column is taken for another."""
    reasons = {
        placed.canonical: f'  -- "{placed.column.header}": {placed.reason}'
        for placed in match.placed
        if placed.column.name != placed.canonical
    }
    kinds: dict[str, list[str]] = {"ids": [], "what": [], "when": [], "landing": []}
    for name, value in selected.items():
        item = name if name == value else f"{value} as {name}"
        kinds[_kind(name)].append(f"{item},{reasons.get(name, '')}")
    lines: list[str] = []
    for kind, items in kinds.items():
        if items:
            lines += ["", f"---------- {kind}", *items]
    # the last one is `_load_id`
    return [*lines[1:-1], lines[-1].removesuffix(",")]


def _wrapped_list(items: Sequence[str], *, indent: int) -> str:
    """Items on lines of their own, as many on each as fit."""
    margin = " " * indent
    lines = textwrap.wrap(", ".join(items), 118 - indent, break_on_hyphens=False)
    return "\n" + "".join(f"{margin}{line}\n" for line in lines)


def _kind(name: str) -> str:
    if name == "_load_id":
        return "landing"
    if name.endswith("_id") or name == "line_number":
        return "ids"
    return "when" if name.endswith("_at") else "what"


def _query(
    source: str,
    table: str,
    select: Sequence[str],
    *,
    ending: Sequence[str] = (),
    is_one_step: bool = False,
) -> str:
    step = "renamed" if is_one_step else "grouped"
    indented = "\n".join(f"        {line}" if line else "" for line in select)
    rest = "".join(f"\n    {line}\n" for line in ending)
    return (
        "with\n\nsource as (\n\n"
        f"    select * from {{{{ source('{source}', '{table}') }}}}\n\n),\n\n"
        f"{step} as (\n\n    select\n{indented}\n\n    from source\n{rest}\n)\n\n"
        f"select * from {step}\n"
    )
