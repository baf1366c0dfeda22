"""`make source`: what a sample is taken for, and the files that are written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.drafting.draft import Draft, draft_source, write_draft
from orchestration.drafting.names import EVIDENCE, names_of_objects
from orchestration.drafting.summary import summary
from orchestration.errors import KlantbeeldError
from orchestration.landing.contract import load_contracts
from orchestration.paths import PROJECT_DIR

CLICKS = """\
timestamp,visitorid,event,itemid,transactionid
1433221332117,257597,view,355908,
1433224214164,992329,addtocart,248676,
1433221999827,111016,transaction,318965,4000
1433221999828,111016,Wiggle,318965,
"""
# lines with a semicolon, American dates, a discount that is a share, and a header with blanks
SALES = """\
Order ID;Order Date;Customer ID;Contact;Product ID;Category;Product Name;Sales;Quantity;Discount
CA-1;11/8/2016;CG-12520;Jo;FUR-1;Furniture;Bush;261.96;2;0
CA-1;11/8/2016;CG-12520;Jo;FUR-2;Furniture;Hon;731.94;3;0.2
CA-2;6/13/2016;DV-13045;An;OFF-1;Office;Self;14.62;2;0
"""
NESTED = [
    {
        "id": 11,
        "created": "2026-03-01T10:00:00Z",
        "user": {"id": 5, "email": "a@example.com"},
        "total": "12.50",
        "tax": 2,
        "lines": [{"sku": "x"}],
    }
]


def draft(tmp_path: Path, name: str, text: str, object_name: str | None = None) -> Draft:
    file = tmp_path / name
    file.write_text(text)
    return draft_source(PROJECT_DIR, "pixel", file, object_name=object_name)


def meanings(draft: Draft) -> dict[str, dict[str, str]]:
    """The headers by object and canonical column."""
    return {
        match.object_name: {placed.canonical: placed.column.header for placed in match.placed}
        for match in draft.matches
    }


def types(draft: Draft) -> dict[str, str]:
    return {
        column.header: " ".join(filter(None, [column.type.data_type, column.type.format]))
        for column in draft.columns
    }


def test_events_with_epochs(tmp_path: Path) -> None:
    found = draft(tmp_path, "clicks.csv", CLICKS)
    assert meanings(found) == {
        "events": {
            "visitor_id": "visitorid",
            "event_name": "event",
            "occurred_at": "timestamp",
            "order_id": "transactionid",
            "product_id": "itemid",
        }
    }
    # keys are text, though they look like numbers
    assert types(found) == {
        "timestamp": "timestamp epoch_ms",
        "visitorid": "varchar",
        "event": "varchar",
        "itemid": "varchar",
        "transactionid": "varchar",
    }
    assert found.event_names == {
        "view": ("product_view", True),
        "addtocart": ("cart_add", False),
        "transaction": ("purchase", False),
        "wiggle": ("other", False),
    }


def test_lines_carry_their_orders_and_products(tmp_path: Path) -> None:
    found = draft(tmp_path, "sales.csv", SALES)
    assert found.sample.delimiter == ";"
    assert meanings(found)["order_lines"] == {
        "order_id": "Order ID",
        "product_id": "Product ID",
        "quantity": "Quantity",
        "line_total": "Sales",
    }
    assert meanings(found)["orders"]["ordered_at"] == "Order Date"
    assert meanings(found)["products"]["category"] == "Category"
    # 13 is no month, so the day is second; a share of 0.2 is no amount
    assert types(found)["Order Date"] == "timestamp %m/%d/%Y"
    assert [column.header for column in found.left] == ["Contact", "Discount"]


def test_words_for_nothing_and_returns_are_no_reason_for_text(tmp_path: Path) -> None:
    text = "order_id,order_date,total\n1,2026-03-01,5\n2,2026-03-02,NA\n3,2026-03-03,-1.50\n"
    found = draft(tmp_path, "a.csv", text, "orders")
    assert types(found)["total"] == "decimal(19, 4)"
    assert "Look at total: it has numbers below zero." in summary(found)


def test_a_date_that_two_formats_read_is_remarked(tmp_path: Path) -> None:
    found = draft(tmp_path, "a.csv", "order_id,order_date,total\n1,03/04/2026,5\n", "orders")
    (date,) = [column for column in found.columns if column.name == "order_date"]
    assert (date.type.format, date.type.remark) == ("%d/%m/%Y", "%m/%d/%Y fits, too")


def test_values_inside_objects_are_read_by_their_path(tmp_path: Path) -> None:
    found = draft(tmp_path, "a.json", json.dumps(NESTED))
    assert meanings(found) == {
        "orders": {
            "order_id": "id",
            "customer_id": "user.id",
            "gross_amount": "total",
            "tax_amount": "tax",
            "ordered_at": "created",
        }
    }
    assert types(found)["lines"] == "json"
    # a total has its tax in it
    sql = found.files[Path("models/staging/pixel/stg_pixel__orders.sql")]
    assert "cast(total - coalesce(tax, 0) as decimal(19, 4)) as gross_amount" in sql


def test_the_written_contract_reads_the_sample(tmp_path: Path) -> None:
    found = draft(tmp_path, "sales.csv", SALES)
    for path, text in found.files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (contract,) = load_contracts(tmp_path / "models" / "staging")
    assert contract.key == ("pixel", "order_lines")
    assert contract.csv.delimiter == ";"
    assert {c.name for c in contract.columns if c.is_required} == {
        "order_id",
        "order_date",
        "product_id",
    }


def test_a_draft_is_listed_in_the_project(tmp_path: Path) -> None:
    for name in ("dbt_project.yml", "seeds/events/event_taxonomy.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT_DIR / name, tmp_path / name)
    write_draft(tmp_path, draft(tmp_path, "clicks.csv", CLICKS))
    before = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())
    after = yaml.safe_load((tmp_path / "dbt_project.yml").read_text())
    assert after["vars"]["sources"].pop("events") == [
        *before["vars"]["sources"].pop("events"),
        "pixel",
    ]
    assert after == before
    assert (
        (tmp_path / "seeds/events/event_taxonomy.csv")
        .read_text()
        .endswith(
            "pixel,view,product_view,true\n"
            "pixel,addtocart,cart_add,false\n"
            "pixel,transaction,purchase,false\n"
            "pixel,wiggle,other,false\n"
        )
    )


@pytest.mark.parametrize(
    ("source", "text", "message"),
    [
        ("Pixel", CLICKS, "can't be a source's name"),
        ("shop", CLICKS, "there is a source shop"),
        ("pixel", "a,b\n1,2\n", "look like no business object.*The columns are a, b"),
        ("pixel", "a,b\n", "has no rows to learn from"),
    ],
)
def test_what_can_not_be_drafted_is_said(
    tmp_path: Path, source: str, text: str, message: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text)
    with pytest.raises(KlantbeeldError, match=message):
        draft_source(PROJECT_DIR, source, file)


def test_every_object_has_names_and_evidence() -> None:
    canonical = PROJECT_DIR / "models" / "intermediate" / "canonical"
    objects = {file.stem.removeprefix("canonical_") for file in canonical.glob("canonical_*.sql")}
    assert set(names_of_objects()) == set(EVIDENCE) == objects
    described = yaml.safe_load((canonical / "_canonical_objects.yml").read_text())
    for model in described["models"]:
        columns = {column["name"] for column in model["columns"]} | {"line_total"}
        named = names_of_objects()[model["name"].removeprefix("canonical_")]
        assert set(named) <= columns
