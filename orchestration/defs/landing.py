"""The landed tables, one asset each, by one step that lands them all."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import dagster as dg
import duckdb

from orchestration.building import last_build
from orchestration.defs.common import POOL, RETRY, explained, log
from orchestration.defs.translator import Translator
from orchestration.errors import KlantbeeldError
from orchestration.landing.contract import load_contracts
from orchestration.landing.loader import LandedFile, failed_files, land
from orchestration.paths import DataPaths
from orchestration.project import Project
from orchestration.watch import remember_seen, waiting_files

# Whoever waits longer than this for a look at the landing folder has no daily refresh.
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
        with explained():
            files = land_everything(project)
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key, metadata=table_metadata(key, files))

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


def land_everything(project: Project) -> Sequence[LandedFile]:
    """Land what is new, and stop where there has never been anything."""
    paths = project.paths
    seen = waiting_files(paths.landing).fingerprint
    with last_build.kept(paths):
        files = land(paths, load_contracts(project.folder / "models" / "staging"), log=log.info)
    remember_seen(paths, seen)
    ignored = [file for file in files if file.status == "ignored"]
    for file in [*failed_files(paths), *ignored]:
        log.warning("%s was not taken: %s", file.file, file.reason)
    if not has_landed_rows(paths):
        raise KlantbeeldError(nothing_landed(paths, files))
    return files


def has_landed_rows(paths: DataPaths) -> bool:
    """Whether any file was ever taken."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        row = connection.execute(
            "select count(*) from raw.landed_files where status = 'landed'"
        ).fetchone()
    return bool(row and row[0])


def nothing_landed(paths: DataPaths, files: Sequence[LandedFile]) -> str:
    """What to do where there is nothing to refresh from."""
    failed = [file for file in files if file.status == "failed"]
    if failed:
        first = failed[0]
        return f"No file could be taken: {first.file}: {first.reason}"
    return (
        "Nothing has landed: put files in "
        f"{paths.landing}/<source>/<table>/, such as {paths.landing}/shop/orders/2026-11.csv"
    )


def table_metadata(key: dg.AssetKey, files: Sequence[LandedFile]) -> dict[str, float | int]:
    """What an operator wants to know of one table."""
    own = [file for file in files if [file.source, file.table] == list(key.path)]
    return {
        "new_files": len(own),
        "rows_landed": sum(file.rows_landed or 0 for file in own),
        "rows_rejected": sum(file.rows_rejected or 0 for file in own),
        "failed_files": sum(file.status == "failed" for file in own),
        "seconds": round(sum(file.seconds or 0 for file in own), 2),
    }
