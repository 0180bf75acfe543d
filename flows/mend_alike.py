"""One change for all records refused alike: tried on every one, shown on some, kept for those it cures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from flows.correct import Fixed, correct
from flows.corrected import Corrections, text_of
from flows.house import House
from flows.map_plan import STAGE, partners
from flows.map_portion import storable
from mappings.reading import RESERVED
from schemas.errors import ConfigError, Conflict
from schemas.records import KEY
from store import landing, quarantine
from store.views import quarantine as waiting

MOST = 10_000
SHOWN = 20
_LONGEST = 4_000
_BLANKS = "[\\s\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows refused alike: reason, connection and stream."""

    reason: str
    connection: str
    stream: str


@dataclass(frozen=True, slots=True)
class Change:
    """What to do to a column: `how` is one of `WAYS`, `find` and `put` are its texts."""

    column: str
    how: str
    find: str = ""
    put: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One record before and after; `reason` is why it would still be refused, empty if it passes."""

    id: int
    key: str
    before: str | None
    after: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What a change would do: rows in the group, rows it alters, of these those that pass; 20 samples.

    `stamp` is what `mend_alike` must be told, so that nothing else is done than what was seen.
    """

    rows: int
    altered: int
    passing: int
    samples: tuple[Sample, ...]
    stamp: str

    @property
    def refused(self) -> int:
        """Altered, and still refused."""
        return self.altered - self.passing


def _trim(_change: Change, text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_BLANKS, " ").str.strip_chars()


