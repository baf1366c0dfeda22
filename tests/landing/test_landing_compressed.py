"""Compressed files and archives: the same content, and each file in an archive by itself."""

from __future__ import annotations

import collections
import os
import shutil
import zipfile

import pytest
from landing_shop import Shop

from orchestration.errors import KlantbeeldError
from orchestration.landing import compression
from orchestration.landing.compression import zstd
from orchestration.landing.land import land
from orchestration.landing.loader import failed_files
from orchestration.landing.retraction import retract

HEADER = "order_id,ordered_at,quantity\n"
ONE = HEADER + "1,2024-01-01,1\n"
TWO = HEADER + "2,2024-01-01,2\n"
BAD = HEADER + "3,2024-01-01,many\n4,2024-01-01,4\n"


def statuses(shop: Shop) -> list[tuple]:
    return [(r.file.removeprefix("shop/orders/"), r.status, r.rows_landed) for r in shop.land()]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".ndjson", ".jsonl"])
@pytest.mark.parametrize("compressed", ["", ".gz", ".zst", ".GZ"])
def test_every_text_format_may_be_compressed(shop: Shop, suffix: str, compressed: str) -> None:
    content = {
        ".csv": ONE,
        ".tsv": ONE.replace(",", "\t"),
    }.get(suffix, '{"order_id": 1, "ordered_at": "2024-01-01", "quantity": 1}')
    path = shop.put(f"a{suffix}{compressed.lower()}", content)
    path.rename(path.with_name(f"a{suffix}{compressed}"))
    assert shop.land_one().rows_landed == 1
    assert shop.orders("order_id, quantity") == [("1", 1)]


@pytest.mark.parametrize("name", ["a.parquet.gz", "a.xlsx.zst", "a.gz", "a.zip.gz", "a.csv.gz.gz"])
def test_other_compressed_files_do_not_land(shop: Shop, name: str) -> None:
    shop.put(name, ONE)
    assert [r.reason for r in shop.land()] == ["files with its suffix do not land"]


@pytest.mark.parametrize("first", ["plain", "zst", "zip"])
def test_content_lands_once_in_whatever_compression(shop: Shop, first: str) -> None:
    def put(kind: str) -> None:
        if kind == "zip":
            shop.put_zip("all.zip", {"2026/a.csv": ONE, "b.csv": TWO})
        elif kind == "zst":
            shop.put("a.csv.zst", ONE)
            shop.put("b.csv.zst", TWO)
        else:
            shop.put("a.csv", ONE)
            shop.put("b.csv", TWO)

    put(first)
    assert [r.status for r in shop.land()] == ["landed", "landed"]
    for kind in {"plain", "zst", "zip"} - {first}:
        put(kind)
        assert [r.status for r in shop.land()] == ["copied", "copied"]
    assert shop.orders("order_id, quantity") == [("1", 1), ("2", 2)]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda data: data[:-1], "the zstd file is cut off"),
        (lambda data: data[: len(data) // 2], "the zstd file is cut off"),
        (lambda _: b"no zstd", "the zstd file is damaged"),
        (lambda data: data + b"more", "the zstd file is damaged"),
    ],
)
def test_damaged_zstd_file_fails_whole(shop: Shop, damage, reason: str) -> None:
    lines = "".join(f"{i},2024-01-01,{i}\n" for i in range(1000))
    path = shop.put("a.csv.zst", HEADER + lines)
    path.write_bytes(damage(path.read_bytes()))
    result = shop.land_one()
    assert (result.status, result.reason) == ("failed", reason)


def test_zstd_checksum_is_verified(shop: Shop) -> None:
    path = shop.put("a.csv.zst", "")
    options = {zstd.CompressionParameter.checksum_flag: 1}
    data = bytearray(zstd.compress(ONE.encode(), options=options))
    data[-1] ^= 1
    path.write_bytes(data)
    assert shop.land_one().reason == "the zstd file is damaged"


