"""What people do about a source: try it, pause it with a reason, have a past window read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.base import Counted, Seekable
from flows.house import House
from schemas.errors import ConfigError, Conflict, KanonError
from schemas.records import Probe
from store import attention

LONGEST_REASON = 1000


def probe(house: House, connection: str) -> Sequence[Probe]:
    """Try a source now, and keep what was found; an error that keeps it from being tried is a failed probe."""
    house.connection(connection)
    try:
        found = house.source(connection).check()
    except KanonError as error:
        found = [Probe("open", False, error.ru, error.en)]
    with house.store.write() as writer:
        attention.tried(writer, connection, found)
    return found


def pause(house: House, connection: str, reason: str, by: str) -> bool:
    """Keep a source from being read until it is resumed; False if it was paused already."""
    house.connection(connection)
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON or "\0" in why:
        raise ConfigError(
            f"Напишите, почему источник на паузе: до {LONGEST_REASON} знаков.",
            f"Write why the source is paused, in up to {LONGEST_REASON} characters.",
        )
    with house.store.write() as writer:
        return attention.pause(writer, connection, why, by)


def resume(house: House, connection: str) -> bool:
    """Let a source be read again; False if it was not paused."""
    with house.store.write() as writer:
        return attention.resume(writer, connection)


def refuse_if_paused(house: House, connection: str) -> None:
    """Conflict, with who paused the source and why."""
    with house.store.read() as reader:
        found = attention.pauses(reader).get(connection)
    if found is not None:
        raise Conflict(
            f"Источник {connection} на паузе ({found.author}: {found.reason}). Снять: на его странице или kanon source resume {connection}.",
            f"Source {connection} is paused ({found.author}: {found.reason}). To end it: its page, or kanon source resume {connection}.",
        )


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What reading a stream again would bring: about so many rows, None if the source cannot tell."""

    stream: str
    since: datetime
    until: datetime
    rows: int | None


def look_back(house: House, connection: str, stream: str, since: datetime) -> LookedBack:
    """How much a stream changed since a moment, as the source counts it; ConfigError if it cannot begin there."""
    source = house.source(connection)
    offered = [one.name for one in source.discover()]
    if stream not in offered:
        raise ConfigError(
            f"У подключения {connection} нет потока {stream}. Есть: {', '.join(offered)}.",
            f"Connection {connection} has no stream {stream}. Known: {', '.join(offered)}.",
        )
    until = source.clock()
    if since >= until or since.year < 1990:
        raise ConfigError(
            "Дата должна быть в прошлом и не раньше 1990 года.",
            "The date must be in the past, and not before 1990.",
        )
    if not isinstance(source, Seekable):
        raise ConfigError(
            f"Источник {connection} не умеет читать с даты; перечитайте поток целиком.",
            f"Source {connection} cannot begin at a date; read the stream anew instead.",
        )
    cursor = source.cursor_at(stream, since)
    rows = source.count(stream, cursor, until) if isinstance(source, Counted) else None
    return LookedBack(stream, since.astimezone(UTC), until, rows)
