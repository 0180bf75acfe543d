"""What somebody of our own firm has at hand: open enquiries, calls of the last weeks, companies that are his."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import STANDING_ENQUIRY, call, enquiry, golden, party_owner
from store.views.paging import dicts, first

WEEKS = timedelta(weeks=4)
_SHOWN = 20
_CALL, _E, _O, _COMPANY = call.c, enquiry.c, party_owner.c, golden["legal_entity"].c


def work(reader: Reader, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """`enquiries` (the most urgent), `calls` of four weeks (answered, missed, placed, talk_s), `companies`, of an employee.

    What is his is found by his login, calls by his extension; what he has neither of stays empty.
    """
    login, extension = (row["login"] or "").lower(), row["extension"]
    return {
        "enquiries": _enquiries(reader, login) if login else [],
        "calls": _calls(reader, extension, now - WEEKS) if extension else None,
        "companies": _companies(reader, login) if login else [],
    }


def _enquiries(reader: Reader, login: str) -> list[dict[str, Any]]:
    names = ("id", "began_at", "channel", "topic", "state", "deadline_at")
    query = sa.select(*(_E[name] for name in names)).where(STANDING_ENQUIRY, _E.owner == login)
    unhurried = _E.deadline_at.is_(None)
    return dicts(reader, query.order_by(unhurried, _E.deadline_at, _E.id).limit(_SHOWN))


def _calls(reader: Reader, extension: str, since: datetime) -> dict[str, Any]:
    def counted(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(*which), 1)))

    inbound = _CALL.direction == "inbound"
    query = sa.select(
        counted(inbound, _CALL.answered).label("answered"),
        counted(inbound, _CALL.answered.is_(False)).label("missed"),
        counted(_CALL.direction == "outbound").label("placed"),
        sa.func.coalesce(sa.func.sum(_CALL.talk_s), 0).label("talk_s"),
    ).where(_CALL.employee == extension, _CALL.started_at >= since, _CALL.same_as.is_(None))
    return first(reader, query) or {}


def _companies(reader: Reader, login: str) -> list[dict[str, Any]]:
    query = (
        sa.select(_COMPANY.id, _COMPANY.name, _COMPANY.inn)
        .join(party_owner, _O.party_id == _COMPANY.id)
        .where(_O.owner == login, _COMPANY.state == "active")
    )
    return dicts(reader, query.order_by(_COMPANY.name, _COMPANY.id).limit(_SHOWN + 1))
