"""import.xml and offers.xml, and their split form of version 3.1 (handbook 4.3)."""

from __future__ import annotations

from typing import Any

import numpy as np
from lxml import etree

from simulators.commerceml.xml import add, packet
from simulators.world import World
from simulators.world.goods import UNITS
from simulators.world.numbers import inn10

CATALOGUE = "9a0e2c1c-2f6b-4d5a-a7c1-0d9f3b1e5a01"
PRICE_TYPE = "9a0e2c1c-2f6b-4d5a-a7c1-0d9f3b1e5a02"
STORES = ("9a0e2c1c-2f6b-4d5a-a7c1-0d9f3b1e5a03", "9a0e2c1c-2f6b-4d5a-a7c1-0d9f3b1e5a04")


def _owner(parent: etree._Element) -> None:
    owner = add(parent, "Владелец")
    inn = str(inn10(np.array([770_000_421], dtype=np.int64))[0])
    values = {"Ид": CATALOGUE[::-1], "Наименование": 'ООО "Торговая площадка"', "ПолноеНаименование":
              'Общество с ограниченной ответственностью "Торговая площадка"', "ИНН": inn, "КПП": "770001001"}  # fmt: skip
    for tag, value in values.items():
        add(owner, tag, value)


def groups_packet(world: World, version: str) -> etree._Element:
    """Классификатор: owner, groups, and one property."""
    root = packet(version)
    classifier = add(root, "Классификатор")
    add(classifier, "Ид", CATALOGUE)
    add(classifier, "Наименование", "Классификатор (Товары)")
    _owner(classifier)
    groups = add(classifier, "Группы")
    for key, title in group_keys(world).items():
        group = add(groups, "Группа")
        add(group, "Ид", title)
        add(group, "Наименование", key)
    properties = add(add(classifier, "Свойства"), "Свойство")
    add(properties, "Ид", CATALOGUE[:-2] + "77")
    add(properties, "Наименование", "Изготовитель")
    return root


def group_keys(world: World) -> dict[str, str]:
    """Group name → its key in the packet."""
    names = world.items["group"].unique(maintain_order=True).to_list()
    return {name: f"{CATALOGUE[:-2]}{n + 10:02d}" for n, name in enumerate(names)}


def goods_packet(
    world: World, version: str, changes_only: bool, root: etree._Element | None = None
) -> etree._Element:
    """Каталог with every item of the world."""
    root = packet(version) if root is None else root
    catalogue = add(root, "Каталог", СодержитТолькоИзменения=str(changes_only).lower())
    add(catalogue, "Ид", CATALOGUE)
    add(catalogue, "ИдКлассификатора", CATALOGUE)
    add(catalogue, "Наименование", "Каталог товаров")
    goods, groups = add(catalogue, "Товары"), group_keys(world)
    for item in world.items.iter_rows(named=True):
        _item(goods, item, groups[item["group"]], short=version.startswith("3"))
    return root


def _item(goods: etree._Element, item: dict[str, Any], group: str, short: bool) -> None:
    element = add(goods, "Товар")
    code, full, abroad = UNITS[item["unit"]]
    for tag in ("key", "barcode", "article", "name"):
        add(
            element,
            {"key": "Ид", "barcode": "Штрихкод", "article": "Артикул", "name": "Наименование"}[tag],
            item[tag],
        )
    if short:
        add(element, "БазоваяЕдиница", code)
    else:
        add(
            element,
            "БазоваяЕдиница",
            item["unit"],
            Код=code,
            НаименованиеПолное=full,
            МеждународноеСокращение=abroad,
        )
    add(add(element, "Группы"), "Ид", group)
    add(add(element, "Изготовитель"), "Наименование", item["maker"])
    values = add(element, "ЗначенияРеквизитов")
    for name, value in (("ВидНоменклатуры", item["group"]), ("Полное наименование", item["name"])):
        pair = add(values, "ЗначениеРеквизита")
        add(pair, "Наименование", name)
        add(pair, "Значение", value)


def offers_packet(
    world: World, version: str, prices: bool = True, rests: bool = True, changes_only: bool = False
) -> etree._Element:
    """ПакетПредложений: prices and stock by item; split packets carry one of the two, or neither."""
    root = packet(version)
    offers = add(root, "ПакетПредложений", СодержитТолькоИзменения=str(changes_only).lower())
    add(offers, "Ид", CATALOGUE + "#")
    add(offers, "ИдКаталога", CATALOGUE)
    if prices:
        kinds = add(add(offers, "ТипыЦен"), "ТипЦены")
        add(kinds, "Ид", PRICE_TYPE)
        add(kinds, "Наименование", "Оптовая")
        add(kinds, "Валюта", "RUB")
    if rests:
        places = add(offers, "Склады")
        for key, name in zip(STORES, ("Основной склад", "Склад магазина"), strict=True):
            place = add(places, "Склад")
            add(place, "Ид", key)
            add(place, "Наименование", name)
    rows = add(offers, "Предложения")
    for item in world.items.iter_rows(named=True):
        offer = add(rows, "Предложение")
        add(offer, "Ид", item["key"])
        if prices == rests:
            add(offer, "Наименование", item["name"])
        if prices:
            _price(offer, item)
        if rests:
            _rest(offer, item, modern=version.startswith("3"))
    return root


def _price(offer: etree._Element, item: dict[str, Any]) -> None:
    price = add(add(offer, "Цены"), "Цена")
    values = {"Представление": f"{item['price']:.2f} RUB за {item['unit']}", "ИдТипаЦены": PRICE_TYPE,
              "ЦенаЗаЕдиницу": f"{item['price']:.2f}", "Валюта": "RUB", "Единица": item["unit"], "Коэффициент": "1"}  # fmt: skip
    for tag, value in values.items():
        add(price, tag, value)


def _rest(offer: etree._Element, item: dict[str, Any], modern: bool) -> None:
    amounts = [(item["item"] * 7 + n * 11) % 90 for n in range(len(STORES))]
    if not modern:
        add(offer, "Количество", str(sum(amounts)))
        for store, amount in zip(STORES, amounts, strict=True):
            add(offer, "Склад", ИдСклада=store, КоличествоНаСкладе=str(amount))
        return
    rests = add(offer, "Остатки")
    for store, amount in zip(STORES, amounts, strict=True):
        stock = add(add(rests, "Остаток"), "Склад")
        add(stock, "Ид", store)
        add(stock, "Количество", str(amount))
