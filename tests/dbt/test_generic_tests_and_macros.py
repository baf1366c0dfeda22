"""Our generic tests and macros in a small project of their own: what they find, and what not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR

BANDS = "select * from (values ('a', 0, 10), ('a', {}, 20)) as bands (kind, low, high)"
BANDS_COVER = {
    "group_by": ["kind"],
    "min_column": "low",
    "max_column": "high",
    "from_value": 0,
    "to_value": 20,
}
BETWEEN_1_AND_5 = {"column_name": "value", "min_value": 1, "max_value": 5}
DEFINED = {"scheme_column": "scheme", "segment_column": "segment"}


def one(value: str) -> str:
    return f"select {value} as value"


# name: (the generic test, its arguments, the SQL of the model, how many rows it must find)
GENERIC_TESTS: dict[str, tuple[str, dict[str, Any], str, int]] = {
    "bands_that_touch": ("bands_cover", BANDS_COVER, BANDS.format(10), 0),
    "bands_with_a_hole": ("bands_cover", BANDS_COVER, BANDS.format(11), 2),
    "bands_that_overlap": ("bands_cover", BANDS_COVER, BANDS.format(9), 2),
    "bands_that_end_too_soon": (
        "bands_cover",
        BANDS_COVER | {"to_value": 21},
        BANDS.format(10),
        1,
    ),
    "bands_that_begin_too_late": (
        "bands_cover",
        BANDS_COVER | {"from_value": -1},
        BANDS.format(10),
        1,
    ),
    "values_on_the_bounds": (
        "accepted_range",
        BETWEEN_1_AND_5,
        "select * from (values (1), (5), (null)) as t (value)",
        0,
    ),
    "a_value_below": ("accepted_range", BETWEEN_1_AND_5, one("0.99"), 1),
    "a_value_above": ("accepted_range", BETWEEN_1_AND_5, one("5.01"), 1),
    "a_value_on_an_excluded_bound": (
        "accepted_range",
        BETWEEN_1_AND_5 | {"is_inclusive": False},
        one("5"),
        1,
    ),
    "a_value_with_a_lower_bound_only": (
        "accepted_range",
        {"column_name": "value", "min_value": 0},
        one("1000"),
        0,
    ),
    "rows_with_different_keys": (
        "unique_combination",
        {"columns": ["a", "b"]},
        "select * from (values (1, 1), (1, 2)) as t (a, b)",
        0,
    ),
    "rows_with_one_key": (
        "unique_combination",
        {"columns": ["a", "b"]},
        "select * from (values (1, 2, 3), (1, 2, 4)) as t (a, b, c)",
        1,
    ),
    "rows_without_a_key": (
        "unique_combination",
        {"columns": ["a", "b"]},
        "select * from (values (1, null), (1, null)) as t (a, b)",
        1,
    ),
    "a_segment_that_is_defined": (
        "defined_segment",
        DEFINED,
        "select 'rfm' as scheme, 'lost' as segment",
        0,
    ),
    "a_segment_of_another_scheme": (
        "defined_segment",
        DEFINED,
        "select 'funnel' as scheme, 'lost' as segment",
        1,
    ),
    "a_figure_that_passes": ("figures_pass", {}, "select true as passed", 0),
    "a_figure_that_does_not": ("figures_pass", {}, "select false as passed", 1),
}

# name: (an expression, what it must be)
NOON = "timestamp '2026-07-01 12:00:00'"
MACROS: dict[str, tuple[str, Any]] = {
    "local_time_in_summer": (
        "strftime({{ in_business_timezone(\"timestamp '2026-07-01 22:30:00'\") }}, '%d %H:%M')",
        "02 00:30",
    ),
    "local_time_in_winter": (
        "strftime({{ in_business_timezone(\"timestamp '2026-01-01 22:30:00'\") }}, '%d %H:%M')",
        "01 23:30",
    ),
    "a_gap_of_the_timeout": (
        f'{{{{ starts_new_session("{NOON} + interval 30 minute", "{NOON}") }}}}',
        False,
    ),
    "a_microsecond_more": (
        f'{{{{ starts_new_session("{NOON} + interval 1800000001 microsecond", "{NOON}") }}}}',
        True,
    ),
    "the_first_event": (f'{{{{ starts_new_session("{NOON}", "null::timestamp") }}}}', True),
    "keys_do_not_run_together": (
        """{{ row_key(["'ab'", "'c'"]) }} = {{ row_key(["'a'", "'bc'"]) }}""",
        False,
    ),
    "a_missing_value_is_not_an_empty_one": (
        """{{ row_key(["null", "'c'"]) }} = {{ row_key(["''", "'c'"]) }}""",
        False,
    ),
    "a_key_is_never_missing": ("""length({{ row_key(["null", "null"]) }})""", 32),
    "a_key_of_text_and_of_number": ("""{{ row_key(["'1'"]) }} = {{ row_key(["1"]) }}""", True),
    "a_customer_and_a_visitor_of_one_number": (
        """{{ profile_key("'1'", "null") }} = {{ profile_key("null", "'1'") }}""",
        False,
    ),
    "a_customer_goes_before_a_visitor": (
        """{{ profile_key("'1'", "'2'") }} = {{ profile_key("'1'", "null") }}""",
        True,
    ),
    "neither_customer_nor_visitor": ("""{{ profile_key("null", "null") }} is null""", True),
    "half_a_second": (
        f'{{{{ seconds_between("{NOON}", "{NOON} + interval 500 millisecond") }}}}',
        0.5,
    ),
    "the_host_of_a_page": ("{{ url_host(\"'https://shop.example/a/b?c=//d'\") }}", "shop.example"),
    "no_host": ("coalesce({{ url_host(\"'shop.example'\") }}, '') = ''", True),
}

PROJECT = """\
name: small
profile: small
macro-paths: [macros, generic]
vars: {business_timezone: Europe/Amsterdam, session_timeout_minutes: 30}
"""
PROFILE = """\
small:
  target: duckdb
  outputs: {duckdb: {type: duckdb, path: small.duckdb, settings: {TimeZone: UTC}}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built and tested."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "models").mkdir()
    (folder / "macros").symlink_to(PROJECT_DIR / "macros")
    (folder / "generic").symlink_to(PROJECT_DIR / "tests" / "dbt" / "generic")
    models = {
        "segment_definitions": "select 'rfm' as scheme, 'lost' as segment",
        "macro_results": " union all by name ".join(
            f"select '{name}' as name, cast({expression} as varchar) as result"
            for name, (expression, _) in MACROS.items()
        ),
    }
    documented = []
    for name, (test, arguments, sql, _) in GENERIC_TESTS.items():
        models[name] = sql
        data_test = {test: {"name": f"test_{name}", "arguments": arguments}}
        documented.append({"name": name, "data_tests": [data_test]})
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    (folder / "models" / "_models.yml").write_text(json.dumps({"models": documented}))
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
    built = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", "build"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    # a failed test is 1 too, and wanted here
    assert built.returncode in (0, 1), built.stdout + built.stderr
    assert (folder / "target" / "run_results.json").exists(), built.stdout + built.stderr
    return folder


@pytest.mark.parametrize("name", GENERIC_TESTS)
def test_generic_test(name: str, project: Path) -> None:
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    (result,) = [r for r in results if r["unique_id"].startswith(f"test.small.test_{name}.")]
    assert result["failures"] == GENERIC_TESTS[name][3], result["message"]


@pytest.mark.parametrize("name", MACROS)
def test_macro(name: str, project: Path) -> None:
    with duckdb.connect(str(project / "small.duckdb"), read_only=True) as connection:
        found = connection.execute("select result from macro_results where name = ?", [name])
        (result,) = found.fetchone()
    expected = MACROS[name][1]
    assert result == (str(expected).lower() if isinstance(expected, bool) else str(expected))


def test_each_generic_test_of_the_house_is_here() -> None:
    ours = {file.stem for file in (PROJECT_DIR / "tests" / "dbt" / "generic").glob("*.sql")}
    assert ours == {test for test, *_ in GENERIC_TESTS.values()}
