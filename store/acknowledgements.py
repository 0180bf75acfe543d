"""Acknowledgements of letters: written down before they are sent, so that none is sent twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from store.engine import Reader, Writer
from store.tables import acknowledgement, enquiry

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"
_A, _E = acknowledgement.c, enquiry.c
_MOST = 100  # the rest with the next run


def unacknowledged(reader: Reader, since: datetime) -> list[dict[str, Any]]:
    """New letters nobody has answered, of conversations that were never acknowledged, oldest first."""
    known = select(_A.mark).where(_A.thread == _E.thread).exists()
    wanted = (
        select(_E.id, _E.thread, _E.box, _E.message_id, _E.topic, _E.sender_email, _E.deadline_at)
        .where(_E.began_at >= since, _E.channel == "email", _E.state.in_(("new", "in_work")))
        .where(_E.answered_at.is_(None), _E.sender_email.is_not(None), _E.box.is_not(None))
        .where(_E.forwarded_by.is_(None), ~known)
    )
    ordered = wanted.order_by(_E.began_at, _E.id).limit(_MOST)
    return [dict(row._mapping) for row in reader.rows(ordered)]


def to_address(reader: Reader, address: str, since: datetime) -> int:
    """How many were made for an address since then."""
    own = and_(_A.address == address, _A.made_at >= since, _A.state != GIVEN_UP)
    return int(reader.scalar(select(func.count()).select_from(acknowledgement).where(own)) or 0)


def add(writer: Writer, told: Mapping[str, Any], now: datetime) -> None:
    """One that is to be sent: mark, enquiry_id, thread, box, address, reply_to, subject, text."""
    writer.execute(insert(acknowledgement).values(**told, state=WAITING, made_at=now))


def waiting(reader: Reader) -> list[dict[str, Any]]:
    """Those that are to be sent, oldest first."""
    wanted = select(acknowledgement).where(_A.state == WAITING).order_by(_A.made_at, _A.mark)
    return [dict(row._mapping) for row in reader.rows(wanted.limit(_MOST))]


def end(writer: Writer, mark: str, trouble: str | None, now: datetime) -> None:
    """It was sent, or given up for a trouble."""
    state = GIVEN_UP if trouble else SENT
    told = {"state": state, "trouble": trouble, "ended_at": now}
    writer.execute(update(acknowledgement).where(_A.mark == mark).values(**told))
