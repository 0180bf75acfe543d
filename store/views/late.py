"""Enquiries whose answer is late and whom to tell of it: the head of their owner or unit in the directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store import absences
from store.engine import Reader
from store.tables import canonical, enquiry, enquiry_act
from store.views.paging import dicts

_E, _A = enquiry.c, enquiry_act.c
_PERSON, _UNIT = canonical["employee"].c, canonical["department"].c
_HIGHEST = 10  # a longer chain of managers is a ring


@dataclass(frozen=True, slots=True)
class Head:
    """Somebody who is to hear of it."""

    login: str
    email: str | None


def untold(
    reader: Reader, since: datetime, now: datetime, field: str, limit: int
) -> list[dict[str, Any]]:
    """Enquiries due between two moments of which no act `field` tells since they wait; the latest due first."""
    told = sa.exists().where(
        _A.channel == _E.channel, _A.thread == _E.thread, _A.message_id == _E.message_id,
        _A.field == field, _A.at >= _E.waits_since,
    )  # fmt: skip
    columns = (_E.id, _E.channel, _E.threads, _E.message_id, _E.owner, _E.unit, _E.deadline_at)
    query = sa.select(*columns).where(_E.deadline_at.is_not(None), ~told)
    query = query.where(_E.deadline_at >= since, _E.deadline_at < now)
    return dicts(reader, query.order_by(_E.deadline_at.desc(), _E.id).limit(limit))


def heads(
    reader: Reader, rows: Sequence[Mapping[str, Any]], now: datetime
) -> dict[str, Head | None]:
    """Enquiry → the nearest head at work of its owner, else of its unit; None if the directory names none.

    For a head who is away his deputy hears of it, else the head above him.
    """
    if not rows:
        return {}
    names = (_PERSON.connection, _PERSON.key, _PERSON.login, _PERSON.manager_key, _PERSON.emails,
             _PERSON.status, _PERSON.expires_at)  # fmt: skip
    people = dicts(reader, sa.select(*names).where(_PERSON.deleted.is_(False)))
    units = dicts(
        reader,
        sa.select(_UNIT.connection, _UNIT.name, _UNIT.head_key).where(
            _UNIT.deleted.is_(False), _UNIT.head_key.is_not(None)
        ),
    )
    by_key = {(one["connection"], one["key"]): one for one in people}
    absent = absences.away(reader, now)
    by_login = {one["login"].lower(): one for one in people if one["login"]}
    chief = {one["name"]: (one["connection"], one["head_key"]) for one in units}

    def works(one: Mapping[str, Any]) -> bool:
        ended = one["expires_at"] is not None and one["expires_at"] <= now
        return bool(one["login"]) and one["status"] == "active" and not ended

    instead = absences.stand_ins(absent, {n for n, one in by_login.items() if works(one)})

    def head(row: Mapping[str, Any]) -> Head | None:
        own = by_login.get((row["owner"] or "").lower())
        place = (own["connection"], own["manager_key"]) if own else chief.get(row["unit"])
        for _ in range(_HIGHEST):
            one = by_key.get(place) if place else None
            if one is None:
                return None
            if works(one):
                found = by_login.get(instead.get(one["login"].lower(), one["login"].lower()))
                if found and found["login"].lower() not in absent:
                    return Head(found["login"].lower(), next(iter(found["emails"] or ()), None))
            place = (one["connection"], one["manager_key"])
        return None

    return {row["id"]: head(row) for row in rows}
