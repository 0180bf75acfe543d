"""CommerceML packets become streams; a packet that is broken anywhere gives nothing."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree

from connectors.commerceml import CommerceML, CommerceMLSettings
from connectors.registry import validated
from schemas.errors import ContractBroken, Retryable
from schemas.records import DELETED, KEY, Batch, Cursor
from tests.connectors.samples import samples

HEAD = '<?xml version="1.0" encoding="{encoding}"?>\n<КоммерческаяИнформация {space}ВерсияСхемы="2.08">'
TAIL = "</КоммерческаяИнформация>"
GROUPS = """
<Классификатор><Ид>к</Ид>
 <Владелец><Ид>в</Ид><Наименование>Торговый дом</Наименование><ИНН>7707083893</ИНН></Владелец>
 <Группы><Группа><Ид>г1</Ид><Наименование>Крепёж</Наименование>
  <Группы><Группа><Ид>г2</Ид><Наименование>Болты</Наименование></Группа></Группы></Группа></Группы>
</Классификатор>"""
ITEMS = """
<Каталог СодержитТолькоИзменения="false"><Товары>
 <Товар><Ид>т1</Ид><Артикул>А-1</Артикул><Наименование>Болт</Наименование>
  <БазоваяЕдиница Код="796">шт</БазоваяЕдиница><Группы><Ид>г2</Ид></Группы></Товар>
 <Товар Статус="Удален"><Ид>т2</Ид><Наименование>Гайка</Наименование></Товар>
</Товары></Каталог>"""
OFFERS = """
<ПакетПредложений><ТипыЦен><ТипЦены><Ид>опт</Ид><Наименование>Оптовая</Наименование></ТипЦены></ТипыЦен>
<Склады><Склад><Ид>с1</Ид><Наименование>Главный</Наименование></Склад></Склады><Предложения>
 <Предложение><Ид>т1#х1</Ид><Наименование>Болт М8</Наименование>
  <Цены><Цена><ИдТипаЦены>опт</ИдТипаЦены><ЦенаЗаЕдиницу>10.50</ЦенаЗаЕдиницу></Цена>
   <Цена><ИдТипаЦены>розница</ИдТипаЦены><ЦенаЗаЕдиницу>12</ЦенаЗаЕдиницу></Цена></Цены>
  <Склад ИдСклада="с1" КоличествоНаСкладе="5"/><Склад ИдСклада="с2" КоличествоНаСкладе="0"/></Предложение>
 <Предложение><Ид>т2</Ид><Остатки><Остаток><Склад><Ид>с1</Ид><Количество>3</Количество></Склад></Остаток>
  </Остатки></Предложение>
