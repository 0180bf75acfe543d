"""Rows read from a file as a batch's frame: text columns, keys, and rejects for what has none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from schemas.content import content_hash
from schemas.errors import ContractBroken
from schemas.reasons import REASONS
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY, REJECTS, no_rejects

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of one file, with the reserved columns, and what was refused among them."""

    rows: pl.DataFrame
    rejects: pl.DataFrame = field(default_factory=no_rejects)


def no_rows() -> pl.DataFrame:
    """An empty table with the reserved columns alone."""
    return pl.DataFrame(schema=dict(ENVELOPE))


def text_frame(rows: Sequence[Row]) -> pl.DataFrame:
    """The rows as String columns in order of first appearance; absent values are null."""
    names = list(dict.fromkeys(chain.from_iterable(rows)))
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names},
        schema=dict.fromkeys(names, pl.String()),
    )


def key_of(frame: pl.DataFrame, columns: Sequence[str], file: str) -> pl.Series:
    """Keys joined from `columns` by `|`, null where all of them are empty.

    Without columns the key is the content hash, in hexadecimal. ContractBroken if a column is absent.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        found = ", ".join(frame.columns)
        raise ContractBroken(
            f"{file}: нет ключевого столбца «{missing[0]}». Есть: {found}. Исправьте key в раскладке.",
            f"{file}: no key column '{missing[0]}'. Found: {found}. Mend `key` of the layout.",
        )
    if not columns:
        hashed = frame.select(content_hash(frame.schema, frame.columns).reinterpret(signed=False))
        return pl.Series(KEY, [f"{value:016x}" for value in hashed.to_series()], pl.String)
    parts = [pl.col(name).str.strip_chars().fill_null("") for name in columns]
    empty = pl.all_horizontal([part == "" for part in parts])
    joined = pl.concat_str(parts, separator="|")
    return frame.select(pl.when(empty).then(None).otherwise(joined).alias(KEY)).to_series()


def envelope(frame: pl.DataFrame, key: pl.Series, deleted: pl.Expr | None = None) -> pl.DataFrame:
    """The payload and the reserved columns; ContractBroken if the payload uses their names."""
    taken = [name for name in ENVELOPE if name in frame.columns]
    if taken:
        raise ContractBroken(
            f"Столбец «{taken[0]}» зарезервирован. Переименуйте его в источнике.",
            f"The column '{taken[0]}' is reserved. Rename it in the source.",
        )
    return frame.with_columns(
        key.alias(KEY),
        pl.lit(None, ENVELOPE[CHANGED_AT]).alias(CHANGED_AT),
        (pl.lit(False) if deleted is None else deleted.fill_null(False)).alias(DELETED),
    )


@dataclass(slots=True)
class Keys:
    """Keys met so far in one file: a second row with a key is refused, one without a key too.

    With `by_content` equal rows are kept apart instead: the second gets `#2` after its key.
    """

    by_content: bool = False
    seen: dict[str, int] = field(default_factory=dict)

    def accept(self, rows: pl.DataFrame, places: Sequence[str]) -> Part:
        """The rows whose keys are new, the rest as rejects; `places` says where each row stands."""
        if self.by_content:
            return Part(rows.with_columns(pl.Series(KEY, self._numbered(rows), pl.String)))
        fresh = pl.Series("fresh", [self._is_new(key) for key in rows[KEY]], pl.Boolean)
        if fresh.all():
            return Part(rows)
        return Part(rows.filter(fresh), _refused(rows, fresh, places))

    def _is_new(self, key: str | None) -> bool:
        if key is None or key in self.seen:
            return False
        self.seen[key] = 1
        return True

    def _numbered(self, rows: pl.DataFrame) -> list[str]:
        keys = []
        for key in rows[KEY]:
            count = self.seen[key] = self.seen.get(key, 0) + 1
            keys.append(key if count == 1 else f"{key}#{count}")
        return keys


def _refused(rows: pl.DataFrame, fresh: pl.Series, places: Sequence[str]) -> pl.DataFrame:
    """Rejects of repeated and empty keys; without a key, which the accepted row bears and would settle."""
    bad = rows.filter(~fresh)
    where = [place for place, good in zip(places, fresh, strict=True) if not good]
    payload = bad.drop(list(ENVELOPE))
    return pl.concat(
        [
            reject(
                "key_missing" if key is None else "key_duplicate",
                place,
                dict(zip(payload.columns, values, strict=True)),
            )
            for key, place, values in zip(bad[KEY], where, payload.iter_rows(), strict=True)
        ]
    )


def reject(
    reason: str, place: str, payload: Mapping[str, str | None] | Sequence[str | None], key: str = ""
) -> pl.DataFrame:
    """One line of `REJECTS`: the reason's sentences with the place (file, sheet, row) before them."""
    ru, en = REASONS[reason]
    values = {
        "key": key,
        "reason": reason,
        "field": "",
        "value": place,
        "message_ru": f"{place}: {ru}",
        "message_en": f"{place}: {en}",
        "payload": json.dumps(payload, ensure_ascii=False),
    }
    return pl.DataFrame([values], schema=dict(REJECTS))
