"""The demo shop is consistent, and the recorded planted behaviour matches its files."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.demo_shop import Plan, generate
from orchestration.demo_shop.malformed import MALFORMED
from orchestration.paths import PROJECT_DIR, DataPaths

PLAN = Plan(events=42_000, customers=400)
CONTRACT = PROJECT_DIR / "models" / "staging" / "shop" / "_shop__sources.yml"


class Landed:
    """A generated shop as a database: one view per table of valid rows and per planted table."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.planted = json.loads((root / "demo_shop" / "planted.json").read_text())
        self.database = duckdb.connect()
        for table in contract():
            parts = [part for file in self.files(table) if (part := self._rows(table, file))]
            self.database.execute(f"create view {table} as " + " union all by name ".join(parts))
        for truth in ("sessions", "visitors", "customers", "campaigns"):
            file = root / "demo_shop" / f"planted_{truth}.parquet"
            self.database.execute(f"create view planted_{truth} as from '{file}'")

    def files(self, table: str) -> list[Path]:
        base = self.root / "landing" / "shop" / table
        held_back = self.root / "demo_shop" / "next"
        return sorted([*base.glob("*"), *held_back.glob(f"*/shop/{table}/*")])

    def query(self, sql: str) -> list[tuple]:
        return self.database.execute(sql).fetchall()

    def one(self, sql: str) -> object:
        return self.query(sql)[0][0]

    def _rows(self, table: str, file: Path) -> str:
        types = contract()[table]
        if file.suffix == ".parquet":
            return f"(from '{file}')"
        is_csv = ".csv" in file.suffixes
        names = names_in(file)
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        read = (
            f"read_csv('{file}', header = true, auto_detect = false, columns = {{{columns}}})"
            if is_csv
            else f"read_json('{file}', format = 'newline_delimited', ignore_errors = true,"
            f" columns = {{{columns}}})"
        )
        casts = ", ".join(f"cast({name} as {types[name]}) as {name}" for name in names)
        # malformed rows have a recognizable key or none; a broken line reads as nulls
        good = f"where {names[0]} not like 'malformed-%'" if table in MALFORMED else ""
        return f"(select {casts} from {read} {good})"


def contract() -> dict[str, dict[str, str]]:
    tables = yaml.safe_load(CONTRACT.read_text())["sources"][0]["tables"]
    return {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for table in tables
    }


def lines_of(file: Path) -> list[str]:
    content = file.read_bytes()
    return (gzip.decompress(content) if file.suffix == ".gz" else content).decode().splitlines()


def names_in(file: Path) -> list[str]:
    first = lines_of(file)[0]
    return next(csv.reader([first])) if ".csv" in file.suffixes else list(json.loads(first))


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    root = tmp_path_factory.mktemp("demo_shop")
    generate(DataPaths(root), PLAN)
    return Landed(root)


@pytest.mark.slow
def test_same_plan_gives_same_files(tmp_path: Path) -> None:
    plan = Plan(events=3_000, days=120, days_held_back=1)
    for name, threads in (("one", 1), ("another", 2)):
        generate(tmp_path / name, plan, threads=threads)

    one, another = (
        {
            str(file.relative_to(tmp_path / name)): file
            for file in (tmp_path / name).rglob("*")
            if file.is_file()
        }
        for name in ("one", "another")
    )
    assert one.keys() == another.keys()
    database = duckdb.connect()
    for name, file in one.items():
        if file.suffix == ".parquet":
            rows = [database.sql(f"from '{f}'").fetchall() for f in (file, another[name])]
            assert rows[0] == rows[1], name
        else:
            assert file.read_bytes() == another[name].read_bytes(), name


