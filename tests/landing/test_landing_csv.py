from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from landing_shop import ORDERS, with_csv

from orchestration.landing import csv_file

HEADER = "order_id,ordered_at,quantity,note\n"


def test_lines_are_counted_through_quoted_newlines(shop):
    shop.put(
        "a.csv",
        HEADER
        + '1,2024-01-01,1,"two\nlines"\n'  # lines 2 and 3
        + "\n"  # blank: not a row
        + "2,2024-01-01,x,\n"  # 5
        + '3,2024-01-01,y,"a ""quoted""\nword"\n'  # 6 and 7
        + "4,2024-01-01\n"  # 8
        + ",never,,\n"  # 9: two bad cells, one row
        + '5,2024-01-01,2,tv 32" black\n',
    )
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed, result.rows_rejected) == (6, 2, 4)
    assert shop.orders("order_id, note") == [("1", "two\nlines"), ("5", 'tv 32" black')]
    assert shop.rejects("line, column_name, raw_text") == [
        (5, "quantity", "2,2024-01-01,x,"),
        (6, "quantity", '3,2024-01-01,y,"a ""quoted""\nword"'),
        (8, None, "4,2024-01-01"),
        (9, "order_id", ",never,,"),
        (9, "ordered_at", ",never,,"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,2024-01-01,1", "has 3 values, the header has 4"),
        ("1,2024-01-01,1,a,b", "has 5 values, the header has 4"),
        ('1,2024-01-01,1,"a"b', "holds text behind a closing quote"),
        ("1,2024-01-01,1,a\0b", "holds a NUL character"),
        ("1,2024-01-01,1,a\rb", "holds a carriage return outside quotes"),
    ],
)
def test_a_line_that_can_not_be_split_is_rejected_alone(shop, line, reason):
    shop.put("a.csv", f"{HEADER}{line}\n2,2024-01-02,2,\n")
    result = shop.land_one()
    assert (result.rows_landed, result.rows_rejected) == (1, 1)
    assert shop.rejects() == [(2, None, reason)]
    assert shop.orders() == ["2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty: it has no header"),
        ("\n\n", "it holds blank lines only: it has no header"),
        (
            "quantity,note\n1,a\n",
            "required columns order_id, ordered_at not found; its columns are quantity, note: "
            "if one of them is meant, add it to the column's `aliases` in the contract",
        ),
        (
            "bestelling;datum\n1;2024-01-01\n",
            "required columns order_id, ordered_at not found; its columns are bestelling, datum: "
            "if one of them is meant, add it to the column's `aliases` in the contract",
        ),
        ("order_id,ordered_at,Note,note\n", 'column "note" is there twice'),
        ("order_id,ordered_at,x,X\n", 'column "x" is there twice'),
        ("order_id,ordered_at,OrderID\n", 'columns "order_id" and "OrderID" are both order_id'),
        (
            HEADER + '1,2024-01-01,1,a\n2,2024-01-01,1,"open\n3,2024-01-01,1,b\n',
            "a quote that opens in line 3 is never closed",
        ),
        (
            HEADER + '1,2024-01-01,1,"open\n2,2024-01-01,1,"closed"\n3,2024-01-01,1,b\n',
            "a quote in line 2 is not closed properly",
        ),
        (HEADER + "1,2024-01-01,1,a\n2,2024-0", "it is cut off in the middle of line 3"),
        (
            HEADER.encode() + b"1,2024-01-01,1,\xe9\n",
            "line 2 is not UTF-8 (byte 0xE9): save it as UTF-8, or write its encoding into the "
            "contract, as in csv: {encoding: cp1252}",
        ),
        (
            HEADER.encode() + b"1,2024-01-01,1,\xe2\x82",
            "line 2 is not UTF-8 (byte 0xE2): save it as UTF-8, or write its encoding into the "
            "contract, as in csv: {encoding: cp1252}",
        ),
    ],
)
def test_a_file_that_can_not_be_read_fails_whole(shop, content, reason):
    shop.put("a.csv", content)
    shop.put("b.csv", HEADER + "9,2024-01-01,1,\n")
    bad, good = shop.land()
    assert (bad.status, bad.reason) == ("failed", reason)
    assert (bad.rows_read, bad.rows_landed, bad.rows_rejected) == (0, 0, 0)
    assert good.status == "landed"
    assert shop.orders() == ["9"]
    assert shop.rejects() == []
    assert shop.ledger("file, status, reason") == [
        ("shop/orders/a.csv", "failed", reason),
        ("shop/orders/b.csv", "landed", None),
    ]


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_damaged_gzip_file_fails_whole(shop, damage):
    rows = "".join(f"{i},2024-01-01,{i % 7},note {i * 7919}\n" for i in range(2000))
    path = shop.put("a.csv.gz", HEADER + rows)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        del data[-200:]
    else:
        data[-6] ^= 1  # in the checksum: the text itself decompresses
    path.write_bytes(data)
    result = shop.land_one()
    assert result.status == "failed"
    assert result.reason == f"the gzip file is {'cut off' if damage == 'cut' else 'damaged'}"
    assert shop.orders() == []


