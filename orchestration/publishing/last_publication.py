"""Whether what is published is still what was put there, told without reading it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from orchestration.paths import DataPaths
from orchestration.publishing import manifest as manifests
from orchestration.publishing.audit import write_ahead_log

PROGRAM = Path(__file__).parent.parent


def remember(paths: DataPaths, build_id: str) -> None:
    """The marts of this build are published, as the manifest in place describes."""
    file = _file(paths)
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(_state(paths, build_id)))
    temporary.replace(file)


def stands(paths: DataPaths, build_id: str) -> bool:
    """Whether publishing this build's marts would change nothing.

    Files are told by their sizes and times, since there may be gigabytes of them.
    """
    try:
        known = json.loads(_file(paths).read_text())
        return known == _state(paths, build_id) and not _has_log(paths)
    except (OSError, ValueError):
        return False


def _state(paths: DataPaths, build_id: str) -> dict[str, Any]:
    names = [manifests.NAME, *manifests.read(paths.serving).get("files", {})]
    return {
        "build_id": build_id,
        "program": program_fingerprint(),
        "files": {name: _stat(paths.serving / name) for name in names},
    }


def program_fingerprint() -> str:
    """Changes with the program: another one may publish other files, or write another report."""
    digest = hashlib.sha256()
    for file in sorted(PROGRAM.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(PROGRAM)}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _file(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "last_publication.json"


def _stat(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _has_log(paths: DataPaths) -> bool:
    """Publishing refuses where somebody wrote to the published database, and says so."""
    return any(write_ahead_log(file).exists() for file in paths.serving.glob("*.duckdb"))
