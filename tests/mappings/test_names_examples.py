"""The examples of handbook 2.4 and 2.5, one by one."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from mappings.functions.legal_forms import legal_form
from mappings.functions.names import clean_names, full_name, name
from schemas.legal_forms import legal_form_group, legal_forms_compatible


def clean(text: str) -> dict[str, Any]:
    return clean_names(pl.DataFrame({"name": [text]})).row(0, named=True)


@pytest.mark.parametrize(
    ("raw", "form", "core"),
    [
        ('ООО ""Торговый  Дом "Ромашка"""', "ООО", "торговый дом ромашка"),
        ("РОМАШКА, OOO (г.Пермь", "ООО", "ромашка"),
        ("Oбщество с ограниченной ответственностью «Ромашка»", "ООО", "ромашка"),
        ('ПАО "ММК" (бывш. ОАО)', "ПАО", "ммк"),
        ("ИП Иванова А.С. /ПБОЮЛ", "ИП", "иванова а с"),
        ("яя_ДУБЛЬ ООО Вектор", "ООО", "вектор"),
        ("Филиал АО «Прибор» в г. Туле", "АО", "прибор"),
        ("О.О.О. Вектор", "ООО", "вектор"),
        ("О О О Вектор", "ООО", "вектор"),
        ("Rutektor L.L.C.", "ООО", "rutektor"),
        ("акционерному обществу «Прибор»", "АО", "прибор"),
        ("Индивидуальный предприниматель глава крестьянского (фермерского) хозяйства Петров П.П.", "ИП глава КФХ", "петров п п"),
        ("Муниципальное унитарное предприятие «Водоканал»", "МУП", "водоканал"),
        ("Федеральное государственное бюджетное образовательное учреждение высшего образования «Институт»", "ФГБОУ ВО", "институт"),
        ("ГБУЗ «Больница № 4»", "ГБУЗ", "больница 4"),
        ("Банк Пример (ПАО)", "ПАО", "банк пример"),
        ("Pribor Sp. z o.o.", "Sp. z o.o.", "pribor"),
        ("&quot;Лютик&quot; ЗАО", "ЗАО", "лютик"),
        ("Фонд развития ООО", "ООО", "фонд развития"),
        ("Союз", None, "союз"),
        ("ООО", None, "ооо"),
        ("Купец", None, "купец"),
        ("Иванов И.П.", None, "иванов и п"),
        ("ООО «АО Прибор»", "ООО", "ао прибор"),
        ("ООО Рога & Копыта", "ООО", "рога и копыта"),
        ('УФК по Тульской обл. (МБУ "Школа № 28", л/с 20457953272)', "МБУ", "школа 28"),
        ("Управление Федерального казначейства по РТ (ФГУП «Парк», лицевой счёт 4)", "ФГУП", "парк"),
        ("УФК по г. Москве (ИФНС России № 7 по г. Москве)", None, "ифнс россии 7 по г москве"),
        ("УФК по Омской области (л/с 04521)", None, "уфк по омской области"),
        ("УФК по Омской области (г. Омск)", None, "уфк по омской области"),
        ("УФК по Омской области (Омск)", None, "уфк по омской области"),
        ("ООО «УФК по делу» (Рога)", "ООО", "уфк по делу"),
    ],
)  # fmt: skip
def test_legal_form_is_told_from_the_core(raw: str, form: str | None, core: str) -> None:
    got = clean(raw)
    assert (got["legal_form"], got["name_core"]) == (form, core)