def test_different_seed_gives_different_shop(tmp_path: Path) -> None:
    plans = [Plan(events=3_000, days=60, seed=seed) for seed in (1, 2)]
    sessions = []
    for plan in plans:
        root = tmp_path / str(plan.seed)
        generate(root, plan)
        file = root / "demo_shop" / "planted_sessions.parquet"
        sessions.append(set(duckdb.sql(f"select visitor_id, started_at from '{file}'").fetchall()))
    assert not sessions[0] & sessions[1]


def test_existing_shop_is_kept_without_replace(tmp_path: Path) -> None:
    kept = tmp_path / "landing" / "shop" / "events" / "mine.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("event_id\n1\n")
    with pytest.raises(FileExistsError, match="already holds a shop"):
        generate(tmp_path, Plan(events=2_000, days=30))
    assert kept.read_text() == "event_id\n1\n"


@pytest.mark.parametrize(
    "wrong", [{"events": 10}, {"days": 1}, {"files": "hour"}, {"days": 10, "days_held_back": 10}]
)
def test_impossible_plan_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"events|day"):
        Plan(**wrong)


def test_every_contract_table_has_its_columns_and_types(landed: Landed) -> None:
    for table, of_contract in contract().items():
        # nothing that the shop sells or sends is withdrawn
        columns = {name: kind for name, kind in of_contract.items() if name != "is_deleted"}
        assert landed.files(table), table
        for file in landed.files(table):
            if file.suffix == ".parquet":
                described = duckdb.sql(f"describe from '{file}'").fetchall()
                found = {name: kind.lower().replace(",", ", ") for name, kind, *_ in described}
                narrower = {"decimal(18, 2)": "decimal(19, 4)"}
                assert {n: narrower.get(k, k) for n, k in found.items()} == columns, file.name
            else:
                assert set(names_in(file)) == set(columns), file.name
        # raises unless every valid row can be cast
        assert landed.one(f"select count(*) from {table}") > 0


def test_every_format_occurs(landed: Landed) -> None:
    found = {file.name.partition(".")[2] for table in contract() for file in landed.files(table)}
    assert found >= {"parquet", "csv", "csv.gz", "ndjson", "ndjson.gz", "jsonl", "jsonl.gz"}


def test_recorded_counts_equal_files(landed: Landed) -> None:
    planted = landed.planted
    assert planted["events"]["good_rows"] == landed.one("select count(*) from events")
    assert planted["events"]["distinct_events"] == landed.one(
        "select count(*) from (select distinct visitor_id, occurred_at, event_id from events)"
    )
    assert planted["events"]["duplicated_rows"] == (
        planted["events"]["good_rows"] - planted["events"]["distinct_events"]
    )
    assert (
        landed.one("select count(*) from (from events group by all)")
        == (planted["events"]["distinct_events"])
    )
    for table, count in planted["rows"].items():
        assert landed.one(f"select count(*) from {table}") == count, table
    assert planted["totals"]["orders"] == landed.one("select count(distinct order_id) from orders")
    assert abs(planted["events"]["distinct_events"] / PLAN.events - 1) < 0.05


def test_malformed_rows_are_in_recorded_files(landed: Landed) -> None:
    assert len(landed.planted["malformed_rows"]) == 4
    for name, count in landed.planted["malformed_rows"].items():
        lines = lines_of(landed.root / "landing" / "shop" / Path(name).relative_to("base"))
        broken = [line for line in lines if "malformed-" in line]
        if ".ndjson" in name:
            broken += [line for line in lines if not line.endswith("}")]
        if "customers" in name:
            broken += [line for line in lines if '"customer_id"' not in line and line.endswith("}")]
        assert len(broken) == count, name


