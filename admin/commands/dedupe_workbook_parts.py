"""The fixed parts of a workbook: relations, styles, the frame of a sheet (ECMA-376 part 1)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Places in cellXfs below. OWN and OURS are followed by their tones 1 and 2.
HEAD_OWN, HEAD_OURS, SCORE, COUNT, QUOTED, OWN, OURS = 1, 2, 3, 4, 5, 6, 9
_TEXT = 49

_FONT = '<sz val="10"/><color rgb="FF{}"/><name val="Calibri"/><family val="2"/>'
_FONTS = (
    _FONT.format("141A22"),
    "<b/>" + _FONT.format("55606E"),
    "<b/>" + _FONT.format("FFFFFF"),
    _FONT.format("9A4A45"),
)
_FILLS = ("EEF0F3", "0B5BD3", "F3F7FE", "FDF4F3")
_LINE = '<{0} style="thin"><color rgb="FFE1E5EA"/></{0}>'
# Font, fill, number format, more attributes.
_FORMATS = (
    (0, 0, 0, ""),
    (1, 2, _TEXT, ""),
    (2, 3, _TEXT, ""),
    (0, 0, 2, ""),
    (0, 0, 3, ""),
    (0, 0, _TEXT, ' quotePrefix="1"'),
    (0, 0, _TEXT, ""),
    (0, 0, _TEXT, ""),
    (3, 5, _TEXT, ""),
    (0, 0, _TEXT, ""),
    (0, 4, _TEXT, ""),
    (3, 5, _TEXT, ""),
)


def fixed(names: Sequence[str], ranges: Sequence[str]) -> dict[str, str]:
    """File name in the package → its XML, for sheets of these names and ranges."""
    return {
        "[Content_Types].xml": _types(len(names)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(names, ranges),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(names) + 1)]
            + [("styles", "styles.xml")]
        ),
        "xl/styles.xml": _styles(),
    }


def sheet_start(cells: str, *, first: bool) -> str:
    """The sheet up to its columns: the heading stays in sight while one scrolls."""
    active = ' tabSelected="1"' if first else ""
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="{cells}"/><sheetViews><sheetView{active} workbookViewId="0" showGridLines="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="17" customHeight="1"/>'
    )


def sheet_end(cells: str) -> str:
    """The rest of the sheet: filter, print setup, no green corners on numbers kept as text."""
    return (
        f'</sheetData><autoFilter ref="{cells}"/>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'
        "</worksheet>"
    )


def _types(sheets: int) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{at}.xml", "worksheet") for at in range(1, sheets + 1)]
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{_SHEET}.{kind}+xml"/>' for name, kind in parts
    )
    return (
        f'{XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, start=1)
    )
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _workbook(names: Sequence[str], ranges: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, start=1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">'
        f"'{name}'!{_absolute(cells)}</definedName>"
        for at, (name, cells) in enumerate(zip(names, ranges, strict=True))
    )
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{filters}</definedNames></workbook>"
    )


def _absolute(cells: str) -> str:
    corners = []
    for corner in cells.split(":"):
        letters = corner.rstrip("0123456789")
        corners.append(f"${letters}${corner[len(letters) :]}")
    return ":".join(corners)


def _styles() -> str:
    fonts = "".join(f"<font>{font}</font>" for font in _FONTS)
    solid = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{rgb}"/></patternFill></fill>'
        for rgb in _FILLS
    )
    fills = f'<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>{solid}'
    lines = "".join(_LINE.format(side) for side in ("left", "right", "top", "bottom"))
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="1" xfId="0"'
        f' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"{more}>'
        '<alignment vertical="center"/></xf>'
        for font, fill, number, more in _FORMATS
    )
    return (
        f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="{len(_FONTS)}">{fonts}</fonts>'
        f'<fills count="{len(_FILLS) + 2}">{fills}</fills>'
        f'<borders count="2"><border/><border>{lines}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_FORMATS)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
