"""Formulas that a workbook keeps without their results, as programs write them that cannot calculate.

ECMA-376 part 1, 18.3.1.4: a cell `c` holds its formula `f` and the result of the last calculation `v`.
"""

from __future__ import annotations

import io
import re
import zipfile
from posixpath import normpath

from lxml import etree

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def uncalculated(data: bytes, sheet: str) -> list[str]:
    """Cells of the sheet (`C2`) with a formula and no result; none for the old binary .xls."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        part = _part(book, sheet)
        text = book.read(part) if part in book.namelist() else b""
    if not _FORMULA.search(text):
        return []
    found = []
    for _, cell in etree.iterparse(
        io.BytesIO(text), tag="{*}c", resolve_entities=False, no_network=True, load_dtd=False
    ):
        if _waits(cell):
            found.append(cell.get("r", ""))
        cell.clear()
    return found


def _waits(cell: etree._Element) -> bool:
    """Whether the cell's formula has no result; an empty text is one and says that it is a text."""
    result = cell.find("{*}v")
    empty = result is None or not result.text
    return empty and cell.get("t") != "str" and cell.find("{*}f") is not None


def _part(book: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part that holds the sheet."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    sheets = etree.fromstring(book.read("xl/workbook.xml"), parser).iterfind(".//{*}sheet")
    relation = next((_relation(one) for one in sheets if one.get("name") == sheet), None)
    relations = etree.fromstring(book.read("xl/_rels/workbook.xml.rels"), parser)
    target = next((str(r.get("Target")) for r in relations if r.get("Id") == relation), "")
    return target.removeprefix("/") if target.startswith("/") else normpath(f"xl/{target}")


def _relation(sheet: etree._Element) -> str | None:
    """The relation's id, whose namespace differs between the two conformance classes of the format."""
    return next((str(said) for name, said in sheet.items() if str(name).endswith("}id")), None)
