"""The canonical models in a small project, with a sound source of one's own and a broken one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.building.results import summarize
from orchestration.paths import PROJECT_DIR

CANONICAL = PROJECT_DIR / "models" / "intermediate" / "canonical"

PROFILE = """\
small:
  target: duckdb
  outputs: {duckdb: {type: duckdb, path: small.duckdb, settings: {TimeZone: UTC}}}
"""

# What the canonical models and their tests read, and models that try the macros alone.
OTHER_MODELS = {
    "int_as_of": "select date '2026-03-31' as as_of_date",
    "int_event_quality": "select 0 as last_load_id",
    "int_messages": "select 0 as last_load_id",
    "latest": "{{ latest_version('landed_rows', key=['id']) }}",
    "periods": """{{ validity_periods(
        'landed_rows', key='id', reported_at='reported_at', first_date="date '2026-01-01'"
    ) }}""",
    # what other engines than DuckDB run
    "portable_events": """{{ default__union_by_name(canonical_columns('events'), [
        "select 'shop' as source_name, * from " ~ ref('stg_shop__events'),
        "select 'pixel' as source_name, * from " ~ ref('stg_pixel__events')
    ]) }}""",
}
LANDED_ROWS = (
    "id varchar, reported_at timestamp, label varchar, number integer, is_deleted boolean, "
    "_load_id bigint"
)


def row(**columns: str) -> str:
    """A query of one row; each column is a SQL expression."""
    return "select " + ", ".join(f"{value} as {name}" for name, value in columns.items())


NOON = "timestamp '2026-03-01 12:00:00'"
LANDED = {"_load_id": "1::bigint"}
EVENT = {"event_id": "'e1'", "event_name": "'view'", "occurred_at": NOON} | LANDED
ORDER = {
    "order_status": "'completed'",
    "sales_channel": "'online'",
    "is_gift": "false",
    "gross_amount": "10::decimal(18, 4)",
    "discount_amount": "0::decimal(18, 4)",
    "ordered_at": NOON,
} | LANDED
RESPONSE = {"customer_id": "'c1'", "survey": "'nps'", "answered_at": NOON} | LANDED
CONTACT = {"customer_id": "'c1'", "opened_at": NOON} | LANDED
SPELL = {"program": "'club'", "joined_at": NOON}
SHOP = {
    "events": row(**EVENT, visitor_id="'v1'", page_url="'/a'"),
    "orders": row(**ORDER, order_id="'o1'"),
    "survey_responses": row(**RESPONSE, response_id="'r1'", answer="'9'"),
    "service_contacts": row(**CONTACT, contact_id="'s1'"),
    "loyalty_memberships": row(**SPELL, **LANDED, customer_id="'c1'"),
}
# A second source, which lacks most columns.
SOUND = {
    "events": row(**EVENT, visitor_id="'v2'"),
    "orders": row(**ORDER, order_id="'o2'"),
    "survey_responses": row(**RESPONSE, response_id="'r2'"),
    "service_contacts": row(**CONTACT, contact_id="'s2'"),
    "loyalty_memberships": row(**SPELL, **LANDED, customer_id="'c2'"),
}
BROKEN = {
    "events": row(**EVENT, visitor_id="cast(null as varchar)"),
    "orders": row(**ORDER, order_id="'o1'"),
    "survey_responses": row(**RESPONSE, respones_id="'r2'"),
    "service_contacts": row(**CONTACT, contact_id="'s2'", cost="'a lot'"),
    "loyalty_memberships": row(**SPELL, customer_id="'c2'"),
}
# For each business object, what the refresh must say.
NAMED = {
    "a_null_in_a_required_column": (
        "canonical_events",
        "source pixel has 1 rows without visitor_id",
    ),
    "a_key_of_another_source": (
        "canonical_orders",
        "sources pixel and shop share 1 values of order_id",
    ),
    "a_misspelt_column": ("canonical_survey_responses", "respones_id"),
    "another_type": ("canonical_service_contacts", "cost"),
    "a_required_column_left_out": (
        "canonical_loyalty_memberships",
        "source pixel has 1 rows without _load_id",
    ),
}


def build(folder: Path, own: Mapping[str, str]) -> Path:
    """Build and test the real canonical models on the shop's rows and on those of an own source."""
    (folder / "models").mkdir(parents=True)
    (folder / "macros").symlink_to(PROJECT_DIR / "macros")
    (folder / "generic").symlink_to(PROJECT_DIR / "tests" / "dbt" / "generic")
    objects = []
    for file in CANONICAL.glob("canonical_*.sql"):
        shutil.copy(file, folder / "models")
        objects.append(file.stem.removeprefix("canonical_"))
    shutil.copy(CANONICAL / "_canonical_objects.yml", folder / "models")
    sources = {"shop": SHOP, "pixel": own}
    models = dict(OTHER_MODELS)
    for source, brought in sources.items():
        models |= {f"stg_{source}__{name}": sql for name, sql in brought.items()}
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    variables = {
        "as_of": None,
        "business_timezone": "Europe/Amsterdam",
        "session_timeout_minutes": 30,
        "sources": {
            name: [source for source, brought in sources.items() if name in brought]
            for name in objects
        },
    }
    project = {"name": "small", "profile": "small", "macro-paths": ["macros", "generic"]}
    (folder / "dbt_project.yml").write_text(json.dumps(project | {"vars": variables}))
    (folder / "profiles.yml").write_text(PROFILE)
    with duckdb.connect(str(folder / "small.duckdb")) as connection:
        connection.execute(f"create table landed_rows ({LANDED_ROWS})")
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", "build"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (folder / "target" / "run_results.json").exists(), done.stdout + done.stderr
    return folder


