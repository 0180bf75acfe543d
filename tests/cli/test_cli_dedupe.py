"""`kanon dedupe`: the file a manager keeps, as a new user would try it."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from admin.commands.dedupe_words import issue
from admin.words.language import Language
from flows.dedupe_numbers import CUT
from mappings.functions.phones import HIDDEN, INFERRED, INTERNAL, INVALID, LOCAL
from schemas.requisites.kpp import FOLDED
from schemas.requisites.ogrn import ENTRY_NUMBER
from schemas.requisites.spelling import LOST_ZERO, SCIENTIFIC
from tests.cli.conftest import Kanon
from tests.support.messy_table import HEADING, VOLNA, rows, write_messy_workbook

ADDED = [
    "row", "entity_id", "cluster_id", "golden_name", "golden_inn", "golden_kpp", "golden_ogrn",
    "golden_address", "golden_phones", "golden_emails", "score", "rule", "reason", "issues",
]  # fmt: skip


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    return write_messy_workbook(tmp_path / "Клиенты.xlsx")


def read_csv(path: Path, delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def sheet(path: Path, at: int = 0) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[at].iter_rows(values_only=True))


def test_a_messy_workbook_comes_back_with_every_row_and_its_company(
    kanon: Kanon, messy: Path
) -> None:
    before = messy.read_bytes()
    answer = kanon("dedupe", str(messy))
    assert answer.code == 1, "one row describes nobody"
    assert messy.read_bytes() == before
    heading, *found = sheet(messy.with_name("Клиенты.dedupe.xlsx"))
    assert list(heading) == [*HEADING, *ADDED]
    filled = [row for row in rows() if any(row)]
    assert len(found) == len(filled)
    for row, given in zip(found, filled, strict=True):
        assert [row[1], row[2]] == [given[1] or None, given[2] or None]
    entity = {row[1]: row[heading.index("entity_id")] for row in found}
    assert entity["К-001"] == entity["К-002"] == entity["К-003"] == entity["К-004"]
    assert entity["К-005"] == entity["К-006"], "a typing error in the INN"
    assert entity["К-007"] == entity["К-008"], "a lost zero"
    assert entity["К-009"] == entity["К-010"]
    assert entity["К-013"] != entity["К-014"], "namesakes"
    assert entity["К-015"] is None


def test_every_reason_is_a_sentence_of_the_users_language(
    kanon: Kanon, messy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, letters in (("ru", "[А-Яа-я]"), ("en", "[A-Za-z]")):
        monkeypatch.setenv("KANON_LANGUAGE", language)
        out = messy.with_name(f"{language}.csv")
        kanon("dedupe", str(messy), "--out", str(out))
        for row in read_csv(out, ","):
            assert re.fullmatch(rf"[A-ZА-Я].*{letters}.*\.", row["reason"]), row["reason"]
            assert not re.search(r"[a-z]+:[a-z]+_[a-z]+", row["issues"]), row["issues"]


def test_the_columns_recognised_are_told_first_and_the_numbers_last(
    kanon: Kanon, messy: Path
) -> None:
    out = kanon("dedupe", str(messy)).out
    assert "ИНН/КПП" in out
    assert out.index("inn_kpp") < out.index("Ответственный, Комментарий") < out.index("Сравнено")
    assert "над заголовком 3, пустых 1" in out


def test_the_numbers_add_up_and_are_given_to_scripts(kanon: Kanon, messy: Path) -> None:
    found = json.loads(kanon("dedupe", str(messy), "--json").out)
    assert found["rows"] == found["compared"] + found["refused"] + found["aside"] == 18
    assert found["repeats"] == found["compared"] - found["entities"]
    assert found["columns"]["inn_kpp"] == ["ИНН/КПП"]


def test_formulas_and_zeros_stay_what_was_typed_as_texts(kanon: Kanon, tmp_path: Path) -> None:
    file, out = tmp_path / "a.csv", tmp_path / "a.xlsx"
    typed = ["=1+1", "+7", "-5", "@SUM(A1)", "007", "a\tb", "_x0041_", "x\x01y", " два  пробела "]
    file.write_text(
        "".join(["Имя;Код\n", *(f"{text};{at}\n" for at, text in enumerate(typed))]),
        encoding="utf-8",
    )
    assert kanon("dedupe", str(file), "--columns", "Имя=full_name", "--out", str(out)).code in (
        0,
        1,
    )
    book = openpyxl.load_workbook(out)
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [
        "x_x0001_y" if "\x01" in text else "_x005F_x0041_" if text == "_x0041_" else text
        for text in typed
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert [cell.quotePrefix for cell in cells] == [True] * 4 + [False] * 5


def test_the_workbook_is_made_for_reading(kanon: Kanon, messy: Path) -> None:
    kanon("dedupe", str(messy))
    book = openpyxl.load_workbook(messy.with_name("Клиенты.dedupe.xlsx"))
    first, review = book.worksheets
    assert first.freeze_panes == "A2"
    assert first.auto_filter.ref == first.dimensions
    assert 8 <= first.column_dimensions["A"].width <= 48
    assert (first.title, review.title) == ("Строки", "На проверку")
    assert review.max_row > 1


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_same_rows_come_out_of_every_format(kanon: Kanon, tmp_path: Path, ending: str) -> None:
    table = pl.DataFrame({"Код": ["001", "002"], "ИНН": [VOLNA, VOLNA]})
    file = tmp_path / f"a.{ending}"
    match ending:
        case "csv":
            table.write_csv(file, separator=";")
        case "parquet":
            table.write_parquet(file)
        case _:
            book = openpyxl.Workbook()
            for row in (table.columns, *table.rows()):
                book.worksheets[0].append(list(row))
            book.save(file)
    out = tmp_path / "result.csv"
    assert kanon("dedupe", str(file), "--out", str(out)).code == 0
    found = read_csv(out, ";" if ending == "csv" else ",")
    assert [row["Код"] for row in found] == ["001", "002"]
    assert [row["cluster_id"] for row in found] == ["E1-1", "E1-1"]
    assert kanon("dedupe", str(file)).code == 0
    assert (tmp_path / f"a.dedupe.{ending}").exists()


def test_the_second_run_writes_the_same_bytes(kanon: Kanon, messy: Path) -> None:
    def run(name: str) -> tuple[bytes, bytes]:
        out, page = messy.with_name(f"{name}.xlsx"), messy.with_name(f"{name}.html")
        kanon("dedupe", str(messy), "--out", str(out), "--report", str(page))
        return out.read_bytes(), page.read_bytes()

    assert run("one") == run("two")


def test_a_result_can_be_taken_as_a_file_again(kanon: Kanon, tmp_path: Path) -> None:
    """Our own columns of the first time stay beside those of the second."""
    file = tmp_path / "a.csv"
    file.write_text(f"Наименование;ИНН\nООО А;{VOLNA}\n", encoding="utf-8")
    kanon("dedupe", str(file))
    kanon("dedupe", str(tmp_path / "a.dedupe.csv"), "--columns", "row=-")
    (row,) = read_csv(tmp_path / "a.dedupe.dedupe.csv")
    assert (row["entity_id"], row["entity_id_2"]) == ("E1", "E1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "a.csv"), "сам исходный файл"),
        (("--report", "a.csv"), "сам исходный файл"),
        (("--threshold", "7"), "от 0.5 до 1"),
        (("--out", "b.doc"), "не читаются"),
        (("--columns", "ИНН=инн"), "--columns"),
        (("--columns", "НДС=inn"), "столбца «НДС» нет"),
    ],
)
def test_a_wrong_wish_is_refused_with_the_cure(
    kanon: Kanon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"Наименование;ИНН\nООО А;{VOLNA}\n"
    Path("a.csv").write_text(text, encoding="utf-8")
    answer = kanon("dedupe", "a.csv", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert Path("a.csv").read_text(encoding="utf-8") == text


def test_a_damaged_workbook_is_named(kanon: Kanon, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK\x03\x04 cut off")
    answer = kanon("dedupe", str(file))
    assert answer.code == 5
    assert "a.xlsx" in answer.err


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(kanon: Kanon, messy: Path) -> None:
    answer = kanon("dedupe", str(messy), "--sheet", "Лист1")
    assert answer.code == 5
    assert "Клиенты" in answer.err


class Page(HTMLParser):
    """Tags and the addresses they lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_report_is_whole_by_itself_and_hostile_cells_stay_texts(
    kanon: Kanon, tmp_path: Path
) -> None:
    hostile = "<script>alert(1)</script>"
    file, page = tmp_path / '<img src=x onerror="1">.csv', tmp_path / "r.html"
    lines = [
        "Источник;Наименование;ИНН;<b>Адрес</b>",
        f'<i>;{hostile};{VOLNA};x" onload=x',
        f"b;{hostile};{VOLNA};",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert kanon("dedupe", str(file), "--report", str(page)).code == 0
    text = page.read_text(encoding="utf-8")
    found = Page()
    found.feed(text)
    assert found.tags.isdisjoint({"script", "img", "iframe", "object"})
    assert [one for one in found.addresses if not one.startswith("data:")] == []
    assert "&lt;script&gt;alert(1)" in text
    assert re.findall(r"url\((?!\"data:)", text) == []
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


@pytest.mark.parametrize(
    ("language", "title"), [("ru", "Самые большие группы"), ("en", "Biggest groups")]
)
def test_the_report_speaks_the_users_language(
    kanon: Kanon, messy: Path, monkeypatch: pytest.MonkeyPatch, language: str, title: str
) -> None:
    monkeypatch.setenv("KANON_LANGUAGE", language)
    page = messy.with_name("r.html")
    kanon("dedupe", str(messy), "--report", str(page))
    text = page.read_text(encoding="utf-8")
    assert f'lang="{language}"' in text
    assert title in text


def test_a_file_without_repeats_says_so(kanon: Kanon, tmp_path: Path) -> None:
    file, page = tmp_path / "a.csv", tmp_path / "r.html"
    file.write_text(f"Наименование;ИНН\nООО А;{VOLNA}\n", encoding="utf-8")
    answer = kanon("dedupe", str(file), "--report", str(page))
    assert answer.code == 0
    assert "Повторов не нашлось" in answer.out
    assert "Сомнительных пар нет" in page.read_text(encoding="utf-8")


def test_rows_with_too_many_cells_are_counted_with_their_lines_and_fail(
    kanon: Kanon, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        f"Наименование;ИНН\nООО А;{VOLNA}\nООО Б; Ко;{VOLNA}\nВ;Г;Д;Е\n", encoding="utf-8"
    )
    answer = kanon("dedupe", str(file))
    assert answer.code == 1
    assert "строки 3, 4. В строке больше ячеек" in answer.out
    found = json.loads(kanon("dedupe", str(file), "--json").out)
    assert found["lines"] == {"row_too_wide": [3, 4]}
    assert found["rows"] == found["compared"] + found["refused"] + found["aside"] == 3
    assert (found["refused"], found["aside"]) == (2, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "b.csv", "--report", "./b.csv"), "в один файл"),
        (("--report", "a.dedupe.csv"), "в один файл"),
        (("--out", "нет/b.csv"), "записать некуда"),
        (("--report", "."), "записать некуда"),
        (("--sheet", "Лист1"), "Уберите --sheet"),
    ],
)
def test_a_wish_that_cannot_end_well_is_refused_before_work(
    kanon: Kanon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(f"Наименование;ИНН\nООО А;{VOLNA}\n", encoding="utf-8")
    answer = kanon("dedupe", "a.csv", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_choices_made_for_the_user_are_told(kanon: Kanon, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"Наименование;ИНН;ИНН;Тел\nООО А;{VOLNA};;7,91612E+10\n", encoding="utf-8")
    out = kanon("dedupe", str(file)).out
    assert '--columns "ИНН=-,ИНН_2=inn"' in out
    assert "цифры потеряны: строка 2." in out
    chosen = kanon("dedupe", str(file), "--columns", "ИНН=-,ИНН_2=inn").out
    assert "взят столбец" not in chosen


def test_a_cell_too_long_for_excel_is_refused_there_and_kept_elsewhere(
    kanon: Kanon, tmp_path: Path
) -> None:
    file, long = tmp_path / "a.csv", "я" * 140_000
    file.write_text(f"Наименование;ИНН;О себе\nООО А;{VOLNA};{long}\n", encoding="utf-8")
    answer = kanon("dedupe", str(file), "--out", str(tmp_path / "b.xlsx"))
    assert answer.code == 2
    assert "О себе" in answer.err
    assert kanon("dedupe", str(file)).code == 0
    csv.field_size_limit(1_000_000)
    assert read_csv(tmp_path / "a.dedupe.csv")[0]["О себе"] == long


def test_bytes_in_parquet_are_read_as_text(kanon: Kanon, tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    table = pl.DataFrame(
        {"name": ["ООО А".encode()] * 2, "inn": [VOLNA] * 2, "logo": [b"\xff\x00", None]}
    )
    table.write_parquet(file)
    assert kanon("dedupe", str(file)).code == 0
    found = pl.read_parquet(tmp_path / "a.dedupe.parquet")
    assert found["name"].to_list() == ["ООО А"] * 2
    assert found["logo"].to_list() == ["ff00", None]
    assert found["entity_id"].n_unique() == 1


# Every evidence a cleaning function of the mapping `dedupe` can note, by the field it is noted on.
NOTED = [
    ("phones", LOCAL), ("phones", INTERNAL), ("phones", HIDDEN), ("phones", INFERRED),
    ("phones", INVALID), ("emails", "email_invalid"), ("inn", LOST_ZERO), ("inn", SCIENTIFIC),
    ("kpp", FOLDED), ("ogrn", ENTRY_NUMBER), ("inn", CUT), ("name", "a_code_of_tomorrow"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "code"), NOTED)
def test_every_remark_is_a_sentence(field: str, code: str) -> None:
    spoken: tuple[tuple[Language, str], ...] = (("ru", "[А-Яа-я]{3}"), ("en", "[a-z]{3}"))
    for language, letters in spoken:
        said = issue(language, f"{field}:{code}") or ""
        assert re.search(letters, said), said
        assert "_" not in said
        # Remarks on one row are listed with semicolons.
        assert "; " not in said


def test_internal_and_hidden_numbers_are_told_in_words(kanon: Kanon, tmp_path: Path) -> None:
    file, page = tmp_path / "a.csv", tmp_path / "a.html"
    file.write_text(
        "Наименование;Телефон\nООО А;101\nООО Б;скрыт\nООО В;22-18-40\n", encoding="utf-8"
    )
    kanon("dedupe", str(file), "--report", str(page))
    told = [row["issues"] for row in read_csv(tmp_path / "a.dedupe.csv")]
    assert told == [
        "Телефоны: это внутренний номер",
        "Телефоны: номер скрыт",
        "Телефоны: в номере нет кода города",
    ]
    assert not re.search(r"\bphone_\w+", page.read_text(encoding="utf-8"))
