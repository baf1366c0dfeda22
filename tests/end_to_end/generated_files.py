"""Generates small files of both public formats that contain every edge of their rules."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

REES46_HEADER = [
    "event_time",
    "event_type",
    "product_id",
    "category_id",
    "category_code",
    "brand",
    "price",
    "user_id",
    "user_session",
]
TIMEOUT = timedelta(minutes=30)
SECOND = timedelta(seconds=1)
BRANDS = ["", "samsung", "o'neill, sons", 'the "best"', "crème", "32|inch"]
CATEGORIES = ["", "electronics.smartphone", "appliances.kitchen.washer"]


def write_rees46(folder: Path, seed: int = 46) -> list[Path]:
    """About a thousand events of a hundred visitors, in four files that share rows."""
    chance = random.Random(seed)
    rows: list[list[str]] = []
    for user in range(1, 181):
        happened_at = datetime(2019, 10, 5) + timedelta(seconds=chance.randrange(20 * 86_400))
        for nth in range(chance.randrange(1, 30)):
            gap = chance.choices(
                [
                    timedelta(0),
                    timedelta(seconds=chance.randrange(1, 600)),
                    TIMEOUT - SECOND,
                    TIMEOUT,
                    TIMEOUT + SECOND,
                    # a new session with a timeout of 30 minutes, the same one with 31
                    TIMEOUT + 60 * SECOND,
                    TIMEOUT + 61 * SECOND,
                    timedelta(hours=chance.randrange(1, 60)),
                ],
                weights=[10, 50, 6, 8, 8, 5, 5, 12],
            )[0]
            happened_at += gap
            rows.append(_rees46_row(chance, user, happened_at, visit=nth // 7))
    rows += _rees46_edges()
    chance.shuffle(rows)
    # identical rows: adjacent in one file, far apart in it, and in another file
    first, second, third, fourth = (rows[nth::4] for nth in range(4))
    first[10:10] = [first[9], first[9]]
    second += second[:25]
    third += chance.sample(first, 40)
    # equal values, different text
    fourth += [[*row[:6], f"{row[6]}0", *row[7:]] for row in chance.sample(second, 20)]
    return [
        _write_csv(folder / "2019-Oct-a.csv", REES46_HEADER, first),
        _write_csv(folder / "2019-Oct-b.csv", REES46_HEADER, second, quoting=csv.QUOTE_ALL),
        _write_csv(folder / "more" / "2019-Oct-c.csv.gz", REES46_HEADER, third),
        # columns in a different order
        _write_csv(
            folder / "more" / "2019-Oct-d.csv",
            REES46_HEADER[::-1],
            [row[::-1] for row in fourth],
        ),
    ]


def _rees46_row(chance: random.Random, user: int, happened_at: datetime, visit: int) -> list[str]:
    kind = chance.choices(["view", "cart", "remove_from_cart", "purchase"], weights=[80, 9, 4, 4])[
        0
    ]
    product = chance.randrange(1, 40)
    return [
        f"{happened_at:%Y-%m-%d %H:%M:%S} UTC",
        kind,
        str(1_000_000 + product),
        str(2_053_013_552_326_770_905 + product % 7),
        CATEGORIES[product % len(CATEGORIES)],
        BRANDS[product % len(BRANDS)],
        f"{product * 7 + 0.49:.2f}",
        str(user),
        f"{user:08x}-0000-4000-8000-{visit:012x}",
    ]


def _rees46_edges() -> list[list[str]]:
    """Visits whose class depends on a single rule."""
    night = datetime(2019, 10, 27, 0, 45)  # clocks are set back in Amsterdam at 01:00 UTC
    visits: dict[str, list[tuple[timedelta, str]]] = {
        # a gap equal to the timeout, across midnight and the clock change: one session
        "exactly": [(TIMEOUT * nth, "view") for nth in range(5)],
        "one_second_more": [((TIMEOUT + SECOND) * nth, "view") for nth in range(5)],
        "only_removed": [(timedelta(0), "remove_from_cart")],
        "only_carted": [(timedelta(0), "cart")],
        "only_bought": [(timedelta(0), "purchase")],
        "bought_and_carted_again": [
            (SECOND * nth, kind) for nth, kind in enumerate(["cart", "purchase", "cart", "view"])
        ],
        "one_page_and_removed": [(timedelta(0), "view"), (SECOND, "remove_from_cart")],
        "all_at_once": [(timedelta(0), kind) for kind in ("view", "cart", "purchase", "view")],
    }
    rows = []
    for visitor, steps in visits.items():
        for nth, (offset, kind) in enumerate(steps):
            rows.append(
                [
                    f"{night + offset:%Y-%m-%d %H:%M:%S} UTC",
                    kind,
                    str(900 + nth),
                    "1",
                    "",
                    "",
                    "10.05",
                    visitor,
                    f"visit-of-{visitor}",
                ]
            )
    # two rows that differ only in the store's session are two events
    rows.append([*rows[0][:8], "another-visit"])
    return rows


RETAIL_HEADER = [
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "Country",
]


def write_online_retail(folder: Path, seed: int = 2011) -> list[Path]:
    """Invoices of fourteen months, in three files with overlapping days."""
    chance = random.Random(seed)
    lines: list[dict[str, Any]] = []
    number = 536_000
    start = datetime(2010, 11, 3)
    for customer in [*range(12_001, 12_090), None]:
        moments = sorted(
            start + timedelta(minutes=chance.randrange(1, 400 * 1_440))
            for _ in range(60 if customer is None else chance.choice([1, 1, 2, 2, 3, 5, 8, 20]))
        )
        for moment in moments:
            number += 1
            kind = chance.choices(["sale", "C", "A", "free"], weights=[80, 12, 2, 4])[0]
            lines += _invoice(chance, number, customer, moment, kind)
    lines += _retail_edges()
    lines.sort(key=lambda line: (line["InvoiceDate"], line["Invoice"]))
    days = [start + timedelta(days=days) for days in (150, 160, 290, 300)]
    parts = (
        [line for line in lines if line["InvoiceDate"] < days[1]],
        [line for line in lines if days[0] <= line["InvoiceDate"] < days[3]],
        [line for line in lines if days[2] <= line["InvoiceDate"]],
    )
    return [
        _write_retail_parquet(folder / "retail_2010.parquet", parts[0], "InvoiceNo", "UnitPrice"),
        _write_retail_csv(folder / "retail_2011_spring.csv", parts[1], "Invoice", "Price"),
        _write_retail_parquet(folder / "retail_2011_autumn.parquet", parts[2], "Invoice", "Price"),
    ]


def _invoice(
    chance: random.Random, number: int, customer: int | None, moment: datetime, kind: str
) -> list[dict[str, Any]]:
    prefix = kind if kind in ("C", "A") else ""
    lines = []
    for _ in range(chance.randrange(1, 6)):
        product = chance.randrange(1, 60)
        line = {
            "Invoice": f"{prefix}{number}",
            "StockCode": f"{20_000 + product}{chance.choice(['', 'A'])}",
            "Description": chance.choice([f"MUG, {product} CM", f'"RETRO" TIN {product}', None]),
            "Quantity": chance.randrange(1, 25) * (-1 if kind == "C" else 1),
            "InvoiceDate": moment.replace(second=0, microsecond=0),
            "Price": 0.0 if kind == "free" else chance.choice([0.42, 1.25, 2.55, 0.001, 12.75]),
            "Customer": customer,
            "Country": chance.choice(["United Kingdom", "Netherlands", "EIRE"]),
        }
        # an invoice with the same line twice has two lines
        lines += [line] * chance.choice([1, 1, 1, 2])
    return lines


def _retail_edges() -> list[dict[str, Any]]:
    """Customers whose figures depend on a single rule."""

    def line(
        invoice: str, customer: int | None, moment: datetime, quantity: int, price: float
    ) -> dict:
        return {
            "Invoice": invoice,
            "StockCode": "EDGE",
            "Description": None,
            "Quantity": quantity,
            "InvoiceDate": moment,
            "Price": price,
            "Customer": customer,
            "Country": "United Kingdom",
        }

    summer = datetime(2011, 6, 30, 22, 30)  # the next day and month in Amsterdam
    return [
        line("600001", 13_001, summer, 1, 5.0),
        # in winter the next day starts half an hour later
        line("600002", 13_002, datetime(2011, 1, 31, 22, 59), 1, 5.0),
        line("600003", 13_003, datetime(2011, 1, 31, 23, 0), 1, 5.0),
        # returned more than bought
        line("600004", 13_004, datetime(2011, 5, 2, 9, 0), 2, 5.0),
        line("C600005", 13_004, datetime(2011, 8, 2, 9, 0), -3, 5.0),
        # only returned, so has no order
        line("C600006", 13_005, datetime(2011, 8, 2, 9, 0), -3, 5.0),
        # free of charge
        line("600007", 13_006, datetime(2011, 8, 2, 9, 0), 3, 0.0),
        # bad debt: no customer and a negative amount
        line("A600008", None, datetime(2011, 8, 12, 14, 50), 1, -11_062.06),
        # written-off stock
        line("600009", None, datetime(2011, 8, 12, 15, 0), -40, 0.0),
    ]


def _write_retail_parquet(
    file: Path, lines: list[dict[str, Any]], invoice: str, price: str
) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    table = pyarrow.table(
        {
            invoice: pyarrow.array([line["Invoice"] for line in lines], pyarrow.string()),
            **{
                name: pyarrow.array([line[name] for line in lines])
                for name in ("StockCode", "Description", "Quantity")
            },
            "InvoiceDate": pyarrow.array(
                [line["InvoiceDate"] for line in lines], pyarrow.timestamp("us")
            ),
            price: pyarrow.array([line["Price"] for line in lines], pyarrow.float64()),
            "CustomerID": pyarrow.array([line["Customer"] for line in lines], pyarrow.int64()),
            "Country": pyarrow.array([line["Country"] for line in lines]),
        }
    )
    pyarrow.parquet.write_table(table, file)
    return file


def _write_retail_csv(file: Path, lines: list[dict[str, Any]], invoice: str, price: str) -> Path:
    header = [invoice, *RETAIL_HEADER[:4], price, "Customer ID", "Country"]
    keys = ["Invoice", *RETAIL_HEADER[:4], "Price", "Customer", "Country"]
    return _write_csv(file, header, [[line[key] for key in keys] for line in lines])


def _write_csv(
    file: Path, header: list[str], rows: Iterable[list[Any]], quoting: int = csv.QUOTE_MINIMAL
) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue().encode()
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return file
