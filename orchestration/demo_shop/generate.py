"""Generates the demo shop. The SQL files define what happens; this module runs and exports them."""

from __future__ import annotations

import gzip
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from dataclasses import replace as replace_fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.databases import single_value
from orchestration.demo_shop.malformed import MALFORMED, with_malformed_rows
from orchestration.paths import DataPaths
from orchestration.sql import literal

HERE = Path(__file__).parent

# The file format of each table. Every supported format occurs. Events and orders are split into
# several files, the other tables are one file each.
FORMATS = {
    "products": "parquet",
    "orders": "csv",
    "order_lines": "csv.gz",
    "refunds": "csv",
    "customers": "ndjson",
    "messages": "parquet",
    "survey_responses": "ndjson.gz",
    "service_contacts": "jsonl",
    "loyalty_memberships": "csv",
    "erasure_requests": "jsonl.gz",
}
COPY_OPTIONS = {
    "parquet": "format parquet",
    "csv": "format csv, header",
    "ndjson": "format json",
    "jsonl": "format json",
}
# Earlier than any sign-up: some customers signed up before the shop's first day.
LONG_AGO = datetime(1900, 1, 1)


@dataclass(frozen=True)
class Plan:
    """Size, period and file layout of a shop. The same plan always gives the same rows."""

    events: int = 170_000
    """Number of distinct valid events, accurate to 5 percent from 10,000 events on."""
    days: int = 900
    end_date: date = date(2026, 6, 30)
    seed: int = 1
    customers: int | None = None
    """Customers with orders. The default grows more slowly than the number of events."""
    files: str = "month"
    """One file of events and of orders per `month` or per `day` of arrival."""
    days_held_back: int = 0
    """The files of the last N days are put aside, one folder per day, to be landed later."""

    def __post_init__(self) -> None:
        if self.events < 2_000:
            raise ValueError(f"A demo shop needs at least 2,000 events, not {self.events}.")
        if self.days < 3:
            raise ValueError(f"A demo shop needs at least 3 days, not {self.days}.")
        if self.files not in ("month", "day"):
            raise ValueError(f"Files come by month or by day, not by {self.files!r}.")
        if not 0 <= self.days_held_back < self.days:
            raise ValueError(f"Can't hold back {self.days_held_back} of {self.days} days.")

    @property
    def first_day(self) -> date:
        return self.end_date - timedelta(days=self.days)

    @property
    def until(self) -> datetime:
        """The exclusive end: nothing happens or arrives at or after this instant."""
        return _midnight(self.end_date + timedelta(days=1))

    @property
    def held_back_from(self) -> datetime:
        return self.until - timedelta(days=self.days_held_back)

    def variables(self) -> dict[str, object]:
        """The DuckDB variables that the SQL files read."""
        # so many that 1 to 4 percent of the sessions buy; in a shop for benchmarks, fewer
        customers = self.customers or max(
            10, min(self.events // 320, max(4_000, self.events // 450))
        )
        robots = max(3, self.events // 40_000)
        guests = max(5, customers // 20)
        named_people = robots + customers + guests + customers // 7
        return {
            "seed": self.seed,
            "first_day": self.first_day,
            "end_date": self.end_date,
            "data_until": self.until,
            "days": self.days,
            "events": self.events,
            "robots": robots,
            "customers": customers,
            "guests": guests,
            "named_people": named_people,
            # More than needed: visits.sql admits people until the number of events is reached.
            "people": named_people + round(1.4 * self.events / (5 + 9 * min(1, self.days / 365))),
            # 192 products per block
            "blocks": min(30, max(4, self.events // 800_000)),
            # a few visits before the first day held back are exported as CSV and NDJSON
            "elsewhere_until": self.held_back_from - timedelta(days=1),
            "elsewhere_share": min(0.05, 4_000 / self.events),
        }

    def windows(self) -> Iterator[tuple[str, datetime, datetime]]:
        """Name, start and end of the period that each file covers."""
        start = self.first_day
        while start <= self.end_date:
            by_day = self.files == "day" or _midnight(start) >= self.held_back_from
            if by_day:
                end = start + timedelta(days=1)
            else:
                next_month = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
                end = min(next_month, self.held_back_from.date())
            yield (
                (f"{start:%Y-%m-%d}" if by_day else f"{start:%Y-%m}"),
                _midnight(start),
                _midnight(end),
            )
            start = end


def generate(
    out: DataPaths | Path,
    plan: Plan | None = None,
    *,
    memory_limit: str = "4GB",
    threads: int = 2,
    replace: bool = False,
    log: Callable[[str], None] | None = None,
    **size: Any,
) -> dict:
    """Write the shop that `plan` describes under a data root; return what was planted.

    The plan's fields can be passed directly: `generate(root, events=2_000_000, days=365)`.

    Files are written to a scratch folder and moved into the landing folder at the end, so that a
    refresh never sees half a shop. Raises FileExistsError for an existing shop unless `replace`.
    """
    plan = replace_fields(plan or Plan(), **size)
    paths = out if isinstance(out, DataPaths) else DataPaths(Path(out))
    landing = paths.landing / "shop"
    home = paths.root / "demo_shop"
    if landing.exists() and any(landing.iterdir()):
        if not replace:
            raise FileExistsError(f"{landing} already holds a shop; pass --replace to replace it.")
        shutil.rmtree(landing)
    shutil.rmtree(home, ignore_errors=True)
    building = home / "building"
    building.mkdir(parents=True)

    connection = duckdb.connect(
        str(building / "scratch.duckdb"),
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(building / "spill"),
            "preserve_insertion_order": True,
        },
    )
    try:
        shop = _Shop(connection, plan, building, log or (lambda _: None))
        shop.imagine()
        shop.deliver_events()
        shop.deliver_tables()
        planted = shop.write_planted()
    finally:
        connection.close()
    for name in ("scratch.duckdb", "scratch.duckdb.wal"):
        (building / name).unlink(missing_ok=True)
    shutil.rmtree(building / "spill", ignore_errors=True)

    for finished in (building / "planted").iterdir():
        finished.rename(home / finished.name)
    if (building / "next").exists():
        (building / "next").rename(home / "next")
    landing.parent.mkdir(parents=True, exist_ok=True)
    if landing.exists():
        landing.rmdir()
    (building / "base").rename(landing)
    shutil.rmtree(building)
    return planted


class _Shop:
    """One run of the generator: a scratch database and the folder it writes to."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        plan: Plan,
        building: Path,
        log: Callable[[str], None],
    ) -> None:
        self.connection = connection
        self.plan = plan
        self.building = building
        self.log = log
        self.started = time.monotonic()
        self.malformed: dict[str, int] = {}
        self.spoilt: set[tuple[str, str]] = set()
        connection.execute("set timezone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        self._set(**plan.variables())

    def imagine(self) -> None:
        """Plan the people, their visits and their orders."""
        for name in ("scripts", "steps"):
            self.connection.execute(
                f"create table {name} as from read_csv($path)", {"path": str(HERE / f"{name}.csv")}
            )
        for name in ("macros", "calendar", "products", "people", "order_plan", "visits"):
            self._run(name)
        self.say(f"{self._one('select count(*) from visits'):,} visits planned")

        # an order has the time of its purchase event, so visits with a purchase come first
        self.connection.execute(
            "create temp table visits_now as select * from visits "
            "where order_number is not null or identification = 'sign_up'"
        )
        for name in ("events", "orders", "customers", "contacts"):
            self._run(name)
        self.say(f"{self._one('select count(*) from placed_orders'):,} orders placed")

    def deliver_events(self) -> None:
        """Generate the events of one file at a time, so that memory does not grow with the shop."""
        self._run("delivery_tables")
        for name, start, end in self.plan.windows():
            self._set(window_from=start, window_until=end)
            self._run("delivery")
            self._write("events", f"events-{name}.parquet", start, "file_now")
            self.say(f"events of {name} delivered")

        for kind, extension in (("csv", "csv.gz"), ("ndjson", "ndjson")):
            rows = f"(from delivered_elsewhere where file_kind = '{kind}')"
            self._write("events", f"events-other.{extension}", _midnight(self.plan.first_day), rows)

    def deliver_tables(self) -> None:
        """Write the files of all other tables."""
        for table, extension in FORMATS.items():
            for name, start, end in self._windows_of(table):
                rows = _arrived(table, start, end)
                self._write(table, f"{table}-{name}.{extension}", start, rows)
        self.say("orders, customers and the rest delivered")

    def write_planted(self) -> dict:
        """Check what was planted, and record it beside the landing folder."""
        self._run("planted")
        faults = self.connection.execute((HERE / "sql" / "checks.sql").read_text()).fetchall()
        if faults:
            raise AssertionError(f"The demo shop is ambiguous: {faults[:5]} ({len(faults)} in all)")
        planted_folder = self.building / "planted"
        planted_folder.mkdir()
        for table, source, order in (
            ("planted_sessions", "planted_sessions_described", "started_at, visitor_id"),
            ("planted_visitors", "planted_visitors", "visitor_id"),
            ("planted_customers", "planted_customers", "customer_id"),
            ("planted_campaigns", "planted_campaigns", "campaign_id, variant"),
        ):
            self._copy(f"(from {source} order by {order})", planted_folder / f"{table}.parquet")
        planted = {
            "generated": "by orchestration.demo_shop; nothing in it is real",
            "plan": asdict(self.plan),
            **self._counts(),
            "rows": {
                table: self._one(f"select count(*) from {_arrived(table)}") for table in FORMATS
            },
            "amounts": self._records("from planted_amounts"),
            "event_files": self._records("from deliveries order by file"),
            "malformed_rows": self.malformed,
            "sale_days": [
                row["day"]
                for row in self._records("select day from calendar where is_sale order by day")
            ],
        }
        written = json.dumps(planted, indent=2, default=str) + "\n"
        (planted_folder / "planted.json").write_text(written)
        shutil.copy(HERE / "GENERATED.md", self.building / "base")
        described = json.loads(written)
        self.say(f"{described['events']['distinct_events']:,} events in all")
        return described

    def say(self, line: str) -> None:
        self.log(f"{time.monotonic() - self.started:6.1f} s  {line}")

    def _run(self, name: str) -> None:
        self.connection.execute((HERE / "sql" / f"{name}.sql").read_text())

    def _set(self, **variables: object) -> None:
        for name, value in variables.items():
            self.connection.execute(f"set variable {name} = $value", {"value": value})

    def _windows_of(self, table: str) -> Iterator[tuple[str, datetime, datetime]]:
        """Orders are split like events; others are one file, plus one per day held back."""
        if table == "orders":
            for nth, (name, start, end) in enumerate(self.plan.windows()):
                yield name, LONG_AGO if nth == 0 else start, end
            return
        yield "all", LONG_AGO, self.plan.held_back_from
        for name, start, end in self.plan.windows():
            if start >= self.plan.held_back_from:
                yield name, start, end

    def _write(self, table: str, name: str, start: datetime, rows: str) -> None:
        """Write one landing file, if there is anything to write."""
        if not self._one(f"select count(*) from {rows}"):
            return
        day_held_back = (start - self.plan.held_back_from).days + 1
        shop = Path("next", str(day_held_back), "shop") if day_held_back > 0 else Path("base")
        file = self.building / shop / table / name
        file.parent.mkdir(parents=True, exist_ok=True)
        plain = file.with_suffix("") if file.suffix == ".gz" else file
        hidden = (
            "lambda name: name not in ('arrives_at', 'visit_id', 'is_copy', 'is_late', 'file_kind')"
        )
        order = "arrives_at, event_id" if table == "events" else "all"
        self._copy(f"(select columns({hidden}) from {rows} order by {order})", plain)

        if table == "events":
            self.connection.execute(
                "insert into deliveries select $file, count(*), count(*) filter (not is_copy),"
                f" count(*) filter (is_copy), count(*) filter (is_late) from {rows}",
                {"file": str(shop / table / name)},
            )
        # only the first file of a table and format has malformed rows: they are easy to find
        if (
            table in MALFORMED
            and plain.suffix != ".parquet"
            and (table, plain.suffix) not in self.spoilt
        ):
            self.spoilt.add((table, plain.suffix))
            self.malformed[str(shop / table / name)] = with_malformed_rows(plain, MALFORMED[table])
        if file != plain:
            # no timestamp in the gzip header, so that the same rows give the same bytes
            with (
                plain.open("rb") as unpacked,
                file.open("wb") as raw,
                gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
            ):
                shutil.copyfileobj(unpacked, packed, 1 << 20)
            plain.unlink()

    def _copy(self, rows: str, file: Path) -> None:
        self.connection.execute(
            f"copy {rows} to {literal(str(file))} ({COPY_OPTIONS[file.suffix[1:]]})"
        )

    def _one(self, query: str) -> int:
        return single_value(self.connection, query)

    def _records(self, query: str) -> list[dict]:
        rows = self.connection.execute(query)
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]

    def _counts(self) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for row in self._records("from planted_counts order by what, kind"):
            counts.setdefault(row["what"], {})[row["kind"]] = int(row["number"])
        return counts


def _arrived(table: str, start: datetime = LONG_AGO, end: datetime | None = None) -> str:
    """A query for the rows of a table that arrive between two instants."""
    until = f"'{end}'" if end else "getvariable('data_until')"
    return f"(from shop_{table} where arrives_at >= '{start}' and arrives_at < {until})"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
