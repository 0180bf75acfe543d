"""What somebody of our own firm has at hand: open enquiries, calls of the last weeks, companies that are his."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import STANDING_ENQUIRY, call, enquiry, golden, party_owner
from store.views.holders import terms_of
from store.views.paging import dicts, first

WEEKS = timedelta(weeks=4)
_SHOWN = 20
_CALL, _E, _O, _COMPANY = call.c, enquiry.c, party_owner.c, golden["legal_entity"].c


def work(reader: Reader, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """`enquiries` (the most urgent), `calls` of four weeks (answered, missed, placed, talk_s), `companies`, of an employee.

    What is his is found by his login, calls by the extensions he had and while he had them; what he has neither
    of stays empty.
    """
    login = (row["login"] or "").lower()
    return {
        "enquiries": _enquiries(reader, login) if login else [],
        "calls": _calls(reader, _his(reader, row), now - WEEKS),
        "companies": _companies(reader, login) if login else [],
    }


def _enquiries(reader: Reader, login: str) -> list[dict[str, Any]]:
    names = ("id", "began_at", "channel", "topic", "state", "deadline_at")
    query = sa.select(*(_E[name] for name in names)).where(STANDING_ENQUIRY, _E.owner == login)
    unhurried = _E.deadline_at.is_(None)
    return dicts(reader, query.order_by(unhurried, _E.deadline_at, _E.id).limit(_SHOWN))


def _his(reader: Reader, row: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    """What calls of his extensions are, each within its term; by his card where no term was noted yet."""
    terms = terms_of(reader, row["connection"], row["key"])
    if not terms and row["extension"]:
        terms = [{"extension": row["extension"], "since": None, "until": None}]
    told = []
    for term in terms:
        own = [_CALL.employee == term["extension"]]
        own += [_CALL.started_at >= term["since"]] if term["since"] else []
        own += [_CALL.started_at < term["until"]] if term["until"] else []
        told.append(sa.and_(*own))
    return told


def _calls(
    reader: Reader, his: list[sa.ColumnElement[bool]], since: datetime
) -> dict[str, Any] | None:
    if not his:
        return None

    def counted(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(*which), 1)))

    inbound = _CALL.direction == "inbound"
    query = sa.select(
        counted(inbound, _CALL.answered).label("answered"),
        counted(inbound, _CALL.answered.is_(False)).label("missed"),
        counted(_CALL.direction == "outbound").label("placed"),
        sa.func.coalesce(sa.func.sum(_CALL.talk_s), 0).label("talk_s"),
    ).where(sa.or_(*his), _CALL.started_at >= since, _CALL.same_as.is_(None))
    return first(reader, query) or {}


def _companies(reader: Reader, login: str) -> list[dict[str, Any]]:
    query = (
        sa.select(_COMPANY.id, _COMPANY.name, _COMPANY.inn)
        .join(party_owner, _O.party_id == _COMPANY.id)
        .where(_O.owner == login, _COMPANY.state == "active")
    )
    return dicts(reader, query.order_by(_COMPANY.name, _COMPANY.id).limit(_SHOWN + 1))
