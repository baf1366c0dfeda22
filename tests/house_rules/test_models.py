"""The checks on a small project, parsed by dbt, in which each model breaks one rule."""

from pathlib import Path

import pytest

from orchestration.house_rules import models, parsed_project
from orchestration.house_rules.problem import Problem

FILES = {
    "dbt_project.yml": """
name: small
profile: small
models:
  small:
    marts: {+access: public, +contract: {enforced: true}}
""",
    "profiles/profiles.yml": """
small:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: ":memory:"}
""",
    "seeds/tiers.csv": "tier\nhigh\n",
    "models/sources.yml": """
sources:
  - name: raw
    tables: [{name: orders}]
""",
    "seeds/schemes/schemes.csv": "scheme\nrfm\n",
    "seeds/labels/labels.csv": "label\nhigh\n",
    "seeds/schemes/schemes.yml": """
seeds:
  - name: schemes
    columns:
      - name: scheme
        data_tests: [{relationships: {arguments: {to: ref('labels'), field: label}}}]
""",
    "seeds/labels/labels.yml": """
seeds:
  - name: labels
    columns:
      - name: label
        data_tests:
          - relationships: {arguments: {to: ref('schemes'), field: scheme}}
          - relationships: {arguments: {to: ref('mart_good'), field: id}}
""",
    "macros/clocks.sql": "{% macro this_instant() %}now(){% endmacro %}",
    "macros/reads.sql": "{% macro id() %}(select 1 from {{ ref('feature_good') }}){% endmacro %}",
    "macros/one/one.sql": "{% macro one() %}{{ two() }}{% endmacro %}",
    "macros/two/two.sql": "{% macro two() %}{{ three() }}{% endmacro %}",
    "macros/one/three.sql": "{% macro three() %}3{% endmacro %}",
    "tests/orders_have_rows.sql": "select 1 from {{ ref('mart_good') }} where current_date is null",
}

# name: (path below models/, SQL, description, further YAML)
GOOD = "One row per order."
ONE = "select 1 as id"
ORDERS = "{{ source('raw', 'orders') }}"
BASE = "{{ ref('base_raw__orders') }}"
TIERS = "{{ ref('tiers') }}"
UNKEYED = "columns: [{name: id, data_tests: [not_null]}]"
KEYED = "columns: [{name: id, data_type: integer, data_tests: [unique]}]"
# fmt: off
MODELS = {
    # these break nothing
    "base_raw__orders": ("staging/raw/base", f"select * from {ORDERS}", GOOD, KEYED),
    "base_raw__lines": ("staging/raw/base", f"select * from {BASE}", GOOD, KEYED),
    "stg_good": (
        "staging/raw",
        f"-- now() in a comment\nselect * from {BASE} cross join {TIERS}",
        GOOD,
        "config: {meta: {has_no_key: as landed}}",
    ),
    "int_good": (
        "intermediate/canonical",
        "select now, current_date_of from {{ ref('stg_good') }} {# today() #}",
        GOOD,
        "data_tests: [{unique_combination: {arguments: {columns: [now]}}}]",
    ),
    "feature_good": (
        "intermediate/features",
        "select now as id from {{ ref('int_good') }}",
        GOOD,
        KEYED,
    ),
    "mart_good": ("marts", f"select id from {{{{ ref('int_good') }}}} join {TIERS}", GOOD, KEYED),
    # and these one rule each
    "stg_reads_staging": ("staging/other", f"select * from {BASE}", GOOD, KEYED),
    "stg_reads_mart": ("staging/raw", "select * from {{ ref('mart_good') }}", GOOD, KEYED),
    "int_reads_source": ("intermediate/canonical", f"select * from {ORDERS}", GOOD, KEYED),
    "reads_staging_late": (
        "intermediate/sessions",
        "select * from {{ ref('stg_good') }}",
        GOOD,
        KEYED,
    ),
    "reads_a_later_stage": (
        "intermediate/calendar",
        "select * from {{ ref('feature_good') }}",
        GOOD,
        KEYED,
    ),
    "reads_it_in_a_macro": (
        "intermediate/revenue",
        "select {% if false %}{{ id() }}{% else %}1{% endif %} as id",
        GOOD,
        KEYED,
    ),
    "int_reads_mart": (
        "intermediate/features",
        "select * from {{ ref('mart_good') }}",
        GOOD,
        KEYED,
    ),
    "mart_reads_staging": ("marts", "select * from {{ ref('stg_good') }}", GOOD, KEYED),
    "in_no_layer": ("elsewhere", ONE, GOOD, KEYED),
    "in_no_stage": ("intermediate", ONE, GOOD, KEYED),
    "says_nothing": ("intermediate/features", ONE, "", KEYED),
    "says_no_grain": ("intermediate/features", ONE, "Orders, one row per order.", KEYED),
    "has_no_test": ("intermediate/features", ONE, GOOD, UNKEYED),
    "tests_some_rows": (
        "intermediate/features",
        ONE,
        GOOD,
        "columns: [{name: id, data_tests: [{unique: {config: {where: id > 1}}}]}]",
    ),
    "has_its_key_by_its_sql": (
        "intermediate/features",
        f"select id from ({ONE})\ngroup by\n    id",
        GOOD,
        "config: {meta: {key_follows_from: group by id}}",
    ),
    "has_another_key": (
        "intermediate/features",
        ONE,
        GOOD,
        "config: {meta: {key_follows_from: group by id}}",
    ),
    "gives_no_reason": ("intermediate/features", ONE, GOOD, "config: {meta: {has_no_key: true}}"),
    "reads_the_clock": ("intermediate/features", "select\n    Current_Date as id", GOOD, KEYED),
    "calls_the_clock": ("intermediate/features", "select now () as id", GOOD, KEYED),
    "asks_dbt_the_time": (
        "intermediate/features",
        "select '{{ run_started_at }}' as id",
        GOOD,
        KEYED,
    ),
    "misspells_a_config": (
        "intermediate/features",
        "{{ config(materialised='table') }} select 1 as id",
        GOOD,
        KEYED,
    ),
    "has_no_contract": ("marts", ONE, GOOD, "config: {contract: {enforced: false}}\n    " + KEYED),
    "is_private": ("marts", ONE, GOOD, "config: {access: protected}\n    " + KEYED),
    "is_too_wide": ("marts", "-- " + 118 * "-" + "\n" + ONE, GOOD, KEYED),
}
# fmt: on