def test_late_events_and_copies_arrive_in_later_files(landed: Landed) -> None:
    assert landed.planted["events"]["late_events"] > 0
    assert landed.planted["events"]["duplicated_rows"] > 0
    months = {
        file: datetime.fromisoformat(f"{file.stem.removeprefix('events-')}-01")
        for file in landed.files("events")
        if file.stem.count("-") == 2 and file.suffix == ".parquet" and "next" not in file.parts
    }
    early = [
        landed.one(f"select count(*) from '{file}' where occurred_at < '{month}'")
        for file, month in months.items()
    ]
    assert sum(early) > 0
    copies_elsewhere = landed.one(
        "select count(*) from (select event_id from read_parquet("
        f"{[str(f) for f in landed.files('events') if f.suffix == '.parquet']}, filename = true)"
        " group by event_id having count(distinct filename) > 1)"
    )
    assert copies_elsewhere > 0


def test_held_back_folders_hold_their_days_arrivals(tmp_path: Path) -> None:
    plan = Plan(events=8_000, days=30, customers=100, days_held_back=3)
    planted = generate(tmp_path, plan)
    days = sorted((tmp_path / "demo_shop" / "next").iterdir())
    assert [day.name for day in days] == ["1", "2", "3"]
    for nth, day in enumerate(days):
        begins = datetime.combine(plan.held_back_from, datetime.min.time()) + timedelta(days=nth)
        latest = duckdb.sql(
            f"select max(occurred_at) from '{day}/shop/events/*.parquet'"
        ).fetchone()[0]
        assert begins <= latest < begins + timedelta(days=1)
        updates = duckdb.sql(
            f"select min(updated_at), max(updated_at) from '{day}/shop/orders/*.csv'"
        ).fetchone()
        assert begins - timedelta(minutes=1) <= updates[0]
        assert updates[1] < begins + timedelta(days=1)

    held_back = duckdb.sql(f"from '{tmp_path}/demo_shop/next/*/shop/events/*.parquet'")
    assert (
        held_back.filter(f"occurred_at < '{plan.held_back_from - timedelta(hours=1)}'").shape[0] > 0
    )
    recorded = {row["file"]: row["row_count"] for row in planted["event_files"]}
    assert held_back.shape[0] == sum(n for file, n in recorded.items() if file.startswith("next/"))


def test_no_instant_outside_the_plans_period(landed: Landed) -> None:
    end = PLAN.end_date + timedelta(days=1)
    for table, columns in contract().items():
        for column in (name for name, kind in columns.items() if kind == "timestamp"):
            assert not landed.one(f"select count(*) from {table} where {column} >= '{end}'"), column
    assert landed.one("select min(occurred_at) from events") >= datetime.combine(
        PLAN.first_day, datetime.min.time()
    )


def test_planted_sessions_equal_plain_python(landed: Landed) -> None:
    events = landed.query(
        "select distinct visitor_id, occurred_at, event_id from events"
        " order by visitor_id, occurred_at"
    )
    found: list[list] = []
    for visitor, occurred_at, _ in events:
        last = found[-1] if found else None
        if last and last[0] == visitor and occurred_at - last[2] <= timedelta(minutes=30):
            last[2] = occurred_at
            last[3] += 1
        else:
            found.append([visitor, occurred_at, occurred_at, 1])
    planted = landed.query(
        "select visitor_id, started_at, ended_at, event_count from planted_sessions order by all"
    )
    assert [tuple(session) for session in sorted(found)] == planted


def test_gaps_are_clearly_below_or_above_timeout(landed: Landed) -> None:
    gaps = landed.query(
        """
        select
            max(gap) filter (gap < interval 30 minutes),
            min(gap) filter (gap >= interval 30 minutes)
        from (
            select occurred_at - lag(occurred_at) over visitor as gap
            from events
            window visitor as (partition by visitor_id order by occurred_at)
        )
        """
    )
    assert gaps[0][0] < timedelta(minutes=25)
    assert gaps[0][1] > timedelta(minutes=60)


