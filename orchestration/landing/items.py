"""SQL that normalizes the list of products of an event, or refuses it.

Such a column is a `varchar` with `kind: items` in its contract. Whatever the format of the file, it
lands as JSON: a list of objects with product_id, quantity and unit_price. docs/landing.md has the
rule.
"""

from __future__ import annotations

from orchestration.landing import keys
from orchestration.landing.trimming import trimmed

NO_LIST, BAD_PRODUCT, BAD_NUMBER = range(6, 9)
REFUSALS = {
    NO_LIST: 'is not a list of products, such as [{"product_id": "1", "quantity": 2}]',
    BAD_PRODUCT: "has a product whose product_id can't be a key",
    BAD_NUMBER: "has a product whose quantity is not a whole number, or unit_price not a number",
}
OF_ITEMS = (NO_LIST, BAD_PRODUCT, BAD_NUMBER, keys.UNREADABLE)


def items_from_text(x: str, words: tuple[str, ...]) -> str:
    """The normalized list of a JSON text: null where it has no product, or a refusal, or JSON."""
    is_nothing = keys.is_word_for_nothing(trimmed(x), words)
    is_list = f"json_valid({x}) and json_type(case when json_valid({x}) then {x} end) = 'ARRAY'"
    return (
        f"case when {x} is null or {is_nothing} then null "
        f"when not ({is_list}) then {keys.refused(NO_LIST)} "
        f"else {_from_list(f'from_json({x}, ' + _LIST + ')', words)} end"
    )


_LIST = "'[\"JSON\"]'"


def _from_list(objects: str, words: tuple[str, ...]) -> str:
    """Bound with lambdas, since each name is read several times."""
    product_id = keys.key_from_text("i.product_id", words)
    refusals = ", ".join(keys.refused(refusal) for refusal in keys.OF_KEYS)
    quantity, unit_price = trimmed("i.quantity"), trimmed("i.unit_price")
    is_whole = f"regexp_full_match({quantity}, '[+-]?[0-9]+([.]0*)?')"
    read = (
        f"{{'product_id': {product_id}, "
        f"'quantity': case when {is_whole} then try_cast({quantity} as integer) end, "
        f"'unit_price': try_cast({unit_price} as decimal(19, 4)), "
        f"'is_bad': ({_is_given('i.quantity', words)} and (not {is_whole} "
        f"or try_cast({quantity} as integer) is null)) "
        f"or ({_is_given('i.unit_price', words)} "
        f"and try_cast({unit_price} as decimal(19, 4)) is null)}}"
    )
    texts = ", ".join(f"'{n}': o ->> '$.{n}'" for n in ("product_id", "quantity", "unit_price"))
    items = f"list_transform(list_transform(objects, lambda o: {{{texts}}}), lambda i: {read})"
    # a price is a text, since a number of JSON is not exact
    normal = (
        "to_json(list_transform(items, lambda i: {'product_id': i.product_id, "
        "'quantity': i.quantity, 'unit_price': cast(i.unit_price as varchar)}))"
    )
    is_object = (
        "json_type(o) = 'OBJECT' and json_exists(case when json_type(o) = 'OBJECT' then o end, "
        "'$.product_id')"
    )
    checked = (
        f"case when len(list_filter(items, lambda i: i.product_id in ({refusals}))) > 0 "
        f"then {keys.refused(BAD_PRODUCT)} "
        "when len(list_filter(items, lambda i: coalesce(i.is_bad, false))) > 0 "
        f"then {keys.refused(BAD_NUMBER)} "
        f"when len(items) > 0 then cast({normal} as varchar) end"
    )
    return (
        f"list_transform([{objects}], lambda objects: "
        f"case when len(list_filter(objects, lambda o: not coalesce({is_object}, false))) > 0 "
        f"then {keys.refused(NO_LIST)} "
        f"else list_transform([{items}], lambda items: {checked})[1] end)[1]"
    )


def _is_given(text: str, words: tuple[str, ...]) -> str:
    return f"{text} is not null and not {keys.is_word_for_nothing(trimmed(text), words)}"
