"""`python -m orchestration refresh` as a process: repeated, killed, read during it, failing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from data_root import DataRoot
from killing import Killed
from readers import Reader, halves
from refreshing import Beginning, Refreshed, generate_demo_shop, refreshed

LONG = os.environ.get("KLANTBEELD_LONG_TESTS") == "1"
LONG_REFRESHES = int(os.environ.get("KLANTBEELD_LONG_REFRESHES", "50"))


def test_first_refresh_publishes_everything(beginning: Beginning) -> None:
    first = beginning.first
    assert {"klantbeeld.duckdb", "manifest.json", "report.html"} <= set(first.files)
    described = {name: file["sha256"] for name, file in first.manifest["files"].items()}
    assert {**described, "manifest.json": first.files["manifest.json"]} == first.files
    assert {name: len(rows) for name, rows in first.rows.items()} == {
        name: table["rows"]
        for name, table in first.manifest["tables"].items()
        if f"parquet/{name}.parquet" in first.files
    }


def test_nothing_new_lands_nothing_and_changes_no_row(
    beginning: Beginning, nothing_new: Refreshed
) -> None:
    first = beginning.first
    assert "No new files." in nothing_new.out
    assert nothing_new.ledger == first.ledger
    changed = [table for table in first.rows if nothing_new.rows[table] != first.rows[table]]
    assert not changed
    assert nothing_new.manifest["tables"] == first.manifest["tables"]
    assert nothing_new.manifest["published_at"] == first.manifest["published_at"]


def test_new_days_change_what_is_published(nothing_new: Refreshed, complete: Refreshed) -> None:
    """Otherwise the next tests would compare equal states."""
    for table in ("sessions", "orders", "profiles", "segment_memberships"):
        assert complete.rows[table] != nothing_new.rows[table], table


def test_readers_never_fail_or_see_half_a_publication(
    nothing_new: Refreshed, complete: Refreshed, failed: Refreshed
) -> None:
    for refresh in (nothing_new, complete, failed):
        reader = refresh.reader
        assert not reader.error
        assert reader.seen["reads"] > 10
    assert [r.reader.seen["states"] for r in (nothing_new, complete, failed)] == [1, 2, 1]


def test_half_a_publication_would_be_noticed(complete: Refreshed, tmp_path: Path) -> None:
    """The readers' checks can fail: one lost row is noticed."""
    file = tmp_path / "half.duckdb"
    file.write_bytes((complete.root.paths.serving / "klantbeeld.duckdb").read_bytes())
    with duckdb.connect(str(file)) as connection:
        assert not halves(connection)
        connection.execute(
            "delete from marts.profiles"
            " where profile_id = (select max(profile_id) from marts.profiles)"
        )
        assert len(halves(connection)) >= 2


def test_killed_refresh_keeps_published_files(killed: list[Killed]) -> None:
    assert sum(not kill.had_finished for kill in killed) >= 2
    for kill in killed:
        assert not kill.survivors, kill
        assert not kill.halves, kill
        if kill.had_finished:
            described = {**kill.manifest, "manifest.json": kill.after["manifest.json"]}
            assert kill.after == described
        elif not kill.was_publishing:
            assert kill.after == kill.before


def test_refresh_after_kills_equals_uninterrupted_one(
    recovered: Refreshed, complete: Refreshed
) -> None:
    assert recovered.rows.keys() == complete.rows.keys()
    assert not [table for table in complete.rows if recovered.rows[table] != complete.rows[table]]
    # each file landed once, however often landing was interrupted
    assert sorted(recovered.ledger) == sorted(complete.ledger)
    leftovers = [file for file in recovered.root.paths.serving.iterdir() if file.name[0] == "."]
    assert leftovers == []


def test_failing_test_prevents_publishing_and_names_it(
    complete: Refreshed, failed: Refreshed
) -> None:
    assert failed.files == complete.files
    (reason,) = [line for line in failed.err.splitlines() if line.startswith("Failed: ")]
    assert "orders_have_exchange_rates" in reason
    problem = re.sub(r"\S*orders_have_exchange_rates\S*", "", reason)
    assert "order_currency XAU" in problem
    assert re.search("has no rate", problem), reason
    assert "Traceback" not in failed.err


def test_refresh_without_files_says_so(new_root: Callable[[str], DataRoot]) -> None:
    root = new_root("nothing")
    done = root.refresh(expect=1)
    assert "Nothing has landed" in done.stderr
    assert str(root.paths.landing) in done.stderr
    assert not root.paths.serving.exists()


@pytest.mark.skipif(not LONG, reason="KLANTBEELD_LONG_TESTS=1 runs it: half an hour")
@pytest.mark.timeout(7_200)
def test_many_refreshes_under_readers(new_root: Callable[[str], DataRoot]) -> None:
    """Each refresh lands new files, so each replaces the files that readers have open."""
    root = new_root("fifty")
    generate_demo_shop(root, "--events", "2000", "--days", "40")
    refreshed(root)
    folder = root.folder("shop", "events")
    readers = [Reader(root, nth).start() for nth in range(2)]
    try:
        for nth in range(LONG_REFRESHES):
            (folder / f"one-more-{nth}.csv").write_text(
                "event_id,visitor_id,occurred_at,event_name\n"
                f"one-more-{nth},visitor-{nth},2026-06-30 20:{nth:02}:00,product_view\n"
            )
            root.refresh()
    finally:
        for reader in readers:
            reader.stop()
    for reader in readers:
        assert not reader.error
        assert reader.seen["states"] >= LONG_REFRESHES
        print(reader.seen)
