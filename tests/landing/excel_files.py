"""Excel files written by hand, as Excel stores cells."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

# the style of a cell that is a date: number format 22, d/m/yyyy h:mm
_STYLES = (
    '<styleSheet xmlns="{0}"><fonts><font/></fonts><fills><fill/></fills><borders><border/>'
    '</borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def number(value: str) -> str:
    return f"<c><v>{value}</v></c>"


def date(days: str) -> str:
    """A date as Excel counts it: 1 is 1 January 1900."""
    return f'<c s="1"><v>{days}</v></c>'


def truth(value: int) -> str:
    return f'<c t="b"><v>{value}</v></c>'


def formula(text: str, cached: str) -> str:
    return f"<c><f>{escape(text)}</f><v>{cached}</v></c>"


def error(text: str) -> str:
    return f'<c t="e"><v>{text}</v></c>'


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


Row = Sequence[str | None]


def _sheet(rows: Mapping[int, Row] | Sequence[Row]) -> str:
    numbered = rows.items() if isinstance(rows, Mapping) else enumerate(rows, start=1)
    written = []
    for row_number, row in numbered:
        cells = [
            (cell if cell.startswith("<c") else text(cell)).replace(
                "<c", f'<c r="{chr(ord("A") + i)}{row_number}"', 1
            )
            for i, cell in enumerate(row)
            if cell is not None
        ]
        written.append(f'<row r="{row_number}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(written)}</sheetData></worksheet>'


def write_excel(
    path: Path,
    sheets: Mapping[str, Mapping[int, Row] | Sequence[Row]],
    hidden: Sequence[str] = (),
) -> None:
    """Write sheets of rows; a text of a cell that is no cell by the functions here is a text."""
    states = dict.fromkeys(hidden, ' state="hidden"')
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"{states.get(name, "")}/>'
        for i, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{_RELATIONS}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/s{i}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
            f'"/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{parts}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}<Relationship Id="rId99" '
            f'Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", _STYLES.format(_MAIN))
        for i, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/s{i}.xml", _sheet(rows))
