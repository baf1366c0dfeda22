"""What an operator meets: rows that do not fit, and a warehouse that is open elsewhere."""

from __future__ import annotations

import subprocess
import sys

from orchestration.lock import warehouse_lock
from tests.orchestration.conftest import Shop
from tests.orchestration.test_alert_webhook import Webhook, webhook
from tests.orchestration.test_whole_runs import GOOD, assert_one_sentence, orders, snapshot

__all__ = ["webhook"]

SECRET = "jan@example.nl"
READER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.read()
"""


def test_operator_hears_of_what_does_not_fit(shop: Shop, webhook: Webhook) -> None:
    """Several steps in one test, because each refresh takes seconds."""
    shop.land("a.csv", GOOD)
    assert shop.run("refresh", KLANTBEELD_ALERT_WEBHOOK=webhook.url).returncode == 0
    assert webhook.posted == []

    # a day's file with wrong columns, and one with a row that does not fit
    shop.land("b.csv", "customer_id,amount\nb,7\n")
    shop.land("c.csv", f"order_id,gross_amount,customer_id\n4,7,b\n5,{SECRET},{SECRET}\n")
    done = shop.run("refresh", KLANTBEELD_ALERT_WEBHOOK=webhook.url)
    assert done.returncode == 0, done.stderr
    assert orders(shop) == 4
    sentences = (
        "shop/orders/b.csv was not landed: required column order_id not found; its columns are ",
        "1 of 2 new rows of shop/orders do not fit its contract, most often because gross_amount "
        "is not a number that fits decimal(18,2) (rows: 1; for example shop/orders/c.csv, line 3).",
    )
    (posted,) = webhook.posted
    for sentence in sentences:
        assert done.stdout.count(sentence) == 1, done.stdout
        assert sentence in posted["text"]

    # nothing new: the file that failed is named again, and nobody is alerted
    done = shop.run("refresh", KLANTBEELD_ALERT_WEBHOOK=webhook.url)
    assert sentences[0] in done.stdout
    assert len(webhook.posted) == 1

    # every row of a day's file
    published = snapshot(shop.paths.serving)
    shop.land("d.csv", "order_id,gross_amount\n6,many\n7,few\n")
    done = shop.run("refresh", KLANTBEELD_ALERT_WEBHOOK=webhook.url)
    assert done.returncode == 1
    sentence = assert_one_sentence(done.stderr)
    assert sentence.startswith(
        "Failed: Nothing of shop/orders fits: 2 of 2 new rows of shop/orders"
    )
    assert len(webhook.posted) == 2
    assert sentence.removeprefix("Failed: ") in webhook.posted[1]["text"]
    assert {**snapshot(shop.paths.serving), "manifest.json": ""} == {
        **published,
        "manifest.json": "",
    }

    # the rows, without the warehouse; their text only where it is asked for
    listed = shop.run("rejected")
    assert listed.returncode == 0, listed.stderr
    assert (
        listed.stdout.splitlines()[:5]
        == [
            "file               line  column        reason",
            "-----------------  ----  ------------  -----------------------------------------",
            "shop/orders/c.csv  3     gross_amount  is not a number that fits decimal(18,2)",
            "shop/orders/d.csv  2     gross_amount  is not a number that fits decimal(18,2)",
            "shop/orders/d.csv  3     gross_amount  is not a number that fits decimal(18,2)",
        ]
        or listed.stdout
    )
    assert SECRET not in listed.stdout
    assert sentences[0] in listed.stdout
    assert SECRET in shop.run("rejected", "--rows", "--file", "c.csv").stdout
    assert "2 more: make rejected MOST=3" in shop.run("rejected", "--most", "1").stdout
    with warehouse_lock(shop.paths.lock, purpose="a refresh", log=print):
        busy = shop.run("rejected")
    assert busy.returncode == 1
    assert busy.stderr.startswith("Failed: the warehouse is in use by a refresh (process ")


def test_open_warehouse_names_the_process(shop: Shop) -> None:
    shop.land("a.csv", GOOD)
    assert shop.run("refresh").returncode == 0
    shop.land("b.csv", "order_id,gross_amount\n4,7\n")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(shop.paths.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert reader.stdout
        assert reader.stdout.readline() == "open\n"
        done = shop.run("refresh")
    finally:
        reader.communicate()
    assert done.returncode == 1
    sentence = assert_one_sentence(done.stderr)
    assert f"{shop.paths.warehouse} is open in process {reader.pid} (python" in sentence
    assert shop.run("refresh").returncode == 0
    assert orders(shop) == 4
