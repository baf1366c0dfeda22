"""What does not fit is named with its commonest reason, and stops a refresh when nothing fits."""

from __future__ import annotations

import pytest
from landing_shop import NOW, Shop

from orchestration.errors import KlantbeeldError
from orchestration.landing.connection import connect
from orchestration.landing.contract import Column, TableContract
from orchestration.landing.erased import ErasedKeys
from orchestration.landing.land import Landed, land
from orchestration.landing.unfit import new_columns

HEADER = "order_id,ordered_at,quantity,amount\n"
GOOD = HEADER + "1,2024-03-01,1,5\n2,2024-03-01,1,5\n"
SECRET = "jan@example.nl"
# of three rows, two for the same reason
BAD = HEADER + f"3,2024-03-01,{SECRET},1\n4,2024-03-01,few,1\n5,yesterday,1,1\n"


def landed(shop: Shop, **options: float) -> Landed:
    return land(shop.paths, shop.contracts, **options)


def refused(shop: Shop, **options: float) -> str:
    with pytest.raises(KlantbeeldError) as error:
        landed(shop, **options)
    assert SECRET not in str(error.value)
    return str(error.value)


def test_table_where_no_row_fits_stops_each_refresh(shop: Shop) -> None:
    shop.put("2024-03.csv", BAD)
    for _ in range(2):
        assert refused(shop) == (
            "Nothing of shop/orders fits: 3 of 3 new rows of shop/orders do not fit its contract, "
            "most often because quantity is not a whole number that fits integer (rows: 2; for "
            "example shop/orders/2024-03.csv, line 2). Correct the file, or its contract "
            "models/staging/shop/_shop__sources.yml, or move the file out of the landing folder, "
            "and refresh again; `make rejected` lists all that was refused."
        )
    # the corrected file replaces what it brought
    shop.put("2024-03.csv", GOOD)
    assert landed(shop).problems == ()


def test_file_moved_out_of_the_landing_folder_stops_nothing(shop: Shop) -> None:
    shop.put("a.csv", GOOD)
    shop.put("b.csv", BAD)
    assert landed(shop).problems
    shop.put("c.csv", BAD + BAD.removeprefix(HEADER))
    assert "Too little of shop/orders fits (at most 50%" in refused(shop, max_rejected_share=0.5)
    (shop.paths.landing / "shop/orders/c.csv").unlink()
    (shop.paths.landing / "shop/orders/b.csv").unlink()
    assert landed(shop, max_rejected_share=0.5).problems == ()


def test_table_none_of_whose_files_can_be_read_stops(shop: Shop) -> None:
    shop.put("a.csv", "order_id,quantity\n1,2\n")
    shop.put("b.csv", "order_id,quantity\n1,2\n")
    shop.put("c.parquet", "no Parquet")
    sentence = refused(shop)
    assert (
        "(files: 2; for example shop/orders/a.csv). Correct the file, or its contract" in sentence
    )
    assert sentence.startswith(
        "Nothing of shop/orders fits: 3 of 3 new files of shop/orders could not be landed, most "
        "often because required column ordered_at not found; its columns are order_id, quantity: "
    )


def test_file_with_wrong_columns_beside_landed_ones_is_a_problem(shop: Shop) -> None:
    shop.put("a.csv", GOOD)
    shop.put("b.csv", "order_id,quantity\n1,2\n")
    (sentence,) = landed(shop).problems
    assert sentence.startswith(
        "shop/orders/b.csv was not landed: required column ordered_at not found; its columns are "
    )
    # known by now: repeated in the log, and no new problem
    assert landed(shop).problems == ()


