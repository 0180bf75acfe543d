"""Tables people keep become rows: headings found, oddities refused with their place, bytes checked."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.files import Files, FilesSettings
from connectors.files.csvfile import read_csv
from connectors.files.texts import decoded
from connectors.registry import validated
from schemas.errors import ConfigError, ContractBroken
from schemas.records import KEY, Batch
from tests.connectors.samples import samples
from tests.support.examples import examples


def connector(path: Path, **layout: Any) -> Files:
    layout = {"patterns": ["*"], "format": "csv", **layout}
    wanted = {"path": str(path), "streams": {"s": layout}}
    return Files("f", validated(FilesSettings, "f", wanted))


def read(path: Path, body: bytes, **layout: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    (path / "прайс.csv").write_bytes(body)
    batches = everything(connector(path, **layout))
    rows = pl.concat([batch.rows for batch in batches], how="diagonal")
    return rows, pl.concat([batch.rejects for batch in batches])


def everything(source: Files) -> list[Batch]:
    return list(source.read("s", None, datetime.now(UTC)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, mark: str) -> None:
    lines = ["ИНН;Имя", "7707083893;Сбербанк", '7708123450;"ООО ""Ромашка"""']
    body = "\r\n".join(line.replace(";", mark) for line in lines).encode(encoding)
    rows, _ = read(tmp_path, body, key=["ИНН"])
    assert rows.columns[:2] == ["ИНН", "Имя"]
    assert rows["Имя"].to_list() == ["Сбербанк", 'ООО "Ромашка"']
    assert rows[KEY].to_list() == ["7707083893", "7708123450"]


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
def test_old_code_pages_are_told_apart_by_their_letters(encoding: str) -> None:
    text = "Наименование;Цена\nКабель ВВГ 3х2,5;1\nТруба профильная;2\n"
    assert decoded(text.encode(encoding), "auto", "a.csv") == text
    marks = "ШВВП 2х0,75;1\nПВС 3х1,5;2\n" * 20
    assert decoded(marks.encode("cp1251"), "auto", "a.csv") == marks


def test_a_line_in_another_encoding_is_refused_alone(tmp_path: Path) -> None:
    body = "а;б\n1;Ёлка\n".encode() + "2;Ёлка\n".encode("cp1251") + "3;Ёж\n".encode()
    rows, rejects = read(tmp_path, body, key=["а"])
    assert rows["б"].to_list() == ["Ёлка", "Ёж"]
    assert rejects["reason"].to_list() == ["bytes_misfit"]
    with pytest.raises(ContractBroken, match="lines 3 are not"):
        decoded(body, "auto", "a.csv")


def test_the_heading_is_found_below_a_title_and_totals_are_left_out(tmp_path: Path) -> None:
    body = "Прайс-лист на 01.02.2026;;\n;;\nАртикул;Имя;Цена\nА1;Болт;10,5\n;;\nИтого:;;10,5\n"
    rows, rejects = read(tmp_path, body.encode())
    assert rows.drop("_key", "_changed_at", "_deleted").rows() == [("А1", "Болт", "10,5")]
    assert rejects.is_empty()


LIST = "Имя;ИНН;Сумма\n"


@pytest.mark.parametrize(
    "line",
    [
        "Всего хорошего ООО;;10",
        "Total Восток ООО;;",
        "Итого;7707083893;10",
        "Total;7707 не знаем;10",
        "ООО Итого;;10",
        "Всего;;7707083893",
    ],
)
def test_a_company_named_like_a_total_is_a_record(tmp_path: Path, line: str) -> None:
    rows, rejects = read(tmp_path, f"{LIST}Вектор;7414003633;1\n{line}\n".encode())
    assert rows["Имя"].to_list() == ["Вектор", line.split(";")[0]]
    assert rejects.is_empty()


def test_a_row_with_a_key_is_a_record_whatever_it_is_called(tmp_path: Path) -> None:
    body = "Имя;Код;Сумма\nВектор;1;1\nИтого;2;10\nИтого;;11\n".encode()
    rows, rejects = read(tmp_path, body, key=["Код"])
    assert rows[KEY].to_list() == ["1", "2"]
    assert rejects.is_empty()


