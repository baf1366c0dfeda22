"""The contracts of landed tables, read from their dbt source definitions."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.landing.problems import ContractError

LOADER_COLUMNS = ("_extra", "_load_id", "_file", "_loaded_at")

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")

_TYPES = {
    **dict.fromkeys(("varchar", "text", "string", "char"), "VARCHAR"),
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    **dict.fromkeys(("integer", "int"), "INTEGER"),
    "bigint": "BIGINT",
    "hugeint": "HUGEINT",
    **dict.fromkeys(("double", "float8", "double precision"), "DOUBLE"),
    **dict.fromkeys(("boolean", "bool"), "BOOLEAN"),
    "date": "DATE",
    **dict.fromkeys(("timestamp", "datetime", "timestamp without time zone"), "TIMESTAMP"),
}
_DECIMAL = re.compile(r"(?:decimal|numeric)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")


@dataclass(frozen=True)
class Column:
    """One column of a contract. `data_type` is DuckDB's own name of the type."""

    name: str
    data_type: str
    is_required: bool = False
    aliases: tuple[str, ...] = ()
    has_happened: bool = False


@dataclass(frozen=True)
class CsvOptions:
    """The format of a table's CSV files."""

    delimiter: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True)
class TableContract:
    """The columns of the files in `landing/<source>/<table>/`, and their raw table."""

    source: str
    table: str
    schema: str
    columns: tuple[Column, ...]
    csv: CsvOptions = CsvOptions()

    @property
    def key(self) -> tuple[str, str]:
        """The pair by which a table is known: (source, table)."""
        return self.source, self.table

    @property
    def version(self) -> str:
        """A hash of the contract: a failed file is tried again when it changes."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def match(self, names: list[str]) -> dict[int, Column]:
        """The contract's columns in a file, by position; names match in any case.

        Raises ValueError with both names when two match the same column.
        """
        by_name = {
            name.strip().lower(): column
            for column in self.columns
            for name in (column.name, *column.aliases)
        }
        matched: dict[int, Column] = {}
        taken: dict[str, str] = {}
        for position, name in enumerate(names):
            column = by_name.get(name.strip().lower())
            if column is None:
                continue
            if column.name in taken:
                raise ValueError(f'"{taken[column.name]}" and "{name}" are both {column.name}')
            taken[column.name] = name
            matched[position] = column
        return matched


def load_contracts(staging_dir: Path) -> list[TableContract]:
    """The contracts of all tables that land, ordered by source and table.

    Reads every `<source>/_<source>__sources.yml` below `staging_dir`; leaves out sources and tables
    with `config.meta.is_landed: false`. Raises ContractError for a definition that can't be used.
    """
    contracts: dict[tuple[str, str], TableContract] = {}
    targets: dict[tuple[str, str], TableContract] = {}
    for path in sorted(Path(staging_dir).glob("*/_*__sources.yml")):
        for contract in _read(path):
            if contract.key in contracts:
                raise ContractError(
                    f"{path}: source {contract.source}, table {contract.table} is defined twice"
                )
            target = (contract.schema.lower(), contract.table.lower())
            if target in targets:
                raise ContractError(
                    f"{path}: source {contract.source}, table {contract.table} has the same "
                    f"schema and name as that of source {targets[target].source}"
                )
            contracts[contract.key] = targets[target] = contract
    return [contracts[key] for key in sorted(contracts)]


def _read(path: Path) -> list[TableContract]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} is not valid YAML: {error}") from error
    sources = document.get("sources") if isinstance(document, dict) else None
    if not isinstance(sources, list):
        raise ContractError(f"{path} has no list of `sources`")
    contracts = []
    for source in sources:
        if not isinstance(source, dict) or not source.get("name"):
            raise ContractError(f"{path}: a source has no name")
        if _meta(source).get("is_landed") is False:
            continue
        where = f"{path}: source {source['name']}"
        if not isinstance(source.get("schema"), str):
            raise ContractError(f"{where} has no `schema` to land in")
        for table in source.get("tables") or []:
            if not isinstance(table, dict) or not table.get("name"):
                raise ContractError(f"{where}: a table has no name")
            if _meta(table).get("is_landed") is not False:
                contracts.append(_table(source, table, f"{where}, table {table['name']}"))
    return contracts


def _table(source: dict[str, Any], table: dict[str, Any], where: str) -> TableContract:
    if table.get("identifier", table["name"]) != table["name"]:
        raise ContractError(f"{where}: `identifier` is not supported, a table lands under its name")
    columns = tuple(_column(column, where) for column in table.get("columns") or [])
    if not columns:
        raise ContractError(f"{where} has no columns")
    owner: dict[str, str] = {}
    for column in columns:
        for name in {name.strip().lower() for name in (column.name, *column.aliases)}:
            if name in owner:
                raise ContractError(
                    f"{where}, column {column.name}: the name {name} is taken by {owner[name]}"
                )
            owner[name] = column.name
    return TableContract(
        source=source["name"],
        table=table["name"],
        schema=source["schema"],
        columns=columns,
        csv=_csv_options(_meta(table).get("csv") or {}, where),
    )


def _column(definition: Any, where: str) -> Column:
    if not isinstance(definition, dict) or not isinstance(definition.get("name"), str):
        raise ContractError(f"{where}: a column has no name")
    name, meta = definition["name"], _meta(definition)
    where = f"{where}, column {name}"
    if name.lower() in LOADER_COLUMNS:
        raise ContractError(f"{where}: the loader writes this column itself")
    data_type = _canonical_type(definition.get("data_type"), where)
    aliases = meta.get("aliases") or []
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise ContractError(f"{where}: `aliases` is not a list of names")
    has_happened = meta.get("has_happened") is True
    if has_happened and data_type not in ("TIMESTAMP", "DATE"):
        raise ContractError(f"{where}: only a timestamp or a date can have happened")
    return Column(
        name=name,
        data_type=data_type,
        is_required=any(
            isinstance(constraint, dict) and constraint.get("type") == "not_null"
            for constraint in definition.get("constraints") or []
        ),
        aliases=tuple(aliases),
        has_happened=has_happened,
    )


def _canonical_type(written: Any, where: str) -> str:
    if not isinstance(written, str):
        raise ContractError(f"{where} has no `data_type`")
    text = " ".join(written.lower().split())
    if text in _TYPES:
        return _TYPES[text]
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        precision, scale = int(decimal[1]), int(decimal[2] or 0)
        if 1 <= precision <= 38 and scale <= precision:
            return f"DECIMAL({precision},{scale})"
    raise ContractError(f"{where}: {written!r} is not a type that can be landed")


def _csv_options(options: Any, where: str) -> CsvOptions:
    if not isinstance(options, dict) or set(options) - {"delimiter", "encoding"}:
        raise ContractError(f"{where}: `csv` takes a delimiter and an encoding")
    csv = CsvOptions(**options)
    if not (isinstance(csv.delimiter, str) and len(csv.delimiter.encode()) == 1) or (
        csv.delimiter in '"\r\n'
    ):
        raise ContractError(f"{where}: the delimiter is not a single character")
    try:
        encoding = codecs.lookup(csv.encoding).name
    except (LookupError, TypeError) as error:
        raise ContractError(f"{where}: encoding {csv.encoding!r} is not known") from error
    return CsvOptions(csv.delimiter, encoding)


def _meta(definition: dict[str, Any]) -> dict[str, Any]:
    config = definition.get("config")
    meta = config.get("meta") if isinstance(config, dict) else None
    return meta if isinstance(meta, dict) else {}
