"""Rule sets as versions: rows are added, none is ever changed; and what each change of rules did to ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import func, insert, select

from store import journal
from store.bulk import append
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import rule_link, rule_set

SHIPPED = 0
_RECORD = ("entity", "connection", "stream", "key")
_OWN = ("own_id", "own_unit_id")
_LAST = select(rule_set).order_by(rule_set.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One activation. `model` is its text, None for the set that ships with the program.

    `restores` is the activation that came back by this one; 0 stands for the shipped set before all.
    """

    id: int = SHIPPED
    version: str | None = None
    model: str | None = None
    restores: int | None = None
    author: str | None = None
    reason: str | None = None
    activated_at: datetime | None = None


def active(reader: Reader) -> RuleSet:
    """The last activation; the shipped set if there was none."""
    last = reader.rows(_LAST)
    return _row(last[0]) if last else RuleSet()


def before(reader: Reader) -> RuleSet | None:
    """The set that was active before the active one was first chosen; None before the shipped one."""
    now = active(reader)
    chosen = now.id if now.restores is None else now.restores
    if chosen == SHIPPED:
        return None
    earlier = _of(reader, chosen - 1)
    return earlier if earlier.restores is None else _of(reader, earlier.restores)


def named(reader: Reader, version: str) -> RuleSet | None:
    """The first activation of a version; None if it never was active."""
    found = reader.scalar(select(func.min(rule_set.c.id)).where(rule_set.c.version == version))
    return None if found is None else _of(reader, int(found))


def of(reader: Reader, number: int) -> RuleSet | None:
    """The activation of a number, 0 for the shipped set; None if there is none."""
    known = number == SHIPPED or reader.scalar(select(rule_set.c.id).where(rule_set.c.id == number))
    return _of(reader, number) if known else None


def history(reader: Reader, limit: int = 50) -> list[RuleSet]:
    """The newest activations, newest first."""
    found = reader.rows(select(rule_set).order_by(rule_set.c.id.desc()).limit(limit))
    return [_row(row) for row in found]


def activate(
    writer: Writer,
    version: str,
    model: str | None,
    author: str,
    reason: str | None = None,
    *,
    restores: int | None = None,
    now: datetime | None = None,
) -> int:
    """Add an activation; its id."""
    number = writer.next("rule_set")
    told = {"version": version, "model": model, "restores": restores}
    who = {"author": author, "reason": reason, "activated_at": now or utc_now()}
    was = {"version": active(writer).version}
    writer.execute(insert(rule_set).values(id=number, **told, **who))
    noted = journal.Act(
        author, "rules_activated", "rules", version, was, {"version": version}, reason
    )
    journal.note(writer, noted)
    return number


def _of(reader: Reader, number: int) -> RuleSet:
    if number == SHIPPED:
        return RuleSet()
    return _row(reader.rows(select(rule_set).where(rule_set.c.id == number))[0])


def _row(row: Any) -> RuleSet:
    return RuleSet(**dict(row._mapping))


def leave(writer: Writer, left: str, changed: pl.DataFrame) -> int:
    """Note what leaving the rules called `left` did to ids; how many records it moved.

    `changed`: entity, connection, stream, key, own_id, own_unit_id before and own_id_after,
    own_unit_id_after.
    """
    if changed.is_empty():
        return 0
    number = writer.next("rule_link")
    noted = [pl.lit(number, pl.Int64).alias("departure"), pl.lit(left).alias("rules")]
    return append(writer, rule_link, changed.with_columns(noted))


def as_under(reader: Reader, links: pl.DataFrame, entity: str, rules: str) -> pl.DataFrame:
    """`links` of an entity with the ids of their own as they were when the rules called `rules` were left.

    Changes of rules since then are undone, last first, on records whose ids nothing else changed.
    """
    c = rule_link.c
    first = reader.scalar(select(func.max(c.departure)).where(c.rules == rules))
    if first is None:
        return links
    wanted = select(rule_link).where(c.departure >= first, c.entity == entity)
    noted = reader.frame(wanted.order_by(c.departure))
    for number in noted["departure"].unique().sort(descending=True):
        links = _undone(links, noted.filter(pl.col("departure") == number))
    return links


def _undone(links: pl.DataFrame, noted: pl.DataFrame) -> pl.DataFrame:
    told = noted.select(
        *_RECORD, *(pl.col(name).alias(f"{name}_before") for name in _OWN),
        *(f"{name}_after" for name in _OWN), pl.lit(value=True).alias("noted"),
    )  # fmt: skip
    joined = links.join(told, on=_RECORD, how="left", maintain_order="left")
    same = [pl.col(name).eq_missing(pl.col(f"{name}_after")) for name in _OWN]
    undo = pl.all_horizontal(pl.col("noted").fill_null(value=False), *same)
    before = [pl.when(undo).then(f"{n}_before").otherwise(n).alias(n) for n in _OWN]
    return joined.with_columns(before).select(links.columns)
