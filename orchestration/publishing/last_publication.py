"""The record of the last publication, to skip one that would change nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from orchestration.databases import write_ahead_log
from orchestration.files import size_and_mtime, write_atomically
from orchestration.paths import DataPaths
from orchestration.publishing import serving_manifest

PROGRAM = Path(__file__).parent.parent


def record(paths: DataPaths, build_id: str) -> None:
    """Record that the marts of this build are published as the published manifest describes."""
    write_atomically(_file(paths), json.dumps(_state(paths, build_id)))


def is_current(paths: DataPaths, build_id: str) -> bool:
    """Whether publishing this build's marts again would change nothing.

    Compares sizes and times of files, not content: there may be gigabytes of it.
    """
    try:
        known = json.loads(_file(paths).read_text())
        has_all_files = None not in known["files"].values()
        return has_all_files and known == _state(paths, build_id) and not _has_log(paths)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _state(paths: DataPaths, build_id: str) -> dict[str, Any]:
    names = [serving_manifest.NAME, *serving_manifest.read(paths.serving).get("files", {})]
    return {
        "build_id": build_id,
        "program": program_fingerprint(),
        "files": {name: size_and_mtime(paths.serving / name) for name in names},
    }


def program_fingerprint() -> str:
    """A hash of this program: another version may publish other files or another report."""
    digest = hashlib.sha256()
    for file in sorted(PROGRAM.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(PROGRAM)}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _file(paths: DataPaths) -> Path:
    return paths.warehouse_dir / "last_publication.json"


def _has_log(paths: DataPaths) -> bool:
    """Whether a program wrote to the published database; publishing then refuses with a message."""
    return any(write_ahead_log(file).exists() for file in paths.serving.glob("*.duckdb"))
