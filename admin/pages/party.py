"""The card of a counterparty: golden fields with their origin, sources raw and cleaned, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.actions import Explanation
from admin.language import N_
from admin.site import site_of
from schemas.errors import KanonError
from store import identity
from store.engine import Reader
from store.views import feed, parties, raw

router = APIRouter(include_in_schema=False)
TABS = (
    ("golden", N_("Golden record")),
    ("sources", N_("Sources")),
    ("units", N_("Units and people")),
    ("history", N_("History")),
)
FIELDS = (
    "name", "full_name", "legal_form", "inn", "ogrn", "okpo", "country", "national_number",
    "legal_address", "region", "kind", "status",
)  # fmt: skip
CLEANED = (
    "name",
    "full_name",
    "inn",
    "kpp",
    "ogrn",
    "okpo",
    "legal_address",
    "actual_address",
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
    """One record behind the company: cleaned values and, if still kept, the verbatim payload."""

    row: Mapping[str, Any]
    cleaned: Sequence[tuple[str, str]]
    payload: Mapping[str, Any] | None


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
        history = feed.history(reader, party_id)
        records = _records(reader, request, card) if tab == "sources" else []
    context = {
        "card": card,
        "tab": tab,
        "tabs": TABS,
        "fields": _fields(request, card) if tab == "golden" else [],
        "records": records,
        "history": history,
        "merged": request.query_params.get("merged"),
    }
    return site.render(request, "party.html", context)


def _fields(request: Request, card: parties.Party) -> list[GoldenField]:
    try:
        found = site_of(request).actions.explain(card.row["id"])
    except KanonError:
        found = ()
    why = {one.field: one for one in found}
    return [GoldenField(name, card.row[name], why.get(name)) for name in FIELDS]


def _records(reader: Reader, request: Request, card: parties.Party) -> list[SourceRecord]:
    payloads = raw.payloads(site_of(request).store, reader, card.records)
    return [
        SourceRecord(row, _cleaned(row), payload)
        for row, payload in zip(card.records, payloads, strict=True)
    ]


def _cleaned(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    texts = ((name, row[name]) for name in CLEANED)
    return [(name, ", ".join(v) if isinstance(v, list) else str(v)) for name, v in texts if v]
