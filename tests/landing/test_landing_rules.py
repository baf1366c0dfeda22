"""One rule per type, alike in every format, each row by itself (docs/landing.md)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from landing_shop import Shop

from orchestration.landing import instants, keys
from orchestration.landing.contract import Column, Range, TableContract, load_contracts
from orchestration.landing.problems import ContractError
from orchestration.paths import PROJECT_DIR

SUFFIXES = ["csv", "ndjson", "parquet"]
ABBREVIATED, NO_FULL_YEAR = instants.ABBREVIATED_ZONE, instants.NO_FULL_YEAR
TEN_FIFTEEN = datetime(2026, 7, 2, 10, 15)


def contract(*columns: Column) -> TableContract:
    key = Column("order_id", "VARCHAR", is_required=True)
    return TableContract("shop", "orders", "raw_shop", (key, *columns))


def put(shop: Shop, suffix: str, column: str, texts: list[str]) -> None:
    if suffix == "csv":
        lines = "".join(f'{i},"{text}"\n' for i, text in enumerate(texts))
        shop.put("a.csv", f"order_id,{column}\n{lines}")
    elif suffix == "ndjson":
        rows = [{"order_id": str(i), column: text} for i, text in enumerate(texts)]
        shop.put("a.ndjson", "".join(json.dumps(row) + "\n" for row in rows))
    else:
        values = ", ".join(f"('{i}', $t${text}$t$)" for i, text in enumerate(texts))
        shop.put_parquet("a.parquet", f"select * from (values {values}) as t(order_id, {column})")


def landed(shop: Shop, column: str) -> list:
    shop.land_one()
    rows = shop.query(f"select {column} from raw_shop.orders order by cast(order_id as integer)")
    return [row[0] for row in rows]


def reasons(shop: Shop) -> list[str]:
    return [reason for _, _, reason in shop.rejects()]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "zone", ["EST", "CET", "America/New_York", "Europe/Amsterdam", "Etc/GMT+5", "+05:00"]
)
def test_zone_in_one_row_moves_no_other_row(shop, suffix, zone):
    shop.contracts = [contract(Column("updated_at", "TIMESTAMP"))]
    plain = "2026-07-02 10:15:00"
    put(shop, suffix, "updated_at", [f"{plain} {zone}", plain, "2026-07-02 10:15", plain])
    assert landed(shop, "updated_at")[-3:] == [TEN_FIFTEEN] * 3


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-07-02 10:15:00 +0200", datetime(2026, 7, 2, 8, 15)),
        ("2026-07-02 10:15:00+02", datetime(2026, 7, 2, 8, 15)),
        ("2026-07-02T10:15:00-0530", datetime(2026, 7, 2, 15, 45)),
        ("2026-07-02 10:15:00 +00:00", TEN_FIFTEEN),
        ("2026-07-02T10:15Z", TEN_FIFTEEN),
        ("2026-07-02T10:15", TEN_FIFTEEN),
        ("2026-07-02T10:15+02:00", datetime(2026, 7, 2, 8, 15)),
        ("2026-07-02T10:15:00z", TEN_FIFTEEN),
        ("2026-07-02t10:15:00 Z", TEN_FIFTEEN),
        ("2026-07-02 10:15:00 utc", TEN_FIFTEEN),
        ("2026-07-02 10:15:00 GMT", TEN_FIFTEEN),
        ("\t2026-07-02 10:15:00 ", TEN_FIFTEEN),
        ("2026/7/2 10:15", TEN_FIFTEEN),
        ("2026-07-02 10:15:00,250", datetime(2026, 7, 2, 10, 15, 0, 250000)),
        ("2026-07-02 10:15:00 Europe/Amsterdam", datetime(2026, 7, 2, 8, 15)),
        ("2026-01-02 10:15:00 Europe/Amsterdam", datetime(2026, 1, 2, 9, 15)),
        ("2026-07-02 10:15:00 america/new_york", datetime(2026, 7, 2, 14, 15)),
    ],
)
def test_instants_of_iso_8601_and_offsets_are_taken(shop, suffix, text, value):
    shop.contracts = [contract(Column("updated_at", "TIMESTAMP"))]
    put(shop, suffix, "updated_at", [text])
    assert landed(shop, "updated_at") == [value]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *(
            (f"2026-07-02 10:15:00 {zone}", ABBREVIATED)
            for zone in ["EST", "CET", "BST", "CEST", "PDT", "IST", "est"]
        ),
        ("2026-07-02 10:15:00EST", ABBREVIATED),
        ("2026-07-02 10:15:00 Mars/Base", instants.UNKNOWN_ZONE),
        ("2026-07-02 10:15:00 +99:00", "is not an instant"),
        ("31-12-25", NO_FULL_YEAR),
        ("12/31/2025", NO_FULL_YEAR),
        ("31-12-25 10:15", NO_FULL_YEAR),
        ("20260702", instants.A_NUMBER),
        ("1782987300", instants.A_NUMBER),
    ],
)
def test_refused_instant_says_what_to_write(shop, suffix, text, reason):
    shop.contracts = [contract(Column("updated_at", "TIMESTAMP"))]
    put(shop, suffix, "updated_at", [text])
    assert (landed(shop, "updated_at"), reasons(shop)) == ([], [reason])


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("%d-%m-%Y %H:%M", "02-07-2026 10:15", TEN_FIFTEEN),
        ("%m/%d/%Y %H:%M", "7/2/2026 10:15", TEN_FIFTEEN),
        ("%Y%m%d", "20260702", datetime(2026, 7, 2)),
        ("%d-%m-%y", "31-12-25", datetime(2025, 12, 31)),
        ("%Y-%m-%d %H:%M %z", "2026-07-02 12:15 +0200", TEN_FIFTEEN),
        ("epoch_s", "1782987300", TEN_FIFTEEN),
        ("epoch_s", "1782987300.25", datetime(2026, 7, 2, 10, 15, 0, 250000)),
        ("epoch_ms", "1782987300000", TEN_FIFTEEN),
        ("epoch_us", "1782987300000000", TEN_FIFTEEN),
    ],
)
def test_format_of_the_contract_is_read(shop, suffix, form, text, value):
    shop.contracts = [contract(Column("updated_at", "TIMESTAMP", formats=(form,)))]
    put(shop, suffix, "updated_at", [text, "2026-07-02T10:15:00Z"])
    assert (landed(shop, "updated_at"), reasons(shop)) == (
        [value],
        [f"is not in the column's format {form}"],
    )


@pytest.mark.parametrize(
    ("form", "sql", "value"),
    [
        ("epoch_ms", "1782987300000::bigint", TEN_FIFTEEN),
        ("epoch_s", "1782987300.5::double", datetime(2026, 7, 2, 10, 15, 0, 500000)),
        ("%Y%m%d", "20260702::integer", datetime(2026, 7, 2)),
        ("%Y%m%d", "20260702::double", datetime(2026, 7, 2)),
        ("%Y%m%d", "timestamp '2026-07-02 10:15:00'", TEN_FIFTEEN),
    ],
)
def test_format_reads_numbers_of_parquet(shop, form, sql, value):
    shop.contracts = [contract(Column("updated_at", "TIMESTAMP", formats=(form,)))]
    shop.put_parquet("a.parquet", f"select '1' as order_id, {sql} as updated_at")
    assert landed(shop, "updated_at") == [value]


def test_several_formats_are_tried_in_their_order(shop):
    shop.contracts = [contract(Column("born_on", "DATE", formats=("iso", "%d-%m-%Y")))]
    put(shop, "csv", "born_on", ["1980-05-01", "02-05-1980", "05/03/1980"])
    assert landed(shop, "born_on") == [date(1980, 5, 1), date(1980, 5, 2)]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "text", ["0001-01-01", "1900-01-01", "9999-12-31", "1900-01-01T00:00:00Z", "0001-01-01 00:00"]
)
@pytest.mark.parametrize("data_type", ["DATE", "TIMESTAMP"])
def test_optional_date_out_of_range_is_missing_and_counted(shop, suffix, text, data_type):
    shop.contracts = [contract(Column("born_on", data_type, has_happened=True))]
    put(shop, suffix, "born_on", [text, "1980-05-01", text])
    assert [value and str(value)[:10] for value in landed(shop, "born_on")] == [
        None,
        "1980-05-01",
        None,
    ]
    counted = shop.query("select column_name, value_count from raw.values_left_out")
    assert counted == [("born_on", 2)]
    (kept,) = shop.query(
        "select _extra ->> '$._outside_range.born_on' from raw_shop.orders limit 1"
    )
    assert kept[0].startswith(text[:10])


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("text", ["0001-01-01", "1900-01-01", "1970-01-01", "9999-12-31"])
def test_required_instant_out_of_range_refuses_the_row(shop, suffix, text):
    shop.contracts = [contract(Column("ordered_at", "TIMESTAMP", is_required=True))]
    put(shop, suffix, "ordered_at", [text])
    assert landed(shop, "ordered_at") == []
    assert reasons(shop) == ["is not at least 1970-01-02 00:00:00 and below 2200-01-01 00:00:00"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_range_of_the_contract_is_enforced(shop, suffix):
    above_zero = Range((("above", "0"),))
    shop.contracts = [
        contract(Column("amount", "DECIMAL(19,4)", is_required=True, named_range=above_zero))
    ]
    put(shop, suffix, "amount", ["-20", "0", "0.01"])
    assert landed(shop, "amount") == [Decimal("0.0100")]
    assert reasons(shop) == ["is not above 0"] * 2


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "word",
    ["NULL", "null", "NA", "N/A", "n/a", "\\N", "None", "nan", "NaN", "empty", "", "  ", " NULL ",
     "<NA>", "(null)", "undefined", "NIL", "?", "00000000-0000-0000-0000-000000000000"],
)  # fmt: skip
def test_words_for_nothing_are_no_key(shop, suffix, word):
    shop.contracts = [contract(Column("customer_id", "VARCHAR"))]
    put(shop, suffix, "customer_id", [word, "c-17"])
    assert landed(shop, "customer_id") == [None, "c-17"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" c-17 ", "c-17"),
        ("c-17\u00a0", "c-17"),
        ("\tc-17", "c-17"),
        ("17850.0", "17850"),
        ("17850.000", "17850"),
        ("17850.", "17850"),
        (" 17850.0 ", "17850"),
        ("-17850.0", "-17850"),
        ("007", "007"),
        ("GA1.2.3.0", "GA1.2.3.0"),
        ("1234567890.1678901230", "1234567890.1678901230"),
        ("1.2.0", "1.2.0"),
        ("nance", "nance"),
        ("{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}"),
        ("\u00e9tienne", "\u00e9tienne"),
    ],
)
def test_key_is_the_same_in_every_format(shop, suffix, text, key):
    shop.contracts = [contract(Column("customer_id", "VARCHAR"))]
    put(shop, suffix, "customer_id", [text])
    assert landed(shop, "customer_id") == [key]


BLANKS = {
    "space": " ",
    "no-break space": "\u00a0",
    "figure space": "\u2007",
    "narrow no-break space": "\u202f",
    "ideographic space": "\u3000",
    "line separator": "\u2028",
    "next line": "\u0085",
    "vertical tab": "\u000b",
    "form feed": "\u000c",
    "hangul filler": "\u3164",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "right-to-left mark": "\u200f",
}
WITHOUT_WIDTH = list(BLANKS.values())[-6:]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", BLANKS)
def test_blank_around_a_key_is_cut(shop, suffix, name):
    shop.contracts = [contract(Column("customer_id", "VARCHAR"))]
    blank = BLANKS[name]
    texts = [f"c-17{blank}", f"{blank}c-17", f"{blank * 2}c-17 {blank}", f"{blank} {blank}"]
    texts += [f"NULL{blank}", f"{blank}17850.0{blank}", f"-{blank}", f"c17{blank}"]
    put(shop, suffix, "customer_id", texts)
    assert landed(shop, "customer_id") == [*["c-17"] * 3, None, None, "17850", None, "c17"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_key_has_no_invisible_character_and_plain_spaces_only(shop, suffix):
    shop.contracts = [contract(Column("customer_id", "VARCHAR"))]
    texts = [f"c{each}-17" for each in WITHOUT_WIDTH]
    texts += ["c 17", "c\u00a017", "c\u200717", "c  17", "\u00e9t", "e\u0301t", "N\u200bULL"]
    put(shop, suffix, "customer_id", texts)
    spaced = ["c 17", "c 17", "c 17", "c  17"]
    assert landed(shop, "customer_id") == [*["c-17"] * 6, *spaced, *["\u00e9t"] * 2, None]


@pytest.mark.parametrize("column", ["order_id", "visitor_id", "product_id", "customer_id"])
def test_blanks_are_cut_from_every_key(shop, column):
    key = Column(column, "VARCHAR", is_required=True)
    at = Column("at", "TIMESTAMP")
    shop.contracts = [TableContract("shop", "orders", "raw_shop", (key, at))]
    shop.put("a.csv", f"{column}\n\ufeff1\u200b7\u00a0\n17\n")
    shop.put("b.ndjson", f'{{"{column}": "17\u2060"}}\n{{"{column}": 17}}\n')
    shop.put_parquet("c.parquet", f"select unnest(['17' || chr(0), chr(173) || '17']) as {column}")
    shop.land()
    assert shop.query(f"select {column}, count(*) from raw_shop.orders group by 1") == [("17", 6)]


def test_product_of_an_event_has_no_blanks_in_its_key(shop):
    shop.contracts = [contract(Column("items", "VARCHAR", kind="items"))]
    product = '{"product_id": "1\u200b7\u00a0", "quantity": "2\u00a0", "unit_price": "\u20073"}'
    shop.put("a.ndjson", f'{{"order_id": 1, "items": [{product}]}}\n')
    (row,) = landed(shop, "items")
    assert json.loads(row) == [{"product_id": "17", "quantity": 2, "unit_price": "3.0000"}]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("blank", ["\u00a0", "\u2007", "\u200b", "\ufeff", "\t"])
@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("INTEGER", "3", 3),
        ("DECIMAL(9,2)", "3.50", Decimal("3.50")),
        ("DOUBLE", "3.5", 3.5),
        ("BOOLEAN", "yes", True),
        ("DATE", "2026-07-02", date(2026, 7, 2)),
        ("TIMESTAMP", "2026-07-02 10:15:00", TEN_FIFTEEN),
    ],
)
def test_blanks_around_a_value_are_cut(shop, suffix, kind, text, value, blank):
    shop.contracts = [contract(Column("figure", kind))]
    put(shop, suffix, "figure", [f"{text}{blank}", f"{blank}{text}", f"{blank}NULL{blank}"])
    assert landed(shop, "figure") == [value, value, None]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_word_has_no_blanks_around_it(shop, suffix):
    shop.contracts = [contract(Column("status", "VARCHAR", kind="word"))]
    put(shop, suffix, "status", ["paid\u00a0", "\u200bon  hold ", " \u00a0", "NA", "no", "\u00e9 "])
    assert landed(shop, "status") == ["paid", "on  hold", None, "NA", "no", "\u00e9"]


# the texts that models compare with a list, or with each other
WORDS = {
    "events": {
        *("event_name", "search_term", "utm_source", "utm_medium", "utm_campaign"),
        *("os", "country", "region"),
    },
    "orders": {"status", "sales_channel"},
    "products": {"category"},
    "customers": {
        *("gender", "education", "occupation", "income_band", "marital_status", "life_stage"),
        *("country", "region", "postal_code", "urbanity", "preferred_channel", "consents"),
    },
    "messages": {"channel", "action", "variant"},
    "survey_responses": {"survey", "answer"},
    "service_contacts": {"channel"},
}


@pytest.mark.parametrize("table", WORDS)
def test_columns_that_are_compared_with_a_list_are_words(table):
    contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    (columns,) = [each.columns for each in contracts if each.key == ("shop", table)]
    assert {c.name for c in columns if c.is_word} == WORDS[table]


@pytest.mark.parametrize("blank", ["\u00a0", "\u2007", "\u200b", "\t"])
def test_answers_and_channels_land_without_blanks(shop, blank):
    shop.contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    shop.put(
        "a.csv",
        "response_id,customer_id,survey,answer,answered_at\n"
        f"r1,c1,motive,{blank}Price{blank},2020-01-01\n"
        f"r2,c1,motive,{blank},2020-01-01\n",
        table="shop/survey_responses",
    )
    shop.put(
        "a.csv",
        f"contact_id,customer_id,channel,opened_at\n1,c1,{blank}phone{blank},2020-01-01\n",
        table="shop/service_contacts",
    )
    shop.land()
    answers = shop.query("select answer from raw_shop.survey_responses order by response_id")
    assert answers == [("Price",), (None,)]
    assert shop.query("select channel from raw_shop.service_contacts") == [("phone",)]


def test_no_model_cuts_blanks_by_itself():
    """SQL's trim knows the plain blank only; landing has cut blanks of every kind."""
    files = [*PROJECT_DIR.glob("models/**/*.sql"), *PROJECT_DIR.glob("macros/**/*.sql")]
    assert len(files) > 100
    cutting = {file.name for file in files if re.search(r"trim\(", file.read_text(), re.I)}
    # where the blank is within the landed text: in a path, in JSON, in a list of codes
    inside_text = {"interest_name.sql", "stg_shopify__orders.sql"}
    inside_json = {"event_items.sql", "event_params.sql", "json_value.sql"}
    assert cutting == inside_text | inside_json


