"""The contracts of landed tables, read from their dbt source definitions."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from orchestration.landing import instants
from orchestration.landing.keys import NO_TEXT, WORDS_FOR_NOTHING
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
    "json": "JSON",
    **dict.fromkeys(("timestamp", "datetime", "timestamp without time zone"), "TIMESTAMP"),
}
# words that are added to those for nothing, and words that are kept as values
_Words = tuple[tuple[str, ...], tuple[str, ...]]
_DECIMAL = re.compile(r"(?:decimal|numeric)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")


# Whom or what a column identifies that an erasure has to follow, by the usual names.
IDENTIFIED = ("customer", "visitor", "order")
_IDENTIFIED = {f"{kind}_id": (kind,) for kind in IDENTIFIED}

_COMPARISONS = {"min": ">=", "above": ">", "max": "<=", "below": "<"}
_IN_WORDS = {"min": "at least", "above": "above", "max": "at most", "below": "below"}


@dataclass(frozen=True)
class Range:
    """The values that a column may have: bounds as pairs of a meta key and a literal of SQL."""

    bounds: tuple[tuple[str, str], ...]

    def sql(self, value: str) -> str:
        """An expression: whether the value is inside."""
        return " and ".join(f"{value} {_COMPARISONS[key]} {bound}" for key, bound in self.bounds)

    @property
    def reason(self) -> str:
        """What is wrong with a value outside."""
        texts = [
            f"{_IN_WORDS[key]} {bound.partition(' ')[2].strip(chr(39)) or bound}"
            for key, bound in self.bounds
        ]
        return f"is not {' and '.join(texts)}"


# Tools write the year 1, 1900-01-01, the zero of their clock or 9999-12-31 for "no value". The zero
# of Unix is a date that people were born on, but no instant of a shop.
_DEFAULT_RANGES = {
    "TIMESTAMP": Range(
        (("min", "timestamp '1970-01-02 00:00:00'"), ("below", "timestamp '2200-01-01 00:00:00'"))
    ),
    "DATE": Range((("above", "date '1900-01-01'"), ("below", "date '2200-01-01'"))),
}


_KINDS = ("key", "currency", "items", "word", "text")


@dataclass(frozen=True)
class Column:
    """One column of a contract. `data_type` is DuckDB's own name of the type.

    `formats` are those of instants and dates; ISO 8601 alone when there are none. `timezone` is
    that of instants without one. `path` leads through the objects of a file to the value. Where the
    contract is silent, the properties have the default.
    """

    name: str
    data_type: str
    is_required: bool = False
    aliases: tuple[str, ...] = ()
    has_happened: bool = False
    kind: str | None = None
    formats: tuple[str, ...] = ()
    timezone: str | None = None
    named_range: Range | None = None
    added_words: tuple[str, ...] = ()
    kept_words: tuple[str, ...] = ()
    named_identifies: tuple[str, ...] = ()
    is_personal: bool = False
    is_direct_identifier: bool = False
    path: tuple[str, ...] = ()

    @property
    def identifies(self) -> tuple[str, ...]:
        """What the column is a key of, where it matters to an erasure."""
        return self.named_identifies or _IDENTIFIED.get(self.name.lower(), ())

    @property
    def is_key(self) -> bool:
        """Whether the text is a key: equal keys in all formats must be equal texts."""
        return self._kind == "key"

    @property
    def is_currency(self) -> bool:
        """Whether the text is the code of a currency."""
        return self._kind == "currency"

    @property
    def is_items(self) -> bool:
        """Whether it is the list of an event's products."""
        return self._kind == "items"

    @property
    def is_text(self) -> bool:
        """Whether it is a plain text."""
        return self._kind in ("text", "word")

    @property
    def is_word(self) -> bool:
        """Whether the text is compared with a list: blanks around it are cut."""
        return self._kind == "word"

    @property
    def _kind(self) -> str:
        if self.data_type != "VARCHAR":
            return self.data_type
        last_word = self.name.lower().split("_")[-1]
        return self.kind or {"id": "key", "currency": "currency"}.get(last_word, "text")

    @property
    def range(self) -> Range | None:
        """The values that the column may have; None for any."""
        return self.named_range or _DEFAULT_RANGES.get(self.data_type)

    @property
    def words_for_nothing(self) -> tuple[str, ...]:
        """The texts that mean that there is no value, in lower case.

        NA is Namibia, None an answer and Null a surname: a plain text is a value, unless it is
        empty, is what dumps of databases write for nothing, or the contract says otherwise.
        """
        words = tuple(map(str.lower, NO_TEXT)) if self.is_text else WORDS_FOR_NOTHING
        kept = [word for word in words if word == "" or word not in self.kept_words]
        return tuple(dict.fromkeys([*kept, *self.added_words]))


