"""What people have been told, so that nothing is told twice: one row per rule and subject while it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, false, insert, or_, select, update

from store.engine import Reader, Writer
from store.tables import alert

_C = alert.c


@dataclass(frozen=True, slots=True)
class Finding:
    """A trouble that is there now: the rule that found it, whom it concerns, and a sentence."""

    rule: str
    subject: str
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A trouble as it is remembered: since when, whether it was told, and when it went away."""

    rule: str
    subject: str
    message_ru: str
    message_en: str
    first_at: datetime
    last_at: datetime
    told_at: datetime | None
    recovered_at: datetime | None

    @property
    def place(self) -> tuple[str, str]:
        """Rule and subject."""
        return self.rule, self.subject


def every(reader: Reader) -> list[Notice]:
    """All that is remembered, the newest first."""
    query = select(alert).order_by(_C.first_at.desc(), _C.rule, _C.subject)
    return [Notice(**row._mapping) for row in reader.rows(query)]


def observe(writer: Writer, findings: Sequence[Finding], now: datetime) -> None:
    """Remember what is there now and what has gone; a trouble nobody was told of is forgotten when it goes."""
    known = {notice.place: notice for notice in every(writer)}
    found = {(one.rule, one.subject): one for one in findings}
    for place, one in found.items():
        told = {"message_ru": one.ru, "message_en": one.en, "last_at": now}
        before = known.get(place)
        if before is None:
            values = {"rule": one.rule, "subject": one.subject, **told, "first_at": now}
            writer.execute(insert(alert).values(**values))
        elif before.recovered_at is None:
            writer.execute(update(alert).values(**told).where(_at([place])))
        else:
            # Back before anybody heard that it was gone: nothing new to tell.
            writer.execute(update(alert).values(**told, recovered_at=None).where(_at([place])))
    gone = [place for place, n in known.items() if place not in found and n.recovered_at is None]
    untold = [place for place in gone if known[place].told_at is None]
    writer.execute(delete(alert).where(_at(untold)))
    rest = [place for place in gone if place not in untold]
    writer.execute(update(alert).values(recovered_at=now).where(_at(rest)))


def to_tell(reader: Reader) -> list[Notice]:
    """What nobody was told of yet, and what was told of and has gone."""
    return [n for n in every(reader) if n.told_at is None or n.recovered_at is not None]


def told(writer: Writer, notices: Sequence[Notice], now: datetime) -> None:
    """People know of these; those that have gone are forgotten."""
    gone = [notice.place for notice in notices if notice.recovered_at is not None]
    writer.execute(delete(alert).where(_at(gone)))
    rest = [notice.place for notice in notices if notice.recovered_at is None]
    writer.execute(update(alert).values(told_at=now).where(_at(rest)))


def _at(places: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(false(), *(and_(_C.rule == rule, _C.subject == subject) for rule, subject in places))
