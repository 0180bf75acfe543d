"""What was answered about two records of the queue, so that nobody answers past somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select

from store.engine import Reader
from store.tables import decision, decision_record, withdrawal
from store.views import reviews

_PARTS = ("connection", "stream", "key")
_NONE = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The last judgement of two records that stands: its number, what it says and who gave it."""

    number: int
    verdict: str
    author: str


def last(reader: Reader, left: str, right: str) -> Answer | None:
    """The last answer about two records (connection/stream/key), whichever way round; None if there is none."""
    found = [
        Answer(row.id, row.verdict, row.author) for pair in ((left, right), (right, left)) for row in reader.rows(_last(), _told(*pair))
    ]  # fmt: skip
    return max(found, key=lambda one: one.number, default=None)


def seen(reader: Reader, left: str, right: str, records: Sequence[Mapping[str, Any]]) -> str:
    """What a page of a pair sends back: the stamp of its records, and the number of the last answer."""
    known = last(reader, left, right)
    return f"{reviews.stamp(*records)}-{known.number if known else _NONE}"


def parted(seen: str) -> tuple[str, int]:
    """Stamp and number of what a page has sent back; whoever knows the stamp alone saw no answer."""
    stamp, _, number = seen.partition("-")
    return stamp, int(number) if number.isdecimal() and len(number) < 18 else _NONE


@cache
def _last() -> Select[Any]:
    one, other = decision_record.alias("one"), decision_record.alias("other")
    named = [
        side.c[part] == bindparam(f"{name}_{part}")
        for name, side in (("one", one), ("other", other))
        for part in _PARTS
    ]
    return (
        select(decision.c.id, decision.c.verdict, decision.c.author)
        .select_from(one)
        .join(other, and_(other.c.decision_id == one.c.decision_id, other.c.side == "right"))
        .join(decision, decision.c.id == one.c.decision_id)
        .outerjoin(withdrawal, withdrawal.c.decision_id == decision.c.id)
        .where(one.c.side == "left", one.c.place == 0, other.c.place == 0, *named)
        .where(decision.c.verdict.is_not(None), withdrawal.c.decision_id.is_(None))
        .order_by(decision.c.id.desc())
        .limit(1)
    )


def _told(one: str, other: str) -> dict[str, str]:
    return {
        f"{name}_{part}": value
        for name, ref in (("one", one), ("other", other))
        for part, value in zip(_PARTS, ref.split("/", 2), strict=True)
    }
