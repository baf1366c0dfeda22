"""Content lands once, and rows stay as long as a file brings them."""

from __future__ import annotations

import gzip
import os
import shutil
from dataclasses import replace

import pytest
from landing_shop import Shop

from orchestration.errors import KlantbeeldError
from orchestration.landing.retraction import retract

HEADER = "order_id,ordered_at,quantity\n"
PAID = HEADER + "1,2024-01-01,1\n"
CANCELLED = HEADER + "1,2024-01-01,0\n"
OTHER = HEADER + "2,2024-01-01,5\n"


def write(shop: Shop, name: str, content: str) -> None:
    """Write a file at a later time than the files before, as a sender does."""
    path = shop.put(name, content)
    shop.ticks = getattr(shop, "ticks", 0) + 1
    os.utime(path, ns=(0, 1_700_000_000_000_000_000 + shop.ticks * 1_000_000_000))


def move(shop: Shop, name: str, to: str) -> None:
    target = shop.paths.landing / "shop/orders" / to
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(shop.paths.landing / "shop/orders" / name, target)


def loads(shop: Shop) -> list[tuple]:
    return shop.orders("order_id, quantity, _load_id")


def retracted(shop: Shop, file: str):
    return retract(shop.paths, shop.contracts, file, now=lambda: shop.now)


def test_moved_file_does_not_land_again(shop: Shop) -> None:
    write(shop, "2026-07-01.csv", PAID)
    shop.land()
    write(shop, "2026-07-02.csv", CANCELLED)
    shop.land()
    move(shop, "2026-07-01.csv", "archive/2026-07-01.csv")
    assert [(r.status, r.rows_landed) for r in shop.land()] == [("copied", 0)]
    assert loads(shop) == [("1", 1, 1), ("1", 0, 2)]
    assert shop.land() == []


@pytest.mark.parametrize("first", ["a.csv", "b.csv"])
def test_copy_does_not_land(shop: Shop, first: str) -> None:
    write(shop, first, PAID)
    shop.land()
    write(shop, {"a.csv": "b.csv", "b.csv": "a.csv"}[first], PAID)
    assert [r.status for r in shop.land()] == ["copied"]
    assert loads(shop) == [("1", 1, 1)]


