"""The project follows its own rules."""

import pytest

from orchestration.house_rules import models, parsed_project, words, yaml_keys
from orchestration.house_rules.problem import Problem
from orchestration.paths import PROJECT_DIR


def fail_with(problems: list[Problem]) -> None:
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)


def test_yaml_has_no_unknown_key() -> None:
    fail_with(yaml_keys.find_problems(PROJECT_DIR))


def test_models_and_texts_follow_the_rules(runs_dbt: None) -> None:
    manifest = parsed_project.parse(PROJECT_DIR)
    fail_with(models.find_problems(manifest) + words.find_problems(PROJECT_DIR, manifest))
