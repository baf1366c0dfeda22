"""Checks the rules of the project: `python -m orchestration.house_rules`."""

from __future__ import annotations

import sys

from orchestration.house_rules import models, parsed_project, words, yaml_keys
from orchestration.paths import PROJECT_DIR


def main() -> int:
    """Print every problem; returns 1 if there is one."""
    problems = yaml_keys.find_problems(PROJECT_DIR)
    try:
        manifest = parsed_project.parse(PROJECT_DIR)
        problems += models.find_problems(manifest)
        problems += words.find_problems(PROJECT_DIR, manifest)
    except parsed_project.ParseError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        for problem in problems:
            print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} breaches of the rules of the project", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