def test_whole_number_is_one_customer_in_every_format(shop):
    shop.contracts = [contract(Column("customer_id", "VARCHAR"))]
    shop.put("a.csv", "order_id,customer_id\n1,17850\n2,17850.0\n")
    lines = ['{"order_id": 3, "customer_id": 17850.0}', '{"order_id": 4, "customer_id": 1.785e4}']
    shop.put("b.ndjson", "\n".join(lines) + "\n")
    for i, sql in enumerate(
        [
            "17850::double",
            "17850::decimal(9, 2)",
            "17850::bigint",
            "'17850.0'::blob",
            "17850::float",
        ]
    ):
        shop.put_parquet(f"c{i}.parquet", f"select {5 + i} as order_id, {sql} as customer_id")
    shop.land()
    customers = shop.query("select customer_id, count(*) from raw_shop.orders group by all")
    assert customers == [("17850", 9)]


@pytest.mark.parametrize("sql", ["''::blob", "' '::blob", "'NULL'::blob", "'nan'::double", "null"])
def test_parquet_key_of_nothing_is_missing(shop, sql):
    shop.contracts = [contract(Column("customer_id", "VARCHAR"))]
    shop.put_parquet("a.parquet", f"select '1' as order_id, {sql} as customer_id")
    assert landed(shop, "customer_id") == [None]


