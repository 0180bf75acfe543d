"""Goods of the trade (steel, cable, electrical goods, pumps) and orders for them."""

from __future__ import annotations

import itertools

import polars as pl

from simulators.world.chance import chance, uuids, whole
from simulators.world.entities import DAYS, EPOCH
from simulators.world.offers import price_of

_STEEL = ("09Г2С", "Ст3сп5", "20", "10ХСНД", "40Х", "65Г")
_CABLES = ("ВВГнг(А)-LS", "АВБбШв", "КГ", "NYM", "ПвВГ", "СИП-2")
UNITS = {"т": ("168", "тонна", "TNE"), "м": ("006", "метр", "MTR"), "шт": ("796", "штука", "PCE")}


def _names() -> list[tuple[str, str, str, str]]:
    sheets = [
        f"Лист г/к {t}х1500х6000 {s} ГОСТ 19903-2015"
        for t, s in itertools.product((4, 6, 8, 10, 12, 16, 20), _STEEL)
    ]
    pipes = [
        f"Труба {d}х{t} ГОСТ 8732-78 ст.{s}"
        for d, t, s in itertools.product((57, 76, 108, 159, 219), (5, 6, 8), _STEEL[:3])
    ]
    cables = [
        f"Кабель {c} {n}х{q}"
        for c, n, q in itertools.product(_CABLES, (2, 3, 4, 5), ("1,5", "2,5", "4", "16"))
    ]
    breakers = [
        f"Выключатель автоматический {p}P {a}А C 4,5кА"
        for p, a in itertools.product((1, 2, 3), (10, 16, 25, 32, 63))
    ]
    pumps = [
        f"Насос консольный К {q}-{q2}-{h}"
        for q, q2, h in itertools.product((50, 65, 80, 100), (32, 50, 65), (125, 160, 200))
    ]
    groups = ((sheets, "т", "Листовой прокат"), (pipes, "т", "Трубы"), (cables, "м", "Кабельная продукция"),
              (breakers, "шт", "Электротехника"), (pumps, "шт", "Насосы"))  # fmt: skip
    makers = ("Камский трубный завод", "Волжсккабель", "Электроаппарат", "Насосмаш", "Уралпрокат")
    return [
        (n, unit, group, makers[i % 5])
        for names, unit, group in groups
        for i, n in enumerate(names)
    ]


def build_items(seed: int) -> pl.DataFrame:
    """Items: item (number), key, code, article, name, unit, okei, group, maker, price, barcode (EAN-13)."""
    frame = pl.DataFrame(
        _names(), schema=["name", "unit", "group", "maker"], orient="row"
    ).with_row_index("item")
    size = frame.height
    number = pl.col("item").cast(pl.Int64) + 1
    body = "460" + (number * 7_919 % 10**9).cast(pl.String).str.zfill(9)
    frame = frame.with_columns(
        item=pl.col("item").cast(pl.Int64),
        key=uuids(seed, "item", size),
        code="НФ-" + number.cast(pl.String).str.zfill(8),
        article="A" + (number * 137 % 99_991).cast(pl.String).str.zfill(5),
        okei=pl.col("unit").replace_strict({unit: codes[0] for unit, codes in UNITS.items()}),
        price=price_of("group", whole(seed, "price", size, 0, 10_000)),
        barcode=body,
    )
    weights = pl.sum_horizontal(
        pl.col("barcode").str.slice(i, 1).cast(pl.Int64) * (3 if i % 2 else 1) for i in range(12)
    )
    return frame.with_columns(
        barcode=pl.col("barcode") + ((10 - weights % 10) % 10).cast(pl.String)
    )


def build_orders(
    items: pl.DataFrame, customers: pl.Series, seed: int, source: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Orders (order, key, number, customer, at, total) and lines (order, line, item columns, quantity, sum)."""
    size = max(1, len(customers) // 2)
    chances = chance(seed, source + "/orders")
    many = pl.Series(chances.integers(1, 5, size=size))
    lines = pl.DataFrame({"order": pl.int_range(size, eager=True).repeat_by(many).explode()})
    lines = lines.with_columns(
        line=pl.int_range(pl.len()).over("order") + 1,
        item=pl.Series(chances.integers(0, items.height, size=lines.height)),
        quantity=pl.Series(chances.integers(1, 60, size=lines.height)),
    ).join(
        items.select("item", "key", "code", "name", "unit", "okei", "price"),
        on="item",
        how="left",
        maintain_order="left",
    )
    lines = lines.with_columns(sum=(pl.col("quantity") * pl.col("price")).round(2))
    orders = pl.DataFrame(
        {
            "order": pl.int_range(size, eager=True),
            "key": uuids(seed, source + "/order", size),
            "customer": customers.gather(pl.Series(chances.integers(0, len(customers), size=size))),
            "minutes": pl.Series(chances.integers(0, DAYS * 1440, size=size)),
        }
    ).with_columns(
        number="УТ-" + (pl.col("order") + 1).cast(pl.String).str.zfill(6),
        at=pl.lit(EPOCH) + pl.duration(minutes="minutes"),
    )
    totals = lines.group_by("order", maintain_order=True).agg(total=pl.col("sum").sum().round(2))
    return orders.drop("minutes").join(totals, on="order", how="left", maintain_order="left"), lines
