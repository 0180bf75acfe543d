"""Enquiries: the register, one enquiry with its messages, whose it may be, and those of a company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from schemas.letter_copies import named
from store.by_ref import listed
from store.call_messages import CHANNEL
from store.clock import utc_now
from store.engine import Reader
from store.tables import (
    STANDING_ENQUIRY,
    call,
    canonical,
    enquiry,
    enquiry_act,
    enquiry_route,
    golden,
)
from store.views.calls import companies_of
from store.views.newest import of_each, people_of, points_of
from store.views.paging import Order, Page, Place, dicts, first, page

_E = enquiry.c
_BEGAN = sa.type_coerce(_E.began_at, sa.BigInteger).label("began")
NEWEST = Order("newest", (_BEGAN, _E.id), "ix_enquiry_began_at", descending=True)
_DEADLINE = sa.type_coerce(_E.deadline_at, sa.BigInteger).label("deadline")
URGENT = Order("urgent", (_DEADLINE, _E.id), "ix_enquiry_deadline")
LATE = "late"
STANDING = "standing"
NOBODYS = "nobody"
UNSURE = "unsure"
_COMPANY, _CONTACT, _POINT = (golden[e].c for e in ("legal_entity", "contact", "contact_point"))
_MESSAGE = canonical["message"].c
NAME = "sender_name"
_MOST = 5
_SHOWN = 200
_NAMESAKES = 1_000
_EXACT = ("channel", "topic", "owner", "unit", "source", "company_id")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company an enquiry may come from: by what it is known, and whether that names it alone."""

    id: str
    name: str | None
    why: str
    value: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One enquiry: its row, messages oldest first, acts newest first, whose it may be, when it was sent.

    `shortened`: there are earlier messages than those.
    """

    row: Mapping[str, Any]
    messages: Sequence[Mapping[str, Any]]
    acts: Sequence[Mapping[str, Any]]
    candidates: Sequence[Candidate]
    same: Sequence[Mapping[str, Any]]
    blocked: bool
    sent_at: datetime | None
    shortened: bool


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of enquiries, each with the company it comes from if that is sure; `URGENT` has those that wait."""
    query = _fit(sa.select(enquiry, _BEGAN, _DEADLINE), filters)
    if order is URGENT:
        query = query.where(_E.deadline_at.is_not(None))
    found = page(reader, query, order, start, limit)
    return Page(with_companies(reader, found.rows), found.next, found.previous)


def _fit(query: sa.Select[Any], filters: Mapping[str, str]) -> sa.Select[Any]:
    for name in _EXACT:
        value = filters.get(name)
        if value == NOBODYS and name == "owner":
            query = query.where(_E.owner.is_(None))
        elif value and name == "owner":
            query = query.where(_E.owner.in_(sorted({value, value.lower()})))
        elif value == UNSURE and name == "topic":
            query = query.where(_E.topic.is_(None))
        elif value:
            query = query.where(_E[name] == value)
    if filters.get("due") == LATE:
        query = query.where(_E.deadline_at.is_not(None), _E.deadline_at < utc_now())
    state = filters.get("state")
    if state == STANDING:
        return query.where(STANDING_ENQUIRY)
    return query.where(_E.state == state) if state else query


