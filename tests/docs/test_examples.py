"""Runs the examples of the README and the how-tos in a scratch copy of the project.

All additions are made at once, so that two refreshes of a tiny shop are enough: one that succeeds,
and one that fails on half a change of a threshold.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR
from tests.docs.markdown import Example, examples

README = PROJECT_DIR / "README.md"
HOW_TO = PROJECT_DIR / "docs" / "how-to"
COPIED = ("macros", "models", "orchestration", "profiles", "seeds", "tests/dbt")

# the README's orders have none, and the feature of the example needs some
ORDER_LINES = """\
order_id,line_number,product_id,quantity,unit_price,discount_amount
1001,1,p-1,3,10.00,0
1001,2,p-2,1,29.90,5.00
"""


class Project:
    """A scratch copy of the project with a data root in `data/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            shutil.copytree(PROJECT_DIR / name, folder / name)
        shutil.copy(PROJECT_DIR / "dbt_project.yml", folder)

    def refresh(self) -> subprocess.CompletedProcess[str]:
        mine = {name: value for name, value in os.environ.items() if "KLANTBEELD" not in name}
        return subprocess.run(
            [sys.executable, "-m", "orchestration", "refresh"],
            cwd=self.folder,
            env={**mine, "KLANTBEELD_DATA": "data"},
            capture_output=True,
            text=True,
            check=False,
        )

    def write(self, example: Example) -> None:
        """Write an example to the file that it is about; append it to a seed."""
        file = self.folder / example.file
        file.parent.mkdir(parents=True, exist_ok=True)
        is_seed = example.file.startswith("seeds/")
        with file.open("a" if is_seed else "x", encoding="utf-8") as text:
            text.write(example.text)

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text that occurs once in a file."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} has {text.count(old)} times:\n{old}"
        (self.folder / file).write_text(text.replace(old, new), encoding="utf-8")

    def patch(self, example: Example) -> None:
        """Apply an example in the language diff: its unchanged lines say where the others go."""
        lines = example.text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line.startswith(" "))
        new = "".join(line[1:] for line in lines)
        self.replace(example.file, old, new)

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(
            str(self.folder / "data" / "serving" / "klantbeeld.duckdb"), read_only=True
        ) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Project:
    """The project after the first refresh, with the README's shop and every addition."""
    project = Project(tmp_path_factory.mktemp("newcomer") / "project")
    project.write(the_smallest_shop())
    lines = project.folder / "data" / "landing" / "shop" / "order_lines" / "2026-03.csv"
    lines.parent.mkdir()
    lines.write_text(ORDER_LINES)
    add_a_model(project)
    add_a_feature(project)
    add_a_segment(project)
    add_a_source(project)
    add_an_audience(project)
    add_a_micro_segment(project)
    done = project.refresh()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return project


def the_smallest_shop() -> Example:
    return next(one for one in examples(README, "csv") if one.text.startswith("order_id"))


def add_a_model(project: Project) -> None:
    page = HOW_TO / "add-a-model.md"
    (sql,) = examples(page, "sql")
    (described,) = examples(page, "yaml")
    folder = project.folder / "models" / "marts" / "commerce"
    (folder / "channel_orders.sql").write_text(sql.text)
    (folder / "_channel_orders.yml").write_text(f"models:\n{described.text}")


def add_a_feature(project: Project) -> None:
    for change in examples(HOW_TO / "add-a-feature.md", "diff"):
        project.patch(change)


def add_a_segment(project: Project) -> None:
    page = HOW_TO / "add-a-segment.md"
    for rows in examples(page, "csv"):
        project.write(rows)
    (column,) = examples(page, "yaml")
    last = "      - {name: low_hanging_fruit, "
    project.replace(column.file, last, f"      {column.text}{last}")


def add_a_source(project: Project) -> None:
    page = HOW_TO / "add-a-source.md"
    for example in [*examples(page, "csv"), *examples(page, "sql")]:
        project.write(example)
    described, listed = examples(page, "yaml")
    project.write(described)
    (before,) = (
        line
        for line in (project.folder / "dbt_project.yml").read_text().splitlines(keepends=True)
        if line.strip().startswith("events: [")
    )
    project.replace("dbt_project.yml", before, f"    {listed.text.strip()}\n")


def add_a_micro_segment(project: Project) -> None:
    for example in examples(HOW_TO / "add-a-micro-segment.md", "csv"):
        project.write(example)


def add_an_audience(project: Project) -> None:
    for example in examples(HOW_TO / "add-an-audience.md"):
        project.write(example)


def test_smallest_shop_gives_customers_with_segments(project: Project) -> None:
    rows = project.query(
        "select customer_id, rfm, lifecycle from marts.profiles where is_customer order by all"
    )
    assert [customer for customer, *_ in rows] == ["c-17", "c-18"]
    assert all(segment for row in rows for segment in row)


def test_readme_query_runs(project: Project) -> None:
    (query,) = examples(README, "sql")
    assert project.query(query.text) == []
    found = project.query(query.text.replace("'at_risk'", "segment"))
    assert {customer for customer, *_ in found} >= {"c-17", "c-18"}


def test_model_example_is_published(project: Project) -> None:
    assert project.query("from marts.channel_orders") == [("online", 2)]


def test_feature_example_is_computed(project: Project) -> None:
    rows = project.query(
        """
        select distinct customer_id, max_units_per_order_365d
        from marts.profile_features
        where customer_id is not null
        """
    )
    assert sorted(rows) == [("c-17", 4), ("c-18", None)]


def test_segment_example_has_members_with_a_reason(project: Project) -> None:
    assert project.query(
        """
        select customer_id, spending, reason
        from marts.profiles
        inner join marts.segment_memberships_current using (profile_id)
        where scheme = 'spending'
        order by all
        """
    ) == [
        ("c-17", "small", "€54.90 net revenue so far."),
        ("c-18", "small", "€24.50 net revenue so far."),
        (None, "none", "€0.00 net revenue so far."),
    ]


def test_source_example_becomes_one_session(project: Project) -> None:
    sql = "select visitor_id, event_count, cart_add_count, funnel_class from marts.sessions"
    assert project.query(sql) == [("u-1", 2, 1, "funshopper")]


def test_audience_example_is_published_as_rows_and_csv(project: Project) -> None:
    sql = "select customer_id from marts.audience_memberships where audience = 'new_big_spenders'"
    assert project.query(sql) == [("c-17",)]
    file = project.folder / "data" / "serving" / "audiences" / "new_big_spenders.csv"
    assert file.read_text() == "profile_id,customer_id\ncustomer:c-17,c-17\n"


def test_bi_examples_read_the_published_files(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = HOW_TO / "connect-a-bi-tool.md"
    monkeypatch.chdir(project.folder)
    python, *_ = examples(page, "python")
    exec(python.text, {})
    (parquet,) = examples(page, "sql")
    assert sum(count for _, count in duckdb.sql(parquet.text).fetchall()) >= 2


def test_half_a_threshold_change_fails_with_the_printed_sentence(project: Project) -> None:
    before, after, message = (
        one
        for one in examples(README)
        if "purchase_frequency" in one.text and one.language != "sql"
    )
    for page in (README, HOW_TO / "change-a-threshold.md"):
        assert {before.text, after.text, message.text} <= {one.text for one in examples(page)}
    project.replace(
        "seeds/segments/segment_rules.csv",
        before.text.splitlines()[1],
        after.text.splitlines()[1],
    )
    done = project.refresh()
    assert done.returncode == 1
    assert message.text in done.stderr
    project.replace(
        "seeds/segments/segment_rules.csv",
        before.text.splitlines()[0],
        after.text.splitlines()[0],
    )
    assert after.text in (project.folder / "seeds/segments/segment_rules.csv").read_text()


def test_micro_segment_of_the_how_to_has_its_members(project: Project) -> None:
    # one of the two orders of the README's shop is of 50 or more
    found = project.query(
        "select customer_id from marts.micro_segment_memberships"
        " where micro_segment = 'new_big_spenders'"
    )
    sizes = project.query(
        "select distinct label_en from marts.micro_segment_sizes"
        " where micro_segment = 'new_big_spenders' and profile_count = 1"
    )
    assert found == [("c-17",)]
    assert sizes == [("New big spenders",)]
