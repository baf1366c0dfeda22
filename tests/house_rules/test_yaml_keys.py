from pathlib import Path

import pytest

from orchestration.house_rules import yaml_keys

MODELS = """\
models:
  - name: customers
    description: One row per customer.
    config:
      access: public
      contract: {enforced: true}
      materialized: incremental
      unique_key: [customer_id]
    columns:
      - name: customer_id
        description: Key.
        data_type: varchar
        constraints: [{type: not_null}]
        config: {meta: {direct_identifier: true}}
        data_tests:
          - unique
          - accepted_values:
              name: known_customers
              arguments: {values: [a, b]}
              config: {severity: warn}

unit_tests:
  - name: customers_are_counted_once
    model: customers
    overrides:
      vars: {as_of: 2026-01-01}
    given:
      - input: ref('people')
        format: dict
        rows:
          - {customer_id: a, meta: {anything: 1}}
    expect:
      rows:
        - {customer_id: a}
"""

PROJECT = """\
name: small
profile: small
flags:
  require_unique_project_resource_names: true
models:
  small:
    marts:
      +materialized: table
      +contract:
        enforced: true
seeds:
  small:
    +schema: seeds
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "models" / "marts").mkdir(parents=True)
    (tmp_path / "models" / "marts" / "_models.yml").write_text(MODELS)
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_known_keys_pass(project: Path) -> None:
    assert yaml_keys.find_problems(project) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("description: One", "descripton: One", 3, "'descripton' (is 'description' meant?)"),
        ("access: public", "acess: public", 5, "'acess' (is 'access' meant?)"),
        ("materialized: inc", "materialised: inc", 7, "'materialised' (is 'materialized' meant?)"),
        ("enforced: true", "enforce: true", 6, "'enforce' (is 'enforced' meant?)"),
        ("data_type:", "datatype:", 12, "'datatype' (is 'data_type' meant?)"),
        ("{type: not_null}", "{typ: not_null}", 13, "'typ' (is 'type' meant?)"),
        ("direct_identifier", "direct_identifer", 14, "(is 'direct_identifier' meant?)"),
        ("data_tests:", "data_test:", 15, "'data_test' (is 'data_tests' meant?)"),
        ("severity:", "severty:", 20, "'severty' (is 'severity' meant?)"),
        ("arguments:", "argumens:", 19, "'argumens' (is 'arguments' meant?)"),
        ("unit_tests:", "unittests:", 22, "'unittests' (is 'unit_tests' meant?)"),
        ("overrides:", "override:", 25, "'override' (is 'overrides' meant?)"),
        ("vars:", "var:", 26, "'var' (is 'vars' meant?)"),
        ("format: dict", "formt: dict", 29, "'formt' (is 'format' meant?)"),
        ("    expect:", "    expects:", 32, "'expects' (is 'expect' meant?)"),
        ("    model: customers\n", "    model: customers\n    model: a\n", 25, "occurs twice here"),
        ("given:", "given: [", 28, "this is not YAML"),
    ],
)
def test_a_misspelt_key_of_a_resource(
    project: Path, old: str, new: str, line: int, message: str
) -> None:
    file = project / "models" / "marts" / "_models.yml"
    change(file, old, new)
    problems = yaml_keys.find_problems(project)
    assert [p for p in problems if p.line == line and message in p.message], problems
    assert {problem.file for problem in problems} == {"models/marts/_models.yml"}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("profile:", "profil:", 2, "'profil' (is 'profile' meant?)"),
        ("require_unique_p", "require_uniqe_p", 4, "'require_uniqe_project_resource_names'"),
        ("+materialized", "+materialised", 8, "'+materialised' (is '+materialized' meant?)"),
        ("+contract", "+contrct", 9, "'+contrct' (is '+contract' meant?)"),
        ("enforced", "enforcd", 10, "'enforcd' (is 'enforced' meant?)"),
        ("+schema", "+shema", 13, "'+shema' (is '+schema' meant?)"),
        ("seeds:\n", "sedes:\n", 11, "'sedes' (is 'seeds' meant?)"),
    ],
)
def test_a_misspelt_key_of_the_project(
    project: Path, old: str, new: str, line: int, message: str
) -> None:
    change(project / "dbt_project.yml", old, new)
    problems = yaml_keys.find_problems(project)
    assert [p for p in problems if p.line == line and message in p.message], problems
    assert {problem.file for problem in problems} == {"dbt_project.yml"}


def test_long_file_documents_one_resource(project: Path) -> None:
    file = project / "models" / "marts" / "_models.yml"
    file.write_text(MODELS + "# more\n" * (300 - len(MODELS.splitlines())))
    assert yaml_keys.find_problems(project) == []
    file.write_text(file.read_text() + "# more\n")
    (problem,) = yaml_keys.find_problems(project)
    assert "more than 300 lines" in problem.message
    file.write_text(MODELS[: MODELS.index("unit_tests:")] + "# more\n" * 300)
    assert yaml_keys.find_problems(project) == []


def test_jinja_in_a_value_is_ignored(project: Path) -> None:
    file = project / "models" / "marts" / "_models.yml"
    change(file, "{enforced: true}", """{enforced: "{{ target.name == 'duckdb' }}"}""")
    assert yaml_keys.find_problems(project) == []


def test_nested_project_is_not_checked(project: Path) -> None:
    other = project / "tests" / "other" / "models"
    other.mkdir(parents=True)
    (other / "_models.yml").write_text("moddels: []\n")
    assert len(yaml_keys.find_problems(project)) == 1
    (other.parent / "dbt_project.yml").write_text(PROJECT)
    assert yaml_keys.find_problems(project) == []