def with_companies(reader: Reader, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The enquiries with `firm` and `firm_id` where it is sure, `firms`, how many it may be, `who`, and `whose` it is; few."""
    told = [dict(row) for row in rows]
    found = candidates_of(reader, told)
    for row in told:
        own = found[row["id"]]
        alone = own[0] if own and own[0].sure else None
        row |= {
            "firm": alone.name if alone else None,
            "firm_id": alone.id if alone else None,
            "firms": len(own),
            "whose": row["owner"] or row["unit"],
            "who": alone.name
            if alone
            else row["company"] or row["sender_name"] or row["sender_phone"],
        }
    return told


def candidates_of(reader: Reader, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Candidate]]:
    """Enquiry → whose it may be, the best first: chosen, by its contact, INN, phone, e-mail.

    A phone or an address that several companies bear names none of them; it only proposes, unless the
    sender's name is that of a contact of one of them. A name alone proposes, where nothing else does.
    """
    chosen = _named(reader, [row["company_id"] for row in rows])
    employer = _employers(reader, [row["contact_id"] for row in rows])
    by_inn = _by_inn(reader, [row["inn"] for row in rows])
    by_phone = companies_of(reader, {row["sender_phone"] for row in rows if row["sender_phone"]})
    by_email = _by_email(reader, [row["sender_email"] for row in rows])
    known = (
        ("company_id", chosen), ("contact_id", employer), ("inn", by_inn),
        ("sender_phone", by_phone), ("sender_email", by_email),
    )  # fmt: skip
    named = by_name(reader, [row["sender_name"] for row in rows if _is_open(row, known)])
    return {row["id"]: _ranked(row, known, named.get(row["sender_name"], [])) for row in rows}


Known = Sequence[tuple[str, Mapping[str, Sequence[Mapping[str, Any]]]]]


def _is_open(row: Mapping[str, Any], known: Known) -> bool:
    """Whether a name may help: nothing is known of the sender, or what is known is that of several."""
    found = [len(companies.get(row[why] or "", ())) for why, companies in known]
    return all(n != 1 for n in found)


def _ranked(
    row: Mapping[str, Any], known: Known, named: Sequence[Mapping[str, Any]]
) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    employers = {one["id"] for one in named}
    for why, companies in known:
        bearers = companies.get(row[why] or "", [])
        his = [one for one in bearers if one["id"] in employers] if len(bearers) > 1 else []
        if len(his) == 1:
            found[his[0]["id"]] = Candidate(
                his[0]["id"], his[0]["name"], NAME, row[NAME], sure=True
            )
        for one in bearers:
            sure = len(bearers) == 1
            told = Candidate(one["id"], one["name"], why, str(row[why]), sure)
            if one["id"] not in found:
                found[one["id"]] = told
    for one in () if found else named:
        found[one["id"]] = Candidate(one["id"], one["name"], NAME, row[NAME], sure=False)
    ranked = list(found.values())
    surely = {one.id for one in ranked if one.sure}
    strong = ranked[0].why in ("company_id", "contact_id") if ranked else False
    if len(surely) > 1 and not strong:
        # Two proofs that contradict each other prove nothing.
        ranked = [Candidate(c.id, c.name, c.why, c.value, sure=False) for c in ranked]
    return sorted(ranked, key=lambda one: not one.sure)[:_MOST]


Bearers = dict[str, list[Mapping[str, Any]]]


def _named(reader: Reader, ids: Iterable[str | None]) -> Bearers:
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    query = sa.select(_COMPANY.id, _COMPANY.name).where(_COMPANY.id.in_(wanted))
    return {row["id"]: [row] for row in dicts(reader, query)}


def _employers(reader: Reader, contacts: Iterable[str | None]) -> Bearers:
    wanted = sorted({one for one in contacts if one})
    if not wanted:
        return {}
    query = (
        sa.select(_CONTACT.id.label("contact"), _COMPANY.id, _COMPANY.name)
        .join(golden["legal_entity"], _COMPANY.id == _CONTACT.legal_entity_id)
        .where(_CONTACT.id.in_(wanted))
    )
    return {row["contact"]: [row] for row in dicts(reader, query)}


def _by_inn(reader: Reader, numbers: Iterable[str | None]) -> Bearers:
    wanted = sorted({one for one in numbers if one})
    if not wanted:
        return {}
    query = sa.select(_COMPANY.inn, _COMPANY.id, _COMPANY.name).where(
        _COMPANY.inn.in_(wanted), _COMPANY.state == "active"
    )
    found: Bearers = {}
    for row in dicts(reader, query.order_by(_COMPANY.name, _COMPANY.id)):
        found.setdefault(row["inn"], []).append(row)
    return found


def by_name(reader: Reader, names: Iterable[str | None]) -> Bearers:
    """Living companies that have a contact of that name, written as it is; surname and given name at least."""
    wanted = sorted({one for one in names if one and " " in one.strip()})
    if not wanted:
        return {}
    people = (
        sa.select(_CONTACT.name, _CONTACT.legal_entity_id.label("company"))
        .where(_CONTACT.name.in_(wanted), _CONTACT.state == "active")
        # In the order of the index: where names are common SQLite would rather read everybody.
        .order_by(_CONTACT.name, _CONTACT.id)
    )
    pairs = {(row["name"], row["company"]) for row in dicts(reader, people.limit(_NAMESAKES))}
    ids = sorted({company for _, company in pairs if company})
    firms = sa.select(_COMPANY.id, _COMPANY.name).where(
        _COMPANY.id.in_(ids), _COMPANY.state == "active"
    )
    known = {row["id"]: row for row in dicts(reader, firms)} if ids else {}
    return _gathered(
        {**known[company], "value": name} for name, company in pairs if company in known
    )


def _few_of_each(query: sa.Select[Any]) -> sa.Select[Any]:
    """At most so many companies of each value, by name: what thousands bear names nobody."""
    told = query.subquery()
    turn = sa.func.row_number().over(partition_by=told.c.value, order_by=(told.c.name, told.c.id))
    counted = sa.select(told, turn.label("turn")).subquery()
    return sa.select(counted.c.value, counted.c.id, counted.c.name).where(counted.c.turn <= _SHOWN)


def _gathered(rows: Iterable[Mapping[str, Any]]) -> Bearers:
    found: Bearers = {}
    for row in sorted(rows, key=lambda one: (one["name"] or "", one["id"])):
        found.setdefault(row["value"], []).append(row)
    return found


def _by_email(reader: Reader, addresses: Iterable[str | None]) -> Bearers:
    """Living companies that bear an address, themselves or through a contact."""
    wanted = sorted({one for one in addresses if one})
    if not wanted:
        return {}
    asked = listed(reader, wanted)
    owner = sa.func.coalesce(_CONTACT.legal_entity_id, _POINT.owner_id)
    query = (
        sa.select(_POINT.value, _COMPANY.id, _COMPANY.name)
        .select_from(asked.join(golden["contact_point"], _POINT.value == asked.c.value))
        .outerjoin(
            golden["contact"],
            sa.and_(_POINT.owner == "contact", _CONTACT.id == _POINT.owner_id),
        )
        .join(golden["legal_entity"], _COMPANY.id == owner)
        .where(_POINT.state == "active", _POINT.kind == "email", _COMPANY.state == "active")
        .distinct()
    )
    return _gathered(dicts(reader, _few_of_each(query)))


def card(reader: Reader, enquiry_id: str) -> Card | None:
    """One enquiry with all that is told of it; None if there is none of this id."""
    row = first(reader, sa.select(enquiry).where(_E.id == enquiry_id))
    if row is None:
        return None
    latest = dicts(reader, _calls(row) if row["channel"] == CHANNEL else _messages(row))
    messages = _once(latest)[::-1]
    acts = dicts(reader, _acts(row))
    same = dicts(reader, _same(row))
    found = candidates_of(reader, [row])[row["id"]]
    talk = [one for one in messages if one["nature"] != "blocked"]
    states = [one["nature"] for one in messages if one["nature"] in ("blocked", "message")]
    return Card(
        row,
        talk,
        acts,
        found,
        same,
        bool(states) and states[-1] == "blocked",
        _sent_at(reader, row),
        len(latest) == _SHOWN,
    )


def _once(latest: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages without the copies that lie in other mailboxes, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in latest:
        found.setdefault(one["message_id"], []).append(one)
    kept = {
        id(one)
        for same in found.values()
        for one, name in zip(same[::-1], named(same[::-1]) if len(same) > 1 else ["-"], strict=True)
        if name is not None
    }
    return [one for one in latest if id(one) in kept]


def _sent_at(reader: Reader, row: Mapping[str, Any]) -> datetime | None:
    """When the table of routing sent it last."""
    if row["route"] is None:
        return None
    r = enquiry_route.c
    own = sa.select(r.at).where(r.channel == row["channel"], r.thread.in_(row["threads"] or []))
    found = first(reader, own.where(r.message_id == row["message_id"]).order_by(r.id.desc()))
    return found["at"] if found else None


def _messages(row: Mapping[str, Any]) -> sa.Select[Any]:
    names = (
        "key", "connection", "message_id", "direction", "nature", "sent_at", "sender_name", "subject",
        "body", "quoted", "attachments", "changed_at", "landing_id", "landing_row",
    )  # fmt: skip
    within = sa.or_(_MESSAGE.sent_at <= row["last_at"], _MESSAGE.nature == "blocked")
    return (
        sa.select(*(_MESSAGE[name] for name in names))
        .where(_MESSAGE.channel == row["channel"], _MESSAGE.thread.in_(row["threads"] or []))
        .where(_MESSAGE.sent_at >= row["began_at"], within, _MESSAGE.deleted.is_(False))
        .order_by(
            _MESSAGE.sent_at.desc(),
            _MESSAGE.message_id.desc(),
            _MESSAGE.connection.desc(),
            _MESSAGE.key.desc(),
        )
        .limit(_SHOWN)
    )


def _calls(row: Mapping[str, Any]) -> sa.Select[Any]:
    """Its missed calls and those that answered them, told as messages."""
    c = call.c
    theirs = sa.and_(c.missed.is_not(None), c.missed != "short")
    none = sa.null()
    return (
        sa.select(
            c.id.label("key"), c.connection, c.id.label("message_id"), c.started_at.label("sent_at"),
            sa.case((theirs, "inbound"), else_="outbound").label("direction"),
            sa.literal("message").label("nature"), none.label("sender_name"), none.label("subject"),
            none.label("body"), none.label("quoted"), none.label("attachments"), c.missed, c.answered,
            c.wait_s, c.talk_s, c.started_at.label("changed_at"),
        )
        .where(c.phone == row["thread"], sa.or_(theirs, c.answered))
        .where(c.started_at >= row["began_at"], c.started_at <= row["last_at"])
        .order_by(c.started_at.desc(), c.id.desc())
        .limit(_SHOWN)
    )  # fmt: skip


def _acts(row: Mapping[str, Any]) -> sa.Select[Any]:
    a = enquiry_act.c
    return (
        sa.select(enquiry_act)
        .where(a.channel == row["channel"], a.thread.in_(row["threads"] or []))
        .where(a.message_id == row["message_id"])
        .order_by(a.id.desc())
        .limit(_SHOWN)
    )


def _same(row: Mapping[str, Any]) -> sa.Select[Any]:
    """The same request by other ways."""
    root = row["same_as"] or row["id"]
    other = sa.or_(_E.id == root, _E.same_as == root)
    return sa.select(enquiry).where(other, _E.id != row["id"]).order_by(_E.began_at).limit(_MOST)


def of_company(reader: Reader, company: str, limit: int = 50) -> list[dict[str, Any]]:
    """The newest enquiries chosen for a company, or with a number, address or INN of its own."""
    people = people_of(reader, company)
    values = points_of(reader, [company, *people], "phone", "email")
    inn = reader.scalar(sa.select(_COMPANY.inn).where(_COMPANY.id == company))
    ways = [(_E.company_id, [company]), (_E.contact_id, people), (_E.inn, [inn] if inn else [])]
    ways.append((_E.sender_phone, [value for value in values if "@" not in value]))
    ways.append((_E.sender_email, [value for value in values if "@" in value]))
    free = sa.or_(_E.company_id.is_(None), _E.company_id == company)
    own = sa.select(enquiry).where(free).order_by(_E.began_at.desc(), _E.id)
    parts = [own.where(column == value) for column, found in ways for value in found]
    rows = {row["id"]: row for row in of_each(reader, parts, limit)}.values()
    newest = sorted(rows, key=lambda row: (row["began_at"], row["id"]), reverse=True)
    return newest[:limit]
