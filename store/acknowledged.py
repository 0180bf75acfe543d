"""Alerts that somebody has taken note of or put off: who did it and when is what the journal tells of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from schemas.errors import ConfigError
from store import journal
from store.alerts import Notice, every
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import journal as table

KIND = "alert"
ACKNOWLEDGED, REOPENED = "alert_acknowledged", "alert_reopened"
Place = tuple[str, str]
_C = table.c


@dataclass(frozen=True, slots=True)
class Noted:
    """Who took note of an alert, when, why, and until when it is put off, if it is."""

    who: str
    at: datetime
    why: str | None
    until: datetime | None


def of_notices(
    reader: Reader, notices: Sequence[Notice], now: datetime | None = None
) -> dict[Place, Noted]:
    """Rule and subject → who took note of it since it began; not where that was taken back or is over."""
    begun = {_name(*one.place): one for one in notices}
    if not begun:
        return {}
    wanted = select(_C.at, _C.who, _C.act, _C.object_id, _C.after, _C.reason).where(
        _C.object_id.in_(list(begun)), _C.object_kind == KIND
    )
    found: dict[Place, Noted] = {}
    for row in reader.rows(wanted.order_by(_C.id)):
        notice = begun[row.object_id]
        until = _until(row.after)
        if row.act == ACKNOWLEDGED and row.at >= notice.first_at:
            found[notice.place] = Noted(row.who, row.at, row.reason, until)
        else:
            found.pop(notice.place, None)
    moment = now or utc_now()
    return {p: one for p, one in found.items() if one.until is None or one.until > moment}


def acknowledge(
    writer: Writer, place: Place, who: str, why: str | None, until: datetime | None
) -> None:
    """Take note of an alert that goes on, until a moment if one is given; ConfigError if there is none."""
    after = {"until": until.isoformat()} if until else None
    _note(writer, place, ACKNOWLEDGED, who, why, after)


def reopen(writer: Writer, place: Place, who: str) -> None:
    """Take that back; ConfigError if there is no such alert."""
    _note(writer, place, REOPENED, who, None, None)


def _note(
    writer: Writer,
    place: Place,
    act: str,
    who: str,
    why: str | None,
    after: Mapping[str, str] | None,
) -> None:
    if all(one.place != place for one in every(writer)):
        raise ConfigError(
            "Такого оповещения больше нет: обновите список.",
            "There is no such alert any more: reload the list.",
        )
    told = journal.Act(who, act, KIND, _name(*place), after=after, reason=why)
    journal.note(writer, told)


def _name(rule: str, subject: str) -> str:
    return f"{rule} {subject}"


def _until(after: str | None) -> datetime | None:
    said = json.loads(after).get("until") if after else None
    return datetime.fromisoformat(said) if said else None
