from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.building import dbt as module
from orchestration.building.dbt import Dbt, DbtFolders

ENDLESS = """
import sys
sys.stdin.readline()
while True:
    print('{"info": {"level": "info", "name": "Said"}}')
"""


@pytest.mark.timeout(30)
def test_close_kills_a_command_without_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as when the terminal that a refresh speaks to is gone."""
    monkeypatch.setattr(module, "CHILD", tmp_path / "endless.py")
    module.CHILD.write_text(ENDLESS)
    dbt = Dbt(DbtFolders(tmp_path, tmp_path / "target", tmp_path / "logs"), tmp_path)
    dbt.command(["build"])
    assert next(dbt.events())["info"]["name"] == "Said"
    child = dbt.process.pid
    dbt.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