@pytest.mark.parametrize("is_required", [True, False])
@pytest.mark.parametrize(
    ("json_value", "sql", "refusal"),
    [
        ("true", "true", keys.TRUTH_VALUE),
        ("[1]", "[1]", keys.CONTAINER),
        ('{"a": 1}', "{'a': 1}", keys.CONTAINER),
        (None, "1e17::double", keys.INEXACT),
        (None, "'inf'::double", keys.INEXACT),
    ],
)
def test_what_can_be_no_key_is_refused(shop, json_value, sql, refusal, is_required):
    shop.contracts = [contract(Column("customer_id", "VARCHAR", is_required=is_required))]
    shop.put_parquet("a.parquet", f"select '1' as order_id, {sql} as customer_id")
    expected = [keys.REFUSALS[refusal]]
    if json_value:
        shop.put("b.ndjson", f'{{"order_id": "2", "customer_id": {json_value}}}\n')
        expected *= 2
    shop.land()
    assert (shop.orders(), reasons(shop)) == ([], expected)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_plain_text_keeps_words_that_mean_something(shop, suffix):
    shop.contracts = [contract(Column("country", "VARCHAR"))]
    texts = ["NA", "None", "NULL", "null", "true", "[1]", "-", " a\u00a0", "\\n", "\\Nx"]
    put(shop, suffix, "country", texts)
    assert landed(shop, "country") == texts


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("neighbour", ["a", "A", "x\\N", None])
def test_text_that_dumps_of_databases_write_for_null_is_missing(shop, suffix, neighbour):
    """Whatever the statistics of a Parquet file show."""
    shop.contracts = [contract(Column("note", "VARCHAR"), Column("other", "VARCHAR"))]
    put(shop, suffix, "note", ["\\N", *([neighbour] if neighbour else [])])
    assert landed(shop, "note") == [None, *([neighbour] if neighbour else [])]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["note", "customer_id"])