</Предложения></ПакетПредложений>"""
ORDER = """
<Документ><Ид>{number}</Ид><Номер>{number}</Номер><Контрагенты><Контрагент><Ид>п1</Ид>
 <Наименование>Ромашка</Наименование><Роль>Покупатель</Роль>
 <РеквизитыЮрЛица><ОфициальноеНаименование>ООО "Ромашка"</ОфициальноеНаименование>
  <ИНН>7708123450</ИНН><КПП>770801001</КПП>
  <ЮридическийАдрес><Представление>Москва, {number}</Представление></ЮридическийАдрес></РеквизитыЮрЛица>
 <Контакты><Контакт><Тип>Телефон рабочий</Тип><Значение>8 495 1234567</Значение></Контакт>
  <Контакт><Тип>Почта</Тип><Значение>a@b.ru</Значение></Контакт></Контакты>
 <Представители><Представитель><Контрагент><Ид>ч1</Ид><Наименование>Иванов</Наименование></Контрагент>
 </Представитель></Представители></Контрагент></Контрагенты></Документ>"""


def packet(*bodies: str, encoding: str = "UTF-8", space: str = "") -> bytes:
    declared = HEAD.format(encoding=encoding, space=space)
    return (declared + "".join(bodies) + TAIL).encode(encoding)


def connector(path: Path, **more: Any) -> CommerceML:
    return CommerceML("c", validated(CommerceMLSettings, "c", {"path": str(path), **more}))


def read(path: Path, stream: str, cursor: Cursor | None = None) -> list[Batch]:
    source = connector(path)
    return list(source.read(stream, cursor, source.clock()))


def rows(path: Path, stream: str) -> pl.DataFrame:
    return pl.concat([batch.rows for batch in read(path, stream)], how="diagonal")


@pytest.mark.parametrize(
    "space", ["", 'xmlns="urn:1C.ru:commerceml_2" ', 'xmlns="urn:1C.ru:commerceml_3" ']
)
@pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251"])
def test_each_stream_finds_its_records_in_any_namespace_and_encoding(
    tmp_path: Path, space: str, encoding: str
) -> None:
    whole = packet(GROUPS, ITEMS, OFFERS, ORDER.format(number=1), encoding=encoding, space=space)
    (tmp_path / "all.xml").write_bytes(whole)
    found = {stream.name: rows(tmp_path, stream.name)[KEY].to_list()
             for stream in connector(tmp_path).discover()}  # fmt: skip
    assert found == {
        "counterparties": ["в", "п1"],
        "documents": ["1"],
        "groups": ["г2", "г1"],
        "items": ["т1", "т2"],
        "offers": ["т1#х1"],
        "price_types": ["опт"],
        "prices": ["т1#х1/опт", "т1#х1/розница"],
        "rests": ["т1#х1/с1", "т1#х1/с2", "т2/с1"],
        "stores": ["с1"],
    }


def test_a_counterparty_is_flat_wherever_its_requisites_stand(tmp_path: Path) -> None:
    (tmp_path / "orders.xml").write_bytes(packet(*(ORDER.format(number=n) for n in (1, 2))))
    row = rows(tmp_path, "counterparties").row(0, named=True)
    assert row["ПолноеНаименование"] == 'ООО "Ромашка"'
    assert (row["ИНН"], row["КПП"], row["ОКПО"]) == ("7708123450", "770801001", None)
    assert (row["Телефоны"], row["Почта"]) == ("8 495 1234567", "a@b.ru")
    assert row["ЮридическийАдрес"] == "Москва, 2", "the last occurrence in the packet counts"


def test_items_keep_unit_code_groups_and_the_deletion_mark(tmp_path: Path) -> None:
    (tmp_path / "import.xml").write_bytes(packet(GROUPS, ITEMS))
    found = rows(tmp_path, "items")
    first = found.row(0, named=True)
    assert (first["БазоваяЕдиница"], first["БазоваяЕдиница@Код"]) == ("шт", "796")
    assert first["Группы"] == "г2"
    assert found[DELETED].to_list() == [False, True]
    assert rows(tmp_path, "groups")["Родитель"].to_list() == ["г1", None]


def test_known_packets_are_not_read_again_even_if_touched_or_copied_back(tmp_path: Path) -> None:
    file = tmp_path / "import.xml"
    file.write_bytes(packet(ITEMS))
    cursor = read(tmp_path, "items")[-1].cursor
    assert read(tmp_path, "items", cursor) == []
    os.utime(file, (1_600_000_000, 1_600_000_000))
    assert read(tmp_path, "items", cursor) == []
    file.write_bytes(packet(ITEMS.replace("Болт", "Винт")))
    assert read(tmp_path, "items", cursor)[0].rows["Наименование"][0] == "Винт"


def test_a_packet_without_the_stream_still_moves_the_cursor(tmp_path: Path) -> None:
    (tmp_path / "import.xml").write_bytes(packet(ITEMS))
    batches = read(tmp_path, "documents")
    assert [batch.rows.height for batch in batches] == [0]
    assert read(tmp_path, "documents", batches[-1].cursor) == []


def test_archives_are_looked_into_and_read_oldest_first(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("webdata/import0_1.xml", packet(ITEMS))
    (tmp_path / "a.xml").write_bytes(packet(ITEMS.replace("т1", "т9")))
    os.utime(tmp_path / "b.zip", (1_600_000_000, 1_600_000_000))
    assert rows(tmp_path, "items")[KEY].to_list() == ["т1", "т2", "т9", "т2"]
    (tmp_path / "c.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:200])
    with pytest.raises(ContractBroken, match=r"c\.zip"):
        read(tmp_path, "items")


def test_files_younger_than_the_bound_wait(tmp_path: Path) -> None:
    (tmp_path / "import.xml").write_bytes(packet(ITEMS))
    source = connector(tmp_path)
    assert list(source.read("items", None, source.clock() - timedelta(minutes=5))) == []


WHOLE = packet(GROUPS, ITEMS)
BROKEN = {
    "cut": (WHOLE[: len(WHOLE) // 2], "not well-formed"),
    "cp1251 declared as UTF-8": (
        packet(ITEMS, encoding="windows-1251").replace(b"windows-1251", b"UTF-8"),
        "declared encoding",
    ),
    "UTF-8 declared as cp1251": (
        packet(ITEMS).replace(b"UTF-8", b"windows-1251"),
        "file is UTF-8|declared encoding",
    ),
    "another root": ("<Файл><Товар/></Файл>".encode(), "root is 'Файл'"),
    "a doctype": (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DOCTYPE"),
    "empty": (b"", "not well-formed"),
    "not XML": ("Привет".encode(), "not well-formed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_packet_is_refused_by_name_before_any_row(tmp_path: Path, case: str) -> None:
    body, said = BROKEN[case]
    (tmp_path / "bad.xml").write_bytes(body)
    got: list[Batch] = []
    with pytest.raises(ContractBroken, match=rf"bad\.xml.*({said})") as caught:
        got.extend(connector(tmp_path).read("items", None, datetime.now(UTC)))
    assert got == []
    assert "bad.xml" in caught.value.ru
    assert [probe.ok for probe in connector(tmp_path).check()] == [True, False]


def test_a_missing_folder_is_waited_for(tmp_path: Path) -> None:
    with pytest.raises(Retryable, match="no folder"):
        read(tmp_path / "нет", "items")
    assert not connector(tmp_path / "нет").check()[0].ok


@pytest.mark.parametrize(
    "folder",
    ["1c/commerceml/carono", "1c/commerceml/dobromyslov", "1c/commerceml/gillbeits",
     "1c/commerceml/irpsv", "1c/commerceml31/freesport"],
)  # fmt: skip
def test_real_exchanges_load_without_a_refusal(folder: str) -> None:
    path = samples(*folder.split("/"))
    source = connector(path)
    assert [probe.name for probe in source.check() if not probe.ok] == []
    found: dict[str, int] = {}
    for stream in source.discover():
        for batch in source.read(stream.name, None, source.clock()):
            assert batch.rejects.height == 0
            assert batch.rows[KEY].null_count() == 0
            found[stream.name] = found.get(stream.name, 0) + batch.rows.height
    assert found["items"] == counted(path, "Каталог", "Товары", "Товар")
    assert found["groups"] == counted(path, "Группы", "Группа")
    assert found["prices"] == counted(path, "Цены", "Цена")
    assert found["documents"] == counted(path, "КоммерческаяИнформация", "Документ")


def counted(folder: Path, *names: str) -> int:
    """Elements at the end of a path, distinct by file and Ид where they have one, by XPath."""
    path = "//" + "/".join(f"*[local-name()='{name}']" for name in names)
    total = 0
    for file in folder.glob("*.xml"):
        keys = [element.findtext("{*}Ид") for element in etree.parse(file).xpath(path)]
        total += len({key for key in keys if key}) + keys.count(None)
    return total


def test_a_real_packet_cut_anywhere_gives_no_row(tmp_path: Path) -> None:
    whole = samples("1c", "commerceml", "dobromyslov", "import0_1.xml").read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        (tmp_path / "import.xml").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ContractBroken):
            next(iter(connector(tmp_path).read("items", None, datetime.now(UTC))))
