"""TSV files, files without a header, and files in which a quote is text."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from landing_shop import ORDERS, Shop, with_csv

from orchestration.landing import csv_file
from orchestration.landing.contract import Column, CsvOptions, load_contracts
from orchestration.landing.problems import ContractError


@pytest.fixture(params=["as DuckDB reads", "as Python reads"])
def shop(shop: Shop, request, monkeypatch) -> Shop:
    if request.param == "as Python reads":
        to_utf8 = csv_file.to_utf8
        monkeypatch.setattr(
            csv_file, "to_utf8", lambda *given: replace(to_utf8(*given), is_regular=False)
        )
    return shop


def test_tabs_separate_the_values_of_a_tsv_file(shop: Shop) -> None:
    # with commas the header has the required columns, too
    shop.contracts = [with_csv(delimiter=";")]
    shop.put(
        "a.tsv", 'order_id\tordered_at\tnote,order_id\n1\t2024-01-01\t"a\tb"\n2\t2024-01-01\t\n'
    )
    assert shop.land_one().rows_landed == 2
    assert shop.orders("order_id, _extra") == [("1", '{"note,order_id":"a\\tb"}'), ("2", None)]


@pytest.mark.parametrize("ending", ["\n", ""])
def test_file_without_a_header_has_the_columns_of_the_contract(shop: Shop, ending: str) -> None:
    columns = (*ORDERS.columns[:2], Column("note", "VARCHAR"))
    names = tuple(column.name for column in columns)
    shop.contracts = [replace(ORDERS, columns=columns, csv=CsvOptions(header=names))]
    shop.put("a.tsv", f"1\t2024-01-01\tx\n2\t2024-01-02\t{ending}")
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed) == (2, 2)
    assert shop.orders("order_id, note") == [("1", "x"), ("2", None)]


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_columns_that_the_contract_lacks_may_be_listed(shop: Shop, delimiter: str) -> None:
    shop.contracts = [with_csv(header=("quantity", "colour", "ordered_at", "order_id"))]
    shop.put("a.csv", "1,red,2024-01-01,7\n2,,2024-01-01,8\n".replace(",", delimiter))
    shop.land()
    assert shop.orders("order_id, quantity, _extra") == [
        ("7", 1, '{"colour":"red"}'),
        ("8", 2, None),
    ]


def test_line_of_another_width_is_rejected(shop: Shop) -> None:
    shop.contracts = [with_csv(header=("order_id", "ordered_at"))]
    shop.put("a.tsv", "1\t2024-01-01\n2\n3\t2024-01-01\tmore\n")
    shop.land()
    where = "the header has 2, which is in the contract"
    assert shop.rejects() == [
        (2, None, f"has 1 value, {where}"),
        (3, None, f"has 3 values, {where}"),
    ]


def test_empty_file_without_a_header_has_no_rows(shop: Shop) -> None:
    shop.contracts = [with_csv(header=("order_id", "ordered_at"))]
    shop.put("a.tsv", "")
    assert (shop.land_one().status, shop.orders()) == ("landed", [])


def test_quote_is_text_where_the_contract_says_so(shop: Shop) -> None:
    """Snowplow's enriched events have no header, and JSON in tabs without quotes around it."""
    shop.contracts = [with_csv(header=("order_id", "ordered_at", "note"), has_quotes=False)]
    notes = ['"Best" tea', '{"a":"b"}', '"', 'a"b', '""']
    shop.put("a.tsv", "".join(f"{i}\t2024-01-01\t{note}\n" for i, note in enumerate(notes)))
    assert shop.land_one().rows_landed == 5
    assert shop.orders("note") == notes


@pytest.mark.parametrize(
    ("csv", "message"),
    [
        ({"header": []}, "`header` is false, or lists the columns of files that have none"),
        ({"header": ["a", 1]}, "`header` is false, or lists the columns of files that have none"),
        ({"quotes": "no"}, "`quotes` is true or false"),
        ({"sheet": 1}, "`csv` takes delimiter, encoding, fallback_encoding, header, quotes"),
    ],
)
def test_options_that_can_not_be_used_are_refused(tmp_path, csv: dict, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        options(tmp_path, csv)


def test_header_false_means_the_columns_of_the_contract(tmp_path) -> None:
    assert options(tmp_path, {"header": False}).header == ("a", "b")
    assert options(tmp_path, {"header": ["b", "a", "c"]}).header == ("b", "a", "c")
    assert options(tmp_path, {"header": True, "quotes": False}) == CsvOptions(has_quotes=False)


def options(tmp_path, csv: dict) -> CsvOptions:
    columns = [{"name": name, "data_type": "varchar"} for name in ("a", "b")]
    table = {"name": "t", "columns": columns, "config": {"meta": {"csv": csv}}}
    folder = tmp_path / "s"
    folder.mkdir(exist_ok=True)
    sources = {"sources": [{"name": "s", "schema": "raw_s", "tables": [table]}]}
    (folder / "_s__sources.yml").write_text(yaml.safe_dump(sources))
    (contract,) = load_contracts(tmp_path)
    return contract.csv


@pytest.mark.parametrize("has_quotes", [True, False])
def test_file_without_a_header_is_read_fast(shop: Shop, monkeypatch, has_quotes: bool) -> None:
    monkeypatch.undo()  # as DuckDB reads, whatever the fixture says
    monkeypatch.setattr(csv_file, "_as_python_reads", lambda *_: pytest.fail("read in Python"))
    shop.contracts = [with_csv(header=("order_id", "ordered_at", "note"), has_quotes=has_quotes)]
    quoted = '"a\nb"' if has_quotes else '"a'
    shop.put("a.tsv", f"1\t2024-01-01\t{quoted}\n2\t2024-01-01\tb\n")
    assert shop.land_one().rows_landed == 2
