"""Avoided words and long names of tests."""

from pathlib import Path

import pytest

from orchestration.house_rules import words

LONG = "a" * 66


def problems(folder: Path, file: str, text: str, *unit_tests: str) -> list[str]:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
    tests = {name: {"name": name, "original_file_path": "models/x.yml"} for name in unit_tests}
    return [str(problem) for problem in words.find_problems(folder, {"unit_tests": tests})]


@pytest.mark.parametrize("word", ["told", "Anew", "whoever", "of which", "stands", "by then"])
def test_avoided_word_is_found_with_its_line(tmp_path: Path, word: str) -> None:
    (found,) = problems(tmp_path, "docs/page.md", f"# Title\nThe table {word} is here.\n")
    assert found.startswith(f"docs/page.md:2: avoid '{word}'")


def test_avoided_word_within_a_name_is_found(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "models/a.sql", "select rows_made_anew")
    assert found.startswith("models/a.sql:1: avoid 'anew'")


@pytest.mark.parametrize("text", ["a standard", "the teller", "it is retold", "this understands"])
def test_part_of_another_word_is_allowed(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, "docs/page.md", text) == []


@pytest.mark.parametrize("file", ["seeds/labels.csv", "CHANGELOG.md", "docs/words.txt"])
def test_texts_of_other_kinds_are_left_alone(tmp_path: Path, file: str) -> None:
    assert problems(tmp_path, file, "told anew") == []


def test_test_names_have_at_most_70_characters(tmp_path: Path) -> None:
    text = f"def test_{LONG}(): ...\n"
    assert problems(tmp_path, "tests/test_a.py", text) == [
        f"tests/test_a.py:1: the name test_{LONG} is longer than 70 characters"
    ]
    assert problems(tmp_path, "tests/test_a.py", text.replace("aa", "a", 1)) == []


def test_unit_test_names_have_at_most_70_characters(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "README.md", "", "b" * 70, "c" * 71)
    assert "ccc is longer" in found
