"""How tests are spread over processes: `make test` runs as many as there are cores."""

from __future__ import annotations

import pytest

# fixtures that take minutes to make: the tests that share one run one after the other
SHARED = ("empty_warehouse", "beginning", "replay")


# before xdist reads the marks
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        shared = next((name for name in SHARED if name in fixtures), None)
        item.add_marker(pytest.mark.xdist_group(shared or item.path.stem))