def test_funnel_classes_follow_from_the_events(landed: Landed) -> None:
    pages = ["page_view", "list_view", "product_view", "cart_view", "checkout_start", "search"]
    wrong = landed.query(
        f"""
        with

        counted as (

            select
                sessions.visitor_id,
                sessions.started_at,
                sessions.script,
                sessions.funnel_class,
                count(*) filter (event_name = 'purchase') as purchases,
                count(*) filter (event_name in ('cart_view', 'checkout_start')) as carts,
                count(*) filter (event_name = 'cart_add') as adds,
                count(*) filter (event_name in {tuple(pages)}) as pages,
                count(*) filter (event_name in ('list_view', 'search', 'product_view')) as browsed

            from planted_sessions as sessions

            inner join (from events group by all) as events
                on sessions.visitor_id = events.visitor_id
                and events.occurred_at between sessions.started_at and sessions.ended_at

            group by all

        )

        select
            *,
            case
                when purchases > 0 then 'buyer'
                when carts > 0 then 'leaver'
                when adds > 0 then 'funshopper'
                when pages = 1 then 'bouncer'
                when browsed > 0 then 'browser'
                else 'other'
            end as found

        from counted
        where found != funnel_class
        """
    )
    assert wrong == []


def test_only_judgers_give_one_product_two_kinds_of_attention(landed: Landed) -> None:
    wrong = landed.query(
        """
        with

        dwelt as (

            select
                *,
                epoch(lead(occurred_at) over visitor) - epoch(occurred_at) as seconds_to_next

            from (from events group by all)
            window visitor as (partition by visitor_id order by occurred_at)

        ),

        session_products as (

            select
                sessions.visitor_id,
                sessions.started_at,
                sessions.is_judger,
                products.product_id,
                exists (
                    from events
                    where events.visitor_id = sessions.visitor_id
                        and events.event_name = 'product_compare'
                        and events.occurred_at between sessions.started_at and sessions.ended_at
                ) as compares,
                count(*) filter (event_name = 'image_zoom') >= 2 as zooms,
                count(*) filter (event_name = 'review_read') >= 1 as reads_reviews,
                count(*) filter (event_name = 'option_select') >= 2 as tries_options,
                sum(seconds_to_next) filter (seconds_to_next < 1800) >= 120 as dwells,
                count(*) over (
                    partition by sessions.visitor_id, sessions.started_at, subcategory
                ) > 2 as sees_alternatives

            from dwelt

            inner join products
                on dwelt.product_id = products.product_id

            inner join planted_sessions as sessions
                on dwelt.visitor_id = sessions.visitor_id
                and dwelt.occurred_at between sessions.started_at and sessions.ended_at
                and not sessions.is_robot

            group by
                sessions.visitor_id,
                sessions.started_at,
                sessions.ended_at,
                sessions.is_judger,
                products.product_id,
                subcategory

        )

        select visitor_id, started_at, is_judger
        from session_products
        group by all
        having is_judger != (
            max(
                zooms::int + reads_reviews::int + tries_options::int + compares::int
                + coalesce(dwells, false)::int + sees_alternatives::int
            ) >= 2
        )
        """
    )
    assert wrong == []


def test_only_comparers_return_to_a_product_within_a_week(landed: Landed) -> None:
    wrong = landed.query(
        """
        with

        visits_of_products as (

            select distinct
                sessions.visitor_id,
                sessions.started_at,
                sessions.product_count,
                sessions.comparer_reason,
                events.product_id

            from planted_sessions as sessions

            inner join events
                on sessions.visitor_id = events.visitor_id
                and events.occurred_at between sessions.started_at and sessions.ended_at

            where events.product_id is not null

        )

        select visitor_id, started_at, comparer_reason
        from (
            select
                *,
                coalesce(
                    started_at - lag(started_at) over (
                        partition by visitor_id, product_id order by started_at
                    ) <= interval 7 days
                    and product_count <= 3,
                    false
                ) as returns
            from visits_of_products
        )
        group by all
        having bool_or(returns) != (comparer_reason is not distinct from 'returned')
        """
    )
    assert wrong == []


