"""The clients that must be able to read what is published."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR
from orchestration.publishing.serving import replace_published
from tests.publishing.conftest import PUBLISHED, ROWS

OLD_CLIENT = Path(
    os.environ.get("KLANTBEELD_OLD_CLIENT_PYTHON")
    or PROJECT_DIR / ".venv-old-client" / "bin" / "python"
)

READ = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(duckdb.__version__, connection.execute("select count(*) from marts.orders").fetchone()[0])
"""


@pytest.mark.skipif(not OLD_CLIENT.exists(), reason=f"no old client at {OLD_CLIENT}: make test")
def test_duckdb_1_1_3_reads_it(marts: Path, serving: Path) -> None:
    replace_published(marts, serving, PUBLISHED)
    done = subprocess.run(
        [OLD_CLIENT, "-c", READ, str(serving / "klantbeeld.duckdb")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1.1.3", str(ROWS)]


def test_sqlalchemy_reads_it(marts: Path, serving: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_sqlalchemy")
    replace_published(marts, serving, PUBLISHED)
    engine = sqlalchemy.create_engine(
        f"duckdb:///{serving / 'klantbeeld.duckdb'}", connect_args={"read_only": True}
    )
    with engine.connect() as connection:
        count = connection.execute(sqlalchemy.text("select count(*) from marts.orders")).scalar()
        assert "orders" in sqlalchemy.inspect(connection).get_table_names(schema="marts")
    engine.dispose()
    assert count == ROWS
