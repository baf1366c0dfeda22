"""What others read: the serving database with its Parquet files, and the report."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from orchestration.building import last_build
from orchestration.defs.common import POOL, RETRY, explained, log
from orchestration.defs.translator import Translator
from orchestration.errors import KlantbeeldError
from orchestration.project import Project
from orchestration.publishing import last_publication
from orchestration.publishing.publish import Published, as_published, publish
from orchestration.report import PAGES

PUBLISHED_DAILY = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=36), warn_window=timedelta(hours=26)
)


def serving_assets(project: Project) -> dg.AssetsDefinition:
    """Downstream of every mart, so that one failed model or test keeps all of it as it was."""
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
        with explained():
            published = publish_marts(project)
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


def publish_marts(project: Project) -> Published:
    """Publish the marts, when they are as a whole and tested build left them."""
    build = last_build.published_build(project.paths)
    if not build:
        raise KlantbeeldError(
            "the marts are not as a whole, tested build left them; run the job `refresh`"
        )
    if last_publication.stands(project.paths, build):
        return as_published(project.paths.serving)
    log.info("Publishing …")
    published = publish(
        project.paths.marts,
        project.paths.serving,
        tables=project.published.tables,
        internal=project.published.internal,
        direct_identifiers=project.published.direct_identifiers,
        parquet_limits=project.published.parquet_limits,
        audiences=project.published.audiences,
        facts=project.facts,
        pages=PAGES,
    )
    last_publication.remember(project.paths, build)
    log.info(
        "  %s in %.1f s",
        f"{len(published.replaced)} files replaced" if published.replaced else "nothing changed",
        published.seconds,
    )
    return published


def mart_keys(project: Project) -> list[dg.AssetKey]:
    """The keys of all published models."""
    translator = Translator()
    tables = set(project.published.tables)
    return sorted(
        translator.get_asset_key(node)
        for node in project.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["alias"] in tables
    )
