"""This project keeps the rules of its own house."""

import pytest

from orchestration.house_rules import models, parsed_project, yaml_keys
from orchestration.house_rules.problem import Problem
from orchestration.paths import PROJECT_DIR


def say(problems: list[Problem]) -> None:
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)


def test_yaml_has_no_key_that_dbt_passes_over() -> None:
    say(yaml_keys.find_problems(PROJECT_DIR))


def test_models_keep_to_their_layers(runs_dbt: None) -> None:
    say(models.find_problems(parsed_project.parse(PROJECT_DIR)))