@dataclass(frozen=True)
class CsvOptions:
    """The format of a table's CSV files; what is None is seen in each file.

    `header` are the names of the columns, in their order, in files without a header.
    `fallback_encoding` is that of files that are not UTF-8.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: tuple[str, ...] | None = None
    has_quotes: bool = True
    fallback_encoding: str | None = None


@dataclass(frozen=True)
class TableContract:
    """The columns of the files in `landing/<source>/<table>/`, and their raw table.

    `json_rows` is the path to the rows in a JSON file, where it is not evident. `excel_sheets` are
    the sheets that are read, all where the list is empty, and the first that is visible when None.
    `not_used` are the names, in lower case, of columns that are known and left in `_extra`.
    """

    source: str
    table: str
    schema: str
    columns: tuple[Column, ...]
    csv: CsvOptions = CsvOptions()
    keeps_anonymous_rows: bool = False
    json_rows: tuple[str, ...] = ()
    excel_sheets: tuple[str, ...] | None = None
    not_used: tuple[str, ...] = ()

    def identifying(self, kind: str) -> list[Column]:
        """The columns that are keys of a customer, a visitor or an order."""
        return [column for column in self.columns if kind in column.identifies]

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
        _refuse_half_hashed(path, list(contracts.values()))
    return [contracts[key] for key in sorted(contracts)]


def _refuse_half_hashed(path: Path, contracts: list[TableContract]) -> None:
    """A key that is hashed in one table has to be in all, or it would match nothing.

    Where a table has the hashed key, it may have a plain one beside it.
    """
    for kind in IDENTIFIED:
        keys = {
            contract: columns for contract in contracts if (columns := contract.identifying(kind))
        }
        hashed = {c for c, columns in keys.items() if any(k.is_direct_identifier for k in columns)}
        for contract, columns in keys.items():
            if contract not in hashed and contract.source in {each.source for each in hashed}:
                raise ContractError(
                    f"{path}: source {contract.source}, table {contract.table}, column "
                    f"{columns[0].name}: it needs `identifier: direct`, since other keys of a "
                    f"{kind} have it"
                )


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
    missing = [_missing(_meta(definition), where) for definition in (source, table)]
    columns = tuple(_column(column, missing, where) for column in table.get("columns") or [])
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
    paths = [column.path for column in columns if column.path]
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        raise ContractError(f"{where}: two columns have the path {'.'.join(twice)}")
    meta = _meta(table)
    return TableContract(
        source=source["name"],
        table=table["name"],
        schema=source["schema"],
        columns=columns,
        csv=_csv_options(meta, columns, where),
        keeps_anonymous_rows=meta.get("keeps_anonymous_rows") is True,
        json_rows=_path(_options(meta, "json", ("rows",), where).get("rows"), where),
        excel_sheets=_sheets(_options(meta, "excel", ("sheet", "sheets"), where), where),
        not_used=_not_used(meta.get("not_used"), owner, where),
    )


def _not_used(written: Any, owner: dict[str, str], where: str) -> tuple[str, ...]:
    """The names of columns that are known and not used; `owner` has the names of the others."""
    names = [] if written is None else written
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ContractError(f"{where}: `not_used` is not a list of names")
    lower = tuple(name.strip().lower() for name in names)
    if used := next((name for name in lower if name in owner), None):
        raise ContractError(f"{where}: `not_used` has {used}, which is a name of {owner[used]}")
    return lower


def _column(definition: Any, missing_above: list[_Words], where: str) -> Column:
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
    kind = meta.get("kind")
    if kind is not None and (data_type != "VARCHAR" or kind not in _KINDS):
        raise ContractError(
            f"{where}: the `kind` of a varchar is key, currency, items, word or text"
        )
    added, kept = _missing(meta, where)
    draft = Column(name, data_type, kind=kind)
    if draft.is_key or draft.is_currency or draft.is_items or data_type != "VARCHAR":
        # a plain text has words for nothing of its own only
        for added_above, kept_above in reversed(missing_above):
            added += tuple(word for word in added_above if word not in kept)
            kept += tuple(word for word in kept_above if word not in added)
    return Column(
        name=name,
        data_type=data_type,
        is_required=any(
            isinstance(constraint, dict) and constraint.get("type") == "not_null"
            for constraint in definition.get("constraints") or []
        ),
        aliases=tuple(aliases),
        has_happened=has_happened,
        kind=kind,
        formats=_formats(meta.get("format"), data_type, where),
        timezone=_timezone(meta.get("timezone"), data_type, where),
        named_range=_range(meta.get("range"), data_type, where),
        added_words=added,
        kept_words=kept,
        named_identifies=_identifies(meta.get("identifies"), where),
        is_personal=meta.get("is_personal") is True,
        is_direct_identifier=_is_direct(meta.get("identifier"), draft, where),
        path=_path(meta.get("path"), where),
    )


def _identifies(written: Any, where: str) -> tuple[str, ...]:
    if written is None:
        return ()
    kinds = [written] if isinstance(written, str) else written
    if not isinstance(kinds, list) or not set(kinds) <= set(IDENTIFIED):
        raise ContractError(f"{where}: `identifies` takes {', '.join(IDENTIFIED)}")
    return tuple(kinds)


def _is_direct(written: Any, column: Column, where: str) -> bool:
    if written is None:
        return False
    if written != "direct" or not column.is_key:
        raise ContractError(f"{where}: `identifier` is direct, and for keys only")
    return True


def _formats(written: Any, data_type: str, where: str) -> tuple[str, ...]:
    if written is None:
        return ()
    if data_type not in ("TIMESTAMP", "DATE"):
        raise ContractError(f"{where}: only a timestamp or a date has a `format`")
    formats = [written] if isinstance(written, str) else written
    if not isinstance(formats, list) or not all(isinstance(form, str) for form in formats):
        raise ContractError(f"{where}: `format` is a format or a list of them")
    for form in formats:
        if problem := instants.format_problem(form):
            raise ContractError(f"{where}: the format {form!r} can't be used: {problem}")
    return tuple(formats)


def _timezone(written: Any, data_type: str, where: str) -> str | None:
    if written is None:
        return None
    if data_type != "TIMESTAMP":
        raise ContractError(f"{where}: only a timestamp has a `timezone`")
    if not isinstance(written, str) or (problem := instants.timezone_problem(written)):
        problem = "it is no text" if not isinstance(written, str) else problem
        raise ContractError(f"{where}: the timezone {written!r} can't be used: {problem}")
    return written


def _range(written: Any, data_type: str, where: str) -> Range | None:
    if written is None:
        return None
    if data_type in ("VARCHAR", "BOOLEAN", "JSON"):
        raise ContractError(f"{where}: only a number, a timestamp or a date has a `range`")
    if not (isinstance(written, dict) and written and set(written) <= set(_COMPARISONS)):
        raise ContractError(f"{where}: `range` takes {', '.join(_COMPARISONS)}")
    default = _DEFAULT_RANGES.get(data_type, Range(()))
    bounds: list[tuple[str, str]] = []
    for side in (("min", "above"), ("max", "below")):
        named = [key for key in side if key in written]
        if len(named) > 1:
            raise ContractError(f"{where}: `range` has both {named[0]} and {named[1]}")
        if named:
            key = named[0]
            bounds.append((key, _bound(written[key], data_type, f"{where}, range {key}")))
        else:  # the default holds on the side that the contract leaves open
            bounds += [(key, bound) for key, bound in default.bounds if key in side]
    return Range(tuple(bounds))


def _bound(written: Any, data_type: str, where: str) -> str:
    try:
        if data_type in ("TIMESTAMP", "DATE"):
            read = datetime.fromisoformat(
                written.isoformat() if isinstance(written, date) else written
            )
            if data_type == "DATE":
                return f"date '{read.date().isoformat()}'"
            return f"timestamp '{read.replace(tzinfo=None).isoformat(sep=' ')}'"
        if isinstance(written, bool):
            raise ValueError
        number = Decimal(str(written))
        if not number.is_finite():
            raise ValueError
        return f"{number:f}"
    except (ValueError, TypeError, InvalidOperation):
        raise ContractError(f"{where}: {written!r} is no {data_type.lower()}") from None


def _missing(meta: dict[str, Any], where: str) -> _Words:
    """The words for nothing that a source, a table or a column adds, and those that it keeps."""
    written = meta.get("missing") or {}
    if not isinstance(written, dict) or set(written) - {"add", "keep"}:
        raise ContractError(f"{where}: `missing` takes two lists of words, `add` and `keep`")
    lists = []
    for key in ("add", "keep"):
        words = written.get(key) or []
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ContractError(
                f"{where}: `{key}` of `missing` is not a list of words; put quotes around them"
            )
        lists.append(tuple(word.strip().lower() for word in words))
    return lists[0], lists[1]


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


def _csv_options(meta: dict[str, Any], columns: tuple[Column, ...], where: str) -> CsvOptions:
    keys = ("delimiter", "encoding", "fallback_encoding", "header", "quotes")
    written = _options(meta, "csv", keys, where)
    delimiter = written.get("delimiter")
    if delimiter is not None and (
        not (isinstance(delimiter, str) and len(delimiter.encode()) == 1) or delimiter in '"\r\n'
    ):
        raise ContractError(f"{where}: the delimiter is not a single character")
    if not isinstance(written.get("quotes", True), bool):
        raise ContractError(f"{where}: `quotes` is true or false")
    return CsvOptions(
        delimiter,
        _encoding(written.get("encoding"), where),
        _header(written.get("header", True), columns, where),
        written.get("quotes", True),
        _encoding(written.get("fallback_encoding"), where),
    )


def _encoding(written: Any, where: str) -> str | None:
    if written is None:
        return None
    try:
        return codecs.lookup(written).name
    except (LookupError, TypeError) as error:
        raise ContractError(f"{where}: encoding {written!r} is not known") from error


def _header(written: Any, columns: tuple[Column, ...], where: str) -> tuple[str, ...] | None:
    """The names of the columns of files without a header; None for files with one."""
    if written is True:
        return None
    if written is False:
        return tuple(column.name for column in columns)
    if not (isinstance(written, list) and written and all(isinstance(n, str) for n in written)):
        raise ContractError(
            f"{where}: `header` is false, or lists the columns of files that have none"
        )
    return tuple(written)


def _sheets(excel: dict[str, Any], where: str) -> tuple[str, ...] | None:
    """The names of the sheets to read; none for all of them, None for the first that is visible."""
    if not excel:
        return None
    if len(excel) > 1:
        raise ContractError(f"{where}: it has both `sheet` and `sheets`")
    if "sheet" in excel:
        if not isinstance(excel["sheet"], str):
            raise ContractError(f"{where}: the `sheet` is not a name")
        return (excel["sheet"],)
    sheets = excel["sheets"]
    if sheets == "all":
        return ()
    if not (isinstance(sheets, list) and sheets and all(isinstance(name, str) for name in sheets)):
        raise ContractError(f"{where}: `sheets` is a list of names, or all")
    return tuple(sheets)


def _path(written: Any, where: str) -> tuple[str, ...]:
    """The keys that lead to a value: `billing.email`, or a list where a key has a dot."""
    if written is None:
        return ()
    keys = written.split(".") if isinstance(written, str) else written
    if not (isinstance(keys, list) and keys and all(isinstance(k, str) and k for k in keys)):
        raise ContractError(f"{where}: a path is keys with dots between them, or a list of keys")
    return tuple(keys)


def _options(meta: dict[str, Any], key: str, known: tuple[str, ...], where: str) -> dict[str, Any]:
    """What the contract says of a table's files of one format."""
    written = meta.get(key) or {}
    if not isinstance(written, dict) or set(written) - set(known):
        raise ContractError(f"{where}: `{key}` takes {', '.join(known)}")
    return written


def _meta(definition: dict[str, Any]) -> dict[str, Any]:
    config = definition.get("config")
    meta = config.get("meta") if isinstance(config, dict) else None
    return meta if isinstance(meta, dict) else {}