def test_files_in_an_archive_land_by_their_names(shop: Shop) -> None:
    shop.put_zip(
        "2026.zip",
        {
            "march/a.csv": ONE,
            "b.ndjson": '{"order_id": "2", "ordered_at": "2024-01-01"}\n{"order_id": "5"}\n',
            "bad.csv": BAD,
            "march/": "",
            "__MACOSX/._a.csv": "hidden",
            "README.md": "a note",
            "c.txt": "no format",
        },
    )
    assert statuses(shop) == [
        ("2026.zip/b.ndjson", "landed", 1),
        ("2026.zip/bad.csv", "landed", 1),
        ("2026.zip/c.txt", "ignored", 0),
        ("2026.zip/march/a.csv", "landed", 1),
    ]
    assert shop.rejects("file, line, column_name") == [
        ("shop/orders/2026.zip/b.ndjson", 2, "ordered_at"),
        ("shop/orders/2026.zip/bad.csv", 2, "quantity"),
    ]
    assert statuses(shop) == [("2026.zip/c.txt", "ignored", 0)]


def test_parquet_in_an_archive_lands(shop: Shop) -> None:
    path = shop.put_parquet("a.parquet", "select '1' as order_id, date '2024-01-01' as ordered_at")
    data = path.read_bytes()
    path.unlink()
    shop.put_zip("a.zip", {"x.parquet": data, "y.parquet": data[:-9], "z.csv": TWO})
    assert statuses(shop) == [
        ("a.zip/x.parquet", "landed", 1),
        ("a.zip/y.parquet", "failed", 0),
        ("a.zip/z.csv", "landed", 1),
    ]


def test_changed_archive_replaces_what_changed_in_it(shop: Shop) -> None:
    shop.put_zip("a.zip", {"1.csv": ONE, "2.csv": TWO})
    shop.land()
    shop.put_zip("a.zip", {"1.csv": ONE, "2.csv": HEADER + "2,2024-01-01,22\n", "3.csv": BAD})
    assert statuses(shop) == [("a.zip/2.csv", "landed", 1), ("a.zip/3.csv", "landed", 1)]
    assert shop.orders("order_id, quantity, _load_id") == [("1", 1, 1), ("2", 22, 3), ("4", 4, 4)]


def test_file_that_leaves_an_archive_keeps_its_rows(shop: Shop) -> None:
    shop.put_zip("a.zip", {"1.csv": ONE, "2.csv": TWO})
    shop.land()
    shop.put_zip("a.zip", {"2.csv": TWO})
    assert statuses(shop) == []
    assert shop.orders() == ["1", "2"]


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("b.zip", "it is compressed inside an archive: unpack one of the two"),
        ("b.csv.gz", "it is compressed inside an archive: unpack one of the two"),
        ("b.csv.zst", "it is compressed inside an archive: unpack one of the two"),
    ],
)
def test_archive_in_an_archive_is_refused(shop: Shop, member: str, reason: str) -> None:
    shop.put_zip("a.zip", {"a.csv": ONE, member: TWO})
    assert [(r.status, r.reason) for r in shop.land()] == [("landed", None), ("failed", reason)]


def test_encrypted_file_in_an_archive_is_refused(shop: Shop) -> None:
    path = shop.put_zip("a.zip", {"a.csv": ONE})
    data = bytearray(path.read_bytes())
    # bit 0 of the flags, in the header of the file and in the list at the end
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    assert shop.land_one().reason == "it is encrypted: save the archive without a password"


@pytest.mark.parametrize("damage", ["cut off", "flipped", "empty", "no archive"])
def test_damaged_archive_fails_until_it_is_whole(shop: Shop, damage: str) -> None:
    path = shop.put_zip("a.zip", {"a.csv": ONE * 100})
    whole = path.read_bytes()
    path.write_bytes(
        {
            "cut off": whole[:-10],
            "flipped": whole[:50] + bytes([whole[50] ^ 1]) + whole[51:],
            "empty": b"",
            "no archive": ONE.encode(),
        }[damage]
    )
    (result,) = shop.land()
    assert result.status == "failed"
    is_list_whole = damage == "flipped"
    assert result.file == f"shop/orders/a.zip{'/a.csv' if is_list_whole else ''}"
    assert result.reason == (
        "the zip file is damaged" if is_list_whole else "it is not a whole zip archive"
    )
    path = shop.put_zip("a.zip", {"a.csv": ONE})
    os.utime(path, ns=(0, 1))
    assert [r.status for r in shop.land()] == ["landed"]
    assert failed_files(shop.paths) == []


def test_two_files_of_one_name_in_an_archive_are_refused(shop: Shop) -> None:
    """The second would replace the rows of the first."""
    path = shop.put("a.zip", "")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../a.csv", ONE)
        archive.writestr("a.csv", TWO)
    assert shop.land_one().reason == "the archive has two files named a.csv"