def test_a_header_alone_lands_no_rows(shop):
    shop.put("a.csv", HEADER)
    shop.put("b.csv", HEADER.strip())
    assert [(r.status, r.rows_read) for r in shop.land()] == [("landed", 0)] * 2


@pytest.mark.parametrize("bad_row", ["", "x,x,x,x\n"])
def test_byte_order_mark_crlf_aliases_and_case_are_accepted(shop, bad_row):
    shop.put(
        "a.csv",
        ("\ufeffORDER NO,Ordered_At,quantity,note\n1,2024-01-01,,n\n" + bad_row).replace(
            "\n", "\r\n"
        ),
    )
    assert shop.land_one().rows_landed == 1
    assert shop.orders("order_id, quantity, note") == [("1", None, "n")]


@pytest.mark.parametrize("bad_row", ["", "3,never,a,b,\n"])
def test_unknown_columns_are_kept_and_empty_is_missing(shop, bad_row):
    shop.put(
        "a.csv",
        'order_id,ordered_at,Colour,It\'s "x",note\n'.replace('It\'s "x"', '"It\'s ""x"""')
        + '1,2024-01-01,red,"a ""b""",""\n2,2024-01-01,,,\n'
        + bad_row,
    )
    assert shop.land_one().rows_landed == 2
    assert shop.orders("order_id, note, quantity, _extra") == [
        ("1", None, None, '{"Colour":"red","It\'s \\"x\\"":"a \\"b\\""}'),
        ("2", None, None, None),
    ]


def test_columns_that_are_not_used_are_kept_and_not_reported(shop):
    shop.contracts = [replace(ORDERS, not_used=("colour",))]
    shop.put("a.csv", "order_id,ordered_at,Colour,size\n1,2024-01-01,red,xl\n")
    assert shop.land_one().rows_landed == 1
    assert shop.orders("_extra ->> 'Colour', _extra ->> 'size'") == [("red", "xl")]
    assert shop.query("select column_name from raw.unknown_columns") == [("size",)]


def test_contract_has_delimiter_and_encoding(shop):
    shop.contracts = [with_csv(delimiter=";", encoding="iso8859-1")]
    shop.put("a.csv", "order_id;ordered_at;note\n1;2024-01-01;caf\xe9, noir\n".encode("latin-1"))
    assert shop.land_one().rows_landed == 1
    assert shop.orders("note") == ["caf\xe9, noir"]


def test_gzip_of_several_members_is_one_file(shop):
    path = shop.put("a.csv.gz", HEADER + "1,2024-01-01,,\n")
    path.write_bytes(path.read_bytes() + gzip.compress(b"2,2024-01-01,,\n"))
    assert shop.land_one().rows_landed == 2


@pytest.mark.parametrize("bad_row", ["", "x\n"])
def test_very_long_value_lands(shop, bad_row):
    text = "n" * 5_000_000
    shop.put("a.csv", f"{HEADER}1,2024-01-01,1,{text}\n{bad_row}")
    assert shop.land_one().rows_landed == 1
    assert shop.orders("length(note)") == [5_000_000]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_clean_file_is_read_by_duckdb_alone(shop, monkeypatch, newline):
    monkeypatch.setattr(csv_file, "_as_python_reads", lambda *_: pytest.fail("read in Python"))
    rows = '1,2024-01-01,1,"a ""b"",\nc"\n2,2024-01-01,,"\n"'
    shop.put("a.csv", (HEADER + rows).replace("\n", newline))
    assert shop.land_one().rows_landed == 2


