"""The var `sources` and the models that it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.building.dbt_manifest import declared_vars
from orchestration.building.source_models import check_source_models
from orchestration.errors import KlantbeeldError
from orchestration.paths import PROJECT_DIR


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one business object and one source of it."""
    for name in (
        "intermediate/canonical/canonical_events.sql",
        "staging/shop/stg_shop__events.sql",
    ):
        file = tmp_path / "models" / name
        file.parent.mkdir(parents=True)
        file.touch()
    return tmp_path


def test_source_with_its_model_passes(project: Path) -> None:
    check_source_models(project, {"sources": {"events": ["shop"]}})


def test_project_without_the_var_passes(project: Path) -> None:
    check_source_models(project, {})


def test_source_without_a_model_is_named_with_the_expected_file(project: Path) -> None:
    with pytest.raises(KlantbeeldError) as error:
        check_source_models(project, {"sources": {"events": ["shop", "pixel"]}})
    assert str(error.value) == (
        "The var `sources` lists `pixel` under `events`, "
        "but its staging model models/staging/pixel/stg_pixel__events.sql does not exist."
    )


def test_misspelt_business_object_is_named(project: Path) -> None:
    with pytest.raises(KlantbeeldError, match="list for `evnts`, which is no business object"):
        check_source_models(project, {"sources": {"evnts": ["shop"]}})


def test_each_business_object_has_a_list_and_each_source_its_model() -> None:
    declared = declared_vars(PROJECT_DIR)
    check_source_models(PROJECT_DIR, declared)
    canonical = (PROJECT_DIR / "models" / "intermediate" / "canonical").glob("canonical_*.sql")
    objects = {file.stem.removeprefix("canonical_") for file in canonical}
    assert objects == set(declared["sources"])
