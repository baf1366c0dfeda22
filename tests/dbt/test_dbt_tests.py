"""dbt's own tests, run by dbt: unit tests by name, and data tests where nothing landed."""

from typing import Any

import pytest

Results = dict[str, dict[str, Any]]


def failure(result: dict[str, Any]) -> str:
    return f"{result['unique_id']}: {result['status']}\n{result['message']}"


def test_unit_test(unit_test: str, test_results: Results) -> None:
    result = test_results.get(f"unit_test.klantbeeld.{unit_test}")
    assert result, f"dbt did not run the unit test {unit_test}"
    if result["status"] != "pass":
        pytest.fail(failure(result), pytrace=False)


def test_data_tests_hold_where_nothing_landed(test_results: Results) -> None:
    data_tests = [result for name, result in test_results.items() if name.startswith("test.")]
    assert data_tests
    failed = [failure(result) for result in data_tests if result["status"] not in ("pass", "warn")]
    if failed:
        pytest.fail("\n\n".join(failed), pytrace=False)
