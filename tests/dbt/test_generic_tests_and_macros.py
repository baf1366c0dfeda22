"""Our generic tests and macros in a small project of their own: what they find, and what not."""

from __future__ import annotations

import json
import os
import shutil
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


def one(value: str) -> str:
    return f"select {value} as value"


SENTENCES = """(
    select * from (values
        ('rates', '', '{value} orders of {table} have no rate'),
        ('share', 'names', '{share} of {table} have unknown names ({limit} may): {details}'),
        ('failed', '', null)
    ) as t (check_name, details_from, sentence)
)"""
FIGURES = """
    select * from (values
        ({}),
        ('names', 'shop.events', 'view', 7, null, true),
        ('names', 'shop.events', 'a', 7, null, true)
    ) as t ("check", "table", detail, value, threshold, passed)
"""
# the last columns of a figure, and the sentence on it
FIGURE_SENTENCES = {
    "'rates', 'shop.orders', '', 2, 0, false": "2 orders of shop.orders have no rate",
    "'share', 'shop.events', '', 0.0712, 0.05, false": (
        "7.1 % of shop.events have unknown names (5 % may): `a` (7), `view` (7)"
    ),
    "'new', 'refunds', '', 1.25, 1, false": (
        "`new` of refunds is 1.25, above its threshold of 1.00 in seeds/thresholds/thresholds.csv"
    ),
}

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
    "seed_with_its_keys": (
        "complete_and_unique",
        {"keys": ["a", ["b", "c"]]},
        "select * from (values (1, 1, 1), (2, 1, 2)) as t (a, b, c)",
        0,
    ),
    "seed_with_rows_of_one_key": (
        "complete_and_unique",
        {"keys": ["a", ["b", "c"]]},
        "select * from (values (1, 1, 1), (2, 1, 1), (2, 1, 2)) as t (a, b, c)",
        2,
    ),
    "rows_without_a_key": (
        "unique_combination",
        {"columns": ["a", "b"]},
        "select * from (values (1, null), (1, null)) as t (a, b)",
        1,
    ),
    # one that the model below misspells, and one that no model reads
    "thresholds": (
        "thresholds_match_models",
        {},
        """
        select * from (values
            ('robots', 'max_pages', 30), ('robots', 'max_events', 9), ('data_quality', 'joined', 1)
        ) as t (topic, threshold, value)
        """,
        2,
    ),
    "a_figure_that_passes": (
        "figures_pass",
        {"sentences": SENTENCES},
        FIGURES.format("'rates', 'shop.orders', '', 0, 0, true"),
        0,
    ),
    "a_figure_that_does_not": (
        "figures_pass",
        {"sentences": SENTENCES},
        FIGURES.format("'rates', 'shop.orders', '', 2, 0, false"),
        1,
    ),
    "a_figure_that_landing_warns_of": (
        "figures_pass",
        {"sentences": SENTENCES},
        FIGURES.format("'failed', 'shop.orders', '', 2, 0, false"),
        0,
    ),
}

GENERIC_TESTS |= {
    f"figure_{nth}": ("figures_pass", {"sentences": SENTENCES}, FIGURES.format(figure), 1)
    for nth, figure in enumerate(FIGURE_SENTENCES)
}

