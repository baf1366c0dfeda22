"""Hashes that nobody can compare with guesses without the key, which is beside the warehouse."""

from __future__ import annotations

import secrets

from orchestration.landing.contract import TableContract
from orchestration.paths import DataPaths
from orchestration.sql import identifier, literal


def hash_sql(paths: DataPaths, kind: str, value: str) -> str:
    """An expression for the keyed hash of a text: SHA-256 in hexadecimal, null for null.

    Equal texts of another kind have another hash. Makes the key when it is missing.
    """
    return f"sha256({literal(f'{_key(paths)}{kind}:')} || {value})"


def hashed_identifier(paths: DataPaths, value: str) -> str:
    """An expression for what is kept of a direct identifier."""
    return f"'hashed-' || left({hash_sql(paths, 'identifier', f'lower({value})')}, 24)"


def hashed_values(paths: DataPaths, contract: TableContract) -> str:
    """The keys that are direct identifiers, such as e-mail addresses, as what is kept of them.

    Returns a list of SQL expressions with their columns, empty where there is none.
    """
    return ", ".join(
        f"{hashed_identifier(paths, name)} as {name}"
        for column in contract.columns
        if column.is_direct_identifier
        for name in [identifier(column.name)]
    )


def _key(paths: DataPaths) -> str:
    file = paths.warehouse_dir / "hash.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()
