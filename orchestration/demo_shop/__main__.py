"""Command line: `python -m orchestration.demo_shop --help`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from orchestration.demo_shop.generate import Plan, generate
from orchestration.paths import DataPaths


def main() -> int:
    """Generate the demo shop from the command-line arguments."""
    default = Plan()
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.demo_shop",
        description="Generates a demo shop with known behaviour, as files under "
        "<data>/landing/shop, and what was planted under <data>/demo_shop.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, help="data root; KLANTBEELD_DATA, else data/, by default"
    )
    parser.add_argument("--events", type=int, default=default.events, help="about how many events")
    parser.add_argument("--days", type=int, default=default.days, help="days before the end date")
    parser.add_argument(
        "--end-date", type=date.fromisoformat, default=default.end_date, help="the last day"
    )
    parser.add_argument(
        "--seed", type=int, default=default.seed, help="a different seed gives a different shop"
    )
    parser.add_argument(
        "--customers",
        type=int,
        help="customers with orders; the default follows from the number of events",
    )
    parser.add_argument(
        "--files",
        choices=("month", "day"),
        default=default.files,
        help="write one file of events per month or per day",
    )
    parser.add_argument(
        "--days-held-back",
        type=int,
        default=default.days_held_back,
        help="put the last days' files in <data>/demo_shop/next/<n>/shop, to land later",
    )
    parser.add_argument(
        "--memory-limit", default="4GB", help="DuckDB's memory limit; the rest spills to disk"
    )
    parser.add_argument("--threads", type=int, default=2, help="DuckDB's threads")
    parser.add_argument("--replace", action="store_true", help="replace an existing shop")
    arguments = parser.parse_args()

    try:
        plan = Plan(
            events=arguments.events,
            days=arguments.days,
            end_date=arguments.end_date,
            seed=arguments.seed,
            customers=arguments.customers,
            files=arguments.files,
            days_held_back=arguments.days_held_back,
        )
        generate(
            DataPaths(arguments.data.resolve()) if arguments.data else DataPaths.from_environment(),
            plan,
            memory_limit=arguments.memory_limit,
            threads=arguments.threads,
            replace=arguments.replace,
            log=lambda line: print(line, flush=True),
        )
    except (ValueError, FileExistsError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
