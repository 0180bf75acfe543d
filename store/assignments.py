"""Whose a waiting pair is: a lead gives it to a steward, and it stays his until it is answered or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import Select, or_, select, update

from store import desk
from store.bulk import update_changed
from store.engine import Reader, Writer
from store.tables import review_desk

# A choice of rows of the desk, as `store.views.reviews.chosen` makes one, too.
Wanted = Select[Any]
NOBODY = ""
MOST = 20_000
_DESK = review_desk.c
_SIDES = ("left", "right")


def rows(reader: Reader, wanted: Wanted) -> pl.DataFrame:
    """id, assignee, left and right (connection/stream/key) of the pairs a query chooses; the `MOST` worthiest."""
    keys = [_DESK[f"{side}_{name}"] for side in _SIDES for name in ("connection", "stream", "key")]
    query = wanted.with_only_columns(_DESK.id, _DESK.assignee, *keys)
    found = reader.frame(query.order_by(_DESK.worth.desc(), _DESK.id.desc()).limit(MOST))
    refs = [
        pl.concat_str(f"^{side}_(connection|stream|key)$", separator="/").alias(side)
        for side in _SIDES
    ]
    return found.select("id", "assignee", *refs)


def named(ids: Sequence[int]) -> Wanted:
    """The rows of the desk with these numbers."""
    return select(review_desk).where(_DESK.id.in_(sorted(set(ids))))


def of_pairs(pairs: Sequence[tuple[str, str]]) -> Wanted:
    """The rows of the desk about some pairs of records (connection/stream/key), a hundred at the most."""
    return select(review_desk).where(or_(*(desk.of_records(*pair) for pair in pairs)))


def assign(writer: Writer, found: pl.DataFrame, login: str) -> int:
    """Give `rows` to a login, or with `NOBODY` take them back; how many changed hands."""
    told = found.select("id", assignee=pl.lit(login))
    return update_changed(writer, review_desk, told, ("id",), where=_DESK.assignee != login)


def free(writer: Writer, login: str) -> int:
    """Take back all that a login has; how many pairs that was."""
    theirs = _DESK.assignee == login
    return writer.execute(update(review_desk).where(theirs).values(assignee=NOBODY))
