"""What a good costs, where it lies, and what customers call it: assembled of canonical prices, stock and codes.

Amounts and quantities as sources state them are exact decimal texts; measures made of them are numbers.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from schemas.canonical.base import text_field


def code_key(code: pl.Expr) -> pl.Expr:
    """A customer's code as it is searched: small letters, no blanks.

    >>> pl.select(code_key(pl.lit("АБ 12-7"))).item()
    'аб12-7'
    """
    return code.str.replace_all(r"\s", "").str.to_lowercase()


def told_code(text: str) -> str:
    """One code as it is searched: `code_key` of it."""
    return str(pl.select(code_key(pl.lit(text))).item())


class OfGood(BaseModel):
    """A source's record that says something of a good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Drawn from the record")
    good_id: str = Field(title="Товар", description="Good it is of")
    connection: str = Field(title="Источник", description="Connection")
    stream: str = Field(title="Поток", description="Stream")
    key: str = Field(title="Ключ", description="Key in the source")


class GoodPrice(OfGood):
    """A price of a good in one price list, and the same per the unit its prices are compared in."""

    kind: str | None = text_field("Вид цены", "Price list or kind of price")
    characteristic: str | None = text_field("Характеристика", "Variant of the item in the source")
    amount: str = Field(title="Цена", description="Exact decimal, of one unit")
    currency: str | None = text_field("Валюта", "ISO 4217")
    unit: str | None = text_field("Единица", "OKEI code; of the price, else of the item")
    min_quantity: str | None = text_field("От количества", "Least quantity it holds from")
    vat: str | None = text_field("НДС", "Included or excluded, where the source says so")
    valid_from: datetime | None = text_field("Действует с", "First moment it holds")
    valid_to: datetime | None = text_field(
        "Действует по", "From then on it holds no more: the source says so, or has a newer one"
    )
    per: str | None = text_field("За единицу", "OKEI code of the unit prices are compared in")
    per_amount: float | None = text_field("Цена за единицу", "Price of that unit")
    theoretical: bool = Field(
        title="По теоретической массе", description="The unit was changed by theoretical mass"
    )


class GoodStock(OfGood):
    """How much of a good lies in one place, whole or as one lot."""

    name: str = Field(title="Наименование", description="Name of the good")
    item_class: str | None = text_field("Класс", "Class of the good")
    characteristic: str | None = text_field("Характеристика", "Variant of the item in the source")
    warehouse: str | None = text_field("Склад", "Name of the warehouse, else its key")
    quantity: str = Field(title="Количество", description="Exact decimal")
    reserved: str | None = text_field("В резерве", "Exact decimal")
    unit: str | None = text_field("Единица", "OKEI code; of the stock, else of the item")
    lot: str | None = text_field("Партия товара", "Lot, heat or drum number")
    length: float | None = text_field("Длина, м", "Length of one piece in metres")
    received_on: datetime | None = text_field("Принят", "When the lot was received")
    manager: str | None = text_field("Менеджер", "Who is to sell the lot")
    measure: str | None = text_field(
        "Мера", "OKEI code: kilograms where the mass is known, else the unit"
    )
    measured: float = Field(title="В мере", description="Quantity in that measure")
    short: bool = Field(title="Короткомер", description="The lot's pieces are a short length")
    short_under: float | None = text_field(
        "Порог длины, м", "Metres under which a piece of this class is a short length"
    )
    illiquid_from: datetime | None = text_field(
        "Неликвид с", "Since when the lot is illiquid; null for no lot"
    )


class GoodCode(OfGood):
    """What a customer calls a good."""

    party_connection: str = Field(title="Источник клиента", description="Of the customer's record")
    party_stream: str = Field(title="Поток клиента", description="Of the customer's record")
    party_key: str = Field(title="Ключ клиента", description="Of the customer's record")
    code: str = Field(title="Код у клиента", description="The customer's own code")
    code_key: str = Field(title="Ключ кода", description="The code as it is searched")
    name: str | None = text_field("Название у клиента", "The customer's own name")


class GoodOffer(BaseModel):
    """The prices of a good that hold now, of several price lists in one currency and one unit, together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Drawn from good, currency and unit")
    good_id: str = Field(title="Товар", description="Good")
    name: str = Field(title="Наименование", description="Name of the good")
    item_class: str | None = text_field("Класс", "Class of the good")
    currency: str = Field(title="Валюта", description="ISO 4217")
    per: str = Field(title="За единицу", description="OKEI code")
    vat: str | None = text_field("НДС", "Excluded; null for prices that include it or do not say")
    lists: int = Field(title="Прайс-листов", description="How many price lists have it")
    cheapest: float = Field(title="Дешевле всего", description="Least price of that unit")
    dearest: float = Field(title="Дороже всего", description="Greatest price of that unit")
    cheapest_connection: str = Field(title="Где дешевле", description="Source of the least price")
    cheapest_kind: str | None = text_field("Вид цены", "Its price list")
    spread: int = Field(
        title="Разброс, %", description="By how many percent the dearest is above the cheapest"
    )


class GoodHolder(BaseModel):
    """All lots one manager is to sell, in one measure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Drawn from manager and measure")
    manager: str | None = text_field("Менеджер", "Who is to sell them; null for nobody")
    measure: str | None = text_field("Мера", "OKEI code; kilograms where masses are known")
    lots: int = Field(title="Партий", description="How many lots")
    measured: float = Field(title="Всего", description="How much, in the measure")