def test_lines_that_do_not_add_up_fail_the_file(shop, monkeypatch):
    to_utf8 = csv_file.to_utf8

    def one_more(*arguments):
        text = to_utf8(*arguments)
        return replace(text, newlines=text.newlines + 1)

    monkeypatch.setattr(csv_file, "to_utf8", one_more)
    shop.put("a.csv", HEADER + "1,2024-01-01,1,a\n\nbad\n")
    assert shop.land_one().reason == "it has 5 line ends, but 4 were read"


ROWS = [("1", 3, "a, b"), ("2", None, None)]


@pytest.mark.parametrize(
    "content",
    [
        "order_id;ordered_at;quantity;note\n1;2024-01-01;3;a, b\n2;2024-01-01;;\n",
        "order_id\tordered_at\tquantity\tnote\n1\t2024-01-01\t3\ta, b\n2\t2024-01-01\t\t\n",
        "order_id|ordered_at|quantity|note\n1|2024-01-01|3|a, b\n2|2024-01-01||\n",
        # a name with a comma in it
        '"order_id";"ordered_at";quantity;note;"a,b"\n1;2024-01-01;3;"a, b";\n2;2024-01-01;;;\n',
        'sep=,\norder_id,ordered_at,quantity,note\n1,2024-01-01,3,"a, b"\n2,2024-01-01,,\n',
        "sep=;\r\norder_id;ordered_at;quantity;note\r\n1;2024-01-01;3;a, b\r\n2;2024-01-01;;\r\n",
        '"sep=,"\norder_id,ordered_at,quantity,note\n1,2024-01-01,3,"a, b"\n2,2024-01-01,,\n',
        # columns without a name, as spreadsheets leave them
        'order_id,ordered_at,quantity,note,,\n1,2024-01-01,3,"a, b",,\n2,2024-01-01,,,,\n',
        'order_id,,ordered_at,quantity,note,\n1,,2024-01-01,3,"a, b",\n2,,2024-01-01,,,\n',
        'order_id,ordered_at,quantity,note\n1,2024-01-01,3,"a, b",,\n2,2024-01-01,,,,\n',
    ],
)
def test_table_lands_as_a_person_would_read_it(shop, content):
    shop.put("a.csv", content)
    assert shop.land_one().status == "landed"
    assert shop.orders("order_id, quantity, note") == ROWS


def test_value_in_a_column_without_a_name_is_kept(shop):
    shop.put("a.csv", "order_id,ordered_at,,\n1,2024-01-01,x,\n")
    shop.land_one()
    assert shop.orders("_extra") == ['{"column 3":"x"}']


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"]
)
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_encoding_that_is_certain_is_read(shop, encoding, name):
    text = "order_id,ordered_at,note\n1,2024-01-01,\u00e9\u20ac\n2,2024-01-01,b\n"
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") and name == "a.csv" else ""
    shop.put(name, (mark + text).encode(encoding))
    assert shop.land_one().status == "landed"
    assert shop.orders("note") == ["\u00e9\u20ac", "b"]


def test_encoding_of_the_contract_is_read(shop):
    shop.contracts = [with_csv(encoding="cp1252", delimiter=";")]
    shop.put("a.csv", "order_id;ordered_at;note\n1;2024-01-01;caf\u00e9 \u20ac\n".encode("cp1252"))
    shop.land_one()
    assert shop.orders("note") == ["caf\u00e9 \u20ac"]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_files_that_are_not_utf8_have_the_fallback_encoding(shop, suffix):
    shop.contracts = [with_csv(fallback_encoding="cp1252")]
    text = "order_id,ordered_at,note\n{},2024-01-01,caf\u00e9 \u00a3\n"
    for key, encoding in enumerate(["utf-8", "cp1252", "utf-16"]):
        shop.put(f"{key}{suffix}", text.format(key).encode(encoding))
    assert {file.status for file in shop.land()} == {"landed"}
    assert shop.orders("note") == ["caf\u00e9 \u00a3"] * 3