@pytest.mark.parametrize("line", ["Итого;;10 руб.", "Всего по складу;;10", "Total;;+7 495 1234567"])
def test_what_may_be_a_total_or_not_is_refused_and_seen(tmp_path: Path, line: str) -> None:
    rows, rejects = read(tmp_path, f"{LIST}Вектор;7414003633;1\n{line}\n".encode())
    assert rows["Имя"].to_list() == ["Вектор"]
    assert rejects.select("reason", "value").rows() == [("totals_row", "прайс.csv:3")]
    rows, rejects = read(tmp_path, f"{LIST}{line}\n".encode(), skip_totals=False)
    assert (rows.height, rejects.height) == (1, 0)


@pytest.mark.parametrize(
    "line", ["Итого:;;1 234,50", "ВСЕГО;;", "Всего записей: 15;;", ";Total;-5%", "Итого 3;;3"]
)
def test_a_total_of_nothing_but_amounts_is_left_out(tmp_path: Path, line: str) -> None:
    rows, rejects = read(tmp_path, f"{LIST}Вектор;7414003633;1\n{line}\n".encode())
    assert (rows.height, rejects.height) == (1, 0)


@pytest.mark.parametrize(
    "body",
    [
        '1;"Ромашка;1\n2;Мак;2\n3;Лютик;3\n4;"Вектор";4\n',
        '1;"Ромашка;1\n2;Мак;2\n3;Лютик;3\n4;Вектор";4\n',
        '1;"Ромашка;1\r2;Вектор";4\r',
        '1;"ООО "Ромашка"";1\n',
    ],
)
def test_a_quote_that_would_swallow_records_refuses_the_whole_file(
    tmp_path: Path, body: str
) -> None:
    with pytest.raises(ContractBroken, match=r"прайс\.csv:3: a quote is opened") as refused:
        read(tmp_path, f"Код;Имя;Сумма\n0;Клевер;0\n{body}".encode())
    assert "прайс.csv:3: кавычка" in refused.value.ru


def test_a_cell_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    body = 'Код;Имя;Адрес\n1;Мак;"Тула;\nул. Мира; 1"\n2;"Лютик\nи К";"а\nб"\n'
    rows, _ = read(tmp_path, body.encode(), key=["Код"])
    assert rows["Адрес"].to_list() == ["Тула;\nул. Мира; 1", "а\nб"]
    assert rows["Имя"].to_list() == ["Мак", "Лютик\nи К"]


def test_columns_are_renamed_and_the_rest_kept_word_for_word(tmp_path: Path) -> None:
    body = "Код;Телефоны\n1;24-40-09, 24-40-10\n".encode()
    rows, _ = read(tmp_path, body, columns={"code": "Код"}, key=["code"])
    assert rows.select("code", "Телефоны").row(0) == ("1", "24-40-09, 24-40-10")
    with pytest.raises(ContractBroken, match="no column 'Артикул'"):
        read(tmp_path, body, columns={"article": "Артикул"})


def test_bad_rows_are_refused_with_file_and_line_and_the_rest_loads(tmp_path: Path) -> None:
    body = 'ИНН;Имя\n1;"а\nб"\n2;в;г\n;д\n1;е\n3;ж\n'.encode()
    rows, rejects = read(tmp_path, body, key=["ИНН"])
    assert rows[KEY].to_list() == ["1", "3"]
    assert dict(zip(rejects["value"], rejects["reason"], strict=True)) == {
        "прайс.csv:4": "row_too_wide",
        "прайс.csv:5": "key_missing",
        "прайс.csv:6": "key_duplicate",
    }
    assert rejects["message_ru"].str.starts_with("прайс.csv:").all()


def test_without_a_key_equal_rows_are_kept_apart(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, "а;б\n1;2\n1;2\n3;4\n".encode())
    first, second, third = rows[KEY]
    assert second == f"{first}#2"
    assert third not in (first, second)
    assert rejects.is_empty()


