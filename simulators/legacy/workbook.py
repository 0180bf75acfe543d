"""The client base a sales manager keeps in Excel, and the same list saved as CSV in cp1251."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from simulators.world import World

HEADER = (
    "№",
    "Код",
    "Наименование",
    "ИНН",
    "КПП",
    "ОГРН",
    "Адрес",
    "Телефон",
    "E-mail",
    "Контактное лицо",
    "Ответственный",
)
HEADER_ROW = 4
SHEET = "Клиенты"
_MANAGERS = ("Орлова Т.В.", "Гусев А.Н.", "Крылов С.П.", "Фомина Е.А.")
_BLOCK = 25
_LONG_AGO = (2025, 6, 2, 9, 0, 0)


def _rows(world: World) -> list[tuple[Any, ...]]:
    rows = []
    for number, card in enumerate(world.cards("files").iter_rows(named=True)):
        person = f"{card['last']} {card['first']} {card['middle']}" if number % 3 else None
        # The manager writes the responsible person once for a block of rows and merges the cells.
        manager = _MANAGERS[number // _BLOCK % len(_MANAGERS)] if number % _BLOCK == 0 else None
        inn = card["inn"]
        # A number in Excel has no leading zero; the ones that kept theirs were typed as text.
        typed = int(inn) if inn and inn.isdigit() and not inn.startswith("0") else inn
        requisites = (typed, card["kpp"], card["ogrn"])
        rows.append(
            (
                number + 1,
                card["key"],
                card["name"],
                *requisites,
                card["address"],
                card["phones"],
                card["emails"],
                person,
                manager,
            )
        )
    return rows


def write_workbook(world: World, path: Path) -> Path:
    """An .xlsx with a title above the header, merged cells, INN as numbers and a row of totals."""
    rows = _rows(world)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook always has one
    sheet.title = SHEET
    sheet["A1"] = "Клиентская база отдела продаж"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = "по состоянию на 02.06.2025"
    sheet.merge_cells("A1:K1")
    sheet.merge_cells("A2:K2")
    sheet.append([])
    sheet.append(HEADER)
    for row in rows:
        sheet.append(_writable(row))
    for first in range(0, len(rows), _BLOCK):
        last = min(first + _BLOCK, len(rows))
        sheet.merge_cells(
            start_row=HEADER_ROW + 1 + first,
            end_row=HEADER_ROW + last,
            start_column=11,
            end_column=11,
        )
    sheet.append(["Итого", None, f"{len(rows)} записей"])
    sheet.merge_cells(
        start_row=HEADER_ROW + len(rows) + 1,
        end_row=HEADER_ROW + len(rows) + 1,
        start_column=3,
        end_column=5,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    book.properties.created = datetime(*_LONG_AGO, tzinfo=UTC).replace(tzinfo=None)
    book.save(path)
    _freeze(path)
    return path


def _writable(row: tuple[Any, ...]) -> list[Any]:
    # Control characters of a garbled name cannot stand in a workbook.
    return [
        re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", cell) if isinstance(cell, str) else cell
        for cell in row
    ]


def _freeze(path: Path) -> None:
    """Rewrites the file without the moment of saving, so that equal worlds give equal bytes."""
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    core = "docProps/core.xml"
    members[core] = re.sub(
        rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2025-06-02T09:00:00Z", members[core]
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, content)


def write_csv(world: World, path: Path) -> Path:
    """The same rows as «;»-separated cp1251 text, header first, as Excel saves them in Russia."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="cp1251", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(_rows(world))
    return path
