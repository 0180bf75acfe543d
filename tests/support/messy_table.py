"""A client list as a manager keeps it in Excel: titles, merged cells, numbers, totals, repeats, typos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from schemas.requisites import parse_inn

HEADING = (
    "№ п/п", "Код", "Контрагент", "ИНН/КПП", "ОГРН", "Юр. адрес", "Тел.", "E-mail",
    "Ответственный", "Комментарий",
)  # fmt: skip
HEADING_ROW = 4
Cell = str | int | float | None


def company_inn(number: int, region: int = 77) -> str:
    """A made-up INN of a company, its check digit right."""
    stem = f"{region:02d}{number:07d}"
    return next(inn for digit in range(10) if parse_inn(inn := f"{stem}{digit}").value == inn)


VOLNA, SEVER, DON, ZARYA = (
    company_inn(1234567), company_inn(2345678, 50), company_inn(3456789, 2), company_inn(4567890, 78),
)  # fmt: skip
TRADER = "500100732259"


def rows() -> list[Sequence[Cell]]:
    """The rows under the heading, in order; what is wrong with each stands beside it."""
    volna = "г. Москва, ул. Полковая, д. 3, стр. 1"
    return [
        (1, "К-001", "ООО «Волна»", f"{VOLNA}/770101001", "1027700000001", volna, "8 (495) 221-18-40, 8-926-414-33-02", "info@volna-msk.ru", "Орлова", None),
        (2, "К-002", "OOO \"Boлнa\"", f"{VOLNA} / 770101001", None, volna, "+7 495 221 18 40", "INFO@volna-msk.ru ", None, "латинские буквы"),
        (3, "К-003", "Волна ООО", int(VOLNA), None, "Москва, Полковая 3 стр 1", "84952211840", None, None, "без КПП, числом"),
        (4, "К-004", "ООО Волна (филиал в Туле)", f"{VOLNA}/710543001", None, "г. Тула, пр-т Ленина, 77", None, "tula@volna-msk.ru", None, None),
        ("Московская область",) * 10,
        (5, "К-005", "АО «Северный ветер»", f"{SEVER}/502401001", None, "Московская обл., г. Красногорск, ул. Речная, 8", "8(498)555-10-20", "office@sever-veter.ru", "Гусев", None),
        (6, "К-006", "Северный ветер, АО", SEVER[:-1] + str((int(SEVER[-1]) + 3) % 10), None, "Красногорск, Речная ул., дом 8", "8 498 555-10-20", "office@sever-veter.ru", None, "опечатка в ИНН"),
        HEADING,
        (7, "К-007", "ООО «Дон-Агро»", int(DON), None, "Респ. Башкортостан, г. Уфа, ул. Менделеева, 21", "8 347 246-00-11", None, "Крылов", "ноль впереди потерян"),
        (8, "К-008", "Дон-Агро ООО", f"{DON}/020201001", None, "г Уфа, Менделеева, 21", "(347) 246-00-11 доб. 5", "mail@don-agro.ru", None, None),
        (None,) * 10,
        (9, "К-009", "ИП Петрова Анна Сергеевна", int(TRADER), None, None, "8 916 200-30-40", "petrova.as@mail.ru", None, None),
        (10, "К-010", "Петрова А.С., ИП", TRADER, None, None, None, None, None, None),
        (11, "К-011", "=HYPERLINK(\"http://example.invalid\";\"ООО Заря\")", f"{ZARYA}/780201001", None, "<b>СПб</b>, Невский пр., 100", "@звонить после 10", "-", None, "+1 к скидке"),
        (12, "К-012", "ООО «Заря»", ZARYA, None, "г. Санкт-Петербург, Невский пр-кт, д. 100", "8 812 310 10 10", "zarya@zarya-spb.ru", None, "<script>alert(1)</script>"),
        (13, "К-013", "ООО «Стройинвест»", None, None, "г. Пермь", None, None, None, None),
        (14, "К-014", "ООО «Стройинвест»", None, None, "г. Омск", None, None, None, "другой, просто тёзка"),
        (15, "К-015", None, None, None, "г. Казань, ул. Баумана, 1", None, None, None, "ни имени, ни реквизитов"),
        ("Итого:", None, None, None, None, None, None, None, None, None),
    ]  # fmt: skip


def write_messy_workbook(path: Path) -> Path:
    """The list as .xlsx; two titles and a blank line above the heading, one manager for several rows."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Клиенты"
    sheet["A1"] = "Клиентская база отдела продаж"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = "по состоянию на 02.06.2025"
    sheet.merge_cells("A1:J1")
    sheet.merge_cells("A2:J2")
    sheet.append([])
    sheet.append(HEADING)
    for row in rows():
        sheet.append(list(row))
    for cell in sheet["C"]:
        if isinstance(cell.value, str) and cell.value.startswith("="):
            cell.data_type = "s"
    section = HEADING_ROW + 5
    for column in "BCDEFGHIJ":
        sheet[f"{column}{section}"] = None
    sheet.merge_cells(f"A{section}:J{section}")
    sheet.merge_cells("I5:I8")
    book.save(path)
    return path
