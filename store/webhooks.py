"""Webhooks: who is told of changes without asking, how far each was told, and what stands in the way.

`position` moves only after a delivery was accepted. A delivery that failed keeps its end in `upto`, so
that it is repeated as it was, under the same id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import and_, delete, insert, or_, select, update

from schemas.errors import ConfigError
from store import feed
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import change, webhook

State = Literal["active", "paused", "dead"]
ACTIVE: Final = "active"
PAUSED: Final = "paused"
DEAD: Final = "dead"
_T = webhook.c


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription; `error` is a code of `flows.deliver.TROUBLES`, `entities` None for all."""

    id: int
    name: str
    url: str
    secret: str
    entities: Sequence[str] | None
    state: State
    position: int
    upto: int | None
    attempts: int
    next_at: datetime | None
    tried_at: datetime | None
    delivered_at: datetime | None
    delivered: int
    error: str | None
    error_status: int | None
    created_at: datetime
    created_by: str


def add(
    writer: Writer,
    name: str,
    url: str,
    secret: str,
    by: str,
    entities: Sequence[str] | None = None,
    position: int | None = None,
) -> Webhook:
    """A new subscription to what comes after `position`, by default to what is new from now on."""
    newest = feed.newest(writer)
    place = newest if position is None else position
    _refuse_beyond(newest, place)
    chosen = sorted(set(entities)) if entities else None
    made = Webhook(
        writer.next("webhook"), name, url, secret, chosen, ACTIVE, place, None, 0, None, None, None, 0,
        None, None, utc_now(), by,
    )  # fmt: skip
    writer.execute(insert(webhook).values(**{n: getattr(made, n) for n in Webhook.__slots__}))
    return made


def find(reader: Reader, number: int) -> Webhook | None:
    """The subscription of that number."""
    rows = reader.rows(select(webhook).where(_T.id == number))
    return _webhook(rows[0]) if rows else None


def known(reader: Reader, number: int) -> Webhook:
    """The subscription of that number; ConfigError if there is none."""
    found = find(reader, number)
    if found is None:
        raise ConfigError(
            f"Подписки {number} нет. Обновите список.",
            f"There is no webhook {number}. Reload the list.",
        )
    return found


def listing(reader: Reader) -> list[Webhook]:
    """All of them, in the order they were made."""
    return [_webhook(row) for row in reader.rows(select(webhook).order_by(_T.id))]


def due(reader: Reader, now: datetime | None = None) -> list[Webhook]:
    """Those that may be sent something now: active, not waiting after a failure, and behind the feed."""
    ready = or_(_T.next_at.is_(None), _T.next_at <= (now or utc_now()))
    wanted = and_(_T.state == ACTIVE, ready, _T.position < feed.newest(reader))
    return [_webhook(row) for row in reader.rows(select(webhook).where(wanted).order_by(_T.id))]


def following(reader: Reader, one: Webhook, limit: int) -> tuple[list[dict[str, Any]], int]:
    """The next changes it is to be told of, at most `limit`, and the position it has then come to."""
    c = change.c
    query = select(change).where(c.pos > one.position).order_by(c.pos).limit(limit)
    if one.upto is not None:
        query = query.where(c.pos <= one.upto)
    rows = [dict(row._mapping) for row in reader.rows(query)]
    end = rows[-1]["pos"] if rows else one.position
    told = [row for row in rows if one.entities is None or row["entity"] in one.entities]
    return told, int(end)


def accepted(
    writer: Writer, one: Webhook, end: int, told: int, now: datetime | None = None
) -> bool:
    """Everything up to `end` was delivered; False if its place was moved meanwhile."""
    moment = now or utc_now()
    values: dict[str, Any] = {"position": end, "upto": None, "attempts": 0, "next_at": None}
    if told:
        values |= {
            "tried_at": moment, "delivered_at": moment, "delivered": _T.delivered + told,
            "error": None, "error_status": None,
        }  # fmt: skip
    return writer.execute(update(webhook).where(*_as_it_was(one)).values(values)) > 0


def failed(
    writer: Writer,
    one: Webhook,
    end: int,
    error: str,
    status: int | None,
    again: datetime | None,
    now: datetime | None = None,
) -> bool:
    """A delivery up to `end` failed; it is tried `again` then, or for None the subscription is dead."""
    values = {
        "upto": end, "attempts": one.attempts + 1, "next_at": again, "tried_at": now or utc_now(),
        "error": error, "error_status": status, "state": one.state if again else DEAD,
    }  # fmt: skip
    return writer.execute(update(webhook).where(*_as_it_was(one)).values(values)) > 0


def tried(writer: Writer, number: int, error: str | None, status: int | None) -> None:
    """Note what a call that delivers nothing came to."""
    told = {"tried_at": utc_now(), "error": error, "error_status": status}
    writer.execute(update(webhook).where(_T.id == number).values(told))


def _as_it_was(one: Webhook) -> tuple[Any, ...]:
    return (_T.id == one.id, _T.position == one.position, _T.attempts == one.attempts)


def pause(writer: Writer, number: int) -> Webhook:
    """Send nothing until it is resumed."""
    return _changed(writer, number, {"state": PAUSED})


def resume(writer: Writer, number: int) -> Webhook:
    """Go on where it stopped, at once."""
    return _changed(writer, number, {"state": ACTIVE, "attempts": 0, "next_at": None})


def replay(writer: Writer, number: int, position: int) -> tuple[int, Webhook]:
    """Send what comes after `position`, again or not. The position before, and the subscription now."""
    before = known(writer, number)
    _refuse_beyond(feed.newest(writer), position)
    place = {"position": position, "upto": None, "attempts": 0, "next_at": None, "state": ACTIVE}
    return before.position, _changed(writer, number, place)


def remove(writer: Writer, number: int) -> Webhook:
    """End a subscription."""
    gone = known(writer, number)
    writer.execute(delete(webhook).where(_T.id == number))
    return gone


def _changed(writer: Writer, number: int, values: dict[str, Any]) -> Webhook:
    writer.execute(update(webhook).where(_T.id == number).values(values))
    return known(writer, number)


def _refuse_beyond(newest: int, position: int) -> None:
    if not 0 <= position <= newest:
        raise ConfigError(
            f"Позиции {position} в ленте ещё нет: последняя {newest}.",
            f"The feed has no position {position} yet: the last one is {newest}.",
        )


def _webhook(row: Any) -> Webhook:
    return Webhook(**dict(row._mapping))
