"""A person's table read: the heading found, columns recognised, nothing left out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.dedupe_columns import given_columns, meaning, recognise
from flows.dedupe_file import read_table
from schemas.errors import ConfigError, ContractBroken
from tests.support.messy_table import DON, HEADING_ROW, VOLNA, rows, write_messy_workbook


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Наименование", "name"), ("Название организации", "name"), ("Контрагент", "name"),
        ("Сокращённое наименование", "name"), ("Company name", "name"), ("Клиент", "name"),
        ("Полное наименование", "full_name"), ("НаименованиеПолное", "full_name"),
        ("ИНН", "inn"), ("ИHH", "inn"), ("ИНН контрагента", "inn"), ("Tax ID", "inn"),
        ("ИНН/КПП", "inn_kpp"), ("ИНН / КПП", "inn_kpp"), ("КПП", "kpp"), ("ОГРНИП", "ogrn"),
        ("Юр. адрес", "address"), ("Адрес", "address"), ("Фактический адрес", "address"),
        ("Тел.", "phones"), ("Телефон контактного лица", "phones"), ("Моб. тел", "phones"),
        ("E-mail", "emails"), ("Эл. почта", "emails"), ("Адрес электронной почты", "emails"),
        ("Дата изменения", "updated_at"), ("Дата изм.", "updated_at"), ("Последнее обновление", "updated_at"),
        ("Updated at", "updated_at"), ("Код", "source_id"), ("Код 1С", "source_id"),
        ("source_id", "source_id"), ("GUID", "source_id"), ("Источник", "source"), ("source", "source"),
    ],
)  # fmt: skip
def test_a_heading_is_recognised(heading: str, field: str) -> None:
    found = meaning(heading)
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize(
    "heading",
    [
        "№ п/п", "Ответственный", "Вид контрагента", "Тип организации", "ИНН банка", "Банк",
        "Наименование товара", "Дата договора", "Сумма", "Контактное лицо", "Почтовый индекс",
        "E-mail менеджера", "Комментарий", "ОКПО", "Код ОКПО", "Дата регистрации", "",
    ],
)  # fmt: skip
def test_a_heading_of_something_else_is_left_alone(heading: str) -> None:
    assert meaning(heading) is None


def test_of_several_columns_the_fittest_is_read_and_contacts_all_are() -> None:
    found = recognise(
        ["Клиент", "Наименование", "Тел.", "Моб. телефон", "Факт. адрес", "Юр. адрес"], {}
    )
    assert found.columns["name"] == ("Наименование",)
    assert found.columns["phones"] == ("Тел.", "Моб. телефон")
    assert found.columns["address"] == ("Юр. адрес", "Факт. адрес")
    assert found.unused == ("Клиент",)


def test_what_the_user_says_goes_before_the_words() -> None:
    given = given_columns(["Налоговый=inn,Наименование=-", "Фирма, кратко=name"])
    found = recognise(["Наименование", "Фирма, кратко", "Налоговый"], given)
    assert found.columns == {"name": ("Фирма, кратко",), "inn": ("Налоговый",)}


@pytest.mark.parametrize("text", ["ИНН", "=inn", "ИНН=in", "ИНН=inn,Имя"])
def test_columns_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--columns"):
        given_columns([text])


def test_a_messy_workbook_keeps_every_row(tmp_path: Path) -> None:
    found = read_table(write_messy_workbook(tmp_path / "a.xlsx"), None, {})
    filled = [row for row in rows() if any(row)]
    assert found.cells.height == len(filled)
    assert found.above == HEADING_ROW - 1
    assert found.blank == 1
    aside = found.aside.drop_nulls().to_list()
    assert aside == ["section_row", "repeated_heading", "totals_row"]
    assert found.numbers[0] == HEADING_ROW + 1
    assert found.cells["ИНН/КПП"][7 + 1] == str(int(DON))


def test_inn_and_kpp_in_one_cell_come_apart(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    texts = [
        f"{VOLNA}/770101001",
        f"ИНН {VOLNA}, КПП 770101001",
        f"{VOLNA}770101001",
        VOLNA,
        "/770101001",
        "",
    ]
    file.write_text("\n".join(["Имя;ИНН-КПП", *(f"х;{text}" for text in texts)]), encoding="utf-8")
    found = read_table(file, None, {"Имя": "name"}).records()
    assert found["inn"].to_list() == [VOLNA] * 4 + ["/770101001", None]
    assert found["kpp"].to_list() == ["770101001"] * 3 + [None, "770101001", None]


def test_a_csv_of_windows_is_read_with_its_delimiter(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("Список\r\nНаименование\tИНН\r\nООО «Волна»\t0012\r\n".encode("cp1251"))
    found = read_table(file, None, {})
    assert found.cells.rows() == [("ООО «Волна»", "0012")]
    assert (found.delimiter, found.above) == ("\t", 1)


def test_a_row_with_too_many_cells_is_kept_and_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("name;inn\nООО А;1\nООО Рога; копыта;2\n", encoding="utf-8")
    found = read_table(file, None, {})
    assert found.cells.row(1) == ("ООО Рога", " копыта", "2")
    assert found.aside.to_list() == [None, "row_too_wide"]


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pl.DataFrame(
        {"name": ["ООО А"], "inn": [int(VOLNA)], "phones": [["84952211840"]]}
    ).write_parquet(file)
    found = read_table(file, None, {})
    assert found.records()["inn"].to_list() == [VOLNA]
    assert set(found.recognised.columns) == {"name", "inn", "phones"}


@pytest.mark.parametrize("text", ["", "\n\n", "Наименование;ИНН\n"])
def test_an_empty_table_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractBroken, match=r"a\.csv"):
        read_table(file, None, {})


def test_unknown_headings_are_shown_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Дата;Сумма\n1;2\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_table(file, None, {})
    assert "«Дата», «Сумма»" in refused.value.ru
    assert "--columns" in refused.value.ru


def test_a_heading_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Наименование;Налоговый\nА;2\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_table(file, None, {"Налоговая": "inn"})
    assert "Похоже на «Налоговый»" in refused.value.ru


def test_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="docx"):
        read_table(tmp_path / "a.docx", None, {})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be opened"):
        read_table(tmp_path / "a.csv", None, {})


def workbook(path: Path, sheets: dict[str, list[list[object]]], hidden: str = "") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


TABLE: list[list[object]] = [["Наименование", "ИНН"], ["ООО «Волна»", VOLNA]]


def test_the_first_sheet_that_holds_a_table_is_read(tmp_path: Path) -> None:
    cover: list[list[object]] = [["Отчёт о клиентах"], ["Подготовила Орлова"]]
    file = workbook(
        tmp_path / "a.xlsx", {"Обложка": cover, "Пусто": [], "Клиенты": TABLE, "Ещё": TABLE}
    )
    found = read_table(file, None, {})
    assert (found.sheet, found.others) == ("Клиенты", ("Обложка", "Пусто", "Ещё"))
    assert read_table(file, "Ещё", {}).others == ()


def test_a_hidden_sheet_comes_after_those_a_person_sees(tmp_path: Path) -> None:
    other: list[list[object]] = [["Название", "КПП"], ["ООО «Старое»", "770101001"]]
    file = workbook(tmp_path / "a.xlsx", {"Старое": other, "Клиенты": TABLE}, hidden="Старое")
    assert read_table(file, None, {}).sheet == "Клиенты"


def test_a_list_of_names_alone_is_read_where_there_is_no_table(tmp_path: Path) -> None:
    names: list[list[object]] = [["Клиент"], ["ООО «Волна»"]]
    file = workbook(tmp_path / "a.xlsx", {"Обложка": [["2025"]], "Имена": names})
    assert read_table(file, None, {}).sheet == "Имена"


def test_formulas_of_another_sheet_stop_nobody_those_of_this_one_do(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "Обложка": [["=1+1"]],
        "Клиенты": [*TABLE, ["=A2", VOLNA]],
    }
    file = workbook(tmp_path / "a.xlsx", {**sheets, "Клиенты": TABLE})
    assert read_table(file, None, {}).cells.height == 1
    with pytest.raises(ContractBroken, match=r"Клиенты: .*: A3"):
        read_table(workbook(tmp_path / "b.xlsx", sheets), None, {})


def test_a_sheet_is_asked_of_workbooks_only(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Наименование;ИНН\nООО А;1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="Leave it out"):
        read_table(file, "Лист1", {})


def test_a_heading_that_stands_twice_is_told_and_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"Имя;ИНН;ИНН\nООО А;1;{VOLNA}\n", encoding="utf-8")
    found = read_table(file, None, {"Имя": "name"})
    assert found.recognised.columns["inn"] == ("ИНН",)
    assert found.recognised.rivals == {"inn": ("ИНН_2",)}
    other = read_table(file, None, {"Имя": "name", "ИНН": "-", "ИНН_2": "inn"})
    assert other.records()["inn"].to_list() == [VOLNA]
    assert other.recognised.rivals == {}


def test_numbers_of_a_spreadsheet_are_spelled_out_in_every_column_they_stand_in(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "ИНН/КПП": [f"{VOLNA}.0/770101001.0", f"{VOLNA}.0"],
            "Тел.": [79161234567.0, None],
            "Моб.": ["7.9261234567E+10", "8,9261234567Е10"],
        }
    ).write_parquet(file)
    found = read_table(file, None, {}).records()
    assert found["inn"].to_list() == [VOLNA, VOLNA]
    assert found["kpp"].to_list() == ["770101001", None]
    assert found["phones"].to_list() == ["79161234567, 79261234567", "89261234567"]