@pytest.mark.parametrize(
    ("raw", "field", "expected"),
    [
        ("РОМАШКА, OOO (г.Пермь", "qualifiers", ["г. Пермь"]),
        ("РОМАШКА, OOO (г.Пермь", "branch", "Пермь"),
        ("УФК по Омской области (МБУ «Дом», л/с 5)", "qualifiers", ["УФК по Омской области"]),
        ('ПАО "ММК" (бывш. ОАО)', "qualifiers", ["бывш. ОАО"]),
        ("Филиал АО «Прибор» в г. Туле", "branch", "Тула"),
        ("Тульский филиал АО «Прибор»", "branch", "Тульский"),
        ("АО «Прибор», ОП Казань", "branch", "Казань"),
        ("Филиал № 3 ООО Заря", "branch", "№ 3"),
        ("Представительство Прибор AG", "branch", "представительство"),
        ("ООО «Вектор»", "branch", None),
        ('ООО "ОП "КОРВЕТ"', "branch", None),
        ("ООО ОП Корвет", "branch", None),
        ("ООО <<Лентерра>>", "name", "ООО «Лентерра»"),
        ("яя_ДУБЛЬ ООО Вектор", "flags", ["дубль", "мусор"]),
        ("ООО Вектор НЕ ИСПОЛЬЗОВАТЬ", "flags", ["не использовать"]),
        ("ООО Вектор (закрыт)", "flags", ["закрыт"]),
        ("ООО Вектор_удалён", "flags", ["удален"]),
        ("***Вектор", "flags", ["мусор"]),
        ("ООО «Тест»", "flags", ["тест"]),
        ("ООО «Тест»", "name", "ООО «Тест»"),
        ("ООО «Тестовод»", "flags", []),
        ("дубль", "name", "дубль"),
        ("ООО Вектор ИНН 7707083893", "inn", "7707083893"),
        ("ООО Вектор /7707083893/770701001", "inn", "7707083893"),
        ("ООО Вектор /7707083893/770701001", "kpp", "770701001"),
        ("Вектор (ИНН 7707083893)", "qualifiers", []),
        ('ООО "Торговый  Дом""Ромашка', "name", "ООО «Торговый Дом Ромашка»"),
        ("ИП Иванова А.С.", "name", "ИП Иванова А.С."),
        ("МКДОУ № 5", "name", "МКДОУ № 5"),
        ("Siemens AG", "name", "Siemens AG"),
        ("Магазин “Ромашка”", "name", "Магазин «Ромашка»"),
        ("РOCHEФТЬ завод", "name", "РОСНЕФТЬ завод"),
        ("Кран M-12X ООО", "name", "ООО «Кран M-12X»"),
        ("Прибор\u00a0\u200bСервис", "name", "Прибор Сервис"),
        ("Склад № 5", "name", "Склад № 5"),
    ],
)
def test_what_stands_besides_the_name_is_set_apart(raw: str, field: str, expected: object) -> None:
    assert clean(raw)[field] == expected


@pytest.mark.parametrize("codec", ["cp1251", "cp1252", "cp866"])
def test_text_read_in_a_wrong_encoding_is_refused_not_guessed(codec: str) -> None:
    misread = "ООО Промышленные системы".encode().decode(codec, errors="replace")
    got = clean(misread)
    assert got["reason"] == "mojibake"
    assert got["name"] is None
    assert got["name_core"] is None


@pytest.mark.parametrize(
    "text", ["ООО «РОС»", "ООО «Сёрф и Ёж»", "Société Générale", "АО «ПРИБОР-Ё»", "Müller GmbH"]
)
def test_honest_text_is_not_taken_for_a_wrong_encoding(text: str) -> None:
    assert clean(text)["reason"] is None


def test_the_functions_answer_outcomes() -> None:
    raw = pl.DataFrame({"n": ["OOO «Ромашка»", "РћРћРћ Ромашка", None]})
    got = raw.select(name(pl.col("n")).alias("name"), full_name(pl.col("n")).alias("full"))
    assert got["name"].struct.field("value").to_list() == ["ООО «Ромашка»", None, None]
    assert got["name"].struct.field("reason").to_list() == [None, "mojibake", None]
    assert got["full"].struct.field("value").to_list() == ["ООО «Ромашка»", None, None]


def test_a_column_of_legal_forms_is_made_canonical() -> None:
    raw = pl.DataFrame({"f": ["pjsc", "Открытое акционерное общество", "ПБОЮЛ", "Рога", None]})
    got = raw.select(legal_form(pl.col("f")).alias("f"))["f"]
    assert got.struct.field("value").to_list() == ["ПАО", "ОАО", "ИП", None, None]
    assert got.struct.field("evidence").to_list() == [None, None, None, "unknown", None]


@pytest.mark.parametrize(
    ("left", "right", "compatible"),
    [
        ("ОАО", "ПАО", True), ("ЗАО", "НАО", True), ("ООО", "АО", False), ("ИП", "ИП глава КФХ", True),
        ("ФГУП", "МУП", True), ("ГБУЗ", "ФГБОУ ВО", True), ("ИП", "ООО", False), ("ООО", None, None),
    ],
)  # fmt: skip
def test_forms_are_compatible_inside_their_group(
    left: str, right: str | None, compatible: bool | None
) -> None:
    pair = pl.DataFrame({"a": [left], "b": [right]}, schema={"a": pl.String, "b": pl.String})
    assert pair.select(legal_forms_compatible(pl.col("a"), pl.col("b"))).item() is compatible


def test_an_unknown_form_has_no_group() -> None:
    assert pl.select(legal_form_group(pl.lit("Ромашка"))).item() is None
