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


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("{name: a, data_type: timestamp, config: {meta: {format: '%d-%m'}}}", "it has no year"),
        ("{name: a, data_type: timestamp, config: {meta: {format: '%Y-%m'}}}", "no day and month"),
        ("{name: a, data_type: timestamp, config: {meta: {format: '%Y%m%d %Z'}}}", "%Z is not"),
        ("{name: a, data_type: integer, config: {meta: {format: epoch_s}}}", "has a `format`"),
        ("{name: a, data_type: integer, config: {meta: {range: {over: 0}}}}", "`range` takes"),
        ("{name: a, data_type: integer, config: {meta: {range: {min: one}}}}", "is no integer"),
        ("{name: a, data_type: varchar, config: {meta: {range: {min: 1}}}}", "has a `range`"),
        ("{name: a, data_type: integer, config: {meta: {kind: key}}}", "`kind` of a varchar"),
        ("{name: a, data_type: integer, config: {meta: {missing: [x]}}}", "two lists of words"),
        ("{name: a, data_type: integer, config: {meta: {missing: {add: [0]}}}}", "put quotes"),
    ],
)
def test_meta_that_can_not_be_used_is_refused(tmp_path, column, message):
    write(tmp_path, source(f"[{column}]"))
    with pytest.raises(ContractError, match=message):
        load_contracts(tmp_path)


@pytest.mark.parametrize(
    ("not_used", "message"),
    [("[order_id]", "has order_id, which is a name of"), ("color", "not a list of names")],
)
def test_columns_that_are_not_used_are_a_list_without_used_ones(tmp_path, not_used, message):
    columns = "[{name: Order_ID, data_type: varchar}]"
    write(tmp_path, source(columns, f"config: {{meta: {{not_used: {not_used}}}}}"))
    with pytest.raises(ContractError, match=message):
        load_contracts(tmp_path)


def test_words_for_nothing_of_source_and_table_reach_the_columns(tmp_path):
    columns = """
              - {name: order_id, data_type: varchar, config: {meta: {missing: {keep: [guest]}}}}
              - {name: customer_id, data_type: varchar}
              - {name: note, data_type: varchar}
    """
    write(tmp_path, source(columns, "config: {meta: {missing: {add: [Guest], keep: [NA]}}}"))
    (contract,) = load_contracts(tmp_path)
    order_id, customer_id, note = (column.words_for_nothing for column in contract.columns)
    assert "guest" not in order_id and "na" not in order_id
    assert "guest" in customer_id and "na" not in customer_id
    assert note == ("", "\\n")


def test_range_keeps_the_default_on_its_open_side(tmp_path):
    write(
        tmp_path,
        source("[{name: a, data_type: date, config: {meta: {range: {min: 1910-01-01}}}}]"),
    )
    (contract,) = load_contracts(tmp_path)
    assert contract.columns[0].range.reason == "is not at least 1910-01-01 and below 2200-01-01"
