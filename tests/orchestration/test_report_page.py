from __future__ import annotations

import re

import duckdb

from orchestration.report.render import colour, render, sparkline, title

FACTS = {"as_of_date": "2026-01-01", "reporting_currency": "EUR"}


def database(*statements: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema marts")
    for statement in statements:
        connection.execute(statement)
    return connection


SIZES = """
create table marts.segment_sizes as
select 'rfm' as scheme, 'champions' as segment, date '2026-01-01' as as_of_date,
    42 as profile_count, 0.25 as share, 0.4 as share_of_applicable, 1234567.4 as net_revenue
"""


def segments(label: str, hue: str = "#112233") -> str:
    return f"""
    create table marts.segments as
    select 'rfm' as scheme, 'champions' as segment, '{label}' as label_en, 'Kampioenen' as label_nl,
        'Best' as description_en, 1 as rank, '{hue}' as colour
    """


def test_empty_database_gives_a_page_without_data() -> None:
    page = render(database(), {})
    assert "There is no data yet" in page
    assert page.count("No data") >= 4


def test_segments_have_both_labels_and_their_figures() -> None:
    page = render(database(SIZES, segments("Champions")), FACTS)
    assert "Champions" in page
    assert "Kampioenen" in page
    assert "42" in page
    assert "25.0\u202f%" in page
    assert "40.0\u202f%" in page
    assert "1\u202f234\u202f567" in page


def test_schemes_have_labels_and_are_in_order() -> None:
    sizes = """
    create table marts.segment_sizes as
    select scheme, 'all' as segment, date '2026-01-01' as as_of_date,
        1 as profile_count, 1.0 as share, 1.0 as share_of_applicable, 1 as net_revenue
    from (values ('a_first'), ('b_last'), ('unlisted')) as schemes (scheme)
    """
    schemes = """
    create table marts.segment_schemes as
    select scheme, upper(scheme) || ' in words' as label_en, '' as label_nl,
        'about ' || scheme as description_en, '' as description_nl, position
    from (values ('a_first', 2), ('b_last', 1)) as schemes (scheme, position)
    """
    page = render(database(sizes, schemes, segments("Champions")), FACTS)
    headings = ["B_LAST in words", "about b_last", "A_FIRST in words", "Unlisted"]
    places = [page.index(heading) for heading in headings]
    assert places == sorted(places)


def test_micro_segments_are_in_their_order_with_size_and_revenue() -> None:
    sizes = """
    create table marts.micro_segment_sizes as
    select
        micro_segment, position, micro_segment || ' in words' as label_en, '' as label_nl,
        '' as description_en, as_of_date, profile_count, share, net_revenue
    from (
        values
            ('second', 2, date '2026-01-01', 7, 0.07, 700),
            ('first', 1, date '2026-01-01', 12, 0.12, 4321),
            ('first', 1, date '2025-12-01', 99, 0.99, 1)
    ) as sizes (micro_segment, position, as_of_date, profile_count, share, net_revenue)
    """
    page = render(database(sizes), FACTS)
    section = page[page.index("<h2>Micro-segments") :]
    section = section[: section.index("</section>")]
    assert section.index("first in words") < section.index("second in words")
    assert "4\u202f321" in section
    assert "12.0\u202f%" in section
    assert "99" not in section
    assert "Of those in scope" not in section


def test_each_row_of_a_table_has_a_cell_for_each_column() -> None:
    sessions = """
    create table marts.sessions as select 'buyer' as funnel_class, false as is_robot
    """
    page = render(database(SIZES, segments("Champions"), sessions), FACTS)
    tables = re.findall("<table.*?</table>", page, re.DOTALL)
    headed = [table for table in tables if "<thead>" in table]
    assert headed
    for table in headed:
        rows = re.findall("<tr.*?</tr>", table, re.DOTALL)
        assert len({len(re.findall("<t[dh][ >]", row)) for row in rows}) == 1, table


def test_everything_is_escaped() -> None:
    page = render(
        database(SIZES, segments("<script>alert(1)</script>", "red;} body{display:none")), FACTS
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "display:none" not in page


def test_page_loads_nothing_from_a_network() -> None:
    page = render(database(SIZES, segments("Champions")), FACTS)
    assert not re.search(r"(src|href)\s*=|url\(|@import|<script|<link|https?://", page)


def test_quality_lists_what_failed() -> None:
    page = render(
        database(
            """
            create table marts.data_quality as
            select 'late_events' as "check", 'shop.events' as "table", '' as detail,
                7.0 as value, 5.0 as threshold, false as passed
            """
        ),
        FACTS,
    )
    assert "Late events" in page
    assert re.search(r'class="n bad">failed', page)


def test_invalid_colour_becomes_grey() -> None:
    assert colour("#A1b2C3") == "#A1b2C3"
    assert colour("red") == colour(None) == colour("#12345678") == "#7d8590"


def test_code_becomes_a_title() -> None:
    assert [title("rfm"), title("shopping_style")] == ["RFM", "Shopping style"]


def test_sparkline_needs_two_points() -> None:
    assert sparkline([0.5]) == sparkline(None) == ""
    assert len(sparkline([0.1, 0.2, 0.3]).split()) == 3