def test_two_files_with_the_same_content_land_once_together(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    write(shop, "b.csv", PAID)
    assert [r.status for r in shop.land()] == ["landed", "copied"]
    assert loads(shop) == [("1", 1, 1)]


def test_two_parquet_files_with_the_same_content_land_once_together(shop: Shop) -> None:
    rows = "select 1 as order_id, date '2024-01-01' as ordered_at, {} as quantity"
    shop.put_parquet("a.parquet", rows.format(1))
    shutil.copy(
        shop.paths.landing / "shop/orders/a.parquet", shop.paths.landing / "shop/orders/b.parquet"
    )
    shop.put_parquet("c.parquet", rows.format(3))
    assert sorted(r.status for r in shop.land()) == ["copied", "landed", "landed"]
    assert sorted(row[:2] for row in loads(shop)) == [("1", 1), ("1", 3)]


def test_compressed_copy_does_not_land(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    shop.land()
    (shop.paths.landing / "shop/orders/a.csv.gz").write_bytes(gzip.compress(PAID.encode(), mtime=5))
    (shop.paths.landing / "shop/orders/a.csv").unlink()
    assert [r.status for r in shop.land()] == ["copied"]
    assert loads(shop) == [("1", 1, 1)]


def test_same_content_of_another_table_lands(shop: Shop) -> None:
    shop.contracts = [*shop.contracts, replace(shop.contracts[0], table="returns")]
    write(shop, "a.csv", PAID)
    shop.land()
    shop.put("a.csv", PAID, table="shop/returns")
    assert [r.status for r in shop.land()] == ["landed"]


def test_changed_file_keeps_what_a_copy_brings(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    write(shop, "b.csv", PAID)
    shop.land()
    write(shop, "a.csv", OTHER)
    shop.land()
    assert loads(shop) == [("1", 1, 1), ("2", 5, 3)]
    write(shop, "b.csv", CANCELLED)
    shop.land()
    assert loads(shop) == [("2", 5, 3), ("1", 0, 4)]


@pytest.mark.parametrize("archive", ["archive/a.csv", "z.csv"])
def test_rotated_file_loses_nothing(shop: Shop, archive: str) -> None:
    """The old content moves aside, and the name gets new content."""
    write(shop, "today.csv", PAID)
    shop.land()
    move(shop, "today.csv", archive)
    write(shop, "today.csv", OTHER)
    shop.land()
    assert loads(shop)[0] == ("1", 1, 1)
    assert [row[:2] for row in loads(shop)] == [("1", 1), ("2", 5)]
    assert shop.land() == []
    write(shop, archive, CANCELLED)
    shop.land()
    assert [row[:2] for row in loads(shop)] == [("2", 5), ("1", 0)]


def test_two_files_swap_their_names(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    write(shop, "b.csv", OTHER)
    shop.land()
    write(shop, "a.csv", OTHER)
    write(shop, "b.csv", PAID)
    shop.land()
    assert [row[:2] for row in loads(shop)] == [("1", 1), ("2", 5)]
    write(shop, "a.csv", CANCELLED)
    shop.land()
    assert sorted(row[:2] for row in loads(shop)) == [("1", 0), ("1", 1)]


def test_broken_version_of_a_file_keeps_the_rows_until_it_is_whole(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    shop.land()
    write(shop, "a.csv", "order_id\n1\n")
    assert [r.status for r in shop.land()] == ["failed"]
    assert loads(shop) == [("1", 1, 1)]
    write(shop, "a.csv", CANCELLED)
    shop.land()
    assert loads(shop) == [("1", 0, 3)]


def test_file_that_becomes_what_it_was_has_its_rows(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    shop.land()
    write(shop, "a.csv", "")
    shop.land()
    write(shop, "a.csv", PAID)
    shop.land()
    assert loads(shop) == [("1", 1, 1)]
    assert shop.land() == []


def test_retracted_file_leaves_and_does_not_land_again(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    write(shop, "b.csv", OTHER)
    shop.land()
    retraction = retracted(shop, "shop/orders/a.csv")
    assert (retraction.rows_removed, retraction.kept_for) == (1, None)
    assert loads(shop) == [("2", 5, 2)]
    assert shop.land() == []
    assert loads(shop) == [("2", 5, 2)]
    assert shop.ledger("file, status, rows_landed, rows_removed")[0] == (
        "shop/orders/a.csv",
        "removed",
        1,
        1,
    )


def test_retracted_file_lands_when_it_changes(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    shop.land()
    retracted(shop, str(shop.paths.landing / "shop/orders/a.csv"))
    write(shop, "a.csv", CANCELLED)
    assert [r.status for r in shop.land()] == ["landed"]
    assert [row[:2] for row in loads(shop)] == [("1", 0)]


def test_file_that_is_gone_can_be_retracted(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    shop.land()
    (shop.paths.landing / "shop/orders/a.csv").unlink()
    assert retracted(shop, "shop/orders/a.csv").rows_removed == 1
    assert loads(shop) == []


def test_rows_that_another_file_brings_stay_after_a_retraction(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    write(shop, "b.csv", PAID)
    shop.land()
    retraction = retracted(shop, "shop/orders/a.csv")
    assert (retraction.rows_removed, retraction.kept_for) == (0, "shop/orders/b.csv")
    assert loads(shop) == [("1", 1, 1)]
    assert retracted(shop, "shop/orders/b.csv").rows_removed == 1
    assert loads(shop) == []


def test_unknown_file_can_not_be_retracted(shop: Shop) -> None:
    write(shop, "a.csv", PAID)
    shop.land()
    with pytest.raises(KlantbeeldError, match=r"beside it these have: shop/orders/a\.csv"):
        retracted(shop, "shop/orders/b.csv")
    retracted(shop, "shop/orders/a.csv")
    with pytest.raises(KlantbeeldError, match="can't be retracted"):
        retracted(shop, "shop/orders/a.csv")


@pytest.mark.parametrize(
    "name",
    [
        "_temporary/0/_temporary/attempt_1/part-0.csv",
        "_SUCCESS",
        "_part-0.csv",
        "a.csv.crdownload",
        "a.csv.filepart",
        "a.csv~",
        "~$a.csv",
        "a.csv.inprogress",
        "a.csv._COPYING_",
        ".a.csv.swp",
    ],
)
def test_unfinished_file_is_left_out(shop: Shop, name: str) -> None:
    write(shop, name, PAID)
    assert shop.land() == []
