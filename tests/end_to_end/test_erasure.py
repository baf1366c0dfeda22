"""Three persons are erased: nothing of them is left, and everybody else is as before.

The first is a customer with two devices, the second a visitor who never logged in, the third a
visitor who became a customer, on a device of their own and one that is shared.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from data_root import DataRoot

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("erasure")]

# No text of the project has these words, so each hit is a person's.
TWO_DEVICES = ["cust-quokka", "dev-numbat", "dev-bilby"]
VISITOR = ["dev-potoroo"]
MERGED = ["cust-wombat", "dev-dugong"]
ORDERS = ["order-quokka", "order-potoroo", "order-wombat"]
SECRETS = [
    *TWO_DEVICES,
    *VISITOR,
    *MERGED,
    *ORDERS,
    "quokka@example.org",
    "COUPON-QUOKKA",
    "because quokka",
]
EVENTS = (
    "event_id,visitor_id,customer_id,occurred_at,event_name,product_id,order_id,quantity,unit_price"
)
ORDERS_HEADER = (
    "order_id,customer_id,visitor_id,ordered_at,status,currency,gross_amount,discount_amount,"
    "coupon_code"
)


def event(number: int, visitor: str, customer: str, minute: int, name: str, order: str = "") -> str:
    at = f"2026-03-0{1 + minute // 1440}T{minute // 60 % 24:02}:{minute % 60:02}:00Z"
    bought = f"sku-1,{order},1,30" if order else ",,,"
    return f"e{number},{visitor},{customer},{at},{name},{bought}"


EVENT_ROWS = [
    event(1, "dev-numbat", "cust-quokka", 10, "page_view"),
    event(2, "dev-numbat", "", 12, "view_item"),
    event(3, "dev-bilby", "", 300, "page_view"),
    event(4, "dev-bilby", "cust-quokka", 305, "purchase", "order-quokka"),
    event(5, "dev-potoroo", "", 20, "page_view"),
    event(6, "dev-potoroo", "", 25, "purchase", "order-potoroo"),
    event(7, "dev-dugong", "", 30, "page_view"),
    event(8, "dev-dugong", "cust-wombat", 1500, "login"),
    # a device that is shared: a session of each, and one of nobody known
    event(9, "dev-shared", "", 40, "page_view"),
    event(10, "dev-shared", "cust-wombat", 45, "purchase", "order-wombat"),
    event(11, "dev-shared", "cust-other", 400, "page_view"),
    event(12, "dev-shared", "", 900, "page_view"),
    event(13, "dev-other", "cust-other", 50, "purchase", "order-other"),
    event(14, "dev-alone", "", 60, "page_view"),
]
ORDER_ROWS = [
    "order-quokka,cust-quokka,dev-bilby,2026-03-01T05:05:00Z,completed,EUR,30,0,COUPON-QUOKKA",
    "order-potoroo,,dev-potoroo,2026-03-01T00:25:00Z,completed,EUR,40,0,",
    "order-wombat,cust-wombat,dev-shared,2026-03-01T00:45:00Z,completed,EUR,50,0,",
    "order-other,cust-other,dev-other,2026-03-01T00:50:00Z,completed,EUR,60,0,",
]
FILES = {
    "events/1.csv": [EVENTS, *EVENT_ROWS],
    "orders/1.csv": [
        ORDERS_HEADER,
        *ORDER_ROWS,
        # is rejected, and its text is kept
        "order-quokka,cust-quokka,,not a time,completed,EUR,1,0,",
    ],
    "order_lines/1.csv": [
        "order_id,line_number,product_id,quantity,unit_price",
        *(f"{order},1,sku-1,1,30" for order in [*ORDERS, "order-other"]),
    ],
    "refunds/1.csv": [
        "refund_id,order_id,refunded_at,amount,reason",
        "r1,order-quokka,2026-03-03T00:00:00Z,5,because quokka",
    ],
    "products/1.csv": ["product_id,name,unit_cost", "sku-1,A thing,10"],
    "customers/1.csv": [
        "customer_id,email,signed_up_at,consents",
        "cust-quokka,quokka@example.org,2026-02-01T00:00:00Z,email",
        "cust-wombat,,2026-02-01T00:00:00Z,email",
        "cust-other,,2026-02-01T00:00:00Z,email",
    ],
    "messages/1.csv": [
        "message_event_id,message_id,customer_id,channel,action,occurred_at",
        "m1,m,cust-quokka,email,sent,2026-03-02T00:00:00Z",
        "m2,m,cust-other,email,sent,2026-03-02T00:00:00Z",
    ],
    "survey_responses/1.csv": [
        "response_id,customer_id,survey,answered_at,score",
        "s1,cust-quokka,nps,2026-03-02T00:00:00Z,9",
    ],
    "service_contacts/1.csv": [
        "contact_id,customer_id,channel,opened_at",
        "c1,cust-wombat,phone,2026-03-02T00:00:00Z",
    ],
    "loyalty_memberships/1.csv": [
        "customer_id,program,joined_at",
        "cust-quokka,club,2026-02-02T00:00:00Z",
    ],
}
REQUESTS = {
    "erasure_requests/1.csv": [
        "customer_id,visitor_id,requested_at",
        "cust-quokka,,2026-03-04T00:00:00Z",
        ",dev-potoroo,2026-03-04T00:00:00Z",
        ",dev-dugong,2026-03-04T00:00:00Z",
    ]
}
OTHERS = {
    "sessions": "select session_id, visitor_id, customer_id, event_count, purchase_count, revenue "
    "from marts.sessions where visitor_id in ('dev-other', 'dev-alone') "
    "or (visitor_id = 'dev-shared' and coalesce(customer_id, '') != 'cust-wombat')",
    "orders": "select order_id, customer_id, session_id, net_revenue, margin, is_first_order "
    "from marts.orders where customer_id = 'cust-other'",
    "profiles": "select profile_id, session_count, order_count, net_revenue from marts.profiles "
    "where profile_id not in "
    "('customer:cust-quokka', 'visitor:dev-potoroo', 'customer:cust-wombat')",
    "money": "select count(*), sum(gross_revenue), sum(refunded), sum(net_revenue), sum(margin) "
    "from marts.orders",
}


@dataclass
class Shop:
    """A data root, with what was found of the others before and after the erasure."""

    root: DataRoot
    before: dict[str, list[tuple]]
    after: dict[str, list[tuple]]
    found_before: list[str]


def put(root: DataRoot, files: dict[str, list[str]]) -> None:
    for name, lines in files.items():
        table, _, file = name.partition("/")
        (root.folder("shop", table) / file).write_text("\n".join(lines) + "\n")


def others(root: DataRoot) -> dict[str, list[tuple]]:
    with duckdb.connect(str(root.paths.serving / "klantbeeld.duckdb"), read_only=True) as db:
        return {name: sorted(db.execute(sql).fetchall(), key=str) for name, sql in OTHERS.items()}


def traces(root: DataRoot, *, with_landing: bool = False) -> list[str]:
    """Where a key of an erased person is: in the bytes of a file, or in a table's text."""
    searched = list(files(root, with_landing))
    return [
        *(f"{file}: {word}" for file in searched for word in words_in(file.read_bytes())),
        *(
            f"{file}, gunzipped: {word}"
            for file in searched
            if file.suffix == ".gz"
            for word in words_in(gzip.decompress(file.read_bytes()))
        ),
        *(
            f"{file}, {table}: {word}"
            for file in searched
            if file.suffix in (".duckdb", ".parquet")
            for table, text in texts(file)
            for word in words_in(text.encode())
        ),
    ]