def test_online_orders_fall_in_a_session_of_their_visitor(landed: Landed) -> None:
    orders, fitting = landed.query(
        """
        select count(*), count(*) filter (sessions.order_id is not null)
        from (
            select distinct order_id, visitor_id, ordered_at
            from orders
            where sales_channel = 'online'
        ) as orders
        left join planted_sessions as sessions
            on orders.order_id = sessions.order_id
            and orders.visitor_id = sessions.visitor_id
            and orders.ordered_at between sessions.started_at and sessions.ended_at
        """
    )[0]
    assert orders == fitting > 0
    assert not landed.one(
        "select count(*) from orders where sales_channel != 'online' and visitor_id is not null"
    )


def test_orders_lines_purchases_and_refunds_agree(landed: Landed) -> None:
    assert not landed.query(
        """
        with

        sums as (

            select order_id, sum(quantity * unit_price) as gross, sum(discount_amount) as discount
            from order_lines
            group by order_id

        )

        select orders.order_id
        from orders
        full join sums
            on orders.order_id = sums.order_id
        where sums.gross is distinct from orders.gross_amount
            or sums.discount > orders.discount_amount
            or orders.discount_amount > orders.gross_amount
        """
    )
    bought = "select order_id, product_id, quantity, unit_price from"
    assert not landed.query(
        f"({bought} (from events where event_name = 'purchase' group by all)) except all"
        f" ({bought} order_lines"
        " semi join (from orders where sales_channel = 'online') as online using (order_id))"
    )
    assert landed.one(
        "select count(*) from (from events where event_name = 'purchase' group by all)"
    ) == (
        landed.one(
            "select count(*) from order_lines"
            " semi join (from orders where sales_channel = 'online') as online using (order_id)"
        )
    )
    assert not landed.query(
        """
        select refunds.order_id
        from (
            select
                order_id,
                sum(amount) as refunded,
                min(refunded_at) as first_at,
                min(amount) as least_amount
            from refunds
            group by order_id
        ) as refunds
        left join (
            select distinct
                order_id,
                ordered_at,
                gross_amount - discount_amount + shipping_amount + tax_amount as paid
            from orders
        ) as orders
            on refunds.order_id = orders.order_id
        where orders.order_id is null
            or refunded > paid
            or first_at <= ordered_at
            or least_amount <= 0
        """
    )


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("orders", "customer_id"),
        ("events", "customer_id"),
        ("messages", "customer_id"),
        ("survey_responses", "customer_id"),
        ("service_contacts", "customer_id"),
        ("loyalty_memberships", "customer_id"),
        ("erasure_requests", "customer_id"),
    ],
)
def test_every_customer_id_exists(landed: Landed, table: str, key: str) -> None:
    assert not landed.query(
        f"select {key} from {table} where {key} is not null"
        f" and {key} not in (select {key} from customers)"
    )