# name: (an expression, what it must be)
NOON = "timestamp '2026-07-01 12:00:00'"
MACROS: dict[str, tuple[str, Any]] = {
    "dutch_postal_area": ("{{ postal_area(\"'NL'\", \"'1012 ab'\") }}", "1012"),
    "dutch_postal_area_with_blanks": ("{{ postal_area(\"'NL'\", \"' 1012AB'\") }}", "1012"),
    "british_postal_area": ("{{ postal_area(\"'gb'\", \"'SW1A 1AA'\") }}", "SW1A"),
    "canadian_postal_area": ("{{ postal_area(\"'CA'\", \"'K1A 0B1'\") }}", "K1A"),
    "postal_area_of_another_country": ("{{ postal_area(\"'US'\", \"'94110-1234'\") }}", "94110"),
    "postal_area_without_a_country": ("{{ postal_area('null', \"'1012AB'\") }}", "1012"),
    **{
        f"{engine}_grouped_{number}_by_{name}": (
            f"{{{{ {engine}__grouped_digits('{number}', '{separator}') }}}}",
            f"{number:,}".replace(",", separator),
        )
        for engine in ("default", "duckdb")
        for name, separator in (("comma", ","), ("point", "."))
        for number in (0, 999, 1000, -1000, 123456, 1234567, -9876543210, 10**17 + 9, 10**26)
    },
    "local_time_in_summer": (
        "strftime({{ in_business_timezone(\"timestamp '2026-07-01 22:30:00'\") }}, '%d %H:%M')",
        "02 00:30",
    ),
    "local_time_in_winter": (
        "strftime({{ in_business_timezone(\"timestamp '2026-01-01 22:30:00'\") }}, '%d %H:%M')",
        "01 23:30",
    ),
    "local_time_elsewhere": (
        f"strftime({{{{ in_timezone(\"{NOON}\", 'America/New_York') }}}}, '%d %H:%M')",
        "01 08:00",
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
    "an_existing_table_is_kept": ("{{ is_rebuilt('existing') }}", False),
    "a_table_that_is_named_is_rebuilt": ("{{ is_rebuilt('named') }}", True),
    "another_that_is_named_is_rebuilt": ("{{ is_rebuilt('named_but_kept') }}", True),
    "a_table_with_a_part_of_a_name_is_kept": ("{{ is_rebuilt('name') }}", False),
    "a_table_that_is_not_there_is_rebuilt": ("{{ is_rebuilt('missing') }}", True),
    "the_table_of_a_model": (
        "'{{ existing_relation(\"elsewhere\") }}'",
        '"small"."other"."renamed"',
    ),
    "what_a_table_was": ("'{{ before(\"elsewhere\") }}'", '"small"."main"."renamed__before"'),
    "the_latest_load": ("{{ last_load_id('loads') }}", 7),
    "no_load": ("{{ last_load_id('no_loads') }}", 0),
    **{
        name: (
            f"{{{{ within_windows(\"timestamp '2026-03-{instant}'\", "
            f"existing_relation('{windows}')) }}}}",
            expected,
        )
        for name, windows, instant, expected in (
            ("the_first_instant_of_all_windows", "far_apart", "01 10:00:00", True),
            ("the_microsecond_before", "far_apart", "01 09:59:59.999999", False),
            ("the_last_instant_of_all_windows", "far_apart", "05 10:00:00", True),
            ("the_microsecond_after", "far_apart", "05 10:00:00.000001", False),
            ("the_later_end_of_two_windows", "far_apart", "01 12:00:00", True),
            ("a_hole_of_days", "far_apart", "03 00:00:00", False),
            ("a_hole_of_a_day", "near", "01 13:00:00", True),
            ("a_hole_of_a_second_more", "near", "03 00:00:00", False),
            ("a_window_that_outlasts_the_next", "nested", "09 00:00:00", True),
            ("a_hole_behind_it", "nested", "11 00:00:00", False),
            ("no_windows", "none", "01 00:00:00", True),
            ("the_narrowest_of_many_holes", "many", "02 12:00:00", True),
            ("the_widest_of_many_holes", "many", "30 12:00:00", False),
        )
    },
    # each is a comparison for each event
    "spans_of_many_windows": (
        """{{ within_windows("at", existing_relation('many')).count('between') }}""",
        20,
    ),
    "none_of_many_windows_is_left_out": (
        """(select bool_and({{ within_windows("window_start", existing_relation('many')) }})
        from {{ existing_relation('many') }})""",
        True,
    ),
}


def windows(*spans: str) -> str:
    """Times of March 2026, each from … to …"""
    rows = (span.split(" to ") for span in spans)
    return "select * from (values {}) as t (window_start, window_end)".format(
        ", ".join(f"(timestamp '2026-03-{a}', timestamp '2026-03-{b}')" for a, b in rows)
    )


def values(columns: str, *rows: tuple[Any, ...]) -> str:
    """Rows; what a column is called says whether it holds times, days or something else."""
    kinds = {"at": "timestamp ", "date": "date "}
    prefixes = [kinds.get(column.rpartition("_")[2], "") for column in columns.split(", ")]
    listed = ", ".join(
        f"({', '.join(f'{kind}{value!r}' for kind, value in zip(prefixes, row, strict=True))})"
        for row in rows
    )
    return f"select * from (values {listed}) as t ({columns})"


DATES = "select cast(unnest(['2026-01-{}', '2026-01-03', '2026-01-04']) as date) as as_of_date"

# Models that are not run: each existing table, with the SQL of its rows.
NOT_RUN = {
    "name": "select 'old' as label",
    "loads": values("last_load_id", (7,), (3,)),
    "no_loads": "select 1 as last_load_id where false",
    "far_apart": windows("01 10:00 to 01 12:00", "01 10:30 to 01 11:00", "05 10:00 to 05 10:00"),
    "near": windows("01 00:00 to 01 01:00", "02 01:00 to 02 02:00", "03 02:00:01 to 03 03:00"),
    "nested": windows("01 00:00 to 10 00:00", "02 00:00 to 02 01:00", "12 00:00 to 12 01:00"),
    "none": windows("01 to 01") + " where false",
    # each hole a second wider than the one before, and 23 holes in 30 days
    "many": """
        select
            timestamp '2026-03-01' + nth * interval 30 hour + nth * nth * interval 1 second
                as window_start,
            window_start as window_end
        from range(25) as t (nth)
    """,
    "int_session_windows_this_run": """
        select
            'a' as visitor_id,
            timestamp '2026-03-01 10:00:00' as window_start,
            timestamp '2026-03-01 11:00:00' as window_end
    """,
    "int_visitors_this_run": "select 'a' as visitor_id",
    "int_profiles_this_run": "select 'p' as profile_id",
    "int_profile_dates_this_run": values("profile_date_number", *((nth,) for nth in range(1, 6))),
    # of the days that were, the second went and the fifth came
    "int_as_of_dates": DATES.format("05"),
}

PROFILE_DATES = values(
    "profile_id, as_of_date, label",
    ("p", "2026-01-03", "a changed profile"),
    ("q", "2026-01-02", "a day that went"),
    ("q", "2026-01-05", "a day that came"),
    ("q", "2026-01-03", "overtaken by others"),
    ("q", "2026-01-04", "its other day"),
    ("r", "2026-01-03", "its other profile"),
)

BATCHES = """incremental_strategy='append',
    pre_hook='{{ begin_batches(rows_at_a_time=2) }}', post_hook='{{ insert_other_batches() }}'"""
IN_BATCH = """
    select concat(profile_date_number, ' of ', getvariable('first_in_batch')) as label
    from int_profile_dates_this_run
    where {{ is_in_batch() }}
"""

# Incremental models: name: (config, what stood, what the model gives, labels afterwards).
# A word is a row of that label. What the model gives has its columns in another order.
INCREMENTAL: dict[str, tuple[str, str, str, list[str]]] = {
    "existing": ("incremental_strategy='append'", "old", "new", ["new", "old"]),
    "named": ("incremental_strategy='append'", "old", "new", ["new"]),
    "named_but_kept": (
        "incremental_strategy='append', full_refresh=false",
        "old",
        "new",
        ["new", "old"],
    ),
    "configured": (
        "incremental_strategy='append', full_refresh=true",
        "old",
        "new",
        ["new"],
    ),
    "sessions_replaced": (
        "incremental_strategy='replace_windows'",
        values(
            "visitor_id, started_at, label",
            ("a", "2026-03-01 09:59:59", "before"),
            ("a", "2026-03-01 10:00:00", "at its start"),
            ("a", "2026-03-01 11:00:00", "at its end"),
            ("a", "2026-03-01 11:00:01", "after"),
            ("b", "2026-03-01 10:30:00", "another visitor"),
        ),
        "select 'new' as label, timestamp '2026-03-01 10:30:00' as started_at, 'a' as visitor_id",
        ["after", "another visitor", "before", "new"],
    ),
    "products_replaced": (
        "incremental_strategy='replace_windows', meta={'started_at': 'session_started_at'}",
        values(
            "visitor_id, session_started_at, started_at, label",
            ("a", "2026-03-01 10:00:00", "2026-03-02 10:00:00", "within"),
            ("a", "2026-03-02 10:00:00", "2026-03-01 10:00:00", "after"),
        ),
        """select 'new' as label, timestamp '2026-03-01 10:30:00' as started_at,
        timestamp '2026-03-01 10:30:00' as session_started_at, 'a' as visitor_id""",
        ["after", "new"],
    ),
    # two kept rows have one key, and one has the key of the new row
    "keys_replaced": (
        "incremental_strategy='replace_windows'",
        values(
            "visitor_id, started_at, session_id, label",
            ("a", "2026-03-01 10:00:00", "s1", "replaced"),
            ("b", "2026-03-01 10:30:00", "s2", "kept"),
            ("c", "2026-03-01 10:30:00", "s3", "kept"),
            ("c", "2026-03-01 10:30:00", "s3", "kept"),
        ),
        """select 'kept' as label, timestamp '2026-03-01 10:30:00' as started_at,
        'a' as visitor_id, 's2' as session_id""",
        ["kept", "kept", "kept", "kept"],
    ),
    # all rows of the visitor are replaced
    "visitor_keys_replaced": (
        "incremental_strategy='replace_visitors'",
        values("visitor_id, label", ("a", "replaced"), ("b", "kept"), ("b", "kept")),
        values("label, visitor_id", ("new", "a"), ("new", "a")),
        ["kept", "kept", "new", "new"],
    ),
    **{
        f"visitors_{name}": (
            "incremental_strategy='replace_visitors'",
            values("visitor_id, label, value", ("a", "changed", 0), ("b", "other", 0)),
            values("label, visitor_id, value", ("new", "a", 0), ("also new", "c", 0)),
            labels,
        )
        for name, labels in {
            "replaced": ["also new", "new", "other"],
            "rebuilt": ["also new", "new"],
        }.items()
    },
    **{
        f"{name}_replaced": (
            f"incremental_strategy='replace_{name}'",
            PROFILE_DATES,
            "select 'new' as label, 'p' as profile_id, date '2026-01-03' as as_of_date",
            sorted(["new", "its other day", "its other profile", "overtaken by others", *kept]),
        )
        for name, kept in {
            "profiles": ["a day that came", "a day that went"],
            "profile_dates": [],
        }.items()
    },
    **{
        f"only_this_run_{name}": (
            "incremental_strategy='append'",
            "select 'old' as label, 'p' as profile_id",
            values("label, profile_id", ("new", "p"), ("of another", "q"))
            + " where {{ only_this_run('t.profile_id') }}",
            labels,
        )
        for name, labels in {"kept": ["new", "old"], "rebuilt": ["new", "of another"]}.items()
    },
    "segments_replaced": (
        "incremental_strategy='replace_segments'",
        PROFILE_DATES,
        # a row of a profile that did not change comes back all the same
        values(
            "label, profile_id, as_of_date",
            ("new", "p", "2026-01-03"),
            ("with another score", "q", "2026-01-03"),
        ),
        ["its other day", "its other profile", "new", "with another score"],
    ),
    "batches": (BATCHES, "old", IN_BATCH, ["1 of 1", "2 of 1", "3 of 3", "4 of 3", "5 of 5"]),
    # after it, on the same connection: no batch is left
    "batches_of_a_run": (
        BATCHES,
        "old",
        IN_BATCH,
        ["1 of ", "2 of ", "3 of ", "4 of ", "5 of ", "old"],
    ),
}
REBUILT = "named,named_but_kept,visitors_rebuilt,only_this_run_rebuilt,batches"

# A table that is rebuilt: its rows before and after, and the changed rows of the first two columns.
WAS = [(1, "same", "x"), (2, "was", "x"), (3, "goes", "x"), (4, "twice", "x")]
IS = [(1, "same", "y"), (2, "is", "x"), (4, "twice", "x"), (4, "twice", "x"), (5, "comes", "x")]
CHANGED = [(2, "is"), (2, "was"), (3, "goes"), (4, "twice"), (5, "comes")]

# name: (a model whose values are all out of range, `where` of the test, how many rows it looks at)
LOOKED_AT: dict[str, tuple[str, str | None, int]] = {
    "rows_where": ("a_value_above_and_below", "value > 5", 1),
    "rows_that_were_replaced": ("visitors_replaced", None, 1),
    "replaced_rows_where": ("visitors_replaced", "visitor_id = 'b'", 0),
    "replaced_rows_where_one_or_other": (
        "visitors_replaced",
        "visitor_id = 'b' or visitor_id = 'a'",
        1,
    ),
    "rows_of_a_rebuilt_table": ("visitors_rebuilt", None, 2),
}

# name: (model, test of a key, its arguments); each finds one key that several rows have
KEYS_LOOKED_AT: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a_key": ("keys_replaced", "unique", {"column_name": "session_id"}),
    "a_combination": (
        "keys_replaced",
        "unique_combination",
        {"columns": ["session_id", "label"]},
    ),
    "a_key_of_a_visitor": (
        "visitor_keys_replaced",
        "unique_combination",
        {"columns": ["visitor_id", "label"]},
    ),
}

