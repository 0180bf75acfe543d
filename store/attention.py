"""Sources people paused, and what was last found when they were tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from schemas.records import Probe
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import source_pause, source_probe


@dataclass(frozen=True, slots=True)
class Pause:
    """A source nobody reads until it is resumed: why, who said so and when."""

    connection: str
    reason: str
    author: str
    created_at: datetime


def pause(
    writer: Writer, connection: str, reason: str, author: str, now: datetime | None = None
) -> bool:
    """Pause a source; False if it was paused already, and then the first reason stands."""
    if connection in pauses(writer):
        return False
    told = {"connection": connection, "reason": reason, "author": author}
    writer.execute(insert(source_pause).values(**told, created_at=now or utc_now()))
    return True


def resume(writer: Writer, connection: str) -> bool:
    """Let a source be read again; False if it was not paused."""
    return writer.execute(delete(source_pause).where(source_pause.c.connection == connection)) > 0


def pauses(reader: Reader) -> dict[str, Pause]:
    """The paused sources by name."""
    found = reader.rows(select(source_pause).order_by(source_pause.c.connection))
    return {row.connection: Pause(**row._mapping) for row in found}


def tried(
    writer: Writer, connection: str, probes: Sequence[Probe], now: datetime | None = None
) -> None:
    """Keep what was found, in place of what was found before; details stay out of it."""
    writer.execute(delete(source_probe).where(source_probe.c.connection == connection))
    moment = now or utc_now()
    for place, probe in enumerate(probes):
        told = {"name": probe.name, "ok": probe.ok, "message_ru": probe.ru, "message_en": probe.en}
        values = {"connection": connection, "place": place, **told, "tried_at": moment}
        writer.execute(insert(source_probe).values(**values))