def files(root: DataRoot, with_landing: bool) -> Iterator[Path]:
    for path in sorted(root.root.rglob("*")):
        if path.is_file() and (with_landing or root.paths.landing not in path.parents):
            yield path


def words_in(data: bytes) -> list[str]:
    lowered = data.replace(b"\0", b"").lower()  # UTF-16 has one beside each letter
    return [word for word in SECRETS if word.lower().encode() in lowered]


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """All rows of each table, since compressed bytes hide what is in them."""
    with duckdb.connect() as db:
        if file.suffix == ".parquet":
            yield "rows", json.dumps(db.execute(f"from '{file}'").fetchall(), default=str)
            return
        db.execute(f"attach '{file}' as read (read_only)")
        for schema, table in db.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'read'"
        ).fetchall():
            rows = db.execute(f'from read."{schema}"."{table}"').fetchall()
            yield f"{schema}.{table}", json.dumps(rows, default=str)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    root = DataRoot(tmp_path_factory.mktemp("erasure"))
    put(root, FILES)
    root.refresh()
    before, found = others(root), traces(root)
    put(root, REQUESTS)
    root.refresh()
    return Shop(root, before, others(root), found)


def test_search_finds_everybody_before_the_erasure(shop: Shop) -> None:
    for word in SECRETS:
        assert any(found.endswith(f": {word}") for found in shop.found_before), word


def test_nothing_is_left_of_the_erased(shop: Shop) -> None:
    assert traces(shop.root) == []


@pytest.mark.parametrize("name", OTHERS)
def test_everybody_else_is_as_before(shop: Shop, name: str) -> None:
    assert shop.before[name]
    assert shop.after[name] == shop.before[name]


