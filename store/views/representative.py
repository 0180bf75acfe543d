"""What is known of who wrote an enquiry: whose he is, who he is, and whether he is reached there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import golden

_COMPANY, _CONTACT, _POINT = (golden[e].c for e in ("legal_entity", "contact", "contact_point"))


@dataclass(frozen=True, slots=True)
class Known:
    """The company's INN, and what is known: `company`, `inn`, `person`, `reach`."""

    inn: str | None
    evidence: frozenset[str]


def known_of(reader: Reader, row: Mapping[str, Any], company: str | None) -> Known:
    """What is known of the sender of an enquiry that is surely of `company`, if of any.

    `inn`: he gave its INN. `person`: a contact of it has his name, his number or his chat. `reach`: his
    number, address or chat is the company's or such a contact's.
    """
    if company is None:
        return Known(None, frozenset())
    inn = reader.scalar(sa.select(_COMPANY.inn).where(_COMPANY.id == company))
    people = sa.select(_CONTACT.id).where(
        _CONTACT.legal_entity_id == company, _CONTACT.state == "active"
    )
    ways = [row[name] for name in ("sender_phone", "sender_email") if row[name]]
    bound = row["contact_id"] is not None and row["sender_chat"] is not None
    his = (
        _is_there(reader, people.where(_CONTACT.id == row["contact_id"]))
        if row["contact_id"]
        else False
    )
    point = sa.select(_POINT.id).where(_POINT.state == "active", _POINT.value.in_(ways))
    of_people = _is_there(reader, point.where(_POINT.owner_id.in_(people))) if ways else False
    of_firm = _is_there(reader, point.where(_POINT.owner_id == company)) if ways else False
    whole = " " in (row["sender_name"] or "").strip()
    named = _is_there(reader, people.where(_CONTACT.name == row["sender_name"])) if whole else False
    told = {
        "company": True,
        "inn": bool(inn) and row["inn"] == inn,
        "person": his or of_people or named,
        "reach": of_people or of_firm or (his and bound),
    }
    return Known(inn, frozenset(name for name, is_so in told.items() if is_so))


def _is_there(reader: Reader, wanted: sa.Select[Any]) -> bool:
    return bool(reader.rows(wanted.limit(1)))
