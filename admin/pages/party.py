"""The card of a counterparty: golden fields with their origin, sources raw and cleaned, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.actions import Explanation
from admin.guard import masking
from admin.pages.party_tabs import TABS, activity, tabs
from admin.site import site_of
from schemas.decisions import MANY_VALUED, SETTABLE, VALUE
from schemas.errors import KanonError
from store import decisions, identity, owners
from store.engine import Reader
from store.views import contracts, life, parties, raw, timeline

router = APIRouter(include_in_schema=False)
FIELDS = (
    "name", "full_name", "legal_form", "inn", "ogrn", "okpo", "country", "national_number",
    "legal_address", "region", "kind", "segment", "planned_volume", "status",
)  # fmt: skip
HELD = 20  # contracts shown
BY_EVIDENCE = ("R7", "R8")
CLEANED = (
    "name",
    "full_name",
    "inn",
    "kpp",
    "ogrn",
    "okpo",
    "legal_address",
    "actual_address",
    "segment",
    "planned_volume",
    "phones",
    "emails",
)


@dataclass(frozen=True, slots=True)
class GoldenField:
    """One line of the golden card."""

    name: str
    value: str | None
    why: Explanation | None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record behind the company: cleaned values, whether evidence found it, the payload if kept."""

    row: Mapping[str, Any]
    cleaned: Sequence[tuple[str, str]]
    found: bool
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was judged in one act: who, when, why, about which records, and whether it was taken back."""

    id: int
    what: str
    author_kind: str
    author: str
    at: datetime
    reason: str | None
    batch: str | None
    field: str | None
    value: str | None
    sides: Sequence[Sequence[str]]
    withdrawn_at: datetime | None
    withdrawn_by: str | None


@dataclass(frozen=True, slots=True)
class SetValue:
    """A value that a person set and nobody took back; `waits` until golden is made again."""

    id: int
    field: str
    value: str
    author: str
    at: datetime
    reason: str | None
    waits: bool


@router.get("/parties/{party_id}")
def show(request: Request, party_id: str) -> Response:
    """The card; an id that was merged leads to its survivor."""
    site = site_of(request)
    tab = request.query_params.get("tab", "golden")
    tab = tab if tab in dict(TABS) else "golden"
    with site.store.read() as reader:
        lives = identity.resolve(reader, party_id)
        if lives is not None and lives != party_id:
            return RedirectResponse(f"/parties/{lives}?merged={party_id}", status_code=303)
        card = parties.card(reader, party_id)
        if card is None:
            raise HTTPException(404)
        lived = life.of_company(reader, card)
        shown = {"tabs": tabs(reader, card, lived), **activity(reader, tab, card)}
        happened = timeline.of_party(reader, party_id) if tab == "history" else []
        open_ = masking.passes(request, party_id)
        if not open_:
            card = replace(card, points=[masking.point(request, one) for one in card.points])
        records = _records(reader, request, card) if tab == "sources" else []
        judged = decided(decisions.history(reader, party_id)) if tab == "history" else []
        hand = by_hand(card.row, decisions.history(reader, party_id)) if tab == "golden" else []
        whose = owners.of(reader, party_id) if tab == "golden" else []
        held = (
            contracts.newest(reader, life.records_of(card.records), HELD) if tab == "golden" else []
        )
    known = facts(card)
    stages = site.settings.stages
    context = {
        "card": card,
        "stages": stages.missing(card.row["kind"], known),
        "complete": stages.share(card.row["kind"], known),
        "by_hand": hand,
        "owners": whose,
        "contracts": held,
        "settable": SETTABLE["legal_entity"],
        "told": request.query_params,
        "tab": tab,
        "life": lived,
        **shown,
        "fields": _fields(request, card) if tab == "golden" else [],
        "records": records,
        "happened": happened,
        "decisions": judged,
        "masked": not open_,
        "merged": request.query_params.get("merged"),
    }
    return site.render(request, "party.html", context)


def facts(card: parties.Party) -> set[str]:
    """What is known of a company: its own fields, and those that its units, people and addresses have."""
    known = {name for name, value in card.row.items() if value}
    known |= {"kpp" for unit in card.units if unit["kpp"]}
    known |= {"actual_address" for unit in card.units if unit["actual_address"]}
    known |= {"actual_address" for one in card.addresses if one["kind"] in ("actual", "delivery")}
    known |= {"contacts" for _ in card.contacts}
    many = {"phone": "phones", "email": "emails"}
    return known | {many[one["kind"]] for one in card.points if one["kind"] in many}


def by_hand(row: Mapping[str, Any], history: pl.DataFrame) -> list[SetValue]:
    """The values people set that stand, of each field the last one; of phones and mails all."""
    held = history.filter(
        pl.col("kind") == VALUE,
        pl.col("withdrawn_at").is_null(),
        pl.col("entity") == "legal_entity",
    )
    found: dict[str, SetValue] = {}
    for one in held.sort("decision_id", descending=True).iter_rows(named=True):
        many = one["field"] in MANY_VALUED
        waits = not many and row.get(one["field"]) != one["value"]
        told = (one["field"], one["value"], one["author"], one["created_at"], one["reason"], waits)
        key = f"{one['field']} {one['value']}" if many else one["field"]
        found.setdefault(key, SetValue(one["decision_id"], *told))
    return sorted(found.values(), key=lambda one: one.id)


def _fields(request: Request, card: parties.Party) -> list[GoldenField]:
    try:
        found = site_of(request).actions.explain(card.row["id"])
    except KanonError:
        found = ()
    why = {one.field: one for one in found}
    return [GoldenField(name, card.row[name], why.get(name)) for name in FIELDS]


def _records(reader: Reader, request: Request, card: parties.Party) -> list[SourceRecord]:
    if not masking.passes(request, card.row["id"]):
        return [
            SourceRecord(row, _masked(row), row["rule"] in BY_EVIDENCE, None)
            for row in card.records
        ]
    payloads = raw.payloads(site_of(request).store, reader, card.records)
    return [
        SourceRecord(row, _cleaned(row), row["rule"] in BY_EVIDENCE, payload)
        for row, payload in zip(card.records, payloads, strict=True)
    ]


def decided(history: pl.DataFrame) -> list[Decision]:
    """The acts of a history of decisions (see `store.decisions.history`), newest first.

    An act is told by its first decision, which stands for all it says.
    """
    firsts = history.sort("decision_id").unique("act", keep="first", maintain_order=True)
    return [_decision(row) for row in firsts.sort("act", descending=True).iter_rows(named=True)]


def _decision(row: Mapping[str, Any]) -> Decision:
    told = (
        "author_kind",
        "author",
        "reason",
        "batch",
        "field",
        "value",
        "withdrawn_at",
        "withdrawn_by",
    )
    return Decision(
        id=row["decision_id"],
        what=row["kind"],
        at=row["created_at"],
        sides=[refs for refs in (row["left"], row["right"]) if refs],
        **{name: row[name] for name in told},
    )


def _masked(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Cleaned values for who may only look; the payload, where anything may stand, is not shown at all."""
    kinds = {"phones": "phone", "emails": "email"}
    hidden = {
        name: [masking.masked(kind, value) for value in row[name] or ()]
        for name, kind in kinds.items()
    }
    return _cleaned({**row, **hidden})


def _cleaned(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    texts = ((name, row[name]) for name in CLEANED)
    return [(name, ", ".join(v) if isinstance(v, list) else str(v)) for name, v in texts if v]