def test_orders_of_the_erased_are_anonymous(shop: Shop) -> None:
    with duckdb.connect(str(shop.root.paths.serving / "klantbeeld.duckdb"), read_only=True) as db:
        orders = db.execute(
            "select gross_revenue, customer_id, profile_id, session_id from marts.orders "
            "where order_id like 'erased-%' order by 1"
        ).fetchall()
    assert [(int(row[0]), *row[1:]) for row in orders] == [
        (30, None, None, None),
        (40, None, None, None),
        (50, None, None, None),
    ]


def test_rows_that_left_are_accounted_for(shop: Shop) -> None:
    """Ten events: nine by a key, one in a session on the shared device; and two customers."""
    figures = {
        (table, check): value
        for table, check, value in shop.root.served(
            'select "table", "check", value from marts.data_quality where detail = \'\''
        )
    }
    assert figures["shop.events", "rows_erased"] == 10
    assert figures["shop.customers", "rows_erased"] == 2
    assert figures["shop.orders", "rows_erased"] == 0
    assert figures["shop.events", "rows_removed"] == 0
    balance = dict(
        shop.root.served(
            "select detail, value from marts.data_quality where check_name = 'rows' "
            "and table_name = 'events'"
        )
    )
    assert (balance["landed"], balance["erased"], balance["published"]) == (14, 10, 4)
    assert figures["events", "rows_unaccounted"] == 0
    ledger = shop.root.raw(
        "select table_name, sum(rows_landed - rows_removed) from raw.landed_files group by all"
    )
    for table, count in ledger:
        assert shop.root.raw(f"select count(*) from raw_shop.{table}") == [(count,)], table


def test_the_same_rows_do_not_come_back(shop: Shop) -> None:
    """In a file with other content, an order of the person that is new, and its lines before it."""
    put(
        shop.root,
        {
            "events/2.csv": [EVENTS, *EVENT_ROWS],
            "customers/2.csv": [*FILES["customers/1.csv"], "cust-new,,,"],
            "order_lines/2.csv": [
                "order_id,line_number,product_id,quantity,unit_price",
                "order-quokka-2,1,sku-1,1,30",
            ],
            "orders/2.csv": [
                *FILES["orders/1.csv"],
                "order-quokka-2,cust-quokka,,2026-03-02T05:05:00Z,completed,EUR,30,0,",
            ],
            "erasure_requests/2.csv": [*REQUESTS["erasure_requests/1.csv"], ",dev-none,2026-03-04"],
        },
    )
    shop.root.refresh()
    assert traces(shop.root) == []
    after = others(shop.root)
    money = after.pop("money")
    assert after["sessions"] == shop.before["sessions"]
    assert after["orders"] == shop.before["orders"]
    assert money[0][:2] == (5, 210)


def test_landing_folder_is_rewritten_on_request(shop: Shop) -> None:
    """Last, after all that has landed: nothing is left anywhere, and a refresh changes nothing."""
    root = shop.root
    folder = root.folder("shop", "messages")
    (folder / "3.csv").write_text("\n".join(FILES["messages/1.csv"]), encoding="utf-16")
    packed = gzip.compress("\n".join(FILES["survey_responses/1.csv"]).encode())
    (root.folder("shop", "survey_responses") / "3.csv.gz").write_bytes(packed)
    loyalty = root.folder("shop", "loyalty_memberships") / "3.parquet"
    with duckdb.connect() as db:
        csv = root.folder("shop", "loyalty_memberships") / "1.csv"
        db.execute(f"copy (from read_csv('{csv}', all_varchar = true)) to '{loyalty}'")
    root.refresh()
    published, raw = root.served_rows(), raw_rows(root)
    assert len({found.partition(":")[0] for found in traces(root, with_landing=True)}) > 10

    done = root.start("erase-landing")
    out, err = done.communicate()
    assert (done.returncode, err) == (0, "")
    assert words_in(out.encode()) == []
    assert "events/1.csv: 10 rows removed" in out
    assert traces(root, with_landing=True) == []
    assert (root.folder("shop", "orders") / "1.csv").read_text().count("erased-") == 3

    assert "Nothing new" in root.refresh().stdout
    assert raw_rows(root) == raw
    assert root.served_rows() == published
    assert traces(root, with_landing=True) == []


def raw_rows(root: DataRoot) -> dict[str, list[tuple]]:
    with duckdb.connect(str(root.paths.warehouse), read_only=True) as db:
        tables = db.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw_shop'"
        ).fetchall()
        return {
            name: db.execute(f"from raw_shop.{name} order by all").fetchall() for (name,) in tables
        }
