"""`kanon items parse`: a list of goods as a new user would try it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.items_cells import column_of_names
from tests.cli.conftest import Kanon

ADDED = [
    "item_class", "class_name", "canonical", "status", "confidence", "okei", "standard", "grade",
    "attributes", "rest", "trouble",
]  # fmt: skip
HEADING = "Код;Наименование;Ед.;Цена"
ROWS = [
    "1;Круг 40 ст45 н/д;т;75890",
    "2;;кг;1",
    "3;Труба проф ст09Г2С 60 *60*2,0 (12 м) ГОСТ8639-82;;2",
    "4;Кабель ВВГнг(A)-LS 3*25;км;3",
    "5;Круг 40; ст45;т;4",
    "6;Труба проф 60*60 06.мар;т;5",
    "7;Неведомая зверушка;;6",
]


@pytest.fixture
def price(tmp_path: Path) -> Path:
    path = tmp_path / "Прайс.csv"
    path.write_text("\r\n".join([HEADING, *ROWS]) + "\r\n", encoding="cp1251")
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_every_row_comes_back_in_its_place(kanon: Kanon, price: Path) -> None:
    answer = kanon("items", "parse", str(price))
    assert answer.code == 0, answer.err
    rows = read(price.with_name("Прайс.items.csv"))
    assert [row["Код"] for row in rows] == list("1234567")
    assert [name for name in rows[0] if name in ADDED] == ADDED
    first, third = rows[0], rows[2]
    assert (first["item_class"], first["grade"], first["okei"]) == ("steel_round", "45", "168")
    assert (third["standard"], third["attributes"]) == (
        "ГОСТ 8639-82",
        "a=60; b=60; t=2; standard=ГОСТ 8639-82; grade=09Г2С; l=12000",
    )
    assert rows[3]["canonical"] == "ВВГнг(А)-LS 3×25"


def test_cells_that_are_no_names_are_told(kanon: Kanon, price: Path) -> None:
    kanon("items", "parse", str(price))
    rows = read(price.with_name("Прайс.items.csv"))
    assert [row["trouble"] for row in rows] == [
        "", "empty", "", "", "row_shifted", "size_became_date", "",
    ]  # fmt: skip
    assert all(float(row["confidence"]) <= 0.3 for row in rows if row["trouble"])
    assert (rows[6]["status"], rows[6]["rest"]) == ("unparsed", "Неведомая зверушка")


def test_a_workbook_comes_back_as_a_workbook_with_a_report(kanon: Kanon, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["Прайс"], ["Номенклатура", "Цена"], ["Лист 10 <b>09Г2С", 1], ["Уголок 63х5", 2]):
        sheet.append(cells)
    source, page = tmp_path / "price.xlsx", tmp_path / "report.html"
    book.save(source)
    assert kanon("items", "parse", str(source), "--report", str(page)).code == 0
    whole = openpyxl.load_workbook(tmp_path / "price.items.xlsx").worksheets[0]
    rows = list(whole.iter_rows(values_only=True))
    assert rows[0][:3] == ("Номенклатура", "Цена", "item_class")
    assert [row[2] for row in rows[1:]] == ["steel_sheet", "steel_angle"]
    html = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;" in html
    assert '<mark title="' in html
    assert "http" not in html.replace("http-equiv", "")


def test_a_name_is_put_together_from_columns_without_headings(kanon: Kanon, tmp_path: Path) -> None:
    source = tmp_path / "bare.csv"
    source.write_text("1;Круг ст18ХГТ;95мм;ГОСТ 2590-2006\n2;Круг;40;\n", encoding="utf-8")
    answer = kanon(
        "items", "parse", str(source), "--no-header", "--column", "2", "--column", "3",
        "--column", "4", "--json", "--out", str(tmp_path / "out.parquet"),
    )  # fmt: skip
    assert json.loads(answer.out)["classes"] == {"steel_round": 2}
    told = pl.read_parquet(tmp_path / "out.parquet")
    assert told["attributes"].to_list() == ["d=95; standard=ГОСТ 2590-2006; grade=18ХГТ", "d=40"]


def test_an_unknown_column_is_refused_with_the_cure(kanon: Kanon, tmp_path: Path) -> None:
    source = tmp_path / "odd.csv"
    source.write_text("a;b\n1;2\n", encoding="utf-8")
    answer = kanon("items", "parse", str(source))
    assert answer.code != 0
    assert "--column" in answer.err
    assert not list(tmp_path.glob("*.items.*"))


def test_the_file_itself_is_never_written(kanon: Kanon, price: Path) -> None:
    before = price.read_bytes()
    assert kanon("items", "parse", str(price), "--out", str(price)).code != 0
    assert price.read_bytes() == before


def test_a_report_has_a_place_of_its_own(kanon: Kanon, price: Path, tmp_path: Path) -> None:
    """Not a folder, not the result, not the file that is read; and then nothing is written at all."""
    for place in (tmp_path, price, price.with_name("Прайс.items.csv")):
        answer = kanon("items", "parse", str(price), "--report", str(place))
        assert answer.code == 2
        assert place.name in answer.err
    assert [path.name for path in tmp_path.iterdir()] == [price.name]


def test_an_empty_file_is_refused_with_its_name(kanon: Kanon, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    for name in ("empty.csv", "empty.xlsx"):
        answer = kanon("items", "parse", str(tmp_path / name))
        assert answer.code == 5, answer.err
        assert f"{name}: в таблице нет ни одной строки" in answer.err


def test_sheets_that_were_not_read_are_told(
    kanon: Kanon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, source, page = openpyxl.Workbook(), tmp_path / "price.xlsx", tmp_path / "report.html"
    for title, name in (("Трубы", "Труба 57х3,5"), ("Прочее", "Круг 40 ст45"), ("Пустой", None)):
        sheet = book.create_sheet(title)
        for cell in ("Наименование", name) if name else ():
            sheet.append([cell])
    del book["Sheet"]
    book.save(source)
    told = kanon("items", "parse", str(source), "--report", str(page)).out
    assert "Прочитан лист «Трубы». Не прочитано листов: 1 («Прочее»)." in told
    assert '--sheet "Прочее"' in told
    assert "Не прочитано листов: 1" in page.read_text(encoding="utf-8")
    chosen = kanon("items", "parse", str(source), "--sheet", "Прочее", "--json")
    counts = json.loads(chosen.out)
    assert (counts["sheet"], counts["sheets_unread"]) == ("Прочее", ["Трубы"])
    assert counts["classes"] == {"steel_round": 1}
    monkeypatch.setenv("KANON_LANGUAGE", "en")
    english = kanon("items", "parse", str(source)).out
    assert "price.xlsx: 1 row, class known of 1" in english
    assert "Sheet 'Трубы' was read. 1 more sheet was not ('Прочее')." in english


def test_a_folder_is_no_list_whatever_its_name(kanon: Kanon, tmp_path: Path) -> None:
    (tmp_path / "price.csv").mkdir()
    for command in (("items", "parse"), ("dedupe",)):
        answer = kanon(*command, str(tmp_path / "price.csv"))
        assert answer.code == 2
        assert "price.csv» — папка, а не файл" in answer.err


def test_cells_of_a_spreadsheet_that_are_no_names_and_units_nobody_knows(
    kanon: Kanon, tmp_path: Path
) -> None:
    source, page = tmp_path / "odd.csv", tmp_path / "odd.html"
    source.write_text(
        "Код;Название товара, размер;Ед. изм.\n1;Лист 10;фунт\n2;Круг 40;\n3;Круг 42;т\n"
        '4;"=HYPERLINK(""http://a.example"";""Круг 45"")";т\n5;Круг #ССЫЛКА! 40;т\n'
        "6;Круг\0 40;т\n7;=A1&B2;т\n",
        encoding="utf-8",
    )
    answer = kanon("items", "parse", str(source), "--report", str(page))
    rows = read(source.with_name("odd.items.csv"))
    assert [row["trouble"] for row in rows] == [
        "unit_unknown", "", "", "", "cell_error", "broken_text", "formula",
    ]  # fmt: skip
    assert [row["okei"] for row in rows[:4]] == ["", "168", "168", "168"]
    assert (rows[3]["canonical"], rows[3]["confidence"]) == ("Круг 45", "0.98")
    assert all(float(row["confidence"]) <= 0.1 for row in rows[4:])
    assert "(«фунт»)" in answer.out
    assert "«фунт»" in page.read_text(encoding="utf-8")


def test_a_line_in_another_encoding_is_told_and_spoils_no_other(
    kanon: Kanon, tmp_path: Path
) -> None:
    source = tmp_path / "mixed.csv"
    source.write_bytes("Название\nКруг 40\n".encode() + "Круг 42\n".encode("cp1251"))
    answer = kanon("items", "parse", str(source))
    rows = read(source.with_name("mixed.items.csv"))
    assert [row["trouble"] for row in rows] == ["", "broken_text"]
    assert "(строки файла: 3)" in answer.out


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("Код товара;Товар", "Товар"),
        ("Наименование группы;Название товара", "Название товара"),
        ("Номенклатурный номер;Номенклатура, характеристика", "Номенклатура, характеристика"),
        ("Наименование поставщика;Цена товара", None),
    ],
)
def test_headings_that_name_goods(heading: str, found: str | None) -> None:
    assert column_of_names(heading.split(";")) == found
