"""What stands in the columns of a table: how full, how different, dates, amounts, what their names mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from config.migration import Column
from flows.dedupe_columns import meaning, spelled

MOSTLY = 0.8  # of the filled values must be dates for a column to be one
_DATES = (("%Y-%m-%d", r"^\s*(\d{4}-\d{2}-\d{2})"), ("%d.%m.%Y", r"^\s*(\d{2}\.\d{2}\.\d{4})"))
_NUMBER = r"^\s*-?\d{1,15}([.,]\d{1,6})?\s*$"
_AMOUNT = re.compile(
    r"сумм|стоимост|цена|оборот|долг|остат|лимит|amount|total|\bsum\b|price|cost|turnover|balance|limit"
)
_CHANGED = re.compile(r"измен|обновл|актуал|последн|updat|chang|modif|last|стат|дата|date")
_PERSON = re.compile(
    r"фамил|отчеств|\bфио\b|контактное лицо|last ?name|first ?name|middle ?name|surname|"
    r"contact ?(name|person)|\bfio\b"
)
_ITEM = re.compile(r"артикул|\bsku\b|article|штрихкод|barcode|ед(иница)? изм|part ?(no|number)")


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of a table, its candidate keys best first, and what its dates and amounts are."""

    columns: dict[str, Column]
    keys: tuple[str, ...]
    dated: str | None
    last_use: date | None
    amounts: tuple[str, ...]


def facts(frame: pl.DataFrame) -> Facts:
    """The facts of a frame of texts; blanks count as empty."""
    filled = frame.select(
        pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in frame.columns
    )
    height = filled.height
    counts = _row(filled.select(pl.all().count()))
    distinct = _row(filled.select(pl.all().drop_nulls().n_unique()))
    columns = {
        name: Column(
            fill=round(counts[name] / height, 4) if height else 0.0,
            distinct=distinct[name],
            means=_means(name),
        )
        for name in frame.columns
    }
    keys = [name for name in frame.columns if height and counts[name] == distinct[name] == height]
    dated, last_use = _dates(filled)
    amounts = tuple(name for name in frame.columns if _is_amount(filled, name, counts[name]))
    return Facts(columns, tuple(sorted(keys, key=_likely_key)), dated, last_use, amounts)


def _row(frame: pl.DataFrame) -> dict[str, int]:
    return frame.row(0, named=True) if frame.width else {}


def _means(name: str) -> str | None:
    words = spelled(name)
    if _PERSON.search(words):
        return "person"
    if _ITEM.search(words):
        return "item"
    found = meaning(name)
    return found[0] if found else None


def _likely_key(name: str) -> tuple[int, str]:
    words = spelled(name)
    if re.fullmatch(r"(id|ид|код|key|guid|uid|ссылка|row id)", words):
        return 0, name
    return (1 if re.search(r"\b(id|ид|код|no|number|номер|key|guid)\b", words) else 2), name


def _is_amount(filled: pl.DataFrame, name: str, count: int) -> bool:
    if not count or not _AMOUNT.search(spelled(name)):
        return False
    return int(filled[name].str.contains(_NUMBER).sum()) >= MOSTLY * count


def as_date(column: str) -> pl.Expr:
    """The day a text begins with, null if it begins with none."""
    return pl.coalesce(
        pl.col(column).str.extract(pattern).str.to_date(form, strict=False)
        for form, pattern in _DATES
    )


def _dates(filled: pl.DataFrame) -> tuple[str | None, date | None]:
    """The column that tells best when a row was used, and the last day in it that is not to come."""
    today = datetime.now().astimezone().date()
    found: list[tuple[int, date, str]] = []
    for name in filled.columns:
        parsed = filled.select(as_date(name)).to_series()
        count = filled[name].count()
        if not count or parsed.count() < MOSTLY * count:
            continue
        last = parsed.filter(parsed <= today).max()
        if isinstance(last, date):
            found.append((bool(_CHANGED.search(spelled(name))), last, name))
    if not found:
        return None, None
    _, last, name = max(found, key=lambda one: (one[0], one[1], one[2]))
    return name, last


def mean_of(columns: dict[str, Column], wanted: Sequence[str]) -> bool:
    """Whether a filled column means one of `wanted`."""
    return any(c.means in wanted and c.fill > 0 for c in columns.values())
