"""Whether something is there, as a reader sees the store: of a part of the base only what is in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, literal, or_, select

from store.engine import Reader
from store.tables import golden, link


def is_there(reader: Reader, one: str) -> bool:
    """Whether a party record (connection/stream/key) or a golden record of this id is there."""
    return bool(reader.rows(_wanted(one)))


def _wanted(one: str) -> Select[Any]:
    parts = one.split("/", 2)
    there = literal(1).label("there")
    if len(parts) < len(("connection", "stream", "key")):
        return select(there).where(or_(*(exists().where(t.c.id == one) for t in golden.values())))
    own = zip(("connection", "stream", "key"), parts, strict=True)
    named = (link.c[name] == part for name, part in own)
    return select(there).where(exists().where(link.c.entity == "party", *named))
