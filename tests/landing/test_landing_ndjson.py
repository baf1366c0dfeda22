from __future__ import annotations

import pytest


def test_each_line_is_a_row(shop):
    shop.put(
        "a.ndjson",
        '\ufeff{"order_id": 1, "ordered_at": "2024-01-01", "amount": 1.10}\r\n'
        "\n"
        '{"OrderID": "2", "ordered_at": "2024-01-02",'
        ' "note": {"a": [1, "\u20ac"]}, "quantity": 2.0}\n'
        '{"order_id": "3", "ordered_at": "2024-01-03",'
        ' "note": "", "quantity": "", "is_gift": true}',
    )
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed) == (3, 3)
    assert shop.orders("order_id, cast(amount as varchar), quantity, is_gift, note") == [
        ("1", "1.10", None, None, None),
        ("2", None, 2, None, '{"a":[1,"\u20ac"]}'),
        ("3", None, None, True, None),
    ]


def test_unknown_keys_are_kept(shop):
    shop.put(
        "a.jsonl",
        '{"order_id": "1", "ordered_at": "2024-01-01",'
        ' "Tags": ["a", {"b": null}], "n": 1, "x": null}\n'
        '{"order_id": "2", "ordered_at": "2024-01-01", "x": null}\n',
    )
    shop.land_one()
    assert shop.orders("_extra") == ['{"Tags":["a",{"b":null}],"n":1}', None]


def test_numbers_keep_all_their_digits(shop):
    shop.put(
        "a.ndjson",
        '{"order_id": 12345678901234567890123, "ordered_at": "2024-01-01",'
        ' "note": 0.12345678901234567890}\n',
    )
    shop.land_one()
    assert shop.orders("order_id, note") == [("12345678901234567890123", "0.12345678901234567890")]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("nope", None, "is not valid JSON"),
        ('{"order_id": NaN}', None, "is not valid JSON"),
        ("[" * 100_000, None, "is not valid JSON"),
        ("[1]", None, "is not a JSON object"),
        ('{"order_id": "1", "OrderID": "1"}', None, "has order_id twice"),
        ('{"order_id": "1", "x": 1, "x": 2}', None, "has a key twice"),
        (
            '{"order_id": "\\ud800", "ordered_at": "2024-01-01"}',
            None,
            "holds half a character (a lone surrogate)",
        ),
        (
            '{"order_id": "\\u0000", "ordered_at": "2024-01-01"}',
            None,
            "holds a NUL character",
        ),
        ('{"ordered_at": "2024-01-01"}', "order_id", "is missing"),
        ('{"order_id": null, "ordered_at": "2024-01-01"}', "order_id", "is missing"),
        (
            '{"order_id": "1", "ordered_at": "2024-01-01", "quantity": true}',
            "quantity",
            "is not a whole number that fits integer",
        ),
    ],
)
def test_a_bad_line_is_rejected_alone(shop, line, column, reason):
    good = '{"order_id": "2", "ordered_at": "2024-01-01"}\n'
    shop.put("a.ndjson", f"{good}\n{line}\n{good}")
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed, result.rows_rejected) == (3, 2, 1)
    assert shop.rejects("line, column_name, reason, raw_text") == [(3, column, reason, line)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"quantity": 1}\n{"quantity": 2}\n', "required columns order_id, ordered_at not found"),
        (
            '{"order_id": "1", "ordered_at": "2024-01-01"}\n{"order_id": "2", "ord',
            "it is cut off in the middle of line 2",
        ),
        (
            b'{"order_id": "1"}\n{"order_id": "\xff"}\n',
            "line 2 is not UTF-8 (byte 0xFF): save it as UTF-8",
        ),
    ],
)
def test_a_file_that_can_not_be_read_fails_whole(shop, content, reason):
    shop.put("a.ndjson", content)
    result = shop.land_one()
    assert (result.status, result.reason, result.rows_read) == ("failed", reason, 0)
    assert shop.orders() == []


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_lands_no_rows(shop, content):
    shop.put("a.ndjson.gz", content)
    result = shop.land_one()
    assert (result.status, result.rows_read) == ("landed", 0)
