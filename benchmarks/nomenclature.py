"""Names of goods read and matched: names a second beside a plain regex pass over the same names."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import TypeVar

import polars as pl

from dedup.item_match import match_items
from mappings.nomenclature import parse

Table = TypeVar("Table")
_SHEETS = "Лист г/к {}х1500х6000 Ст3сп5 ГОСТ 14637-89"
_SHAPES = (
    "Круг ст30ХГСА {}мм ГОСТ 2590-2006,4543-2016 2ГП", _SHEETS, "Труба проф ст09Г2С {} *60*4,0 (12 м) ГОСТ 30245-03",
    "Труба б/ш {}х8 ст.20 ГОСТ 8732-78", "Арматура {} А500С 11,7м ГОСТ 34028-2016", "Уголок {}х5 Ст3сп5 12м ГОСТ 8509-93",
)  # fmt: skip
_PLAIN = (
    r"(?i)(лист|круг|труба|арматура|уголок).*?(\d+(?:[.,]\d+)?)(?:\s*[хx*]\s*(\d+(?:[.,]\d+)?))?"
)


def names(rows: int) -> pl.Series:
    """Different names of steel, a number in each."""
    numbers = pl.int_range(rows, eager=True)
    size = (numbers // len(_SHAPES) % 6500 / 100 + 12).cast(pl.String)
    table = pl.DataFrame({"size": size, "shape": numbers % len(_SHAPES)})
    chosen = pl.col("shape").replace_strict(dict(enumerate(_SHAPES)), return_dtype=pl.String)
    parts = table.select(chosen.str.splitn("{}", 2).struct.unnest(), "size")
    return parts.select(pl.concat_str("field_0", "size", "field_1")).to_series()


def run(rows: int) -> None:
    """Print names a second of the plain pass and of the grammar, and the seconds of matching."""
    column = names(rows)
    _told("plain regex", rows, lambda: column.str.extract_groups(_PLAIN))
    parsed = _told("grammar", rows, lambda: parse(column))
    sure = parsed.filter(pl.col("confidence") >= 0.9).height
    print(f"read with confidence: {sure / rows:.3f}")
    nothing = pl.lit(None, pl.String)
    refs = pl.Series("ref", [f"{at:08d}" for at in range(rows)])
    items = parsed.with_columns(refs, nothing.alias("maker"), nothing.alias("article"))
    _told("matching", rows, lambda: match_items(items))


def _told(what: str, rows: int, work: Callable[[], Table]) -> Table:
    before, start = _cpu(), time.perf_counter()
    done = work()
    wall, cpu = time.perf_counter() - start, _cpu() - before
    print(f"{what}: {wall:.1f} s, {rows / wall:,.0f} a second, {cpu:.1f} s of processor")
    return done


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
