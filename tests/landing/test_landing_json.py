"""JSON documents: an array of objects, an object with the array in it, or one object."""

from __future__ import annotations

from dataclasses import replace

import pytest
from landing_shop import ORDERS, Shop

from orchestration.landing.contract import Column

ONE = '{"order_id": "1", "ordered_at": "2024-01-01", "quantity": 1}'
TWO = '{"order_id": "2", "ordered_at": "2024-01-02", "quantity": 2}'
PRETTY = """{
  "order_id": "1",
  "ordered_at": "2024-01-01",
  "quantity": 1
}"""


def landed(shop: Shop) -> list[tuple]:
    return shop.orders("order_id, quantity")


@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.jsonl", "a.json.gz", "a.json.zst"])
@pytest.mark.parametrize(
    "content",
    [
        f"[{ONE},{TWO}]",
        f"\ufeff\n [\r\n  {ONE},\r\n  {TWO}\r\n]\r\n",
        f"[\n{PRETTY}\n,\n{TWO}\n]",
        f'{{"orders":[{ONE},{TWO}]}}',
        f'{{"orders":\n[{PRETTY},\n{TWO}], "next": {{"page": [2]}}, "errors": []}}\n',
        f"{ONE}\n{TWO}",
        f"{ONE}\n\n{TWO}\n",
    ],
)
def test_content_says_where_the_objects_are(shop: Shop, name: str, content: str) -> None:
    shop.put(name, content)
    assert shop.land_one().status == "landed"
    assert landed(shop) == [("1", 1), ("2", 2)]


@pytest.mark.parametrize("content", [ONE, PRETTY, f"[{ONE}]", f"{ONE}\n"])
def test_single_object_is_one_row(shop: Shop, content: str) -> None:
    shop.put("a.json", content)
    assert shop.land_one().rows_read == 1
    assert landed(shop) == [("1", 1)]


@pytest.mark.parametrize(
    "content", ["[]", "[\n]\n", '{"orders": []}', '{"orders":[],"page":1}', ""]
)
def test_document_without_objects_lands_no_rows(shop: Shop, content: str) -> None:
    shop.put("a.json", content)
    result = shop.land_one()
    assert (result.status, result.rows_read) == ("landed", 0)


def test_array_in_a_row_is_no_array_of_rows(shop: Shop) -> None:
    """`order_id` is a column, so the object is an order and its lines are not."""
    shop.put("a.json", '{"order_id": 7, "ordered_at": "2024-01-01", "lines": [{"order_id": 8}]}')
    shop.land_one()
    assert shop.orders("order_id, _extra") == [("7", '{"lines":[{"order_id":8}]}')]


def test_contract_names_the_array(shop: Shop) -> None:
    shop.contracts = [replace(ORDERS, json_rows=("data", "orders"))]
    shop.put("a.json", f'{{"id": 1, "data": {{"customers": [{{"id": 2}}], "orders": [{ONE}]}}}}')
    shop.put("b.json", f"[{TWO}]")
    shop.put("c.json", '{"data": {"customers": []}}')
    assert [(r.status, r.reason) for r in shop.land()] == [
        ("landed", None),
        ("landed", None),
        ("failed", "it has no array data.orders"),
    ]
    assert landed(shop) == [("1", 1), ("2", 2)]


def test_row_may_have_a_list_of_the_same_name_as_the_rows(shop: Shop) -> None:
    lines = Column("lines", "JSON", aliases=("items",))
    columns = (*ORDERS.columns, lines)
    shop.contracts = [replace(ORDERS, columns=columns, json_rows=("items",))]
    order = '{"order_id": 1, "ordered_at": "2024-01-01", "items": [{"order_id": 2}]}'
    shop.put("a.json", f'{{"items": [{order}], "total_count": 1}}')
    shop.put("b.json", order.replace('"order_id": 1', '"order_id": 3'))
    shop.put("c.json", '{"items": [], "total_count": 0}')
    assert {file.status for file in shop.land()} == {"landed"}
    assert shop.orders("order_id, lines") == [("1", '[{"order_id":2}]'), ("3", '[{"order_id":2}]')]


def test_bad_object_is_rejected_alone_with_its_number(shop: Shop) -> None:
    bad = '{"order_id": "3",\n "quantity": 1.5, "ordered_at": "2024-01-01"}'
    shop.put("a.json", f"[{ONE}, {bad}, 5, {{}}, {TWO}]")
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed, result.rows_rejected) == (5, 2, 3)
    assert shop.rejects("line, column_name, reason, raw_text") == [
        (2, "quantity", "is not a whole number that fits integer", bad),
        (3, None, "is not a JSON object", "5"),
        (4, "order_id", "is missing", "{}"),
        (4, "ordered_at", "is missing", "{}"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"[{ONE},\n {ONE} {TWO}]", "it is not valid JSON: line 2, column 63"),
        (f"[{ONE},\n {TWO},", "it is cut off in line 2"),
        (f"[{ONE},\n ", "it is cut off in line 2"),
        (f'{{"orders": [\n{ONE},\n{{"order_id": 2', "it is cut off in line 3"),
        (f"[{ONE},\n nope]", "it is not valid JSON: line 2, column 2"),
        (f"[\n{ONE},\n{TWO}\n] []", "it is not valid JSON: line 4, column 3"),
        ("[" * 100_000 + "\n[", "it is not valid JSON: it is nested too deeply"),
        (
            f'{{"orders": [{ONE}], "returns": [{TWO}]}}',
            "it has several arrays of objects: name the one with the rows in the contract, as in "
            "json: {rows: orders}",
        ),
        ('[{"quantity": 1}]', "required columns order_id, ordered_at not found"),
    ],
)
def test_broken_document_fails_whole(shop: Shop, content: str, reason: str) -> None:
    shop.put("a.json", content)
    result = shop.land_one()
    assert (result.status, result.reason) == ("failed", reason)


@pytest.mark.parametrize("first", ['{"order_id":', "[1", "nope", "[1]", "{}x"])
def test_bad_first_line_of_lines_is_rejected_alone(shop: Shop, first: str) -> None:
    shop.put("a.ndjson", f"{first}\n{ONE}\n{TWO}\n")
    result = shop.land_one()
    assert (result.status, result.rows_landed, result.rows_rejected) == ("landed", 2, 1)
    assert shop.rejects("line, reason, raw_text")[0][::2] == (1, first)
