"""Prices and balances of the simulated 1C: two registers and the catalogues their rows refer to."""

from __future__ import annotations

from datetime import date

import polars as pl

from simulators.onec.base import Base
from simulators.onec.schema import (
    BALANCES,
    CURRENCIES,
    PRICE_KINDS,
    PRICES,
    SERIES,
    STORES,
    UNITS,
    ZERO,
)
from simulators.world import World
from simulators.world.chance import uuids
from simulators.world.goods import UNITS as WORLD_UNITS
from simulators.world.offers import build_lots, listed

_KEY = "5d1f2a01-77c1-4b3e-a001-2f60c7d9e4{:02d}"
WHOLESALE, RUBLE, STORE = (_KEY.format(n) for n in (1, 2, 3))
UNIT_KEYS = {unit: _KEY.format(10 + n) for n, unit in enumerate(WORLD_UNITS)}
_SOME = 3


def fill_offers(base: Base, world: World, today: date) -> None:
    """Prices of every good, balances by series of some, and the catalogues behind them."""
    for name, key, code, title in (
        (PRICE_KINDS, WHOLESALE, "000000001", "Оптовая"),
        (CURRENCIES, RUBLE, "643", "руб."),
        (STORES, STORE, "00-000001", "Склад на Заводской"),
        *((UNITS, key, WORLD_UNITS[unit][0], unit) for unit, key in UNIT_KEYS.items()),
    ):
        base.put(name, {"Ref_Key": key, "Code": code, "Description": title}, register=False)
    _prices(base, world)
    _balances(base, world, today)


def _prices(base: Base, world: World) -> None:
    prices = world.items.join(
        listed(world.items, world.seed, "onec"), on="item", maintain_order="left"
    )
    base.registers[PRICES] = [
        {
            "Period": "2026-01-12T00:00:00", "Номенклатура_Key": row["key"], "Характеристика_Key": ZERO,
            "ВидЦены_Key": WHOLESALE, "Цена": row["amount"], "Упаковка_Key": ZERO, "Валюта_Key": RUBLE,
        }
        for row in prices.iter_rows(named=True)
    ]  # fmt: skip


def _balances(base: Base, world: World, today: date) -> None:
    lots = build_lots(world.items, world.seed, "onec", today).gather_every(_SOME)
    series = uuids(world.seed, "onec/series", lots.height)
    for row in lots.with_columns(series=series).iter_rows(named=True):
        cut = f" отрезок {row['length']} м" if row["length"] else ""
        values = {
            "Ref_Key": row["series"], "Description": row["lot"] + cut, "Номер": row["lot"],
            "ДатаПроизводства": f"{row['received']:%Y-%m-%d}T00:00:00", "Owner_Key": row["key"],
        }  # fmt: skip
        base.put(SERIES, values, register=False)
    base.registers[BALANCES] = [
        {
            "Номенклатура_Key": row["key"], "Характеристика_Key": ZERO, "Склад_Key": STORE,
            "Серия_Key": row["series"], "ВНаличииBalance": row["quantity"], "КОтгрузкеBalance": 0,
        }
        for row in lots.with_columns(pl.Series("series", series)).iter_rows(named=True)
    ]  # fmt: skip