def test_contract_keeps_what_dumps_of_databases_write(shop, suffix, name):
    column = Column(name, "VARCHAR", kept_words=("\\n",))
    shop.contracts = [contract(column, Column("other", "VARCHAR"))]
    put(shop, suffix, name, ["\\N", "", "b"])
    assert landed(shop, name) == ["\\N", None, "b"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_contract_adds_and_keeps_words_for_nothing(shop, suffix):
    column = Column("customer_id", "VARCHAR", added_words=("guest", "0"), kept_words=("na",))
    shop.contracts = [contract(column)]
    put(shop, suffix, "customer_id", ["Guest", "NA", "0", "NULL", "guest-1"])
    assert landed(shop, "customer_id") == [None, "NA", None, None, "guest-1"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", ["INTEGER", "DECIMAL(19,4)", "DOUBLE", "BOOLEAN", "DATE"])
def test_word_for_nothing_is_no_value_of_any_type(shop, suffix, kind):
    shop.contracts = [contract(Column("figure", kind))]
    put(shop, suffix, "figure", ["NULL", "\\N", " n/a "])
    assert landed(shop, "figure") == [None] * 3


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_currency_is_a_code_of_three_capital_letters(shop, suffix):
    shop.contracts = [contract(Column("currency", "VARCHAR"))]
    put(shop, suffix, "currency", ["EUR ", "idr", "NULL", "VND", "EURO", "\u20ac"])
    assert landed(shop, "currency") == ["EUR", "IDR", None, "VND"]
    assert reasons(shop) == [keys.REFUSALS[keys.NO_CURRENCY]] * 2


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_amount_below_10_to_the_15_lands(shop, suffix):
    shop.contracts = [contract(Column("amount", "DECIMAL(19,4)"))]
    put(shop, suffix, "amount", ["999999999999999.9999", "1000000000000000"])
    assert landed(shop, "amount") == [Decimal("999999999999999.9999")]
    assert shop.rejects() == [
        (3 if suffix == "csv" else 2, "amount", "is not a number that fits decimal(19,4)")
    ]


def test_boolean_written_as_a_fraction_is_read(shop):
    shop.contracts = [contract(Column("is_gift", "BOOLEAN"))]
    put(shop, "csv", "is_gift", ["1.0", "0.0", "yes", "N"])
    assert landed(shop, "is_gift") == [True, False, True, False]


def test_default_words_are_in_lower_case_and_once():
    words = keys.WORDS_FOR_NOTHING
    assert list(words) == [word.strip().lower() for word in dict.fromkeys(words)]
    with duckdb.connect() as connection:
        for word in words:
            sql = keys.key_from_text("$word::varchar", words)
            assert connection.execute(f"select {sql}", {"word": word}).fetchone() == (None,)


@pytest.mark.parametrize("currency", ["IDR", "VND"])
def test_shop_of_large_amounts_lands(shop, currency):
    shop.contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    amount = "999999999999999"
    shop.put(
        "a.csv",
        "order_id,customer_id,ordered_at,status,currency,gross_amount,discount_amount\n"
        f"1,17850.0,2024-03-02,paid,{currency.lower()} ,{amount},{amount}\n"
        f"2,NULL,2024-03-02,paid,{currency},{amount}9,0\n",
    )
    shop.put(
        "a.ndjson",
        f'{{"order_id": 1, "line_number": 1, "product_id": 7.0, "quantity": 1,'
        f' "unit_price": {amount}.9999}}\n',
        table="shop/order_lines",
    )
    shop.put_parquet(
        "a.parquet", f"select 7 as product_id, {amount}::bigint as unit_cost", table="shop/products"
    )
    shop.land()
    assert shop.orders("order_id, customer_id, currency, gross_amount, discount_amount") == [
        ("1", "17850", currency, Decimal(amount), Decimal(amount))
    ]
    lines = "select order_id, product_id, unit_price from raw_shop.order_lines"
    assert shop.query(lines) == [("1", "7", Decimal(f"{amount}.9999"))]
    products = "select product_id, unit_cost from raw_shop.products"
    assert shop.query(products) == [("7", Decimal(amount))]
    assert reasons(shop) == ["is not a number that fits decimal(19,4)"]


def test_words_of_the_shops_contracts_are_enforced(shop):
    shop.contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    shop.put(
        "a.csv",
        "refund_id,order_id,refunded_at,amount\n1,1,2024-03-02,-20\n2,1,2024-03-02,0\n",
        table="shop/refunds",
    )
    shop.put(
        "a.csv",
        "contact_id,customer_id,channel,opened_at,effort_score\n1,1,phone,2024-03-02,11\n",
        table="shop/service_contacts",
    )
    shop.land()
    assert reasons(shop) == ["is not above 0"] * 2
    assert shop.query("select effort_score from raw_shop.service_contacts") == [(None,)]
    assert shop.query("select column_name, reason from raw.values_left_out") == [
        ("effort_score", "is not at least 1 and at most 10")
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("timezone", "midnight"),
    [
        ("America/New_York", datetime(2026, 7, 2, 4, 0)),
        ("Europe/Amsterdam", datetime(2026, 7, 1, 22, 0)),
        ("UTC", datetime(2026, 7, 2)),
    ],
)
@pytest.mark.parametrize(
    ("formats", "text"),
    [
        ((), "2026-07-02"),
        ((), " 2026/7/2 "),
        (("%d-%m-%Y",), "02-07-2026"),
        (("%Y%m%d",), "20260702"),
        (("%d-%m-%Y %H:%M", "iso"), "2026-07-02"),
    ],
)
def test_date_without_a_time_is_that_business_day(shop, suffix, timezone, midnight, formats, text):
    shop.business_timezone = timezone
    shop.contracts = [contract(Column("ordered_at", "TIMESTAMP", formats=formats))]
    put(shop, suffix, "ordered_at", [text])
    assert landed(shop, "ordered_at") == [midnight]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_text_with_a_time_or_a_zone_is_no_business_day(shop, suffix):
    shop.business_timezone = "America/New_York"
    shop.contracts = [contract(Column("ordered_at", "TIMESTAMP"))]
    put(shop, suffix, "ordered_at", ["2026-07-02 00:00", "2026-07-02Z", "2026-07-02"])
    assert landed(shop, "ordered_at") == [
        datetime(2026, 7, 2),
        datetime(2026, 7, 2),
        datetime(2026, 7, 2, 4, 0),
    ]


def test_date_of_parquet_is_that_business_day(shop):
    shop.business_timezone = "America/New_York"
    shop.contracts = [contract(Column("ordered_at", "TIMESTAMP"))]
    shop.put_parquet("a.parquet", "select '1' as order_id, date '2026-07-02' as ordered_at")
    assert landed(shop, "ordered_at") == [datetime(2026, 7, 2, 4, 0)]


# Brazil had summer time, two hours behind UTC, until 18 February 2018 at midnight, which was shown
# twice: the second time three hours behind
IN_BRAZIL = {
    "2018-01-15 10:00:00": datetime(2018, 1, 15, 12, 0),
    "2018-07-15T10:00": datetime(2018, 7, 15, 13, 0),
    "2018-02-17 23:30:00": datetime(2018, 2, 18, 2, 30),
    " 2018/7/15 1:00:00.5 ": datetime(2018, 7, 15, 4, 0, 0, 500_000),
    "2018-07-15": datetime(2018, 7, 15, 3, 0),
    "2018-07-15 10:00:00Z": datetime(2018, 7, 15, 10, 0),
    "2018-07-15 10:00:00 UTC": datetime(2018, 7, 15, 10, 0),
    "2018-07-15 10:00:00+02:00": datetime(2018, 7, 15, 8, 0),
    "2018-07-15 10:00 Europe/Amsterdam": datetime(2018, 7, 15, 8, 0),
}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_text_without_a_zone_is_in_that_of_the_column(shop, suffix):
    shop.contracts = [contract(Column("ordered_at", "TIMESTAMP", timezone="America/Sao_Paulo"))]
    put(shop, suffix, "ordered_at", list(IN_BRAZIL))
    assert landed(shop, "ordered_at") == list(IN_BRAZIL.values())


@pytest.mark.parametrize(
    ("form", "text", "instant"),
    [
        ("%d/%m/%Y %H:%M", "15/07/2018 10:00", datetime(2018, 7, 15, 13, 0)),
        ("%d/%m/%Y", "15/07/2018", datetime(2018, 7, 15, 3, 0)),
        ("%d/%m/%Y %H:%M %z", "15/07/2018 10:00 +00:00", datetime(2018, 7, 15, 10, 0)),
        ("iso", "2018-07-15 10:00", datetime(2018, 7, 15, 13, 0)),
        ("epoch_s", "1531648800", datetime(2018, 7, 15, 10, 0)),
    ],
)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_format_without_a_zone_is_in_that_of_the_column(shop, suffix, form, text, instant):
    column = Column("ordered_at", "TIMESTAMP", formats=(form,), timezone="America/Sao_Paulo")
    shop.contracts = [contract(column)]
    put(shop, suffix, "ordered_at", [text])
    assert landed(shop, "ordered_at") == [instant]


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("timestamp '2018-07-15 10:00:00'", datetime(2018, 7, 15, 13, 0)),
        ("cast('2018-07-15 10:00:00' as timestamp_s)", datetime(2018, 7, 15, 13, 0)),
        ("cast('2018-07-15 10:00:00' as timestamp_ns)", datetime(2018, 7, 15, 13, 0)),
        ("timestamptz '2018-07-15 10:00:00+00:00'", datetime(2018, 7, 15, 10, 0)),
        ("date '2018-07-15'", datetime(2018, 7, 15, 3, 0)),
    ],
)
def test_instant_of_parquet_without_a_zone_is_in_that_of_the_column(shop, value, instant):
    shop.contracts = [contract(Column("ordered_at", "TIMESTAMP", timezone="America/Sao_Paulo"))]
    shop.put_parquet("a.parquet", f"select '1' as order_id, {value} as ordered_at")
    assert landed(shop, "ordered_at") == [instant]


