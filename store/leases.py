"""Leases: one worker per stream, on any number of machines; a dead worker's lease expires."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from schemas.errors import Conflict
from store.clock import utc_now
from store.engine import Reader, Store
from store.tables import lease

TTL = timedelta(minutes=5)


def acquire(
    store: Store, name: str, owner: str, ttl: timedelta = TTL, now: datetime | None = None
) -> None:
    """Take or keep the lease `name`; Conflict names the holder and until when."""
    moment = now or utc_now()
    values = {"owner": owner, "acquired_at": moment, "expires_at": moment + ttl}
    with store.write() as writer:
        dialect = postgresql if writer.is_postgres else sqlite
        free = or_(lease.c.expires_at <= moment, lease.c.owner == owner)
        taken = dialect.insert(lease).values(name=name, **values)
        taken = taken.on_conflict_do_update(index_elements=["name"], set_=values, where=free)
        if writer.execute(taken):
            return
        holder = writer.rows(select(lease).where(lease.c.name == name))[0]
    raise _taken(holder)


def conflict(reader: Reader, name: str, now: datetime | None = None) -> Conflict | None:
    """What `acquire` would raise for a newcomer; None if the lease is free or has run out."""
    found = reader.rows(select(lease).where(lease.c.name == name))
    return _taken(found[0]) if found and found[0].expires_at > (now or utc_now()) else None


def _taken(held: Row[Any]) -> Conflict:
    return Conflict(
        f"«{held.name}» уже занят: {held.owner}, до {held.expires_at:%d.%m.%Y %H:%M:%S} UTC. Дождитесь окончания.",
        f"{held.name} is held by {held.owner} until {held.expires_at:%Y-%m-%d %H:%M:%S} UTC. Wait for it to end.",
    )


def renew(
    store: Store, name: str, owner: str, ttl: timedelta = TTL, now: datetime | None = None
) -> None:
    """Put off the expiry; Conflict if the lease has meanwhile gone to someone else."""
    moment = now or utc_now()
    mine = (lease.c.name == name, lease.c.owner == owner)
    with store.write() as writer:
        if writer.execute(update(lease).values(expires_at=moment + ttl).where(*mine)):
            return
    raise gone(name)


def gone(name: str) -> Conflict:
    """The error of a worker whose lease went to another."""
    return Conflict(
        f"Аренда «{name}» потеряна: истекла и перешла другому. Запустите заново.",
        f"The lease {name} was lost: it expired and went to another. Start again.",
    )


def release(store: Store, name: str, owner: str) -> bool:
    """Give the lease back; False if it was not held by `owner`."""
    with store.write() as writer:
        return writer.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner)) > 0


@contextmanager
def held(store: Store, name: str, owner: str, ttl: timedelta = TTL) -> Iterator[None]:
    """Hold the lease for the time of the block."""
    acquire(store, name, owner, ttl)
    try:
        yield
    finally:
        release(store, name, owner)


def holder(reader: Reader, name: str) -> str | None:
    """Who holds the lease `name`, expired or not; None if nobody does."""
    found: str | None = reader.scalar(select(lease.c.owner).where(lease.c.name == name))
    return found
