"""A landing folder to play with."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.landing.compression import zstd
from orchestration.landing.contract import Column, CsvOptions, TableContract
from orchestration.landing.loader import load_files
from orchestration.paths import DataPaths

NOW = datetime(2024, 3, 10, 12, 0, tzinfo=UTC)

ORDERS = TableContract(
    source="shop",
    table="orders",
    schema="raw_shop",
    columns=(
        Column("order_id", "VARCHAR", is_required=True, aliases=("OrderID", "Order No")),
        Column("ordered_at", "TIMESTAMP", is_required=True, has_happened=True),
        Column("quantity", "INTEGER"),
        Column("amount", "DECIMAL(9,2)"),
        Column("is_gift", "BOOLEAN"),
        Column("due_date", "DATE"),
        Column("note", "VARCHAR"),
    ),
)


class Shop:
    """A landing folder of one table, and what the warehouse says of it."""

    def __init__(self, root: Path) -> None:
        self.paths = DataPaths(root)
        self.contracts = [ORDERS]
        self.now = NOW
        self.business_timezone = "UTC"
        self.log: list[str] = []

    def put(self, name: str, content: str | bytes, table: str = "shop/orders") -> Path:
        path = self.paths.landing / table / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        compress = {".gz": gzip.compress, ".zst": zstd.compress}.get(path.suffix, bytes)
        path.write_bytes(compress(data))
        return path

    def put_zip(
        self, name: str, members: Mapping[str, str | bytes], table: str = "shop/orders"
    ) -> Path:
        path = self.put(name, b"", table)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    def put_parquet(self, name: str, sql: str, table: str = "shop/orders") -> Path:
        path = self.paths.landing / table / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            target = str(path).replace("'", "''")
            connection.execute(f"copy ({sql}) to '{target}' (format parquet)")
        return path

    def land(self):
        return load_files(
            self.paths,
            self.contracts,
            business_timezone=self.business_timezone,
            log=self.log.append,
            now=lambda: self.now,
        )

    def land_one(self):
        results = self.land()
        assert len(results) == 1, results
        result = results[0]
        assert result.rows_read == result.rows_landed + result.rows_rejected
        return result

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.paths.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def orders(self, columns: str = "order_id") -> list:
        rows = self.query(f"select {columns} from raw_shop.orders order by _load_id, order_id")
        return [row[0] for row in rows] if columns.count(",") == 0 else rows

    def rejects(self, columns: str = "line, column_name, reason") -> list[tuple]:
        return self.query(
            f"select {columns} from raw.rejected_rows order by load_id, line, column_name"
        )

    def ledger(self, columns: str = "status, rows_read, rows_landed, rows_rejected") -> list[tuple]:
        return self.query(f"select {columns} from raw.landed_files order by load_id")


def with_csv(**options) -> TableContract:
    return TableContract(
        ORDERS.source, ORDERS.table, ORDERS.schema, ORDERS.columns, CsvOptions(**options)
    )
