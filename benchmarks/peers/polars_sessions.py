"""Computes sessions and funnel classes with Polars' streaming engine from landed rows in Parquet.

It uses the same algorithm as the SQL: one sort, a comparison of neighbouring rows, a running
session number and one aggregation.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.peers.command import SEEDS, run

TIMEOUT = pl.duration(minutes=30)


def event_kinds() -> pl.LazyFrame:
    """The flags of each event name that the funnel classes need."""
    action = pl.col("action")
    return (
        pl.scan_csv(SEEDS / "events" / "event_taxonomy.csv")
        .filter(pl.col("source") == "shop")
        .select(
            "event_name",
            (pl.col("is_page").cast(pl.String) == "true").alias("is_page"),
            action.is_in(["list_view", "search", "product_view"]).alias("is_list_or_product"),
            (action == "cart_add").alias("is_cart_add"),
            action.is_in(["cart_view", "checkout_start"]).alias("is_cart_view_or_checkout"),
            (action == "purchase").alias("is_purchase"),
        )
    )


def with_consent(events: pl.LazyFrame) -> pl.LazyFrame:
    """The events of those who did not refuse to be measured."""
    return events.filter(pl.col("has_consent").fill_null(value=True))


def sessions(events: pl.LazyFrame) -> pl.LazyFrame:
    """One row per session with its counts, before purchases are added."""
    visitor, time_, event = pl.col("visitor_id"), pl.col("occurred_at"), pl.col("event_id")
    flags = ["is_page", "is_list_or_product", "is_cart_add", "is_cart_view_or_checkout"]
    same_visitor = visitor == visitor.shift(1)
    return (
        with_consent(events)
        .select(
            visitor.hash().alias("visitor_number"),
            visitor,
            time_,
            event,
            pl.col("event_name").str.strip_chars().str.to_lowercase(),
        )
        .join(event_kinds().drop("is_purchase"), on="event_name", how="left")
        .drop("event_name")
        # an integer sorts faster than a string; the string separates visitors with equal hashes
        .sort("visitor_number", "visitor_id", "occurred_at", "event_id")
        .with_columns(
            (same_visitor & (time_ == time_.shift(1)) & (event == event.shift(1)))
            .fill_null(value=False)
            .alias("is_copy"),
            (~(same_visitor & (time_ - time_.shift(1) <= TIMEOUT)))
            .fill_null(value=True)
            .alias("is_start"),
        )
        .filter(~pl.col("is_copy"))
        .with_columns(pl.col("is_start").cast(pl.UInt32).cum_sum().alias("session_number"))
        .group_by("session_number")
        .agg(
            visitor.first(),
            time_.min().alias("started_at"),
            time_.max().alias("ended_at"),
            pl.len().cast(pl.Int64).alias("event_count"),
            *(pl.col(flag).sum().cast(pl.Int64).alias(f"{flag[3:]}_count") for flag in flags),
        )
        .drop("session_number")
    )


def purchases(events: pl.LazyFrame) -> pl.LazyFrame:
    """Each order that events report, at its first report, and each purchase that names none."""
    return (
        with_consent(events)
        .with_columns(pl.col("event_name").str.strip_chars().str.to_lowercase())
        .join(event_kinds().filter("is_purchase"), on="event_name", how="semi")
        .with_columns(pl.when(pl.col("order_id").is_null()).then("event_id").alias("nameless"))
        .group_by("visitor_id", "order_id", "nameless")
        .agg(pl.col("occurred_at").min())
    )


def silent_orders(orders: pl.LazyFrame, events: pl.LazyFrame) -> pl.LazyFrame:
    """The latest version of each order that no event reports."""
    return (
        orders.with_columns(pl.coalesce("updated_at", "ordered_at").alias("changed_at"))
        .sort(
            "changed_at",
            "status",
            "gross_amount",
            "discount_amount",
            "customer_id",
            descending=True,
        )
        .unique("order_id", keep="first", maintain_order=True)
        .filter(pl.col("visitor_id").is_not_null())
        .select("order_id", "visitor_id", "ordered_at")
        .join(purchases(events).drop_nulls("order_id"), on="order_id", how="anti")
    )


def counted_in(found: pl.DataFrame, things: pl.LazyFrame, at: str, pause: pl.Expr) -> pl.LazyFrame:
    """How many things happened in each session, or in the pause after it."""
    # few visitors have any, so only their sessions are joined
    return (
        things.join(found.lazy().select("visitor_id", "started_at", "ended_at"), on="visitor_id")
        .filter(pl.col(at).is_between(pl.col("started_at"), pl.col("ended_at") + pause))
        .group_by("visitor_id", "started_at")
        .agg(pl.len().cast(pl.Int64).alias(f"{at}_count"))
    )


def classified(events: pl.LazyFrame, orders: pl.LazyFrame) -> pl.DataFrame:
    """All sessions with their funnel class."""
    found = sessions(events).collect(engine="streaming")
    reported = counted_in(found, purchases(events), "occurred_at", pl.duration(minutes=0))
    # who pays on another site reports nothing more
    placed = counted_in(found, silent_orders(orders, events), "ordered_at", TIMEOUT)
    count = pl.col
    return (
        found.lazy()
        .join(reported, on=["visitor_id", "started_at"], how="left")
        .join(placed, on=["visitor_id", "started_at"], how="left")
        .with_columns(
            pl.coalesce("occurred_at_count", "ordered_at_count", 0).alias("purchase_count")
        )
        .with_columns(
            pl.when(count("purchase_count") > 0)
            .then(pl.lit("buyer"))
            .when((count("cart_add_count") > 0) & (count("cart_view_or_checkout_count") > 0))
            .then(pl.lit("leaver"))
            .when(count("cart_add_count") > 0)
            .then(pl.lit("funshopper"))
            .when(count("page_count") == 1)
            .then(pl.lit("bouncer"))
            .when(count("list_or_product_count") > 0)
            .then(pl.lit("browser"))
            .otherwise(pl.lit("other"))
            .alias("funnel_class")
        )
        .collect(engine="streaming")
    )


def write_sessions(events: Path, orders: Path, out: Path) -> None:
    """Read both files, classify the sessions and write them."""
    classified(pl.scan_parquet(events), pl.scan_parquet(orders)).write_parquet(out)


if __name__ == "__main__":
    run(write_sessions)
