"""Answers to requests that bear a key: the same request again gets the same answer, for a day.

Whoever asks first claims the key; the answer is kept with it. A claim that never came to an answer,
because its process was killed, may be claimed anew after a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.clock import utc_now
from store.engine import Writer
from store.tables import request_answer

KEPT = timedelta(days=1)
AT_WORK = timedelta(minutes=1)
_T = request_answer.c


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a key: of which request (digest), and the answer, if it has one yet."""

    digest: str
    status: int | None
    body: str | None
    location: str | None


def claim(
    writer: Writer, caller: str, key: str, digest: str, now: datetime | None = None
) -> Given | None:
    """None if the request is now the caller's to carry out, else what was asked or answered before."""
    moment = now or utc_now()
    stale = or_(
        _T.asked_at <= moment - KEPT, and_(_T.status.is_(None), _T.asked_at <= moment - AT_WORK)
    )
    writer.execute(delete(request_answer).where(_T.asked_at <= moment - KEPT))
    dialect = postgresql if writer.is_postgres else sqlite
    values = {"digest": digest, "asked_at": moment}
    mine = dialect.insert(request_answer).values(caller=caller, key=key, **values)
    if writer.execute(
        mine.on_conflict_do_update(index_elements=["caller", "key"], set_=values, where=stale)
    ):
        return None
    columns = (_T.digest, _T.status, _T.body, _T.location)
    row = writer.rows(select(*columns).where(_T.caller == caller, _T.key == key))[0]
    return Given(**dict(row._mapping))


def keep(
    writer: Writer, caller: str, key: str, status: int, body: str, location: str | None
) -> None:
    """Keep the answer of a claimed request."""
    answer = {"status": status, "body": body, "location": location}
    writer.execute(
        update(request_answer).where(_T.caller == caller, _T.key == key).values(**answer)
    )


def give_back(writer: Writer, caller: str, key: str) -> None:
    """Let a claimed request that was refused be sent again, mended, under the same key."""
    mine = (_T.caller == caller, _T.key == key, _T.status.is_(None))
    writer.execute(delete(request_answer).where(*mine))
