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

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(
            str(self.folder / "data" / "serving" / "klantbeeld.duckdb"), read_only=True
        ) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project after the first refresh, with the README's shop and every addition."""
    project = Project(tmp_path_factory.mktemp("newcomer") / "project")
    project.write(the_smallest_shop())
    add_a_model(project)
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


def test_smallest_shop_gives_customers_with_segments(project: Project) -> None:
    rows = project.query("select customer_id, rfm, lifecycle from marts.profiles order by all")
    assert [customer for customer, *_ in rows] == ["c-17", "c-18"]
    assert all(segment for row in rows for segment in row)


def test_readme_query_runs(project: Project) -> None:
    (query,) = examples(README, "sql")
    assert project.query(query.text) == []
    found = project.query(query.text.replace("'at_risk'", "segment"))
    assert {customer for customer, *_ in found} == {"c-17", "c-18"}


def test_model_example_is_published(project: Project) -> None:
    assert project.query("from marts.channel_orders") == [("online", 2)]


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
        one for one in examples(README) if "engagement" in one.text and one.language != "sql"
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