def results(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "target" / "run_results.json").read_text())["results"]


def sentences(folder: Path) -> list[str]:
    """What a refresh would say of the failures."""

    def evidence(node: Mapping[str, Any], result: Mapping[str, Any]) -> list[dict[str, Any]]:
        if not node["config"]["meta"].get("shows_rows"):
            return []
        with duckdb.connect(str(folder / "small.duckdb"), read_only=True) as connection:
            return [{"problem": connection.execute(result["compiled_code"]).fetchone()[0]}]

    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    return list(summarize(manifest, results(folder), evidence).failures)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Path:
    return build(tmp_path_factory.mktemp("sound"), SOUND)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> list[str]:
    return sentences(build(tmp_path_factory.mktemp("broken"), BROKEN))


@pytest.mark.parametrize("name", NAMED)
def test_mistake_in_an_own_source_names_model_and_column(name: str, broken: list[str]) -> None:
    model, words = NAMED[name]
    assert [text for text in broken if model in text and words in text], broken


def test_only_the_mistakes_are_named(broken: list[str]) -> None:
    assert len(broken) == len(NAMED), broken


def test_second_source_of_any_object_passes(sound: Path) -> None:
    assert sentences(sound) == []


def fetched(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "small.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("name", SOUND)
def test_rows_of_both_sources_are_there(name: str, sound: Path) -> None:
    found = fetched(sound, f"select source_name from canonical_{name} order by 1")
    assert found == [("pixel",), ("shop",)]


def test_column_that_every_source_lacks_is_a_typed_null(sound: Path) -> None:
    found = fetched(sound, "select distinct unit_price, typeof(unit_price) from canonical_events")
    assert found == [(None, "DECIMAL(19,4)")]


def test_object_without_sources_is_empty_and_has_its_columns(sound: Path) -> None:
    assert fetched(sound, "select refund_id, refunded_at from canonical_refunds") == []


@pytest.mark.parametrize("sql", ["describe {}", "from {} order by source_name"])
def test_other_engines_unite_the_same_rows(sql: str, sound: Path) -> None:
    portable = fetched(sound, sql.format("portable_events"))
    assert portable
    assert portable == fetched(sound, sql.format("canonical_events"))


# Few values, so that keys, loads and instants tie often.
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from([None, "2026-02-01 10:00:00", "2026-02-01 23:30:00"]),
        st.sampled_from([None, "x", "y"]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([None, False, True]),
        st.sampled_from([1, 2]),
    ),
    min_size=2,
    max_size=8,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        # under the names that the compiled macros have
        connection.execute("attach ':memory:' as small; use small")
        connection.execute(f"create table landed_rows ({LANDED_ROWS})")
        connection.execute(f"create view int_as_of as {OTHER_MODELS['int_as_of']}")
        yield connection


@pytest.mark.parametrize("macro", ["latest", "periods"])
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_order_of_rows_does_not_matter(
    macro: str, sound: Path, connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    (sql,) = (
        result["compiled_code"]
        for result in results(sound)
        if result["unique_id"] == f"model.small.{macro}"
    )
    rows = data.draw(ROWS)
    answers = []
    for order in (rows, data.draw(st.permutations(rows))):
        connection.execute("truncate landed_rows")
        values = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(order))
        connection.execute(f"insert into landed_rows values {values}", sum(order, ()))
        answers.append(sorted(connection.execute(sql).fetchall(), key=repr))
    assert answers[0] == answers[1]
