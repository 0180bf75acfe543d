"""Contracts of the simulated 1C: which organisation of ours holds whose, and for how much."""

from __future__ import annotations

import polars as pl

from simulators.onec.base import Base
from simulators.onec.offers import RUBLE
from simulators.onec.schema import CONTRACTS, OURS
from simulators.world.chance import share, uuids, whole

_OURS = ("АО «Кабель-Сбыт»", "ООО «Кабель-Урал»")
_SUMS = (0, 0, 600_000, 2_500_000, 12_000_000)


def fill_contracts(base: Base, cards: pl.DataFrame, seed: int) -> None:
    """A contract of every other counterparty; now and then one that is closed."""
    keys = uuids(seed, "onec/ours", len(_OURS)).to_list()
    for key, name in zip(keys, _OURS, strict=True):
        told = {"Ref_Key": key, "Description": name, "НаименованиеСокращенное": name}
        base.put(OURS, told, register=False)
    size = cards.height
    drawn = cards.select("key", "partner", "number").with_columns(
        contract=uuids(seed, "onec/contract", size),
        has=share(seed, "onec/has_contract", size, 0.5),
        closed=share(seed, "onec/closed_contract", size, 0.15),
        ours=whole(seed, "onec/contract_ours", size, 0, len(_OURS)),
        total=pl.Series(_SUMS).gather(whole(seed, "onec/contract_sum", size, 0, len(_SUMS))),
        day=whole(seed, "onec/contract_day", size, 1, 28),
    )
    for row in drawn.filter("has").iter_rows(named=True):
        values = {
            "Ref_Key": row["contract"], "Code": f"ДГ-{row['number']:06d}", "Description": "С покупателем",
            "Контрагент_Key": row["key"], "Партнер_Key": row["partner"], "Организация_Key": keys[row["ours"]],
            "Номер": f"{row['number']}/К", "Дата": f"2025-{row['number'] % 12 + 1:02d}-{row['day']:02d}T00:00:00",
            "ВидДоговора": "СПокупателем", "ДоговорЗакрыт": row["closed"], "Сумма": row["total"],
            "ВалютаВзаиморасчетов_Key": RUBLE,
        }  # fmt: skip
        base.put(CONTRACTS, values, register=False)
