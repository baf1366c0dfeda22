"""How tests are spread over processes, and which of them `make test-fast` leaves out."""

from __future__ import annotations

import os

import pytest

# Fixtures that take minutes: the tests that share one run in one process.
SHARED = ("empty_warehouse", "beginning", "replay", "vendors")

# A test without `slow` must end within this time, so that `make test-fast` stays fast.
FAST_SECONDS = 60


@pytest.fixture(scope="session")
def runs_dbt() -> None:
    """Requested by every fixture and test that starts dbt or a refresh; marks its tests `slow`."""


# before xdist reads the marks
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        shared = next((name for name in SHARED if name in fixtures), None)
        item.add_marker(pytest.mark.xdist_group(shared or item.path.stem))
        if "runs_dbt" in fixtures:
            item.add_marker(pytest.mark.slow)
        elif not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(FAST_SECONDS))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fail if the groups have no effect: each process would then build every shared fixture."""
    if "PYTEST_XDIST_WORKER" in os.environ and any("@" not in i.nodeid for i in session.items):
        raise pytest.UsageError("this version of pytest-xdist does not group tests")
