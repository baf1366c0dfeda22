"""The last lines of a refresh."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from orchestration.console import table, take_warnings
from orchestration.paths import DataPaths
from orchestration.publishing.serving import DATABASE

# The schemes in the table at the end of a refresh; the report shows all of them.
SHOWN_SCHEMES = ("funnel", "rfm", "lifecycle", "value_tier")


def summary(paths: DataPaths, totals: Mapping[str, int], seconds: float) -> str:
    """What landed, the sizes of some segments, and the paths of report and database."""
    lines = ["", landed(totals)]
    lines += [f"  {warning}" for warning in take_warnings()]
    lines += ["", segment_table(paths), ""]
    if (paths.serving / "report.html").exists():
        lines.append(f"Report:    {paths.serving / 'report.html'}")
    lines.append(f"Database:  {paths.serving / DATABASE}")
    lines.append(f"Refreshed in {seconds:.1f} s.")
    return "\n".join(lines)


def landed(totals: Mapping[str, int]) -> str:
    """One sentence on the landing."""
    if not totals["new_files"]:
        return "No new files."
    text = (
        f"{totals['new_files']:,} new files: {totals['rows_landed']:,} rows landed, "
        f"{totals['rows_rejected']:,} rejected"
    )
    if totals["failed_files"]:
        text += f"; {totals['failed_files']:,} files could not be landed"
    return f"{text}."


def percent(share: float | None) -> str:
    """A share in words; nothing where there is none."""
    return "" if share is None else f"{100 * share:.1f} %"


def segment_table(paths: DataPaths) -> str:
    """The segments of a few schemes at the latest date, and the number of the other schemes."""
    with duckdb.connect(str(paths.serving / DATABASE), read_only=True) as connection:
        try:
            rows = connection.execute(
                """
                select
                    segment_sizes.scheme,
                    segment_sizes.segment,
                    segment_sizes.profile_count,
                    segment_sizes.share,
                    segment_sizes.share_of_applicable
                from marts.segment_sizes
                left join marts.segments using (scheme, segment)
                where segment_sizes.as_of_date = (select max(as_of_date) from marts.segment_sizes)
                  and segment_sizes.profile_count > 0
                order by segment_sizes.scheme, segments.rank, segment_sizes.segment
                """
            ).fetchall()
        except duckdb.CatalogException:
            return "No segments."
    if not rows:
        return "No segments."
    schemes = {scheme for scheme, *_ in rows}
    # a project may have none of these schemes
    shown = schemes & set(SHOWN_SCHEMES) or schemes
    lines = table(
        ("scheme", "segment", "profiles", "share", "of those it applies to"),
        [
            (scheme, segment, f"{n:,}", percent(share), percent(of_applicable))
            for scheme, segment, n, share, of_applicable in rows
            if scheme in shown
        ],
        numbers=3,
    )
    more = len(schemes - shown)
    return f"{lines}\n\n{more} more schemes are in the report." if more else lines
