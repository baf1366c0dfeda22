"""The landed tables, one asset each; one step lands them all."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import dagster as dg

from orchestration.alerts import problems_text, send_alert
from orchestration.building.project import Project
from orchestration.console import log
from orchestration.defs.common import POOL, RETRY, explained
from orchestration.defs.translator import Translator
from orchestration.landing.land import land
from orchestration.landing.loader import LandedFile

# The daily refresh looks at the landing folder every 24 hours.
LOOKED_AT = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=36), warn_window=timedelta(hours=26)
)
WATCHED_TABLES = {"events", "orders"}


def landing_assets(project: Project) -> dg.AssetsDefinition:
    """One asset per dbt source table, under the key that dbt's models depend on."""

    @dg.multi_asset(
        name="landing",
        specs=source_specs(project),
        can_subset=True,
        pool=POOL,
        retry_policy=RETRY,
        required_resource_keys={"warehouse"},
    )
    def landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        with explained(project.paths):
            landed = land(
                project.paths,
                project.contracts,
                business_timezone=project.settings.get("business_timezone") or "UTC",
                max_rejected_share=project.threshold("landing", "max_rejected_share", 1.0),
                retention=project.retention,
                session_timeout=timedelta(
                    minutes=project.settings.get("session_timeout_minutes") or 30
                ),
            )
        if landed.problems and (
            problem := send_alert(problems_text(context.run_id, landed.problems))
        ):
            log.warning("%s.", problem)
        if project.unread_sources:
            log.warning(
                "What landed of %s is in the tables once the project is read again: by the next "
                "`make refresh`, or when Dagster reloads its code location.",
                ", ".join(project.unread_sources),
            )
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key, metadata=table_metadata(key, landed.files))

    return landing


def source_specs(project: Project) -> list[dg.AssetSpec]:
    """The specs of all sources, as dagster-dbt would write them."""
    translator = Translator()
    return [
        translator.get_asset_spec(project.manifest, unique_id, None).replace_attributes(
            skippable=True,
            kinds={"duckdb"},
            freshness_policy=LOOKED_AT if source["name"] in WATCHED_TABLES else None,
        )
        for unique_id, source in project.manifest["sources"].items()
    ]


def table_metadata(key: dg.AssetKey, files: Sequence[LandedFile]) -> dict[str, float | int]:
    """What landed in one table."""
    own = [file for file in files if [file.source, file.table] == list(key.path)]
    return {
        "new_files": len(own),
        "rows_landed": sum(file.rows_landed or 0 for file in own),
        "rows_rejected": sum(file.rows_rejected or 0 for file in own),
        "failed_files": sum(file.status == "failed" for file in own),
        "seconds": round(sum(file.seconds or 0 for file in own), 2),
    }
