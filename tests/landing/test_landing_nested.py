"""Values inside others: as JSON text, or by the path to them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml
from landing_shop import ORDERS, Shop

from orchestration.landing.contract import Column, load_contracts
from orchestration.landing.problems import ContractError

NESTED = [
    ({"a": 1, "b": ["x", None]}, "{'a': 1, 'b': ['x', null]}", '{"a":1,"b":["x",null]}'),
    (["é", '"/\n'], "['é', '\"/' || chr(10)]", '["é","\\"/\\n"]'),
    ({"k": 2}, "map {'k': 2}", '{"k":2}'),
    ([{"s": True, "d": 1.1}], "[{'s': true, 'd': 1.10::decimal(9, 2)}]", '[{"s":true,"d":1.1}]'),
    ([3.0, 1e20, 1.5e-6], "[3.0::double, 1e20, 1.5e-6]", "[3.0,100000000000000000000.0,0.0000015]"),
    ([1e300, 1.5e-7], "[1e300::double, 1.5e-7]", "[1e300,1.5e-7]"),
    ([], "[]::integer[]", "[]"),
]
PATHS = (
    Column("order_id", "VARCHAR", is_required=True, path=("id",)),
    Column("ordered_at", "TIMESTAMP", is_required=True),
    Column("email", "VARCHAR", path=("billing", "email")),
    Column("city", "VARCHAR", path=("billing", "address", "city")),
    Column("quantity", "INTEGER", aliases=("qty",), path=("totals", "n")),
    Column("amount", "DECIMAL(9,2)", path=("totals", "money.EUR")),
    Column("lines", "JSON", path=("basket", "lines")),
)
DEEP = {
    "id": 7,
    "ordered_at": "2024-01-01",
    "billing": {"email": "a@b.example", "name": "Ann", "address": {"city": "Den Haag"}},
    "totals": {"n": 2, "money.EUR": 10.50},
    "basket": {"lines": [{"sku": "tea"}]},
    "qty": 9,
    "tag": "new",
}
DEEP_IN_SQL = (
    "select 7 as id, date '2024-01-01' as ordered_at, "
    "{'email': 'a@b.example', 'name': 'Ann', 'address': {'city': 'Den Haag'}} as billing, "
    "{'n': 2, 'money.EUR': 10.50} as totals, {'lines': [{'sku': 'tea'}]} as basket, "
    "9 as qty, 'new' as tag"
)


def put(shop: Shop, suffix: str, row: dict, sql: str) -> None:
    if suffix == "parquet":
        shop.put_parquet("a.parquet", sql)
    else:
        # a document has line breaks
        shop.put(f"a.{suffix}", json.dumps(row, indent=2 if suffix == "json" else None))


@pytest.mark.parametrize("suffix", ["ndjson", "json", "parquet"])
@pytest.mark.parametrize("data_type", ["VARCHAR", "JSON"])
@pytest.mark.parametrize(("value", "sql", "text"), NESTED)
def test_nested_value_lands_as_the_same_json_text(shop: Shop, suffix, data_type, value, sql, text):
    shop.contracts = [replace(ORDERS, columns=(*ORDERS.columns[:2], Column("nested", data_type)))]
    row = {"order_id": "1", "ordered_at": "2024-01-01", "nested": value}
    put(shop, suffix, row, f"select '1' as order_id, '2024-01-01' as ordered_at, {sql} as nested")
    assert shop.land_one().rows_landed == 1
    assert shop.query("select nested from raw_shop.orders") == [(text,)]


def test_json_column_takes_json_text_and_refuses_other_text(shop: Shop) -> None:
    shop.contracts = [replace(ORDERS, columns=(*ORDERS.columns[:2], Column("nested", "JSON")))]
    rows = ['{""a"": [1,  2.50]}', "", "null", "5", "{a: 1}", "[1"]
    lines = "".join(f'{i},2024-01-01,"{row}"\n' for i, row in enumerate(rows))
    shop.put("a.csv", f"order_id,ordered_at,nested\n{lines}")
    shop.land_one()
    assert shop.orders("order_id, nested") == [
        ("0", '{"a":[1,2.5]}'),
        ("1", None),
        ("2", None),
        ("3", "5"),
    ]
    assert shop.rejects() == [(6, "nested", "is not JSON"), (7, "nested", "is not JSON")]


@pytest.mark.parametrize("suffix", ["ndjson", "json", "parquet"])
def test_path_leads_to_the_value_and_the_rest_is_kept(shop: Shop, suffix: str) -> None:
    shop.contracts = [replace(ORDERS, columns=PATHS)]
    put(shop, suffix, DEEP, DEEP_IN_SQL)
    assert shop.land_one().rows_landed == 1
    ((*values, extra),) = shop.query(
        "select order_id, email, city, quantity, cast(amount as varchar), lines, _extra "
        "from raw_shop.orders"
    )
    assert values == ["7", "a@b.example", "Den Haag", 2, "10.50", '[{"sku":"tea"}]']
    # what a column took is nowhere else, or a hashed address would be there in plain text
    assert json.loads(extra) == {
        "billing": {"name": "Ann", "address": {}},
        "qty": 9,
        "tag": "new",
    }
    unknown = shop.query("select column_name from raw.unknown_columns order by all")
    assert unknown == [("qty",), ("tag",)]


@pytest.mark.parametrize("suffix", ["ndjson", "parquet", "csv"])
def test_column_with_a_path_is_found_by_its_name_in_flat_files(shop: Shop, suffix: str) -> None:
    shop.contracts = [replace(ORDERS, columns=PATHS)]
    row = {"order_id": "7", "ordered_at": "2024-01-01", "billing": "none", "qty": "3"}
    if suffix == "csv":
        shop.put("a.csv", f"{','.join(row)}\n{','.join(row.values())}\n")
    else:
        cells = ", ".join(f"'{value}' as {name}" for name, value in row.items())
        put(shop, suffix, row, f"select {cells}")
    shop.land_one()
    assert shop.orders("order_id, quantity, email, _extra") == [
        ("7", 3, None, '{"billing":"none"}')
    ]


def test_objects_with_and_without_the_path_are_in_one_file(shop: Shop) -> None:
    shop.contracts = [replace(ORDERS, columns=PATHS)]
    rows = [
        {"id": 1, "ordered_at": "2024-01-01", "billing": {"email": "a"}},
        {"id": 2, "ordered_at": "2024-01-01", "billing": None},
        {"id": 3, "ordered_at": "2024-01-01", "billing": {"email": None}, "email": "b"},
        {"id": 4, "ordered_at": "2024-01-01", "email": "c"},
    ]
    twice = '{"id": 5, "ordered_at": "2024-01-01", "billing": {"email": "a", "email": "b"}}'
    shop.put("a.ndjson", "".join(f"{json.dumps(row)}\n" for row in rows) + twice)
    shop.land_one()
    assert shop.orders("order_id, email") == [("1", "a"), ("2", None), ("3", None), ("4", "c")]
    assert shop.rejects() == [(5, None, "has billing.email twice")]


def test_null_in_a_struct_is_missing(shop: Shop) -> None:
    shop.contracts = [replace(ORDERS, columns=PATHS)]
    shop.put_parquet(
        "a.parquet",
        "select * from (values (1, null::struct(email varchar)), (2, {'email': ''}), "
        "(3, {'email': 'c'})) as t (id, billing) cross join (select '2024-01-01' as ordered_at)",
    )
    shop.land_one()
    assert shop.orders("order_id, email") == [("1", None), ("2", None), ("3", "c")]


@pytest.mark.parametrize("path", ["", "a..b", [], ["a", 1], {"a": 1}])
def test_path_that_is_none_is_refused(tmp_path, path) -> None:
    with pytest.raises(ContractError, match=r"column c: a path is keys with dots between them"):
        contract_with(tmp_path, {"path": path})


def test_path_is_split_at_its_dots(tmp_path) -> None:
    assert contract_with(tmp_path, {"path": "a.b"}).path == ("a", "b")
    assert contract_with(tmp_path, {"path": ["a", "b.c"]}).path == ("a", "b.c")


def contract_with(tmp_path, meta: dict) -> Column:
    column = {"name": "c", "data_type": "json", "config": {"meta": meta}}
    table = {"name": "t", "columns": [column]}
    folder = tmp_path / "s"
    folder.mkdir(exist_ok=True)
    sources = {"sources": [{"name": "s", "schema": "raw_s", "tables": [table]}]}
    (folder / "_s__sources.yml").write_text(yaml.safe_dump(sources))
    (contract,) = load_contracts(tmp_path)
    return contract.columns[0]
