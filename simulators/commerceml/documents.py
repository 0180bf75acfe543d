"""orders.xml: trade documents, and in them the counterparties of the site (handbook 4.3)."""

from __future__ import annotations

from typing import Any

import polars as pl
from lxml import etree

from simulators.commerceml.xml import add, packet
from simulators.world import World
from simulators.world.goods import UNITS


def orders_document(world: World, cards: pl.DataFrame, version: str) -> etree._Element:
    """One document per counterparty card, each with one to four lines."""
    root = packet(version)
    items = world.items.to_dicts()
    for number, card in enumerate(cards.iter_rows(named=True)):
        _document(
            root,
            number,
            card,
            [items[(number * 7 + i * 13) % len(items)] for i in range(1 + number % 4)],
        )
    return root


def _document(
    root: etree._Element, number: int, card: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    document = add(root, "Документ")
    quantities = [1 + (number + i) % 20 for i in range(len(items))]
    total = sum(item["price"] * quantity for item, quantity in zip(items, quantities, strict=True))
    header = {"Ид": str(number + 1), "Номер": str(number + 1), "Дата": card["updated_at"].strftime("%Y-%m-%d"),
              "ХозОперация": "Заказ товара", "Роль": "Продавец", "Валюта": "RUB", "Курс": "1", "Сумма": f"{total:.2f}"}  # fmt: skip
    for tag, value in header.items():
        add(document, tag, value)
    _counterparty(add(document, "Контрагенты"), number, card)
    add(document, "Время", card["updated_at"].strftime("%H:%M:%S"))
    goods = add(document, "Товары")
    for item, quantity in zip(items, quantities, strict=True):
        _line(goods, item, quantity)
    values = add(document, "ЗначенияРеквизитов")
    for name, value in (
        ("Статус заказа", "Принят"),
        ("Отменен", "false"),
        ("Номер по 1С", f"ИМ-{number + 1:06d}"),
    ):
        pair = add(values, "ЗначениеРеквизита")
        add(pair, "Наименование", name)
        add(pair, "Значение", value)


def _counterparty(parent: etree._Element, number: int, card: dict[str, Any]) -> None:
    party = add(parent, "Контрагент")
    add(party, "Ид", card["key"])
    add(party, "Наименование", card["name"])
    add(party, "Роль", "Покупатель")
    # Real files keep the requisites here, the standard one level deeper: both are met.
    place = add(party, "РеквизитыЮрЛица") if number % 4 == 0 and card["kind"] != "person" else party
    if card["kind"] in ("person", "sole_trader"):
        add(place, "ПолноеНаименование", card["full_name"])
        for tag, value in (
            ("Фамилия", card["last"]),
            ("Имя", card["first"]),
            ("Отчество", card["middle"]),
        ):
            add(place, tag, value)
    else:
        add(place, "ОфициальноеНаименование", card["full_name"])
    for tag, value in (("ИНН", card["inn"]), ("КПП", card["kpp"]), ("ОКПО", card["okpo"])):
        if value:
            add(place, tag, value)
    address = add(place, "ЮридическийАдрес")
    add(address, "Представление", card["address"])
    _contacts(party, card)


def _contacts(party: etree._Element, card: dict[str, Any]) -> None:
    contacts = add(party, "Контакты")
    for kind, value in (("Телефон рабочий", card["phones"]), ("Почта", card["emails"])):
        if value:
            contact = add(contacts, "Контакт")
            add(contact, "Тип", kind)
            add(contact, "Значение", value)
    if card["role"] == "head" and card["kind"] == "organization":
        agent = add(add(add(party, "Представители"), "Представитель"), "Контрагент")
        add(agent, "Отношение", "Контактное лицо")
        add(agent, "Ид", card["key"][::-1])
        add(agent, "Наименование", " ".join((card["last"], card["first"], card["middle"])))


def _line(goods: etree._Element, item: dict[str, Any], quantity: int) -> None:
    line = add(goods, "Товар")
    add(line, "Ид", item["key"])
    add(line, "Наименование", item["name"])
    code, full, abroad = UNITS[item["unit"]]
    add(
        line,
        "БазоваяЕдиница",
        item["unit"],
        Код=code,
        НаименованиеПолное=full,
        МеждународноеСокращение=abroad,
    )
    for tag, value in (
        ("ЦенаЗаЕдиницу", item["price"]),
        ("Количество", quantity),
        ("Сумма", item["price"] * quantity),
    ):
        add(line, tag, f"{value:.2f}")
