"""Excel files: typed cells, the sheet, and row numbers as Excel shows them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import excel_files as excel
import pytest
import yaml
from landing_shop import ORDERS, Shop

from orchestration.landing import excel_file
from orchestration.landing.contract import Column, load_contracts
from orchestration.landing.problems import ContractError

HEADER = ["order_id", "ordered_at", "quantity", "amount", "is_gift", "due_date", "note"]
# 45292 is 1 January 2024: 45292 days after 30 December 1899
FIRST = excel.date("45292")


def put(shop: Shop, sheets: Mapping, name: str = "a.xlsx", hidden=()) -> None:
    path = shop.put(name, "")
    excel.write_excel(path, sheets, hidden)


def test_cells_have_the_types_of_excel(shop: Shop) -> None:
    put(
        shop,
        {
            "Sheet1": [
                HEADER,
                [
                    excel.number("17850"),
                    excel.date("45292.4375"),  # 10:30
                    excel.number("3"),
                    excel.number("19.99"),
                    excel.truth(1),
                    FIRST,
                    excel.number("0.30000000000000004"),
                ],
                ["17850", "2024-01-01", " 4 ", "1e2", "no", "2024-01-02", " x "],
                ["a", FIRST, excel.formula("1+1", "2"), None, excel.truth(0), None, None],
            ]
        },
    )
    assert shop.land_one().rows_landed == 3
    columns = "order_id, ordered_at, quantity, amount, is_gift, due_date, note"
    assert shop.query(f"select {columns} from raw_shop.orders") == [
        (
            "17850",
            datetime(2024, 1, 1, 10, 30),
            3,
            Decimal("19.99"),
            True,
            date(2024, 1, 1),
            "0.30000000000000004",
        ),
        ("17850", datetime(2024, 1, 1), 4, Decimal("100.00"), False, date(2024, 1, 2), " x "),
        ("a", datetime(2024, 1, 1), 2, None, False, None, None),
    ]


def test_rejected_row_has_the_number_that_excel_shows(shop: Shop) -> None:
    rows = {
        3: HEADER[:3],
        4: ["1", FIRST, excel.number("1")],
        7: ["2", FIRST, excel.number("1.5")],
        8: ["3", excel.truth(1), None],
        9: [None, FIRST, None],
        10: ["", "", ""],
    }
    put(shop, {"Sheet1": rows})
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed, result.rows_rejected) == (4, 1, 3)
    assert shop.rejects("line, column_name, reason, raw_text") == [
        (
            7,
            "quantity",
            "is not a whole number that fits integer",
            '{"order_id":"2","ordered_at":"2024-01-01","quantity":1.5}',
        ),
        (8, "ordered_at", "is not an instant", '{"order_id":"3","ordered_at":true}'),
        (9, "order_id", "is missing", '{"ordered_at":"2024-01-01"}'),
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            excel.number("12345678901234567890"),
            "is a number too large to be exact, which can't be a key: write it as a whole number",
        ),
        (excel.truth(1), "is true or false, which can't be a key"),
        (excel.error("#N/A"), "is missing"),
    ],
)
def test_cell_that_can_be_no_key_is_refused(shop: Shop, value: str, reason: str) -> None:
    put(shop, {"Sheet1": [HEADER[:2], [value, FIRST]]})
    shop.land()
    assert shop.rejects() == [(2, "order_id", reason)]


def test_error_is_no_missing_value(shop: Shop) -> None:
    """The library reads #DIV/0! as an empty cell."""
    error = excel.error("#DIV/0!")
    rows = [
        HEADER,
        ["1", FIRST, None, error, None, None, "x"],
        ["2", FIRST, None, None, None, None, error],
        ["3", FIRST, excel.error("#N/A"), None, None, None, None],
    ]
    put(shop, {"Sheet1": rows})
    shop.land()
    assert shop.orders("order_id, quantity, note") == [("2", None, "#DIV/0!"), ("3", None, None)]
    assert shop.rejects() == [(2, "amount", "is not a number that fits decimal(9,2)")]


def test_date_cell_is_a_date_whatever_the_format_of_texts(shop: Shop) -> None:
    columns = (
        Column("order_id", "VARCHAR", is_required=True),
        Column("ordered_at", "TIMESTAMP", formats=("%Y-%d-%m %H:%M",)),
        Column("due_date", "DATE", formats=("%Y-%d-%m", "epoch_s")),
    )
    shop.contracts = [replace(ORDERS, columns=columns)]
    rows = [
        ["order_id", "ordered_at", "due_date"],
        ["1", excel.date("45323.5"), excel.date("45323")],  # 1 February
        ["2", "2024-01-02 12:00", "2024-01-02"],
        ["3", None, excel.number("1706745600")],
        ["4", "2024-02-01T12:00:00Z", None],
    ]
    put(shop, {"Sheet1": rows})
    shop.land()
    noon, first = datetime(2024, 2, 1, 12), date(2024, 2, 1)
    assert shop.orders("order_id, ordered_at, due_date") == [
        ("1", noon, first),
        ("2", noon, first),
        ("3", None, first),
    ]
    assert shop.rejects() == [(5, "ordered_at", "is not in the column's format %Y-%d-%m %H:%M")]