@pytest.mark.parametrize("table", ["events", "order_lines"])
def test_every_product_id_exists(landed: Landed, table: str) -> None:
    assert not landed.query(
        f"select product_id from {table} where product_id is not null"
        " and product_id not in (select product_id from products)"
    )


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        *(
            ("planted_sessions", f"funnel_class = '{name}'")
            for name in ("bouncer", "browser", "funshopper", "leaver", "buyer", "other")
        ),
        ("planted_sessions", "is_judger and not is_comparer"),
        ("planted_sessions", "is_judger and is_comparer"),
        *(
            ("planted_sessions", f"comparer_reason = '{name}'")
            for name in ("price comparison site", "returned")
        ),
        ("planted_sessions", "has_abandoned_cart"),
        ("planted_sessions", "script = 'hunt_offers'"),
        ("planted_sessions", "customer_seen is null and not is_robot"),
        ("planted_visitors", "owner_kind = 'robot'"),
        ("planted_visitors", "owner_kind = 'scraper'"),
        ("planted_visitors", "is_shared"),
        ("planted_visitors", "asked_erasure"),
        *(
            ("planted_customers", f"lifecycle = '{name}'")
            for name in (
                *("new", "one-time", "repeat", "loyal", "lapsing", "lapsed", "won back"),
                "occasional",
            )
        ),
        *(
            ("planted_customers", f"price_style = '{name}' and order_count > 0")
            for name in ("full price", "deal seeker", "coupon user", "waits for the sale")
        ),
        *(
            ("planted_customers", f"buying_pace = '{name}' and order_count > 0")
            for name in ("impulsive", "unhurried", "reassurance seeker")
        ),
        ("planted_customers", "kind = 'signed up only' and order_count = 0"),
        ("planted_customers", "is_gift_buyer and order_count > 0"),
        *(
            ("planted_customers", f"occasion = '{name}' and order_count > 0")
            for name in (
                *("sinterklaas", "christmas", "valentine", "mothers_day", "fathers_day"),
                "birthday",
            )
        ),
        *(
            ("planted_customers", f"orientation = '{name}'")
            for name in ("online then store", "store then online")
        ),
        *(
            ("customers", f"urbanity = '{name}' and postal_code is not null")
            for name in ("city", "town", "village")
        ),
        ("events", "search_term like '%@example.invalid'"),
        ("planted_customers", "is_expensive"),
        ("planted_customers", "has_two_devices"),
        ("planted_customers", "asked_erasure"),
        ("orders", "is_gift"),
        ("orders", "currency = 'GBP'"),
        ("orders", "currency = 'USD'"),
        ("orders", "customer_id is null"),
        ("orders", "sales_channel = 'store'"),
        ("orders", "sales_channel = 'phone'"),
        ("orders", "coupon_code is not null"),
        ("orders", "status = 'cancelled'"),
        ("orders", "campaign_id is not null"),
        *(
            ("survey_responses", f"survey = '{name}'")
            for name in ("nps", "csat", "motive", "benefit", "interest", "attitude")
        ),
        ("messages", "variant = 'control'"),
        ("messages", "action = 'opened'"),
        ("loyalty_memberships", "left_at is not null"),
        ("refunds", "line_number is null"),
        ("refunds", "line_number is not null"),
    ],
)
def test_each_planted_behaviour_occurs(landed: Landed, table: str, condition: str) -> None:
    assert landed.one(f"select count(*) from {table} where {condition}") > 0


def test_control_group_receives_no_message(landed: Landed) -> None:
    assert landed.query("select distinct action from messages where variant = 'control'") == [
        ("sent",)
    ]
    assert not landed.one(
        "select count(*) from (select customer_id, campaign_id from messages"
        " group by all having count(distinct variant) > 1)"
    )


def test_campaigns_have_an_effect(landed: Landed) -> None:
    shares = dict(
        landed.query(
            "select variant, sum(ordered_within_a_week) / sum(customers)"
            " from planted_campaigns group by variant"
        )
    )
    assert shares["treatment"] > shares["control"]


def test_lapsed_customers_stay_away(landed: Landed) -> None:
    latest = landed.query(
        "select lifecycle, max(last_ordered_at) from planted_customers"
        " where lifecycle in ('lapsing', 'lapsed') group by lifecycle"
    )
    ends_at = datetime.combine(PLAN.end_date, datetime.min.time())
    away = {lifecycle: (ends_at - last).days for lifecycle, last in latest}
    assert away["lapsing"] >= 180
    assert away["lapsed"] >= 365


def test_new_customers_come_back_as_often_as_others(landed: Landed) -> None:
    """Of those who first ordered three to nine months before the end, some have ordered again."""
    ends_at = datetime.combine(PLAN.end_date, datetime.min.time())
    customers, came_back = landed.query(
        f"""
        select count(*), count(*) filter (order_count > 1)
        from planted_customers
        where first_ordered_at between timestamp '{ends_at}' - interval 270 day
            and timestamp '{ends_at}' - interval 90 day
        """
    )[0]
    assert customers > 20
    assert 0.15 < came_back / customers < 0.7