PROJECT = """\
name: small
profile: small
macro-paths: [macros, generic]
vars: {business_timezone: Europe/Amsterdam, session_rule: timeout, session_timeout_minutes: 30}
"""
PROFILE = """\
small:
  target: duckdb
  outputs: {duckdb: {type: duckdb, path: small.duckdb, settings: {TimeZone: UTC}}}
"""

# Views by what had their name before.
VIEWS = {"was_a_table": "table", "was_a_view": "view"}
VIEW = "{{ config(persist_docs={'relation': true}) }} select 1 as more, 'new' as label"

COMPLETE = PROJECT_DIR / "tests" / "dbt" / "singular" / "sessions_are_complete.sql"
# The days on which the sessions of each table began.
SESSIONS = {
    "int_session_totals": [1, 2, 3],
    "int_session_starts": [1, 2, 3],
    "int_session_profiles": [1, 2],
    # one that stayed, and one that is missing
    "int_session_classes": [1, 2, 4],
    "sessions": [1, 2, 3],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Path:
    """The small project, built and tested."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "models" / "not_run").mkdir(parents=True)
    (folder / "macros").symlink_to(PROJECT_DIR / "macros")
    (folder / "generic").symlink_to(PROJECT_DIR / "tests" / "dbt" / "generic")
    (folder / "tests").mkdir()
    (folder / "tests" / COMPLETE.name).symlink_to(COMPLETE)
    models = {
        "reads_thresholds": """
            select {{ threshold('robots', 'max_pages') }}, {{ threshold('robots', 'max_pges') }}
        """,
        "macro_results": " union all by name ".join(
            f"select '{name}' as name, cast({expression} as varchar) as result"
            for name, (expression, _) in MACROS.items()
        ),
        # it is there only after macro_results
        "missing": "{{ config(materialized='table') }} from {{ ref('macro_results') }}",
        "unit_tested": "select {{ is_rebuilt('existing') }} as is_rebuilt",
        "a_value_above_and_below": values("value", (0,), (6,)),
        "compared": keeps_before(values("id, value, note", *IS)),
        "first_compared": keeps_before("select 1 as id"),
        "changes": "select * from ({{ changed_rows('compared', except={'note': 'no reader'}) }})",
        "first_changes": "select * from ({{ changed_rows('first_compared') }})",
        "widened": keeps_before("select 1 as id, 'same' as value"),
        **dict.fromkeys(VIEWS, VIEW),
        "widened_changes": "select * from ({{ changed_rows('widened') }})",
    }
    for name, days in SESSIONS.items():
        models[name] = values("started_at", *((f"2026-03-0{day}",) for day in days))
    for name, (config, _, sql, _) in INCREMENTAL.items():
        models[name] = f"{{{{ config(materialized='incremental', {config}) }}}} {rows(sql)}"
    tests: dict[str, list[dict[str, Any]]] = {}
    for name, (test, arguments, sql, _) in GENERIC_TESTS.items():
        models[name] = sql
        tests[name] = [{test: {"name": f"test_{name}", "arguments": arguments}}]
    for name, (model, where, _) in LOOKED_AT.items():
        test = {"name": f"test_{name}", "arguments": BETWEEN_1_AND_5}
        if where:
            test["config"] = {"where": where}
        tests.setdefault(model, []).append({"accepted_range": test})
    for name, (model, test, arguments) in KEYS_LOOKED_AT.items():
        listed = {"name": f"test_{name}", "arguments": arguments}
        tests.setdefault(model, []).append({test: listed})
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    for name in NOT_RUN:
        (folder / "models" / "not_run" / f"{name}.sql").write_text("this is not run")
    (folder / "models" / "not_run" / "elsewhere.sql").write_text(
        "{{ config(schema='other', alias='renamed') }} this is not run"
    )
    unit_test = {
        "name": "everything",
        "model": "unit_tested",
        "given": [],
        "expect": {"rows": [{"is_rebuilt": True}]},
    }
    (folder / "seeds").mkdir()
    (folder / "seeds" / "half_empty.csv").write_text("a,b,c\n1,,\n2,,1\n3,1,\n")
    arguments = {"keys": ["a"], "optional": ["c"]}
    half_empty = {
        "name": "half_empty",
        "columns": [{"name": column} for column in "abc"],
        "data_tests": [
            {"complete_and_unique": {"name": "test_half_empty", "arguments": arguments}}
        ],
    }
    documented = [{"name": name, "data_tests": listed} for name, listed in tests.items()]
    documented += [{"name": name, "description": f"It {name}."} for name in VIEWS]
    (folder / "models" / "_models.yml").write_text(
        json.dumps({"models": documented, "seeds": [half_empty], "unit_tests": [unit_test]})
    )
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE)
    with duckdb.connect(str(folder / "small.duckdb")) as connection:
        tables = {name: stood for name, (_, stood, _, _) in INCREMENTAL.items()}
        tables |= {"compared": values("id, value, note", *WAS), "compared__before": "select 'x'"}
        tables |= {"widened": "select 1 as id"}
        tables |= NOT_RUN | {"int_as_of_dates__before": DATES.format("02")}
        for name, sql in tables.items():
            connection.execute(f"create table {name} as {rows(sql)}")
        for name, kind in VIEWS.items():
            connection.execute(f"create {kind} {name} as select 'old' as label")
    command = ["build", "--exclude", "path:models/not_run"]
    built = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", *command],
        cwd=folder,
        env=environment(REBUILT),
        capture_output=True,
        text=True,
    )
    # a failed test is 1 too, and wanted here
    assert built.returncode in (0, 1), built.stdout + built.stderr
    assert (folder / "target" / "run_results.json").exists(), built.stdout + built.stderr
    return folder


def keeps_before(sql: str) -> str:
    return f"{{{{ config(materialized='table', pre_hook='{{{{ keep_before() }}}}') }}}} {sql}"


def rows(sql: str) -> str:
    return sql if " " in sql else f"select '{sql}' as label"


def environment(rebuilt: str = "") -> dict[str, str]:
    ours = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
    return ours | {"KLANTBEELD_REBUILD": rebuilt}


def results_by_name(folder: Path) -> dict[str, dict[str, Any]]:
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2]: result for result in results}


@pytest.fixture(scope="module")
def results(project: Path) -> dict[str, dict[str, Any]]:
    return results_by_name(project)


def fetched(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "small.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def labels(folder: Path, table: str) -> list[str]:
    return [label for (label,) in fetched(folder, f"select label from {table} order by label")]


@pytest.mark.parametrize("name", GENERIC_TESTS)
def test_generic_test(name: str, results: dict[str, dict[str, Any]]) -> None:
    result = results[f"test_{name}"]
    assert result["failures"] == GENERIC_TESTS[name][3], result["message"]


def test_a_seed_has_a_value_in_each_column_that_is_not_optional(
    project: Path, results: dict[str, dict[str, Any]]
) -> None:
    sql = results["test_half_empty"]["compiled_code"]
    assert fetched(project, sql) == [("rows without b: 2",)]


@pytest.mark.parametrize("name", LOOKED_AT)
def test_generic_test_looks_at(name: str, results: dict[str, dict[str, Any]]) -> None:
    result = results[f"test_{name}"]
    assert result["failures"] == LOOKED_AT[name][2], result["message"]


@pytest.mark.parametrize("name", KEYS_LOOKED_AT)
def test_a_replaced_key_is_compared_with_all_keys(
    name: str, results: dict[str, dict[str, Any]]
) -> None:
    result = results[f"test_{name}"]
    assert result["failures"] == 1, result["message"]


def test_a_threshold_that_no_row_has_is_named_with_its_model(
    project: Path, results: dict[str, dict[str, Any]]
) -> None:
    assert results["reads_thresholds"]["status"] == "skipped"
    assert fetched(project, results["test_thresholds"]["compiled_code"] + " order by all") == [
        ("no model reads the threshold robots max_events of the seed thresholds",),
        ("the seed thresholds has no robots max_pges, which reads_thresholds reads",),
    ]


@pytest.mark.parametrize("nth", range(len(FIGURE_SENTENCES)))
def test_sentence_on_a_figure(nth: int, project: Path, results: dict[str, dict[str, Any]]) -> None:
    ((problem,),) = fetched(project, results[f"test_figure_{nth}"]["compiled_code"])
    assert problem == list(FIGURE_SENTENCES.values())[nth]


def test_incomplete_sessions_are_found(project: Path, results: dict[str, dict[str, Any]]) -> None:
    found = fetched(project, results["sessions_are_complete"]["compiled_code"] + " order by all")
    assert found == [("int_session_classes", 3, 3), ("int_session_profiles", 2, 3)]
    assert results["sessions_are_complete"]["failures"] == 2


@pytest.mark.parametrize("name", MACROS)
def test_macro(name: str, project: Path) -> None:
    ((result,),) = fetched(project, f"select result from macro_results where name = '{name}'")
    expected = MACROS[name][1]
    assert result == (str(expected).lower() if isinstance(expected, bool) else str(expected))


@pytest.mark.parametrize("name", INCREMENTAL)
def test_incremental_table(name: str, project: Path, results: dict[str, dict[str, Any]]) -> None:
    assert results[name]["status"] == "success", results[name]["message"]
    assert labels(project, name) == INCREMENTAL[name][3]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_replaces_what_had_its_name(
    name: str, project: Path, results: dict[str, dict[str, Any]]
) -> None:
    assert results[name]["status"] == "success", results[name]["message"]
    assert labels(project, name) == ["new"]
    kinds = f"from duckdb_views() where view_name = '{name}'"
    assert fetched(project, f"select comment {kinds}") == [(f"It {name}.",)]


def test_what_a_table_was_is_kept(project: Path) -> None:
    assert fetched(project, "select * from compared__before order by all") == WAS
    assert fetched(project, "select * from compared order by all") == IS


def test_a_new_table_was_nothing(project: Path, results: dict[str, dict[str, Any]]) -> None:
    assert results["first_compared"]["status"] == "success"
    kept = "select * from information_schema.tables where table_name = 'first_compared__before'"
    assert fetched(project, kept) == []


def test_changed_rows(project: Path) -> None:
    assert fetched(project, "select * from changes order by all") == CHANGED


def test_all_rows_of_a_new_table_changed(project: Path) -> None:
    assert fetched(project, "select * from first_changes") == [(1,)]


def test_all_rows_changed_where_a_column_is_new(project: Path) -> None:
    assert fetched(project, "select * from widened_changes") == [(1, "same")]


def test_reading_an_existing_relation_is_no_dependency(project: Path) -> None:
    manifest = json.loads((project / "target" / "manifest.json").read_text())
    assert manifest["nodes"]["model.small.macro_results"]["depends_on"]["nodes"] == []


def test_unit_test_is_about_everything(project: Path, results: dict[str, dict[str, Any]]) -> None:
    assert results["unit_tested"]["status"] == "success"
    assert fetched(project, "select * from unit_tested") == [(False,)]


# Runs that go on from what was built: name: (KLANTBEELD_REBUILD, dbt's arguments)
RUNS = {
    "rebuild_of_all": ("all", ["build"]),
    "full_refresh": ("", ["build", "--full-refresh"]),
    "tests_after_a_first_run": ("", ["test"]),
}
# Importing dbt is most of the time that it takes, and is done once. Each run is a process, since
# dbt keeps the database open that it opened first.
RUN_EACH = """
import json, multiprocessing, os, sys
from dbt.cli.main import dbtRunner
def run(folder, rebuilt, arguments):
    os.chdir(folder)
    os.environ["KLANTBEELD_REBUILD"] = rebuilt
    dbtRunner().invoke(["--quiet", "--no-use-colors", *arguments])
for listed in json.loads(sys.argv[1]):
    process = multiprocessing.get_context("fork").Process(target=run, args=listed)
    process.start()
    process.join()
"""


@pytest.fixture(scope="module")
def runs(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Copies of the small project, one for each of the runs."""
    folders = {}
    for name in RUNS:
        folders[name] = tmp_path_factory.mktemp("runs") / "small"
        shutil.copytree(project, folders[name], symlinks=True)
        (folders[name] / "target" / "run_results.json").unlink()
    first = folders["tests_after_a_first_run"]
    with duckdb.connect(str(first / "small.duckdb")) as connection:
        connection.execute("drop table int_as_of_dates__before")
    some = ["--select", "existing", "named_but_kept", "visitors_replaced"]
    listed = [
        (str(folders[name]), rebuilt, [*arguments, *some])
        for name, (rebuilt, arguments) in RUNS.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", RUN_EACH, json.dumps(listed)],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folders


@pytest.mark.parametrize("run", ["rebuild_of_all", "full_refresh"])
def test_all_tables_are_rebuilt_and_tested_whole(run: str, runs: dict[str, Path]) -> None:
    folder = runs[run]
    results = results_by_name(folder)
    assert labels(folder, "existing") == ["new"]
    assert labels(folder, "named_but_kept") == ["new", "new", "old"]
    assert labels(folder, "visitors_replaced") == ["also new", "new"]
    assert results["test_rows_that_were_replaced"]["failures"] == 2


def test_first_run_is_tested_whole(runs: dict[str, Path]) -> None:
    results = results_by_name(runs["tests_after_a_first_run"])
    assert results["test_rows_that_were_replaced"]["failures"] == 3


def test_each_generic_test_of_the_house_is_here() -> None:
    ours = {file.stem for file in (PROJECT_DIR / "tests" / "dbt" / "generic").glob("*.sql")}
    # the last are tested on the real project: see test_segment_rules.py and test_canonical.py
    assert ours == {test for test, *_ in GENERIC_TESTS.values()} | {
        "audiences_match_segments",
        "key_of_one_source",
        "known_values",
        "micro_segments_match",
        "reasons_match_rules",
        "required_columns",
        "rules_partition",
        "schemes_in_contract",
    }
