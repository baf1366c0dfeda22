from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.landing.contract import Column, CsvOptions, load_contracts
from orchestration.landing.problems import ContractError
from orchestration.paths import PROJECT_DIR


def write(staging: Path, text: str, source: str = "shop") -> Path:
    path = staging / source / f"_{source}__sources.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def source(columns: str, table: str = "") -> str:
    return f"""
sources:
  - name: shop
    schema: raw_shop
    tables:
      - name: orders
        {table}
        columns: {columns}
"""


def test_contract_has_schema_columns_and_types(tmp_path):
    write(
        tmp_path,
        source(
            """
          - {name: order_id, data_type: varchar, constraints: [{type: not_null}],
             config: {meta: {aliases: [OrderID]}}}
          - {name: amount, data_type: "decimal(18, 4)"}
          - {name: ordered_at, data_type: timestamp, config: {meta: {has_happened: true}}}
""",
            'config: {meta: {csv: {delimiter: ";", encoding: latin-1}}}',
        ),
    )

    (contract,) = load_contracts(tmp_path)

    assert (contract.source, contract.table, contract.schema) == ("shop", "orders", "raw_shop")
    assert contract.columns == (
        Column("order_id", "VARCHAR", is_required=True, aliases=("OrderID",)),
        Column("amount", "DECIMAL(18,4)"),
        Column("ordered_at", "TIMESTAMP", has_happened=True),
    )
    assert contract.csv == CsvOptions(";", "iso8859-1")


def test_a_source_that_is_not_landed_is_left_out(tmp_path):
    write(
        tmp_path,
        "sources: [{name: landing, schema: raw, config: {meta: {is_landed: false}},"
        " tables: [{name: landed_files}]}]",
        "landing",
    )
    assert load_contracts(tmp_path) == []


def test_the_projects_own_contracts_can_be_read():
    keys = {contract.key for contract in load_contracts(PROJECT_DIR / "models" / "staging")}
    assert {("shop", "events"), ("rees46", "events"), ("online_retail", "order_lines")} <= keys


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (source("[{name: a, data_type: blurb}]"), "source shop, table orders, column a: 'blurb'"),
        (source("[{name: a, data_type: 'decimal(39, 2)'}]"), "column a: 'decimal(39, 2)'"),
        (source("[{name: a}]"), "source shop, table orders, column a has no `data_type`"),
        (
            source("[{name: a, data_type: date}, {name: A, data_type: date}]"),
            "table orders, column A: the name a is taken",
        ),
        (
            source(
                "[{name: a, data_type: date},"
                " {name: b, data_type: date, config: {meta: {aliases: [A]}}}]"
            ),
            "column b: the name a is taken by a",
        ),
        (source("[{name: _file, data_type: date}]"), "column _file: the loader writes"),
        (source("[]"), "source shop, table orders has no columns"),
        (
            source("[{name: a, data_type: date}]").replace("schema: raw_shop", ""),
            "source shop has no `schema`",
        ),
        (
            source("[{name: a, data_type: varchar, config: {meta: {has_happened: true}}}]"),
            "column a: only a timestamp or a date",
        ),
        (
            source("[{name: a, data_type: date}]", "config: {meta: {csv: {delimiter: ab}}}"),
            "the delimiter is not a single character",
        ),
        (
            source("[{name: a, data_type: date}]", "config: {meta: {csv: {encoding: klingon}}}"),
            "encoding 'klingon' is not known",
        ),
        ("sources: [{name: shop", "is not valid YAML"),
    ],
)
def test_a_wrong_contract_is_named(tmp_path, text, says):
    path = write(tmp_path, text)
    with pytest.raises(ContractError) as error:
        load_contracts(tmp_path)
    assert str(path) in str(error.value)
    assert says in str(error.value)