def test_a_register_may_repeat_a_key_and_the_last_record_counts(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, "к;в\n1;а\n2;б\n1;г\n".encode(), key=["к"], repeats="last")
    assert rows.select("к", "в").rows() == [("2", "б"), ("1", "г")]
    assert rejects.is_empty()


@pytest.mark.parametrize(
    ("body", "layout", "said"),
    [
        ("а;б\n1;Ёлка\n".encode(), {"encoding": "windows-1251"}, "file is UTF-8"),
        ("a;b\n1;Ёлка\n".encode("cp1251"), {"encoding": "utf-8"}, r"прайс\.csv:2: the bytes are not"),
        ('а;б\n1;"нет конца\n2;3\n'.encode(), {}, r"прайс\.csv:2: a quote is opened"),
        (b"1;2\n3;4\n", {}, "no heading"),
        (b"", {"format": "xlsx"}, "not an Excel workbook"),
        (b"PAR1", {"format": "parquet"}, "not a Parquet"),
        (b'{"a": [1,\n 2', {"format": "json"}, r"прайс\.csv:2: not well-formed JSON"),
        (b'{"a": 1}', {"format": "json", "record": "b"}, "no array of objects at 'b'"),
        ("а;б\n1;2\n".encode(), {"key": ["в"]}, "no key column 'в'"),
        ("а;_key\n1;2\n".encode(), {}, "reserved"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_cause(
    tmp_path: Path, body: bytes, layout: dict[str, Any], said: str
) -> None:
    with pytest.raises(ContractBroken, match=said):
        read(tmp_path, body, **layout)
    assert [probe.ok for probe in connector(tmp_path, **layout).check()] == [False]


def test_a_layout_that_cannot_work_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    for layout in ({"header": "none"}, {"format": "xml"}, {"header": 0}, {"unknown": 1}):
        with pytest.raises(ConfigError):
            connector(tmp_path, **layout)
    with pytest.raises(ConfigError, match="encoding"):
        read(tmp_path, b"a;b\n", encoding="koi-9")


def test_a_workbook_gives_text_as_people_see_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Клиенты")
    sheet.append(["Список", None, None])
    sheet.append(["ИНН", "Группа", "Дата"])
    sheet.append([7707083893, "Ключевые", date(2026, 1, 31)])
    sheet.append([7708123450, None, 0.5])
    sheet.merge_cells("B3:B4")
    data = io.BytesIO()
    book.save(data)
    rows, _ = read(tmp_path, data.getvalue(), format="xlsx", sheet="Клиенты", key=["ИНН"])
    assert rows.select("ИНН", "Группа", "Дата").rows() == [
        ("7707083893", "Ключевые", "2026-01-31"),
        ("7708123450", "Ключевые", "0.5"),
    ]
    with pytest.raises(ContractBroken, match="no sheet 'Нет'"):
        read(tmp_path, data.getvalue(), format="xlsx", sheet="Нет")


def test_a_formula_that_was_never_calculated_is_told_by_sheet_and_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Клиенты")
    sheet.append(["Код", "Имя"])
    for at in range(2, 10):
        sheet.append([str(at), f"=A{at}&A1"])
    data = io.BytesIO()
    book.save(data)
    with pytest.raises(ContractBroken, match=r"Клиенты: .* B2, .* B6 and 3 more") as told:
        read(tmp_path, data.getvalue(), format="xlsx", sheet="Клиенты", key=["Код"])
    assert "сохраните" in told.value.ru


def test_a_calculated_formula_is_its_value_even_if_that_is_an_empty_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Код", "Имя"], ["1", "=A1"], ["2", "=A9"]):
        sheet.append(row)
    plain = io.BytesIO()
    book.save(plain)
    data = io.BytesIO()
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(data, "w") as written:
        for name in given.namelist():
            text = given.read(name).decode()
            text = text.replace(
                '<c r="B2"><f>A1</f><v></v>', '<c r="B2" t="str"><f>A1</f><v>Код</v>'
            )
            text = text.replace('<c r="B3">', '<c r="B3" t="str">')
            written.writestr(name, text)
    rows, _ = read(tmp_path, data.getvalue(), format="xlsx", key=["Код"])
    assert rows["Имя"].to_list() == ["Код", None]


def test_parquet_becomes_text_columns(tmp_path: Path) -> None:
    frame = pl.DataFrame({"k": [1, 2], "tags": [["а"], None], "at": [date(2026, 1, 1)] * 2})
    data = io.BytesIO()
    frame.write_parquet(data)
    rows, _ = read(tmp_path, data.getvalue(), format="parquet", key=["k"])
    assert rows[KEY].to_list() == ["1", "2"]
    assert (rows["tags"].to_list()[1], rows["at"][0]) == (None, "2026-01-01")
    assert "а" in rows["tags"][0]


def test_parquet_bytes_and_durations_become_text_wherever_they_are(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "k": [b"1", b"2"],
            "blob": [b"\xff\x00", None],
            "deep": [{"in": [b"\xff"], "at": timedelta(days=1)}, None],
            "took": [timedelta(hours=2), None],
            "pair": pl.Series([[b"a", b"b"], None], dtype=pl.Array(pl.Binary, 2)),
        }
    )
    data = io.BytesIO()
    frame.write_parquet(data)
    rows, _ = read(tmp_path, data.getvalue(), format="parquet", key=["k"])
    assert rows.select(frame.columns).rows() == [
        ("1", "ff00", '{"in":["ff"],"at":"PT86400S"}', "PT2H", '{"items":["a","b"]}'),
        ("2", None, None, None, None),
    ]


def test_a_cell_may_be_longer_than_a_book(tmp_path: Path) -> None:
    long = "я" * 140_000
    rows, rejects = read(tmp_path, f"Код;Имя\n1;{long}\n".encode(), format="csv", key=["Код"])
    assert (rows["Имя"].to_list(), rejects.height) == ([long], 0)


def test_json_numbers_keep_their_spelling(tmp_path: Path) -> None:
    body = '{"data": {"rows": [{"id": 1, "сумма": 10.50, "кто": {"имя": "А"}, "да": true}]}}'
    columns = {"id": "id", "сумма": "сумма", "имя": "кто.имя", "да": "да"}
    rows, _ = read(
        tmp_path, body.encode(), format="json", record="data.rows", columns=columns, key=["id"]
    )
    assert rows.select(*columns).row(0) == ("1", "10.50", "А", "true")


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@given(table=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
@settings(max_examples=examples(80), deadline=None)
def test_what_a_csv_writer_wrote_is_read_back(table: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(table)
    grid = read_csv(out.getvalue().encode(), "utf-8", ";", "x")
    expected = [[cell.removeprefix("\ufeff") if (r, c) == (0, 0) else cell for c, cell in enumerate(row)]
                for r, row in enumerate(table)]  # fmt: skip
    assert [[cell or "" for cell in row.cells] for row in grid.rows] == expected


@pytest.mark.parametrize("folder", ["klerk", "rusprofile"])
def test_real_directories_of_firms_load_whole(folder: str) -> None:
    path = samples("legal-entities", folder)
    key = "INN" if folder == "klerk" else "inn"
    expected = [
        row[key]
        for file in path.glob("*.csv")
        for row in csv.DictReader(io.StringIO(file.read_text("utf-8"), newline=""))
    ]
    batches = everything(connector(path, key=[key]))
    assert sorted(k for batch in batches for k in batch.rows[KEY]) == sorted(expected)
    assert sum(batch.rejects.height for batch in batches) == 0


def test_real_tables_without_a_heading_or_in_cp1251_load_whole() -> None:
    zakupki = everything(connector(samples("legal-entities", "zakupki"), patterns=["*.csv"]))
    assert sum(batch.rows.height for batch in zakupki) == 5551
    assert "Казань" in zakupki[0].rows["applications.postAddress"][0]
    prices = samples("nomenclature")
    names = [f"c{at}" for at in range(14)]
    steel = everything(connector(prices, patterns=["rfmetall*"], header="none", names=names))
    assert sum(batch.rows.height for batch in steel) == 816
    smeta = everything(connector(prices, patterns=["smeta*"], key=["material_id"]))
    assert sum(batch.rows.height + batch.rejects.height for batch in smeta) == 2317
