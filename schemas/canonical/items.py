"""Goods and services, and what sources offer of them: prices, stock, customers' codes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.canonical.base import Canonical, text_field


class Item(Canonical):
    """A good or service as one source names it; its structure comes with nomenclature mapping."""

    code: str | None = text_field("Код", "Item code in the source")
    article: str | None = text_field("Артикул", "Manufacturer's article")
    name: str | None = text_field("Наименование", "Name, cleaned of form only")
    unit: str | None = text_field("Единица", "Base unit as the source writes it")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code of the base unit")
    manufacturer: str | None = text_field("Изготовитель", "Manufacturer")
    category: str | None = text_field("Группа", "Group or category of the source")
    barcode: str | None = text_field("Штрихкод", "EAN/GTIN")


class ItemPrice(Canonical):
    """A price of an item in one price list of a source, from a day on (handbook 8.2)."""

    item_key: str | None = text_field("Товар", "Item record of the same connection")
    characteristic: str | None = text_field("Характеристика", "Variant of the item, if it is one's")
    price_kind: str | None = text_field("Код вида цены", "Price list or kind of price, its key")
    price_kind_name: str | None = text_field("Вид цены", "Price list or kind of price, its name")
    currency: str | None = text_field("Валюта", "ISO 4217")
    amount: str | None = text_field("Цена", "Exact decimal, for `factor` units")
    unit: str | None = text_field("Единица", "Unit as the source writes it; empty: the item's own")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code of the unit")
    factor: str | None = text_field("Коэффициент", "How many units the amount is for; empty: one")
    min_quantity: str | None = text_field("От количества", "Least quantity it holds from")
    vat: Literal["included", "excluded"] | None = text_field("НДС", "Whether VAT is in the amount")
    valid_from: datetime | None = text_field("Действует с", "First moment it holds")
    valid_to: datetime | None = text_field("Действует по", "Moment from which it holds no more")


class ItemStock(Canonical):
    """How much of an item lies in one place, whole or as one lot (handbook 8.2)."""

    item_key: str | None = text_field("Товар", "Item record of the same connection")
    characteristic: str | None = text_field("Характеристика", "Variant of the item, if it is one's")
    warehouse: str | None = text_field("Код склада", "Warehouse, its key")
    warehouse_name: str | None = text_field("Склад", "Warehouse, its name")
    quantity: str | None = text_field("Количество", "Exact decimal; what was oversold is negative")
    reserved: str | None = text_field("В резерве", "Exact decimal, of the quantity")
    unit: str | None = text_field("Единица", "Unit as the source writes it; empty: the item's own")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code of the unit")
    lot: str | None = text_field("Партия товара", "Lot, heat or drum number")
    length: str | None = text_field("Длина", "Length of one piece of the lot, exact decimal")
    length_okei: str | None = text_field("Единица длины", "OKEI code; empty: metres")
    received_on: datetime | None = text_field("Принят", "When the lot was received")
    manager: str | None = text_field("Менеджер", "Who is to sell the lot")


class ItemCode(Canonical):
    """What a customer calls an item of ours: the customer's own code and name."""

    item_key: str | None = text_field("Товар", "Item record of the same connection")
    party_key: str | None = text_field("Контрагент", "Party record of the same connection")
    code: str | None = text_field("Код у клиента", "The customer's own code")
    name: str | None = text_field("Название у клиента", "The customer's own name")
