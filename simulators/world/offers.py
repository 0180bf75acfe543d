"""What the goods of the trade cost, the lots that lie of them, and what customers call them."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from simulators.world.chance import pick, share, whole
from simulators.world.entities import DAYS, EPOCH

MANAGERS = ("Петрова И. А.", "Соколов Д. В.", "Гусева М. П.", "Ершов К. Л.")
# Of each group: the least and the greatest price of its unit, and the longest piece in metres.
_GROUPS = {
    "Листовой прокат": (52_000, 84_000, None), "Трубы": (68_000, 118_000, 11.7),
    "Кабельная продукция": (28, 940, 500.0), "Электротехника": (140, 3_600, None),
    "Насосы": (19_000, 310_000, None),
}  # fmt: skip
LAST_DAY = (EPOCH + timedelta(days=DAYS)).date()
_LEAST_PIECE = 0.03


def price_of(group: str, drawn: pl.Series) -> pl.Expr:
    """Prices of the unit of a group, of draws from 0 to 9 999."""
    low, high = (
        pl.col(group).replace_strict(
            {name: told[at] for name, told in _GROUPS.items()}, return_dtype=pl.Float64
        )
        for at in (0, 1)
    )
    return (low + (high - low) * pl.lit(drawn) / 10_000).round(2)


def listed(items: pl.DataFrame, seed: int, source: str) -> pl.DataFrame:
    """`item`, `amount`: prices of another price list, a tenth around the usual ones."""
    around = whole(seed, f"{source}/price list", items.height, 93, 112) / 100
    return items.select("item", (pl.col("price") * around).round(2).alias("amount"))


def build_lots(items: pl.DataFrame, seed: int, source: str, today: date) -> pl.DataFrame:
    """Lots of a third of the goods: `item`, `unit`, `lot`, `quantity`, `length` (m), `received`, `manager`.

    Pipes and cables have lengths, some of them short; sheets lie by heat.
    """
    label = f"{source}/lots"
    goods = items.filter(~pl.col("group").is_in(["Электротехника", "Насосы"]))
    goods = goods.filter(share(seed, label, goods.height, 0.4))
    lots = pl.concat([goods, goods.filter(share(seed, f"{label}/two", goods.height, 0.5))])
    size = lots.height
    longest = pl.col("group").replace_strict(
        {name: told[2] for name, told in _GROUPS.items()}, return_dtype=pl.Float64
    )
    part = pl.lit(whole(seed, f"{label}/part", size, 3, 100) / 100)
    length = (longest * pl.max_horizontal(part, pl.lit(_LEAST_PIECE))).round(1)
    days = whole(seed, f"{label}/days", size, 4, 700)
    tonnes = whole(seed, f"{label}/tonnes", size, 5, 900) / 100
    return lots.select(
        "item", "key", "unit",
        lot=pl.lit("П-") + (pl.int_range(size) + 1).cast(pl.String).str.zfill(5),
        quantity=pl.when(pl.col("unit") == "м").then(length).otherwise(pl.lit(tonnes)),
        length=length,
        received=pl.lit(today) - pl.duration(days=pl.lit(days)),
        manager=pick(seed, f"{label}/manager", size, MANAGERS),
    )  # fmt: skip


def build_codes(items: pl.DataFrame, customers: pl.Series, seed: int) -> pl.DataFrame:
    """`customer`, `item`, `code`, `name`: what some of the customers call some of the goods."""
    size = min(len(customers), 40)
    chosen = items.select("item", "name").sample(
        size, with_replacement=True, seed=seed, shuffle=True
    )
    number = pl.int_range(size)
    return chosen.select(
        "item",
        customer=customers.head(size),
        code=pl.lit("МТР-") + (number * 37 + 1000).cast(pl.String),
        name=pl.col("name").str.to_uppercase(),
    )