def _digits(_change: Change, text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("[^0-9]", "")


def _replace(change: Change, text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(change.find, change.put, literal=True)


def _set(change: Change, _text: pl.Expr) -> pl.Expr:
    return pl.lit(change.put)


def _table(change: Change, text: pl.Expr) -> pl.Expr:
    pairs = [line.split("=", 1) for line in change.find.splitlines() if "=" in line]
    known = {old.strip(): new.strip() for old, new in pairs}
    return text.str.strip_chars().replace_strict(known, default=text, return_dtype=pl.String)


WAYS: Mapping[str, Callable[[Change, pl.Expr], pl.Expr]] = MappingProxyType(
    {"trim": _trim, "digits": _digits, "replace": _replace, "set": _set, "table": _table}
)


def columns_of(house: House, group: Group) -> list[str]:
    """The columns a change may be made in: those the mapping reads from the record itself."""
    spec = house.mapping(group.connection, group.stream).spec
    return [name for name in spec.field_columns() if "." not in name and "/" not in name]


def try_alike(house: House, group: Group, change: Change) -> Tried:
    """What the change would do to the group's open rows, the oldest 10 000 of them; nothing is kept."""
    return _tried(house, group, change)[0]


def mend_alike(
    house: House, group: Group, change: Change, stamp: str, by: str, reason: str | None
) -> Fixed:
    """Keep the change for every record it makes pass, as one batch; Conflict if `stamp` no longer fits."""
    tried, edits = _tried(house, group, change)
    if tried.stamp != stamp:
        raise Conflict(
            "Пока вы смотрели, записи этой группы изменились. Ничего не сохранено: посмотрите, что выйдет теперь.",
            "While you looked, records of this group changed. Nothing was saved: see what would come of it now.",
        )
    if edits.is_empty():
        raise ConfigError(
            "С такой заменой ни одна запись не пройдёт: измените замену.",
            "No record would pass with this change: change it.",
        )
    return correct(house, edits, by, reason)


def _refuse_senseless(house: House, group: Group, change: Change) -> None:
    known = columns_of(house, group)
    if change.column not in known or change.how not in WAYS:
        raise ConfigError(
            f"Выберите поле ({', '.join(known)}) и способ замены.",
            f"Choose a field ({', '.join(known)}) and a way to change it.",
        )
    needs = change.how in ("replace", "table")
    if (needs and not change.find) or (change.how == "table" and "=" not in change.find):
        raise ConfigError(
            "Впишите, что заменить; в таблице замен каждая строка вида «было = стало».",
            "Enter what to replace; in a table each line reads 'old = new'.",
        )
    if max(len(change.find), len(change.put)) > _LONGEST or "\0" in change.find + change.put:
        raise ConfigError(
            f"Замена длиннее {_LONGEST} знаков или содержит нечитаемый знак. Сократите её.",
            f"The change is longer than {_LONGEST} characters or holds an unreadable one. Shorten it.",
        )


def _tried(house: House, group: Group, change: Change) -> tuple[Tried, pl.DataFrame]:
    _refuse_senseless(house, group, change)
    ids, rows = _rows(house, group)
    told = Corrections.of(house, group.connection, [group.stream])
    stood = told.standing.filter(pl.col("key").is_in(rows[KEY].implode()))
    sent = text_of(rows.schema, change.column).alias("was")
    now = told.apply(group.stream, rows).rows
    text = text_of(now.schema, change.column)
    after = WAYS[change.how](change, text)
    table = rows.select(pl.col(KEY).alias("key"), sent).hstack(
        now.select(
            text.alias("before"),
            pl.when(after.str.contains(r"\S")).then(after).alias("value"),
        )
    )
    altered = table.filter(pl.col("before").ne_missing(pl.col("value")))
    reasons = _refusals(house, group, change, now, altered)
    judged = altered.join(reasons, on="key", how="left", maintain_order="left").join(
        ids, on="key", how="left", maintain_order="left"
    )
    passing = judged.filter(pl.col("reason").is_null())
    stamp = _stamp(judged, stood)
    tried = Tried(rows.height, altered.height, passing.height, _samples(judged), stamp)
    edits = passing.select(
        pl.lit(group.connection).alias("connection"),
        pl.lit(group.stream).alias("stream"),
        "key",
        pl.lit(change.column).alias("field"),
        "was",
        "value",
    )
    return tried, edits


def _stamp(judged: pl.DataFrame, stood: pl.DataFrame) -> str:
    told = judged.select("key", "was", "value", "reason").write_ndjson()
    return hashlib.sha256(f"{told}{stood.height}".encode()).hexdigest()[:16]


def _rows(house: House, group: Group) -> tuple[pl.DataFrame, pl.DataFrame]:
    """id and key of the group's open rows, and their newest landed records."""
    chosen = {"reason": group.reason, "connection": group.connection, "stream": group.stream}
    with house.store.read() as reader:
        ids = waiting.open_ids(reader, chosen, MOST)
        found = quarantine.chosen(reader, ids).filter(pl.col("stage") == STAGE)
        keys = found["key"].to_list()
        rows = landing.latest(house.store, reader, group.connection, group.stream, keys)
    if rows.is_empty():
        raise ConfigError(
            "В этой группе больше нет записей, которые можно исправить здесь.",
            "This group has no more records that can be corrected here.",
        )
    return found.select("id", "key"), storable(rows)


def _refusals(
    house: House, group: Group, change: Change, rows: pl.DataFrame, altered: pl.DataFrame
) -> pl.DataFrame:
    """key and reason of those that mapping would still refuse."""
    mapping = house.mapping(group.connection, group.stream)
    new = altered.select(pl.col("key").alias(KEY), pl.col("value").alias(change.column))
    kept = [name for name in rows.columns if name != change.column or name in RESERVED]
    meant = rows.select(kept).join(new, on=KEY, how="inner", maintain_order="left")
    if meant.is_empty():
        return pl.DataFrame(schema={"key": pl.String, "reason": pl.String})
    joined = partners(house, group.connection, mapping)
    return mapping.apply(meant, group.connection, joined).rejects.select("key", "reason")


def _samples(judged: pl.DataFrame) -> tuple[Sample, ...]:
    """Some that would still be refused, for they are what a person must know of, and some that pass."""
    bad = judged.filter(pl.col("reason").is_not_null()).head(SHOWN // 4)
    good = judged.filter(pl.col("reason").is_null()).head(SHOWN - bad.height)
    return tuple(
        Sample(row["id"], row["key"], row["before"], row["value"], row["reason"] or "")
        for row in pl.concat([bad, good]).iter_rows(named=True)
    )
