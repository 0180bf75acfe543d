"""Who has a pair open: a short lease that tells others, and forbids nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import lease

TTL = timedelta(minutes=3)
_PREFIX, _BEYOND = "pair:", "pair;"
Pair = tuple[str, str]


def name_of(left: str, right: str) -> str:
    """The name of the lease of a pair of records, whichever way round."""
    return f"{_PREFIX}{min(left, right)}|{max(left, right)}"


def hold(writer: Writer, left: str, right: str, by: str, now: datetime | None = None) -> bool:
    """Take the pair or keep it; False if somebody else has it open. Leases that ran out are swept."""
    moment = now or utc_now()
    ours = and_(lease.c.name >= _PREFIX, lease.c.name < _BEYOND)
    writer.execute(delete(lease).where(ours, lease.c.expires_at <= moment))
    values = {"owner": by, "acquired_at": moment, "expires_at": moment + TTL}
    dialect = postgresql if writer.is_postgres else sqlite
    taken = dialect.insert(lease).values(name=name_of(left, right), **values)
    kept = {"expires_at": values["expires_at"]}
    taken = taken.on_conflict_do_update(
        index_elements=["name"], set_=kept, where=lease.c.owner == by
    )
    return bool(writer.execute(taken))


def release(writer: Writer, left: str, right: str, by: str) -> None:
    """Give the pair back, if this person has it."""
    writer.execute(delete(lease).where(lease.c.name == name_of(left, right), lease.c.owner == by))


def of_pairs(reader: Reader, pairs: Iterable[Pair], now: datetime | None = None) -> dict[Pair, str]:
    """Who has which of some pairs open now."""
    names = {name_of(*pair): pair for pair in pairs}
    if not names:
        return {}
    wanted = select(lease.c.name, lease.c.owner).where(
        lease.c.name.in_(list(names)), lease.c.expires_at > (now or utc_now())
    )
    return {names[row.name]: str(row.owner) for row in reader.rows(wanted)}


def of_others(reader: Reader, by: str, now: datetime | None = None, most: int = 200) -> set[str]:
    """The names of the pairs that other people have open now."""
    wanted = select(lease.c.name).where(
        lease.c.name >= _PREFIX, lease.c.name < _BEYOND,
        lease.c.owner != by, lease.c.expires_at > (now or utc_now()),
    )  # fmt: skip
    return {str(row.name) for row in reader.rows(wanted.limit(most))}
