"""The serving database with its Parquet files, and the report."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from orchestration.building.project import Project
from orchestration.defs.common import POOL, RETRY, explained
from orchestration.defs.translator import Translator
from orchestration.publishing.publish import publish
from orchestration.report import PAGES

PUBLISHED_DAILY = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=36), warn_window=timedelta(hours=26)
)


def serving_assets(project: Project) -> dg.AssetsDefinition:
    """Two assets downstream of every mart: one failed model or test stops both."""
    marts = mart_keys(project)

    @dg.multi_asset(
        name="publishing",
        specs=[
            dg.AssetSpec(
                "serving",
                deps=marts,
                group_name="serving",
                kinds={"duckdb", "parquet"},
                description="The published marts: one DuckDB file, and Parquet beside it.",
                freshness_policy=PUBLISHED_DAILY,
            ),
            dg.AssetSpec(
                "report",
                deps=marts,
                group_name="serving",
                kinds={"html"},
                description="The segments on one page that works offline.",
            ),
        ],
        pool=POOL,
        retry_policy=RETRY,
        required_resource_keys={"warehouse"},
    )
    def publishing() -> Iterator[dg.MaterializeResult]:
        with explained(project.paths):
            published = publish(project, PAGES)
        yield dg.MaterializeResult(
            asset_key="serving",
            metadata={
                "rows": sum(published.rows.values()),
                "bytes": published.bytes,
                "seconds": round(published.seconds, 2),
                "as_of": published.as_of or "",
                "rows_by_table": dg.MetadataValue.json(published.rows),
                "replaced": dg.MetadataValue.json(list(published.replaced)),
            },
        )
        yield dg.MaterializeResult(
            asset_key="report",
            metadata={"path": dg.MetadataValue.path(project.paths.serving / "report.html")},
        )

    return publishing


def mart_keys(project: Project) -> list[dg.AssetKey]:
    """The keys of all published models."""
    translator = Translator()
    tables = set(project.published.tables)
    return sorted(
        translator.get_asset_key(node)
        for node in project.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["alias"] in tables
    )
