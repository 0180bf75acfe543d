"""Goods, written by difference, and what people decided of them, which stays even when it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Table, func, insert, or_, select, update

from schemas.goods import GOOD_ACT, SAME, Good, GoodGroup, GoodMember, good_columns
from schemas.offers import GoodCode, GoodHolder, GoodOffer, GoodPrice, GoodStock
from store.assembled import save_assembled
from store.bulk import Written, delete_keys
from store.by_ref import of_values
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import (
    good,
    good_act,
    good_code,
    good_group,
    good_holder,
    good_member,
    good_offer,
    good_price,
    good_stock,
)

_TABLES = ((good, Good), (good_member, GoodMember), (good_group, GoodGroup))
# In the order of `Offers`.
_OFFERS: tuple[tuple[Table, type[BaseModel]], ...] = (
    (good_price, GoodPrice), (good_stock, GoodStock), (good_code, GoodCode), (good_offer, GoodOffer),
    (good_holder, GoodHolder),
)  # fmt: skip
# All that is put together of records, with what a row of each tells.
TABLES = (*_TABLES, *_OFFERS)
_ACT = good_act.c
_STANDING: ColumnElement[bool] = _ACT.withdrawn_at.is_(None)


def save(
    writer: Writer, goods: pl.DataFrame, members: pl.DataFrame, groups: pl.DataFrame
) -> tuple[Written, int]:
    """Store all there is by difference; what is no more goes. What became of goods, and how many went."""
    return _save(writer, _TABLES, (goods, members, groups))[0]


def save_offers(writer: Writer, frames: Sequence[pl.DataFrame]) -> list[tuple[Written, int]]:
    """Store all prices, stock, codes, comparisons and holders there are, as goods are stored."""
    return _save(writer, _OFFERS, frames)


def _save(
    writer: Writer,
    tables: Sequence[tuple[Table, type[BaseModel]]],
    frames: Sequence[pl.DataFrame],
) -> list[tuple[Written, int]]:
    done = []
    for (table, model), frame in zip(tables, frames, strict=True):
        dropped = delete_keys(writer, table, _gone(writer, table, frame))
        done.append((save_assembled(writer, table, frame, good_columns(model)), dropped))
    return done


def _gone(writer: Writer, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    stored = writer.frame(select(table.c.id))
    return stored.join(frame.select("id"), on="id", how="anti")


def members(reader: Reader) -> pl.DataFrame:
    """Every record of every good, in the order of ids."""
    wanted = [good_member.c[name] for name in good_columns(GoodMember)]
    return reader.frame(select(*wanted).order_by(good_member.c.id))


def homes(reader: Reader) -> pl.DataFrame:
    """(id, okei, good_id, name, item_class, attributes): each record with its good, in the order of ids."""
    of = [good.c[name] for name in ("name", "item_class", "attributes")]
    wanted = select(good_member.c.id, good_member.c.okei, good_member.c.good_id, *of)
    return reader.frame(
        wanted.join(good, good.c.id == good_member.c.good_id).order_by(good_member.c.id)
    )


def names(reader: Reader, limit: int) -> pl.DataFrame:
    """(name, good_id, item_class, status, attributes, rows): how up to `limit` names of goods were read.

    `rows` are the records of the good that have the name.
    """
    wanted = [
        good_member.c[name] for name in ("name", "good_id", "item_class", "status", "attributes")
    ]
    told = select(*wanted, func.count().label("rows")).where(good_member.c.name.is_not(None))
    return reader.frame(told.group_by(*wanted).limit(limit))


def find_members(reader: Reader, ids: Sequence[str]) -> pl.DataFrame:
    """The records of these ids."""
    wanted = [good_member.c[name] for name in good_columns(GoodMember)]
    return of_values(reader, select(*wanted), good_member.c.id, ids)


def acts(reader: Reader) -> pl.DataFrame:
    """What people decided (`GOOD_ACT`) and nobody took back, oldest first."""
    return reader.frame(
        select(*(_ACT[name] for name in GOOD_ACT)).where(_STANDING).order_by(_ACT.id)
    )


def acted(reader: Reader) -> str:
    """What changes with every decision and every withdrawal."""
    last = reader.scalar(select(func.max(_ACT.id))) or 0
    return f"{last}-{reader.scalar(select(func.count(_ACT.withdrawn_at)))}"


def decide(writer: Writer, verdict: str, left: str, right: str, *, author: str) -> int | None:
    """Add a decision on two records; its number, or None if it stands already."""
    number = writer.next("good_act", 0)
    same_way = (_ACT.left == left) & (_ACT.right == right)
    either = or_(same_way, (_ACT.left == right) & (_ACT.right == left))
    known = select(_ACT.id).where(
        _STANDING, _ACT.verdict == verdict, either if verdict == SAME else same_way
    )
    if writer.rows(known):
        return None
    number = writer.next("good_act")
    told = {
        "id": number,
        "verdict": verdict,
        "left": left,
        "right": right,
        "author": author,
        "at": utc_now(),
    }
    writer.execute(insert(good_act).values(**told))
    return number


def standing(writer: Writer, verdict: str, one: Sequence[str], other: Sequence[str]) -> list[int]:
    """Numbers of standing decisions between records of two lists of refs, either way round."""
    ways = [
        _ACT.left.in_(list(left)) & _ACT.right.in_(list(right))
        for left, right in ((one, other), (other, one))
    ]
    found = select(_ACT.id).where(_STANDING, _ACT.verdict == verdict, or_(*ways))
    return [int(row.id) for row in writer.rows(found.order_by(_ACT.id))]


def count_members(reader: Reader) -> int:
    """How many records there are of all goods."""
    return int(reader.scalar(select(func.count()).select_from(good_member)) or 0)


def withdraw(writer: Writer, number: int, *, author: str) -> dict[str, Any] | None:
    """Take a decision back; the decision, or None if there is none standing of this number."""
    writer.next("good_act", 0)  # its lock lets one decide at a time
    found = writer.rows(select(good_act).where(_ACT.id == number, _STANDING))
    if not found:
        return None
    told = {"withdrawn_by": author, "withdrawn_at": utc_now()}
    writer.execute(update(good_act).where(_ACT.id == number).values(**told))
    return dict(found[0]._mapping)
