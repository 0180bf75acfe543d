"""A 1C base filled from the world: counterparties, partners, contact persons, items, orders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from simulators.onec.base import Base, Object
from simulators.onec.calls import fill_calls
from simulators.onec.contracts import fill_contracts
from simulators.onec.offers import UNIT_KEYS, fill_offers
from simulators.onec.schema import (
    COUNTERPARTIES,
    ITEMS,
    KINDS,
    ORDERS,
    PARTNERS,
    PEOPLE,
    ZERO,
    blank,
)
from simulators.telephony.day import Day
from simulators.world import World
from simulators.world.chance import pick, share, uuids
from simulators.world.offers import LAST_DAY
from simulators.world.segments import segments
from simulators.world.words import POSITIONS

CONTACT_KINDS = {
    "ЮрАдресКонтрагента": ("5d1f2a01-77c1-4b3e-a001-2f60c7d9e101", "Адрес", "Юридический адрес"),
    "ФактАдресКонтрагента": ("5d1f2a01-77c1-4b3e-a001-2f60c7d9e102", "Адрес", "Фактический адрес"),
    "ТелефонКонтрагента": ("5d1f2a01-77c1-4b3e-a001-2f60c7d9e103", "Телефон", "Телефон"),
    "EmailКонтрагента": (
        "5d1f2a01-77c1-4b3e-a001-2f60c7d9e104",
        "АдресЭлектроннойПочты",
        "Электронная почта",
    ),
}
RUSSIA = "5d1f2a01-77c1-4b3e-a001-2f60c7d9e201"
_PLANS = ("0", "0", "0", "0", "300000", "1200000", "5000000", "40000000")
_FOLDERS = tuple(f"5d1f2a01-77c1-4b3e-a001-2f60c7d9e30{n}" for n in range(3))
_LEGAL = {
    "organization": ("ЮрЛицо", "ЮридическоеЛицо"),
    "government": ("ЮрЛицо", "ЮридическоеЛицо"),
    "sole_trader": ("ИндивидуальныйПредприниматель", "ФизическоеЛицо"),
    "person": ("ФизЛицо", "ФизическоеЛицо"),
    "foreign": ("ЮрЛицоНеРезидент", "ЮридическоеЛицо"),
}


def build_base(world: World, today: date = LAST_DAY, days: Sequence[Day] = ()) -> Base:
    """The base with the world's records, and documents of these days' calls; nothing is registered for exchange yet."""
    base = Base()
    cards = _cards(world)
    _kinds_and_folders(base)
    for card in cards.iter_rows(named=True):
        base.put(COUNTERPARTIES, _counterparty(card), register=False)
    for card in cards.unique("partner", maintain_order=True).iter_rows(named=True):
        base.put(PARTNERS, _partner(card), register=False)
        if card["has_person"]:
            base.put(PEOPLE, _person(card), register=False)
    for item in world.items.iter_rows(named=True):
        base.put(ITEMS, _item(item), register=False)
    _orders(base, world, cards)
    fill_contracts(base, cards, world.seed)
    fill_offers(base, world, today)
    fill_calls(base, cards, days, world.seed)
    return base


def _cards(world: World) -> pl.DataFrame:
    cards, seed = world.cards("onec"), world.seed
    size = world.units.height
    partners = pl.DataFrame(
        {
            "entity": pl.int_range(world.companies, eager=True),
            "partner": uuids(seed, "partner", world.companies),
            "segment": segments(seed, world.companies),
            "plan": pick(seed, "plan", world.companies, _PLANS),
        }
    )
    people = pl.DataFrame(
        {"unit": pl.int_range(size, eager=True), "person_key": uuids(seed, "onec/person", size)}
    )
    cards = cards.join(partners, on="entity", how="left", maintain_order="left")
    cards = cards.join(people, on="unit", how="left", maintain_order="left")
    return cards.with_columns(
        number=pl.int_range(pl.len()) + 1,
        has_person=share(seed, "onec/has_person", cards.height, 0.45),
        job=pick(seed, "onec/job", cards.height, POSITIONS),
        marked=share(seed, "onec/marked", cards.height, 0.015),
    )


def _kinds_and_folders(base: Base) -> None:
    for name, (key, kind, title) in CONTACT_KINDS.items():
        values = {
            "Ref_Key": key,
            "Description": title,
            "Тип": kind,
            "Predefined": True,
            "PredefinedDataName": name,
        }
        base.put(KINDS, values, register=False)
    for key, title in zip(_FOLDERS, ("Покупатели", "Поставщики", "Прочие"), strict=True):
        base.put(
            COUNTERPARTIES, {"Ref_Key": key, "Description": title, "IsFolder": True}, register=False
        )


def _counterparty(card: dict[str, Any]) -> Object:
    kind, group = _LEGAL[card["kind"]]
    return {
        "Ref_Key": card["key"],
        "Code": f"УТ-{card['number']:06d}",
        "Description": card["name"][:100],
        "DeletionMark": card["marked"],
        "Parent_Key": _FOLDERS[card["number"] % 3],
        "НаименованиеПолное": card["full_name"],
        "ИНН": card["inn"] or "",
        "КПП": card["kpp"] or "",
        "КодПоОКПО": card["okpo"] or "",
        "РегистрационныйНомер": card["ogrn"] or "",
        "НалоговыйНомер": card["national"] or "",
        "ЮрФизЛицо": kind,
        "ЮридическоеФизическоеЛицо": group,
        "ОбособленноеПодразделение": card["role"] == "branch",
        "ГоловнойКонтрагент_Key": card["head_key"],
        "СтранаРегистрации_Key": RUSSIA if card["country"] == "RU" else ZERO,
        "Партнер_Key": card["partner"],
        "Сегмент": card["segment"],
        "ПланируемыйОбъем": int(card["plan"]),
        "КонтактнаяИнформация": _contacts(card),
    }


def _row(number: int, kind: str, text: str, **values: str) -> Object:
    key, group, _ = CONTACT_KINDS[kind]
    row = blank(COUNTERPARTIES, "КонтактнаяИнформация")
    return (
        row
        | {
            "LineNumber": str(number),
            "Тип": group,
            "Вид_Key": key,
            "ВидДляСписка_Key": key,
            "Представление": text,
        }
        | values
    )


def _contacts(card: dict[str, Any]) -> list[Object]:
    rows = [_address(1, "ЮрАдресКонтрагента", card)]
    if card["number"] % 3 == 0:
        rows.append(_address(2, "ФактАдресКонтрагента", card))
    if card["phones"]:
        digits = "7" + card["phone"]
        local = card["phone"][len(card["area"]) :]
        rows.append(
            _row(
                len(rows) + 1,
                "ТелефонКонтрагента",
                card["phones"],
                НомерТелефона=digits,
                НомерТелефонаБезКодов=local,
            )
        )
    if card["emails"]:
        host = card["emails"].split("@")[-1]
        rows.append(
            _row(
                len(rows) + 1,
                "EmailКонтрагента",
                card["emails"],
                АдресЭП=card["emails"],
                ДоменноеИмяСервера=host,
            )
        )
    return rows


def _address(number: int, kind: str, card: dict[str, Any]) -> Object:
    value = {
        "value": card["address"],
        "type": "Адрес",
        "country": "РОССИЯ",
        "area": card["region"],
        "city": card["town"],
    }
    texts = json.dumps(value, ensure_ascii=False)
    return _row(
        number,
        kind,
        card["address"],
        Страна="РОССИЯ",
        Регион=card["region"],
        Город=card["town"],
        Значение=texts,
    )


def _partner(card: dict[str, Any]) -> Object:
    return {
        "Ref_Key": card["partner"],
        "Code": f"ПТ-{card['number']:06d}",
        "Description": card["name"][:100],
        "НаименованиеПолное": card["full_name"],
        "Клиент": True,
        "ДатаРегистрации": card["updated_at"].strftime("%Y-%m-%dT00:00:00"),
    }


def _person(card: dict[str, Any]) -> Object:
    full = " ".join((card["last"], card["first"], card["middle"]))
    cell = _row(1, "ТелефонКонтрагента", "+7" + card["mobile"], НомерТелефона="7" + card["mobile"])
    return {
        "Ref_Key": card["person_key"],
        "Code": f"КЛ-{card['number']:06d}",
        "Description": full,
        "Owner_Key": card["partner"],
        "ФИО": full,
        "ДолжностьПоВизитке": card["job"],
        "КонтактнаяИнформация": [cell],
    }


def _item(item: dict[str, Any]) -> Object:
    return {
        "Ref_Key": item["key"],
        "Code": item["code"],
        "Description": item["name"][:100],
        "НаименованиеПолное": item["name"],
        "Артикул": item["article"],
        "СтавкаНДС": "НДС20",
        "ЕдиницаИзмерения_Key": UNIT_KEYS[item["unit"]],
    }


def _orders(base: Base, world: World, cards: pl.DataFrame) -> None:
    orders, lines = world.orders("onec", cards["key"])
    partners = dict(cards.select("key", "partner").iter_rows())
    goods: dict[int, list[Object]] = {}
    for line in lines.iter_rows(named=True):
        row = blank(ORDERS, "Товары") | {
            "LineNumber": str(line["line"]),
            "Номенклатура_Key": line["key"],
            "Количество": line["quantity"],
            "Цена": line["price"],
            "Сумма": line["sum"],
            "СтавкаНДС": "НДС20",
        }
        goods.setdefault(line["order"], []).append(row)
    for order in orders.iter_rows(named=True):
        values = {
            "Ref_Key": order["key"],
            "Number": order["number"],
            "Date": order["at"].strftime("%Y-%m-%dT%H:%M:%S"),
            "Posted": order["order"] % 10 != 0,
            "Контрагент_Key": order["customer"],
            "Партнер_Key": partners[order["customer"]],
            "Статус": "КВыполнению",
            "СуммаДокумента": order["total"],
            "ХозяйственнаяОперация": "РеализацияКлиенту",
            "ДокументОснование": ZERO if order["order"] % 7 else order["key"],
            "ДокументОснование_Type": "StandardODATA.Undefined"
            if order["order"] % 7
            else "StandardODATA." + ORDERS,
            "Товары": goods[order["order"]],
        }
        base.put(ORDERS, values, register=False)