def test_columns_that_the_contract_lacks_are_kept(shop: Shop):
    rows = [
        ["order_id", "ordered_at", "Colour", None, "2024"],
        ["1", FIRST, "red", "note", excel.number("1.50")],
        ["2", FIRST, None, None, FIRST],
        ["3", FIRST, None, None, None],
    ]
    put(shop, {"Sheet1": rows})
    shop.land()
    assert shop.orders("_extra") == [
        '{"Colour":"red","column 4":"note","2024":1.5}',
        '{"2024":"2024-01-01"}',
        None,
    ]


def test_sheet_is_the_first_that_is_visible_or_that_of_the_contract(shop: Shop) -> None:
    sheets = {name: [HEADER[:2], [name, FIRST]] for name in ("Old", "Now", "More & more")}
    put(shop, sheets, hidden=["Old"])
    shop.land()
    assert shop.orders() == ["Now"]
    shop.contracts = [replace(ORDERS, excel_sheets=("More & more",))]
    put(shop, sheets | {"Last": [["x"]]}, "b.xlsx")
    put(shop, {"Other": [["x"]]}, "c.xlsx")
    assert [r.reason for r in shop.land()] == [None, "it has no sheet More & more"]
    assert shop.orders() == ["Now", "More & more"]


def test_several_sheets_are_read_each_with_its_header(shop: Shop) -> None:
    sheets = {
        "Old": [HEADER[:2], ["hidden", FIRST]],
        "One": [["order_id", "ordered_at", "colour"], ["1", FIRST, "blue"], [None, FIRST, None]],
        "Two": [["Order No", "quantity", "ordered_at"], ["2", excel.number("3"), FIRST]],
        "Sheet3": [],
    }
    put(shop, sheets, hidden=["Old"])
    shop.contracts = [replace(ORDERS, excel_sheets=())]
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed, result.rows_rejected) == (3, 2, 1)
    columns = "order_id, quantity, ordered_at, _extra"
    first = datetime(2024, 1, 1)
    assert shop.query(f"select {columns} from raw_shop.orders order by 1") == [
        ("1", None, first, '{"colour":"blue"}'),
        ("2", 3, first, None),
    ]
    # the row of a rejected one is that of its sheet
    ((line, raw),) = shop.rejects("line, raw_text")
    assert (line, json.loads(raw)["sheet"]) == (3, "One")


def test_cell_that_is_a_date_is_in_the_time_zone_of_the_column(shop: Shop) -> None:
    columns = [
        replace(column, timezone="Europe/Amsterdam") if column.name == "ordered_at" else column
        for column in ORDERS.columns
    ]
    shop.contracts = [replace(ORDERS, columns=tuple(columns))]
    put(shop, {"S": [HEADER[:2], ["1", excel.date("45292.4375")], ["2", "2024-01-01 10:30Z"]]})
    shop.land_one()
    assert shop.query("select ordered_at from raw_shop.orders order by order_id") == [
        (datetime(2024, 1, 1, 9, 30),),
        (datetime(2024, 1, 1, 10, 30),),
    ]


def test_listed_sheets_are_read(shop: Shop) -> None:
    sheets = {name: [HEADER[:2], [name, FIRST]] for name in ("One", "Two", "Three")}
    put(shop, sheets)
    shop.contracts = [replace(ORDERS, excel_sheets=("Three", "One"))]
    shop.land()
    assert sorted(shop.orders()) == ["One", "Three"]
    put(shop, sheets | {"Three": [["x"]]}, "b.xlsx")
    put(shop, {"One": [HEADER[:2]]}, "c.xlsx")
    listed = "order_id, ordered_at not found; its columns are x: if one of them is meant, add it to"
    assert [r.reason for r in shop.land()] == [
        f"sheet Three: required columns {listed} the column's `aliases` in the contract",
        "it has no sheet Three",
    ]