def test_some_customers_have_ordered_for_more_than_two_years(landed: Landed) -> None:
    assert landed.one(
        "select count(*) from planted_customers"
        " where date_diff('day', first_ordered_at, last_ordered_at) > 730"
    )


def test_one_to_four_percent_of_sessions_buy(tmp_path: Path) -> None:
    planted = generate(tmp_path, events=60_000)
    sessions = planted["totals"]["sessions"] - planted["totals"]["robots_sessions"]
    buyers = planted["sessions_by_class"]["buyer"]
    assert 0.01 <= buyers / sessions <= 0.04
    # most carts are left
    assert planted["sessions_by_class"]["leaver"] > buyers


def test_attributes_of_a_customer_go_together(landed: Landed) -> None:
    assert not landed.query(
        """
        select *
        from customers
        inner join planted_customers using (customer_id)
        where is_filled_in and not (
            customers.household_size >= 1 + customers.children
            and (customers.marital_status not in ('married', 'partnership') or household_size >= 2)
            and (customers.life_stage = 'retired') = (customers.occupation = 'retired')
            and (customers.life_stage != 'family with children' or customers.children > 0)
            and (customers.children = 0 or customers.life_stage = 'family with children')
            and (customers.occupation != 'student' or age < 25)
            and date_diff('day', birth_date, date '2026-06-30') // 365 = age
        )
        """
    )
    assert landed.one("select count(distinct life_stage) from customers") == 5


def test_only_readers_click_and_only_answerers_answer(landed: Landed) -> None:
    clicking = landed.query(
        "select distinct reads_messages from planted_customers"
        " semi join (from messages where action = 'clicked') as clicks using (customer_id)"
    )
    answering = landed.query(
        "select distinct answers_surveys from planted_customers"
        " semi join survey_responses using (customer_id)"
    )
    assert clicking == answering == [(True,)]
    silent = landed.one(
        "select count(*) filter (not answers_surveys) / count(*) from planted_customers"
    )
    assert 0.65 < silent < 0.85


def test_occasional_customers_order_before_their_day_every_year(landed: Landed) -> None:
    days = {"valentine": (2, 14, 8), "sinterklaas": (12, 5, 20), "christmas": (12, 25, 17)}
    years: dict[str, set[int]] = {}
    for customer, occasion, ordered_at in landed.query(
        "select distinct customer_id, occasion, ordered_at from orders"
        " inner join planted_customers using (customer_id)"
        f" where occasion in {tuple(days)}"
    ):
        month, day, before = days[occasion]
        distance = (date(ordered_at.year, month, day) - ordered_at.date()).days
        assert 1 <= distance <= before, (customer, occasion, ordered_at)
        years.setdefault(customer, set()).add(ordered_at.year)
    assert sum(len(seen) >= 2 for seen in years.values()) > len(years) / 2


def test_those_who_wait_look_at_a_higher_price_first(landed: Landed) -> None:
    """Each of their orders is cheaper than what they saw on an earlier day; most come twice."""
    orders, waited = landed.query(
        """
        with

        bought as (

            select distinct
                orders.order_id,
                orders.visitor_id,
                orders.ordered_at,
                order_lines.product_id,
                order_lines.unit_price - order_lines.discount_amount / quantity as price

            from orders
            inner join order_lines using (order_id)
            inner join planted_customers using (customer_id)

            where price_style = 'waits for the sale'

        )

        select
            count(distinct bought.order_id),
            count(distinct bought.order_id) filter (events.unit_price > bought.price)

        from bought

        left join events
            on bought.product_id = events.product_id
            and bought.visitor_id = events.visitor_id
            and event_name = 'product_view'
            and cast(occurred_at as date) < cast(bought.ordered_at as date)
        """
    )[0]
    assert orders > 20
    # a visit on the day of another order, or before the shop's first day, did not take place
    assert waited >= 0.9 * orders
    assert (
        landed.one(
            "select count(*) filter (order_count >= 2) / count(*) from planted_customers"
            " where price_style = 'waits for the sale'"
        )
        > 0.6
    )