def test_path_out_of_an_archive_leads_nowhere(shop: Shop, tmp_path) -> None:
    shop.put_zip("a.zip", {"../../../b.csv": ONE, "/c.csv": TWO})
    assert statuses(shop) == [("a.zip/b.csv", "landed", 1), ("a.zip/c.csv", "landed", 1)]
    assert not [path for path in tmp_path.rglob("*") if path.name in ("b.csv", "c.csv")]


def room(free: int):
    usage = collections.namedtuple("usage", "free")
    return lambda _: usage(free)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.zst", "a.zip"])
def test_file_too_large_for_the_disk_is_refused_until_there_is_room(
    shop: Shop, monkeypatch, name: str
) -> None:
    content = ONE + "\n" * 3_000_000
    if name == "a.zip":
        shop.put_zip(name, {"a.csv": content})
    else:
        shop.put(name, content)
    monkeypatch.setattr(compression.shutil, "disk_usage", room(5_000_000))
    result = shop.land_one()
    reason = "unpacked, it takes more than half of the free disk space"
    assert (result.status, result.reason) == ("failed", reason)
    assert shop.land() == []
    monkeypatch.setattr(compression.shutil, "disk_usage", room(7_000_000))
    assert [r.status for r in shop.land()] == ["landed"]


def test_plain_file_needs_no_room(shop: Shop, monkeypatch) -> None:
    monkeypatch.setattr(compression.shutil, "disk_usage", room(0))
    shop.put("a.csv", ONE)
    assert shop.land_one().status == "landed"


def test_archive_and_each_file_in_it_can_be_retracted(shop: Shop) -> None:
    shop.put_zip("a.zip", {"1.csv": ONE, "2.csv": TWO, "3.csv": BAD, "broken.csv": "x\n"})
    shop.put("copy.csv", TWO)
    shop.land()

    def retracted(file: str) -> str:
        return retract(shop.paths, shop.contracts, file, now=lambda: shop.now).text

    kept = "It is still in the landing folder, and lands again when it changes."
    assert retracted("shop/orders/a.zip/1.csv") == (
        f"1 rows of shop/orders/a.zip/1.csv were removed. {kept}"
    )
    assert shop.orders() == ["2", "4"]
    assert retracted(str(shop.paths.landing / "shop/orders/a.zip")) == (
        f"1 rows of shop/orders/a.zip were removed. {kept}"
    )
    # copy.csv still brings it
    assert shop.orders() == ["2"]
    assert shop.land() == []
    with pytest.raises(KlantbeeldError, match="it has not landed"):
        retracted("shop/orders/a.zip")


def test_retracted_archive_keeps_no_copy_of_itself(shop: Shop) -> None:
    shop.put_zip("a.zip", {"1.csv": ONE, "copy.csv": ONE})
    shop.land()
    done = retract(shop.paths, shop.contracts, "shop/orders/a.zip", now=lambda: shop.now)
    assert (done.rows_removed, done.kept_for, shop.orders()) == (1, None, [])


def test_problem_in_an_archive_is_news_once(shop: Shop) -> None:
    shop.put("good.csv", ONE)
    shop.put_zip("a.zip", {"c.txt": "no format"})
    sentence = "shop/orders/a.zip/c.txt was not landed: files with its suffix do not land."
    assert land(shop.paths, shop.contracts).problems == (sentence,)
    assert land(shop.paths, shop.contracts).problems == ()


def test_archive_that_goes_away_is_no_problem(shop: Shop) -> None:
    shop.put("good.csv", ONE)
    path = shop.put_zip("a.zip", {"bad.csv": "x\n"})
    shop.land()
    assert [f.file for f in failed_files(shop.paths)] == ["shop/orders/a.zip/bad.csv"]
    path.unlink()
    assert failed_files(shop.paths) == []


def test_folder_may_be_named_like_an_archive(shop: Shop) -> None:
    shop.put("a.zip/b.csv", ONE)
    assert shop.land_one().status == "landed"
    shutil.rmtree(shop.paths.landing / "shop/orders/a.zip")
    shop.put_zip("a.zip", {"b.csv": ONE})
    assert [r.status for r in shop.land()] in ([], ["copied"])
    assert shop.orders() == ["1"]