def test_all_sheets_are_empty(shop: Shop) -> None:
    put(shop, {"One": [], "Two": []})
    shop.contracts = [replace(ORDERS, excel_sheets=())]
    assert shop.land_one().reason == "its sheet One is empty: it has no header"


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ({"Empty": []}, "its sheet Empty is empty: it has no header"),
        ({"Blank": [["", None], [""]]}, "its sheet Blank is empty: it has no header"),
        ({"S": [["order_id", "ordered_at", "order_id"]]}, 'column "order_id" is there twice'),
        (
            {"S": [["order_id", "x"]]},
            "required column ordered_at not found; its columns are order_id, x: if one of them is "
            "meant, add it to the column's `aliases` in the contract",
        ),
    ],
)
def test_sheet_without_the_columns_fails_whole(shop: Shop, sheets, reason: str) -> None:
    put(shop, sheets)
    assert shop.land_one().reason == reason


def test_header_alone_lands_no_rows(shop: Shop) -> None:
    put(shop, {"S": [HEADER]})
    result = shop.land_one()
    assert (result.status, result.rows_read) == ("landed", 0)


@pytest.mark.parametrize("kept", [0, 10, 0.5, -1])
def test_damaged_file_fails_whole(shop: Shop, kept: float) -> None:
    put(shop, {"S": [HEADER[:2], ["1", FIRST]]})
    path = shop.paths.landing / "shop/orders/a.xlsx"
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data)) if kept == 0.5 else int(kept)])
    assert shop.land_one().reason == "it is not a whole Excel file, or it is encrypted"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/s1.xml", "xl/styles.xml"])
def test_file_with_a_broken_part_fails_whole(shop: Shop, part: str) -> None:
    put(shop, {"S": [HEADER[:2], ["1", FIRST]]})
    path = shop.paths.landing / "shop/orders/a.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts[part][: len(parts[part]) // 2]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert shop.land_one().status == "failed"


def test_file_that_unpacks_to_too_much_is_refused(shop: Shop, monkeypatch) -> None:
    put(shop, {"S": [HEADER[:2], ["1", FIRST]]})
    monkeypatch.setattr(excel_file, "MOST_BYTES", 1000)
    assert shop.land_one().reason == "unpacked, it takes more than 0 GB"


def test_file_in_an_archive_lands(shop: Shop) -> None:
    put(shop, {"S": [HEADER[:2], ["1", FIRST]]})
    path = shop.paths.landing / "shop/orders/a.xlsx"
    content = path.read_bytes()
    shop.put_zip("b.zip", {"c.xlsx": content})
    assert [(r.file, r.status) for r in shop.land()] == [
        ("shop/orders/a.xlsx", "landed"),
        ("shop/orders/b.zip/c.xlsx", "copied"),
    ]
    path.unlink()
    shop.put_zip("b.zip", {"d.xlsx": content, "e.xlsx": content[:-5]})
    assert [r.status for r in shop.land()] == ["copied", "failed"]


@pytest.mark.parametrize(
    ("excel_options", "expected"),
    [
        ({"sheets": "all"}, ()),
        ({"sheets": ["A", "B"]}, ("A", "B")),
        ({"sheets": "A"}, "`sheets` is a list of names, or all"),
        ({"sheets": []}, "`sheets` is a list of names, or all"),
        ({"sheets": ["A", 1]}, "`sheets` is a list of names, or all"),
        ({"sheet": "A", "sheets": "all"}, "it has both `sheet` and `sheets`"),
    ],
)
def test_names_of_several_sheets(tmp_path, excel_options, expected) -> None:
    column = {"name": "c", "data_type": "varchar"}
    table = {"name": "t", "columns": [column], "config": {"meta": {"excel": excel_options}}}
    sources = {"sources": [{"name": "s", "schema": "raw_s", "tables": [table]}]}
    file = tmp_path / "s" / "_s__sources.yml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(sources))
    if isinstance(expected, tuple):
        assert load_contracts(tmp_path)[0].excel_sheets == expected
    else:
        with pytest.raises(ContractError, match=expected):
            load_contracts(tmp_path)


def test_name_of_the_sheet_is_a_text(tmp_path) -> None:
    table = {
        "name": "t",
        "columns": [{"name": "c", "data_type": "varchar"}],
        "config": {"meta": {"excel": {"sheet": "Orders"}, "json": {"rows": "data.orders"}}},
    }
    sources = {"sources": [{"name": "s", "schema": "raw_s", "tables": [table]}]}
    file = tmp_path / "s" / "_s__sources.yml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(sources))
    (contract,) = load_contracts(tmp_path)
    assert (contract.excel_sheets, contract.json_rows) == (("Orders",), ("data", "orders"))
    table["config"]["meta"]["excel"]["sheet"] = 1
    file.write_text(yaml.safe_dump(sources))
    with pytest.raises(ContractError, match="the `sheet` is not a name"):
        load_contracts(tmp_path)