@pytest.mark.parametrize(
    ("who", "least_visits"),
    # a visit every four to seven days; two or three looks in the last weeks
    [("is_heavy_user", 10), ("is_hesitating", 2)],
)
def test_heavy_and_hesitating_customers_come_often_of_late(
    landed: Landed, who: str, least_visits: int
) -> None:
    visits = landed.query(
        f"""
        select count(sessions.visitor_id)
        from planted_customers as customers
        left join planted_sessions as sessions
            on sessions.customer_seen = customers.customer_id
            or list_contains(customers.visitors_seen, sessions.visitor_id)
        where {who} and len(visitors_seen) > 0
            and sessions.started_at > timestamp '2026-04-01'
        group by customer_id
        """
    )
    assert len(visits) >= 5
    enough = sum(count >= least_visits for (count,) in visits)
    assert enough >= 0.9 * len(visits)


def test_store_orders_follow_visits_and_online_orders_follow_contacts(landed: Landed) -> None:
    followed, orders = landed.query(
        """
        select
            count(distinct orders.order_id) filter (
                case orientation
                    when 'online then store' then sessions.visitor_id is not null
                    else contacts.contact_id is not null
                end
            ),
            count(distinct orders.order_id)

        from orders

        inner join planted_customers as customers
            on orders.customer_id = customers.customer_id
            and orders.sales_channel = case orientation
                when 'online then store' then 'store' when 'store then online' then 'online'
            end

        left join planted_sessions as sessions
            on list_contains(customers.visitors_seen, sessions.visitor_id)
            and sessions.script = 'weigh'
            and sessions.started_at between orders.ordered_at - interval 8 day and orders.ordered_at

        left join (from service_contacts where channel = 'store') as contacts
            on orders.customer_id = contacts.customer_id
            and contacts.opened_at between orders.ordered_at - interval 6 day and orders.ordered_at
        """
    )[0]
    assert orders > 20
    assert followed >= 0.9 * orders


def test_holidays_have_more_orders(landed: Landed) -> None:
    per_day = dict(
        landed.query("select cast(started_at as date), count(*) from planted_sessions group by 1")
    )

    def average(first: date, last: date) -> float:
        days = (last - first).days + 1
        return sum(per_day.get(first + timedelta(days=n), 0) for n in range(days)) / days

    before_feasts = average(date(2025, 11, 24), date(2025, 12, 5))
    assert before_feasts > 1.3 * average(date(2025, 9, 1), date(2025, 10, 31))


def test_order_statuses_are_in_sequence(landed: Landed) -> None:
    assert (
        landed.one(
            "select max(states) from (select count(*) as states from orders group by order_id)"
        )
        == 4
    )
    assert not landed.query(
        "select order_id from orders group by order_id"
        " having count(distinct updated_at) != count(*) or min(updated_at) < min(ordered_at)"
    )


def test_no_contact_detail_can_be_real(landed: Landed) -> None:
    assert (landed.root / "landing" / "shop" / "GENERATED.md").exists()
    assert not landed.query(
        "select email, phone from customers"
        " where email not like '%@example.invalid' or phone not like '+44 7700 900%'"
    )
    assert not landed.query("select name from products where name not like 'Demo product %'")


def test_shop_in_a_folder_with_quotes_in_its_name(tmp_path: Path) -> None:
    root = tmp_path / 'it\'s "data"'
    planted = generate(root, events=2_000, days=3)
    assert planted["rows"]["orders"] > 0
    assert list((root / "landing" / "shop" / "orders").glob("*.csv"))
