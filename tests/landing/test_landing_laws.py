"""What holds for any file: every row is accounted for, and a value is what anyone would read."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from landing_shop import Shop

LAW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
COLUMNS = ["order_id", "ordered_at", "quantity", "note", "extra"]

text = st.text(st.sampled_from("ab1 '\",;\n\r\\#\t\u20ac\u00e9"), max_size=6)
rows = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "two", 'th"ree', "4,\n"]),
        st.sampled_from(["2024-01-01", "2024-01-02 03:04:05", "", "never", "2999-01-01"]),
        st.sampled_from(["", "1", "-2", "3.0", "3.7", "many"]),
        text,
        text,
    ),
    max_size=8,
)


def fits(row: tuple[str, ...]) -> bool:
    order_id, ordered_at, quantity, *_ = row
    return bool(order_id and ordered_at.startswith("2024") and quantity in ("", "1", "-2", "3.0"))


def expected(row: tuple[str, ...]) -> tuple:
    order_id, ordered_at, quantity, note, extra = row
    return (
        order_id.strip(),  # it is a key
        ordered_at if " " in ordered_at else f"{ordered_at} 00:00:00",
        int(float(quantity)) if quantity else None,
        note or None,
        {"extra": extra} if extra else None,
    )


def landed(shop: Shop) -> list[tuple]:
    rows = shop.query(
        "select order_id, cast(ordered_at as varchar), quantity, note, _extra "
        "from raw_shop.orders order by rowid"
    )
    return [(*row[:4], json.loads(row[4]) if row[4] else None) for row in rows]


def lines_before(content: str, records: list[str]) -> list[int]:
    lines, line = [], 1
    for record in records:
        lines.append(line)
        line += record.count("\n")
    assert "".join(records) == content
    return lines


@pytest.mark.slow
@LAW
@given(rows, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
@example([("1", "2024-01-01", "1", 'a"b', "\r")], "\n", csv.QUOTE_ALL)
@example([("1", "2024-01-01", "1", "a\nb", ""), ("", "", "", "", "")], "\n", csv.QUOTE_MINIMAL)
def test_every_row_of_a_csv_file_is_landed_or_rejected(rows, newline, quoting):
    records = []
    if any("\r" in value for row in rows for value in row):
        quoting = csv.QUOTE_ALL  # Python forgets to quote a carriage return
    for row in [COLUMNS, *rows]:
        target = io.StringIO(newline="")
        csv.writer(target, lineterminator=newline, quoting=quoting).writerow(row)
        records.append(target.getvalue())
    content = "".join(records)
    # Python's own reader is the judge of what was written
    assert [tuple(r) for r in csv.reader(io.StringIO(content, newline=""))][1:] == rows

    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        shop.put("a.csv", content)
        result = shop.land_one()

        assert (result.status, result.rows_read) == ("landed", len(rows))
        assert landed(shop) == [expected(row) for row in rows if fits(row)]
        lines = lines_before(content, records)[1:]
        bad = {
            line: record.removesuffix("\n").removesuffix("\r")
            for line, record, row in zip(lines, records[1:], rows, strict=True)
            if not fits(row)
        }
        assert dict(shop.rejects("line, raw_text")) == bad
        assert result.rows_rejected == len(bad)


json_lines = st.one_of(
    rows.filter(bool).map(lambda r: json.dumps(dict(zip(COLUMNS, r[0], strict=True)))),
    st.sampled_from(["", " ", "nope", "[]", '{"order_id":', '"', "null"]),
)


@pytest.mark.slow
@LAW
@given(st.lists(json_lines, max_size=10).filter(lambda lines: "".join(lines).strip() != "[]"))
def test_every_line_of_an_ndjson_file_is_landed_or_rejected(lines):
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        shop.put("a.ndjson", "".join(f"{line}\n" for line in lines))
        result = shop.land_one()

        good, bad = [], set()
        for number, line in enumerate(lines, start=1):
            if line.startswith('{"order_id": '):
                row = tuple(json.loads(line).values())
                if fits(row):
                    # an unknown key is kept as it is; it has no contract to say what empty means
                    good.append((*expected(row)[:4], {"extra": row[4]}))
                    continue
            if line.strip():
                bad.add(number)
        assert result.status == "landed"
        assert landed(shop) == good
        assert {line for (line,) in shop.rejects("line")} == bad
        assert (result.rows_landed, result.rows_rejected) == (len(good), len(bad))
