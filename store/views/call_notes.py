"""What people wrote down of a call in documents of other systems: about what, with whom, for which counterparty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from store.bearers import borne
from store.by_ref import listed
from store.engine import Reader
from store.tables import call, canonical
from store.views.calls import told_of
from store.views.paging import dicts, first

_LEG = canonical["call_leg"].c
_C = call.c
_MOST = 20
_SAID = ("noted_by", "subject", "comment", "person")


def of_call(reader: Reader, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The documents of a call and of its other tellings, oldest first.

    Each with `connection`, `at`, `noted_by`, `subject`, `comment`, `person`, and `company` and `company_id` of the
    counterparty that was chosen, where its record is known.
    """
    names = ("id", "connection", "linked", "started_at", "ended_at")
    links = sa.select(*(_C[name] for name in names))
    root = first(reader, links.where(_C.id == row["same_as"])) if row["same_as"] else row
    others = dicts(reader, links.where(told_of(root))) if root else []
    known = [one for one in (row, root, *others) if one]
    tellings = {(one["connection"], one["linked"]) for one in known}
    asked = listed(reader, sorted({linked for _, linked in tellings}))
    told = ("connection", "stream", "key", "linked", "party_key", *_SAID)
    wanted = (
        sa.select(*(_LEG[name] for name in told), _LEG.started_at.label("at"))
        .select_from(asked.join(canonical["call_leg"], _LEG.linked == asked.c.value))
        .where(
            _LEG.connection.in_(sorted({connection for connection, _ in tellings})),
            _LEG.deleted.is_(False),
            sa.or_(*(_LEG[name].is_not(None) for name in (*_SAID, "party_key"))),
        )
        .order_by(_LEG.started_at, _LEG.key)
        .limit(_MOST)
    )
    found = [one for one in dicts(reader, wanted) if (one["connection"], one["linked"]) in tellings]
    return _with_companies(reader, found)


def impersonal(note: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what may tell of a person: whom one talked with, and free words."""
    return {**note, "person": None, "comment": None}


def _with_companies(reader: Reader, notes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    told = [dict(note) for note in notes]
    refs = {nth: _ref(note) for nth, note in enumerate(told) if note["party_key"]}
    known: dict[str, tuple[str, str]] = {}
    if refs:
        rows = borne(reader, sorted(set(refs.values())), ("connection", "stream", "key"))
        for one in rows.to_dicts():
            ref = "/".join((one["connection"], one["stream"], one["key"]))
            known[ref] = (one["its_id"], one["its_name"])
    for nth, note in enumerate(told):
        company, name = known.get(refs.get(nth, ""), (None, None))
        note |= {"company_id": company, "company": name}
    return told


def _ref(note: Mapping[str, Any]) -> str:
    """The record that was chosen: "key" of the same stream, or "stream:key" of another."""
    stream, colon, key = str(note["party_key"]).partition(":")
    inner = (stream, key) if colon else (note["stream"], stream)
    return "/".join((note["connection"], *inner))