@pytest.mark.parametrize(("most", "stops"), [(0.5, True), (0.6, False), (0.59, True)])
def test_share_equal_to_the_threshold_does_not_stop(shop: Shop, most: float, stops: bool) -> None:
    shop.put("a.csv", GOOD + BAD.removeprefix(HEADER))
    if stops:
        assert "3 of 5 new rows of shop/orders" in refused(shop, max_rejected_share=most)
        return
    (sentence,) = landed(shop, max_rejected_share=most).problems
    assert sentence == (
        "3 of 5 new rows of shop/orders do not fit its contract, most often because quantity is "
        "not a whole number that fits integer (rows: 2; for example shop/orders/a.csv, line 4)."
    )


def test_file_that_lands_nowhere_is_a_problem_once(shop: Shop) -> None:
    shop.put("a.csv", GOOD)
    shop.put("a.csv", GOOD, table="shop/ordres")
    assert landed(shop).problems == (
        "shop/ordres/a.csv was not landed: no contract has this table.",
    )
    assert landed(shop).problems == ()
    shop.put("b.csv", GOOD, table="shop/ordres")
    (sentence,) = landed(shop).problems
    assert sentence.startswith("shop/ordres/b.csv was not landed")


def test_file_whose_other_rows_are_of_erased_persons_stops_nothing(shop: Shop) -> None:
    columns = (
        Column("customer_id", "VARCHAR", is_required=True),
        Column("opened_at", "TIMESTAMP", is_required=True, has_happened=True),
    )
    shop.contracts = [TableContract("shop", "contacts", "raw_shop", columns)]
    shop.land()
    with connect(shop.paths) as connection:
        ErasedKeys(connection, shop.paths).remember({"customer": {"k"}}, NOW.replace(tzinfo=None))
    header = "customer_id,opened_at\n"
    shop.put("a.csv", header + "k,2024-03-01\nl,yesterday\n", table="shop/contacts")
    (sentence,) = landed(shop).problems
    assert sentence.startswith("1 of 2 new rows of shop/contacts do not fit its contract")
    # nor does a file beside it that can't be read, since one could be
    shop.put("a.csv", header + "k,2024-03-01\n", table="shop/contacts")
    shop.put("b.csv", "customer_id\nk\n", table="shop/contacts")
    assert "b.csv was not landed" in landed(shop).problems[0]


def test_header_alone_stops_nothing(shop: Shop) -> None:
    shop.put("a.csv", HEADER)
    assert landed(shop).problems == ()


def test_columns_that_the_contract_lacks_are_recorded(shop: Shop) -> None:
    shop.put("a.csv", "order_id,ordered_at,Gift Note,,b\n1,2024-03-01,x,,\n2,2024-03-01,,,\n")
    # a row that does not fit is read again another way
    shop.put("b.csv", "order_id,ordered_at,b\n1,2024-03-01,x\n2,bad,\n")
    shop.put_parquet(
        "c.parquet", "select '1' as order_id, timestamp '2024-03-01' as ordered_at, 1 b"
    )
    shop.put(
        "d.ndjson",
        f'{{"order_id": "1", "ordered_at": "2024-03-01", "{SECRET}": 1}}\n'
        '{"order_id": "2", "ordered_at": "2024-03-01", "c": 1}\n',
    )
    shop.land()
    assert shop.query("select file, column_name from raw.unknown_columns order by all") == [
        ("shop/orders/a.csv", "Gift Note"),
        ("shop/orders/a.csv", "b"),
        ("shop/orders/b.csv", "b"),
        ("shop/orders/c.parquet", "b"),
        ("shop/orders/d.ndjson", "c"),
    ]
    (sentence,) = new_columns(shop.paths, after=0)
    assert sentence == (
        "shop/orders has new columns that its contract lacks, so they are kept in `_extra`: "
        "`b` (3 files, such as shop/orders/a.csv), `Gift Note` (shop/orders/a.csv), "
        "`c` (shop/orders/d.ndjson)"
    )
    # only those that no earlier file had
    assert new_columns(shop.paths, after=3) == [
        "shop/orders has new columns that its contract lacks, so they are kept in `_extra`: "
        "`c` (shop/orders/d.ndjson)"
    ]
