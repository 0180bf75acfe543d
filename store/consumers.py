"""Consumers of the feed: each has a name and the position up to which its own work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from schemas.errors import ConfigError, Conflict
from store import feed
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import consumer

_T = consumer.c
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader of the feed; `position` is the last event it has confirmed."""

    name: str
    position: int
    created_at: datetime
    created_by: str
    read_at: datetime | None = None
    acked_at: datetime | None = None


def find(reader: Reader, name: str) -> Consumer | None:
    """The consumer of that name."""
    rows = reader.rows(select(consumer).where(_T.name == name))
    return _consumer(rows[0]) if rows else None


def known(reader: Reader, name: str) -> Consumer:
    """The consumer of that name; ConfigError if there is none."""
    found = find(reader, name)
    if found is None:
        raise ConfigError(
            f"Потребителя «{name}» нет. Сначала создайте его.",
            f"There is no consumer {name}. Make it first.",
        )
    return found


def listing(reader: Reader) -> list[Consumer]:
    """All of them, by name."""
    return [_consumer(row) for row in reader.rows(select(consumer).order_by(_T.name))]


def add(writer: Writer, name: str, position: int, by: str) -> Consumer:
    """A new consumer that begins after `position`; Conflict if the name is taken."""
    writer.next("consumer", 0)  # its lock lets one of two that take the same name be the first
    _refuse_beyond(writer, position)
    if find(writer, name) is not None:
        raise Conflict(
            f"Потребитель «{name}» уже есть. Возьмите другое имя.",
            f"There is a consumer {name} already. Take another name.",
        )
    made = Consumer(name, position, utc_now(), by)
    writer.execute(insert(consumer).values(**{n: getattr(made, n) for n in Consumer.__slots__}))
    return made


def ack(writer: Writer, name: str, position: int) -> Consumer:
    """Confirm that everything up to `position` is done; a position before the confirmed one changes
    nothing. ConfigError if the feed has not come there yet."""
    known(writer, name)
    _refuse_beyond(writer, position)
    further = (_T.name == name, _T.position < position)
    writer.execute(update(consumer).where(*further).values(position=position))
    writer.execute(update(consumer).where(_T.name == name).values(acked_at=utc_now()))
    return known(writer, name)


def move(writer: Writer, name: str, position: int) -> tuple[int, Consumer]:
    """Set the position, also backwards: events after it are given again. The position before, and now."""
    before = known(writer, name)
    _refuse_beyond(writer, position)
    writer.execute(update(consumer).where(_T.name == name).values(position=position))
    return before.position, known(writer, name)


def noted(writer: Writer, name: str, now: datetime | None = None) -> None:
    """Note that the consumer has read, at most once a minute."""
    moment = now or utc_now()
    due = or_(_T.read_at.is_(None), _T.read_at < moment - _NOTED_EVERY)
    writer.execute(update(consumer).where(_T.name == name, due).values(read_at=moment))


def due(one: Consumer, now: datetime | None = None) -> bool:
    """Whether it is time to note that it has read."""
    return one.read_at is None or one.read_at < (now or utc_now()) - _NOTED_EVERY


def remove(writer: Writer, name: str) -> Consumer:
    """Forget a consumer; ConfigError if there is none of that name."""
    gone = known(writer, name)
    writer.execute(delete(consumer).where(_T.name == name))
    return gone


def _refuse_beyond(reader: Reader, position: int) -> None:
    newest = feed.newest(reader)
    if not 0 <= position <= newest:
        raise ConfigError(
            f"Позиции {position} в ленте ещё нет: последняя {newest}.",
            f"The feed has no position {position} yet: the last one is {newest}.",
        )


def _consumer(row: Any) -> Consumer:
    return Consumer(**dict(row._mapping))