EXPECTED = {
    "stg_reads_staging": "may not read base_raw__orders (staging)",
    "stg_reads_mart": "may not read mart_good (marts)",
    "int_reads_source": "may not read orders (source)",
    "int_reads_mart": "may not read mart_good (marts)",
    "mart_reads_staging": "may not read stg_good (staging)",
    "reads_staging_late": "may not read stg_good (staging)",
    "reads_a_later_stage": "(calendar) may not read feature_good (features)",
    "reads_it_in_a_macro": "(revenue) may not read feature_good (features)",
    "in_no_layer": "is in no stage",
    "in_no_stage": "is in no stage",
    "seed labels": "may not read mart_good",
    "models/staging/raw uses models/marts": "a circle of folders: models/",
    "macros/two uses macros/one": "a circle of folders: macros/",
    "seeds/labels uses seeds/schemes": "a circle of folders: seeds/",
    "says_nothing": "has no description",
    "says_no_grain": "must open with its grain",
    "has_no_test": "has_no_test has no test of its key",
    "tests_some_rows": "tests_some_rows has no test of its key",
    "has_another_key": "config.meta.key_follows_from of has_another_key is not in its SQL",
    "gives_no_reason": "must be a reason",
    "reads_the_clock": "reads the clock (Current_Date)",
    "calls_the_clock": "reads the clock (now)",
    "asks_dbt_the_time": "reads the clock (run_started_at)",
    "misspells_a_config": "'materialised' (is 'materialized' meant?)",
    "has_no_contract": "its contract is not enforced",
    "is_private": "its access is not public",
    "is_too_wide": "longer than 120",
    "this_instant": "reads the clock (now)",
}

UNIQUE_COMBINATION = """
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }} from {{ model }} group by all having count(*) > 1
{% endtest %}
"""


def write_project(folder: Path) -> None:
    files = FILES | {"macros/unique_combination.sql": UNIQUE_COMBINATION}
    documented = []
    for name, (layer, sql, description, rest) in MODELS.items():
        files[f"models/{layer}/{name}.sql"] = sql
        documented.append(f'  - name: {name}\n    description: "{description}"\n    {rest}\n')
    files["models/_models.yml"] = "models:\n" + "".join(documented)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> list[Problem]:
    folder = tmp_path_factory.mktemp("small")
    write_project(folder)
    return models.find_problems(parsed_project.parse(folder))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_breach_is_found(name: str, problems: list[Problem]) -> None:
    assert [p.message for p in problems if name in p.message and EXPECTED[name] in p.message]


def test_nothing_else_is_found(problems: list[Problem]) -> None:
    assert len(problems) == len(EXPECTED), "\n".join(map(str, problems))


def test_a_breach_names_the_file_to_change(problems: list[Problem]) -> None:
    files = {name: p.file for name in EXPECTED for p in problems if EXPECTED[name] in p.message}
    assert files["reads_the_clock"] == "models/intermediate/features/reads_the_clock.sql"
    assert files["says_no_grain"] == "models/_models.yml"
    assert {p.file for p in problems if "this_instant" in p.message} == {"macros/clocks.sql"}


def test_a_project_that_dbt_cannot_parse_shows_dbts_error(tmp_path: Path, runs_dbt: None) -> None:
    write_project(tmp_path)
    (tmp_path / "models" / "marts" / "lost.sql").write_text("select * from {{ ref('nowhere') }}")
    with pytest.raises(parsed_project.ParseError, match="nowhere"):
        parsed_project.parse(tmp_path)


def test_problem_of_a_whole_file_comes_before_those_of_its_lines() -> None:
    whole, second, tenth = (Problem("a.sql", line, "wrong") for line in (None, 2, 10))
    assert sorted([tenth, Problem("b.sql", None, "wrong"), second, whole]) == [
        *(whole, second, tenth),
        Problem("b.sql", None, "wrong"),
    ]