def test_time_zone_of_a_column_is_that_of_the_business(shop):
    shop.business_timezone = "America/New_York"
    shop.contracts = [contract(Column("ordered_at", "TIMESTAMP", timezone="business"))]
    put(shop, "csv", "ordered_at", ["2026-07-02 10:15", "2026-07-02 10:15Z"])
    assert landed(shop, "ordered_at") == [datetime(2026, 7, 2, 14, 15), TEN_FIFTEEN]


@pytest.mark.parametrize(
    ("data_type", "timezone", "reason"),
    [
        ("timestamp", "business", None),
        ("timestamp", "America/Sao_Paulo", None),
        ("timestamp", "Amsterdam", "the timezone 'Amsterdam' can't be used: it is business or"),
        ("timestamp", "EST", "the timezone 'EST' can't be used"),
        ("timestamp", "+02:00", "the timezone '.02:00' can't be used"),
        ("timestamp", 2, "the timezone 2 can't be used: it is no text"),
        ("date", "business", "only a timestamp has a `timezone`"),
    ],
)
def test_time_zone_in_a_contract(tmp_path, data_type, timezone, reason):
    folder = tmp_path / "pixel"
    folder.mkdir()
    (folder / "_pixel__sources.yml").write_text(
        "sources:\n  - name: pixel\n    schema: raw_pixel\n    tables:\n"
        f"      - {{name: hits, columns: [{{name: t, data_type: {data_type}, description: d, "
        f"config: {{meta: {{timezone: {timezone!r}}}}}}}]}}\n"
    )
    if reason is None:
        assert load_contracts(tmp_path)[0].columns[0].timezone == timezone
    else:
        with pytest.raises(ContractError, match=reason):
            load_contracts(tmp_path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_direct_identifier_lands_as_the_same_hash_however_it_is_written(shop, suffix):
    shop.contracts = [contract(Column("customer_id", "VARCHAR", is_direct_identifier=True))]
    put(shop, suffix, "customer_id", ["a.b@example.org", " A.B@Example.org ", "c@example.org", ""])
    first, again, other, missing = landed(shop, "customer_id")
    assert first == again
    assert first.startswith("hashed-")
    assert len(first) == 31
    assert other not in (first, None)
    assert missing is None
    assert b"example.org" not in shop.paths.warehouse.read_bytes()
    assert oct((shop.paths.warehouse_dir / "hash.key").stat().st_mode)[-3:] == "600"


def test_key_that_is_hashed_in_one_table_only_is_refused(tmp_path):
    folder = tmp_path / "pixel"
    folder.mkdir()
    column = "{name: customer_id, data_type: varchar, description: d%s}"
    direct = ", config: {meta: {identifier: direct}}"
    (folder / "_pixel__sources.yml").write_text(
        "sources:\n  - name: pixel\n    schema: raw_pixel\n    tables:\n"
        f"      - {{name: hits, columns: [{column % direct}]}}\n"
        f"      - {{name: orders, columns: [{column % ''}]}}\n"
    )
    with pytest.raises(ContractError, match="table orders, column customer_id: it needs"):
        load_contracts(tmp_path)


def test_plain_key_may_be_beside_the_hashed_one(tmp_path):
    folder = tmp_path / "pixel"
    folder.mkdir()
    plain = "{name: customer_id, data_type: varchar, description: d}"
    hashed = (
        "{name: email_key, data_type: varchar, description: d, config: {meta: {kind: key, "
        "identifies: customer, identifier: direct}}}"
    )
    tables = {"hits": hashed, "orders": f"{plain}, {hashed}", "visits": plain}

    def load(*names: str) -> int:
        (folder / "_pixel__sources.yml").write_text(
            "sources:\n  - name: pixel\n    schema: raw_pixel\n    tables:\n"
            + "".join(f"      - {{name: {name}, columns: [{tables[name]}]}}\n" for name in names)
        )
        return len(load_contracts(tmp_path))

    assert load("hits", "orders") == 2
    with pytest.raises(ContractError, match="table visits, column customer_id: it needs"):
        load("hits", "orders", "visits")
