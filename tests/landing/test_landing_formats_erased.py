"""`make erase-landing` and files of other formats than CSV, NDJSON and Parquet."""

from __future__ import annotations

import excel_files as excel
import pytest
from landing_shop import Shop

from orchestration.landing.compression import zstd
from orchestration.landing.contract import load_contracts
from orchestration.landing.erasure import erase_requested
from orchestration.landing.folder_erasure import erase_from_landing_folder
from orchestration.paths import PROJECT_DIR

HEADER = "event_id,visitor_id,customer_id,occurred_at,event_name\n"
OF_A, OF_B, OF_C = (f"{i},v-{c},{c},2024-03-01,page_view\n" for i, c in enumerate("abc"))


def event(customer: str, term: str = "") -> str:
    return (
        f'{{"event_id": "{customer}", "visitor_id": "v-{customer}", "customer_id": "{customer}", '
        f'"occurred_at": "2024-03-01",\n "event_name": "page_view", "search_term": "{term}"}}'
    )


OTHER = event("b", "é")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    return shop


def erase(shop: Shop):
    """Land everything, erase customer a, and remove a from the files."""
    shop.land()
    shop.put("1.csv", "customer_id,requested_at\na,2024-03-09\n", "shop/erasure_requests")
    shop.land()
    erase_requested(shop.paths, shop.contracts, now=lambda: shop.now)
    return erase_from_landing_folder(shop.paths, shop.contracts)


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        (
            f"[{event('a')}, {event('b', 'é')},\n{event('c')}]",
            f"[{event('b', 'é')},\n{event('c')}]",
        ),
        (f"[{event('b', 'é')}, {event('a')} ,{event('c')}]", f"[{event('b', 'é')}, {event('c')}]"),
        (f"\ufeff[\n{event('b')},\n{event('a')}\n]\n", f"\ufeff[\n{event('b')}\n]\n"),
        (f"[ {event('a')} ]", "[  ]"),
        (
            f'{{"é": 1, "events": [{event("a")}, {event("a", "x")}, {event("b")}, {event("a")}]}}',
            f'{{"é": 1, "events": [{event("b")}]}}',
        ),
        (event("a"), ""),
    ],
)
def test_objects_of_others_stay_byte_for_byte(shop: Shop, document: str, kept: str) -> None:
    file = shop.put("1.json", document, "shop/events")
    assert erase(shop).left == {}
    assert file.read_bytes().decode() == kept
    assert shop.land() == []


@pytest.mark.parametrize("name", ["1.csv.zst", "dt=2024-03-01/1.csv.zst", "1.tsv.zst"])
def test_zstd_file_is_rewritten(shop: Shop, name: str) -> None:
    tabs = "\t" if ".tsv" in name else ","
    file = shop.put(name, (HEADER + OF_A + OF_B).replace(",", tabs), "shop/events")
    assert erase(shop).left == {}
    assert zstd.decompress(file.read_bytes()).decode() == (HEADER + OF_B).replace(",", tabs)
    assert shop.land() == []


def test_archives_and_excel_files_are_named_and_left(shop: Shop) -> None:
    rows = [line.strip().split(",") for line in (HEADER, OF_A)]
    path = shop.put("1.xlsx", "", "shop/events")
    excel.write_excel(path, {"S": rows})
    shop.put_zip("2.zip", {"1.csv": HEADER + OF_A + OF_B, "2.csv": HEADER + OF_C}, "shop/events")
    assert erase(shop).left == {
        "shop/events/1.xlsx": "it has rows of erased persons, but Excel files are not rewritten: "
        "remove the rows in Excel",
        "shop/events/2.zip/1.csv": "it has rows of erased persons, but is in an archive, which is "
        "not rewritten: unpack it",
    }


def test_partition_of_a_rewritten_file_counts_as_before(shop: Shop) -> None:
    """The visitor is in the folder's name, and two files hold the same."""
    text = "event_id,customer_id,occurred_at,event_name\n1,a,2024-03-01,x\n2,b,2024-03-01,x\n"
    for visitor in ("v-1", "v-2"):
        shop.put(f"visitor_id={visitor}/1.csv", text, "shop/events")
    assert erase(shop).left == {}
    assert shop.land() == []
    assert sorted(shop.query("select visitor_id, event_id from raw_shop.events")) == [
        ("v-1", "2"),
        ("v-2", "2"),
    ]
