"""A value of a person's own: chosen or typed, checked while it is typed, kept through every load, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.actions import Candidate
from admin.actions.card import Typed
from admin.guard import asking
from admin.guard.forms import form, one
from admin.pages.records import path_of
from admin.site import site_of
from schemas.canonical.parties import PartyKind, PartyStatus
from schemas.decisions import MANY_VALUED, SETTABLE
from schemas.errors import ConfigError, Conflict, KanonError
from store.views import records

router = APIRouter(include_in_schema=False)
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": get_args(PartyKind),
    "status": get_args(PartyStatus),
}
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Edited:
    """A field of a record under a person's hands: what stands there, what sources offer, what was typed."""

    entity: str
    row: Mapping[str, Any]
    name: str
    typed: str
    why: str = ""
    error: str = ""
    offered: tuple[Candidate, ...] = field(default_factory=tuple)

    @property
    def value(self) -> str | None:
        """What stands there now; None where values are added."""
        return None if self.name in MANY_VALUED else self.row.get(self.name)

    @property
    def choices(self) -> tuple[str, ...]:
        """The only values there are, if they are few."""
        return _CHOICES.get(self.name, ()) if self.entity == "legal_entity" else ()

    @property
    def adds(self) -> bool:
        """Whether the value stands beside others."""
        return self.name in MANY_VALUED


@router.get("/values/edit")
def edit(request: Request, id: str = "", field: str = "", value: str | None = None) -> Response:  # noqa: A002  the name in the address
    """The form of one field."""
    entity, row = _record(request, id, field)
    held = row.get(field) if field not in MANY_VALUED else None
    edited = Edited(entity, row, field, (value if value is not None else held) or "")
    return _page(request, edited)


def _record(request: Request, golden_id: str, name: str) -> tuple[str, dict[str, Any]]:
    with site_of(request).store.read() as reader:
        found = records.of_id(reader, golden_id)
    if found is None or name not in SETTABLE.get(found[0], ()):
        raise HTTPException(404)
    return found


def _page(request: Request, edited: Edited, status: int = 200) -> Response:
    site = site_of(request)
    context = {
        "edited": edited,
        "offered": _offered(request, edited),
        "back": path_of(edited.entity, edited.row["id"]),
        "longest": _LONGEST,
    }
    return site.render(request, "value.html", context, status)


def _offered(request: Request, edited: Edited) -> list[Candidate]:
    """What the sources say of the field, each value once, but the one that stands."""
    if edited.entity != "legal_entity" or edited.adds:
        return []
    try:
        told = site_of(request).actions.explain(edited.row["id"])
    except KanonError:
        return []
    candidates = [c for one in told if one.field == edited.name for c in one.candidates if c.value]
    return list({c.value: c for c in candidates if c.value != edited.value}.values())


@router.get("/values/check")
def check(request: Request, entity: str = "", field: str = "", value: str = "") -> Response:
    """What would be stored of a value while it is typed, or why it cannot be."""
    site, stored, error = site_of(request), "", ""
    if field not in SETTABLE.get(entity, ()):
        raise HTTPException(404)
    if value.strip():
        try:
            stored = site.actions.check_value(entity, field, value)
        except ConfigError as refusal:
            error = _said(request, refusal, field)
    context = {"stored": stored, "error": error, "same": stored == value, "name": field}
    return site.render(request, "value_check.html", context)


def _said(request: Request, refusal: KanonError, name: str) -> str:
    """The sentence without the field's name before it: the form names the field."""
    return refusal.for_user(site_of(request).language(request)).removeprefix(f"{name}: ")


@router.post("/values")
async def save(request: Request) -> Response:
    """Writes the value down and goes back to the card, where it can be taken back."""
    fields = await form(request)
    return await run_in_threadpool(_saved, request, fields)


def _saved(request: Request, fields: dict[str, list[str]]) -> Response:
    name, why = one(fields, "field"), one(fields, "why").strip()[:_LONGEST]
    entity, row = _record(request, one(fields, "id"), name)
    value = one(fields, "pick") or one(fields, "value")
    seen = one(fields, "seen")
    version = int(seen) if seen.isdecimal() and len(seen) < 18 else None
    typed = Typed(row["id"], name, value, _by(request), why.replace("\0", "") or None, version)
    try:
        number = site_of(request).actions.set_value(typed)
    except (ConfigError, Conflict) as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        error = _said(request, refusal, name)
        return _page(request, Edited(entity, row, name, value[:_LONGEST], why, error), status)
    return _to(entity, row["id"], {"set": name, "decision": str(number)})


@router.post("/values/release")
async def release(request: Request) -> Response:
    """Lets the sources have their say about a field again."""
    fields = await form(request)
    return await run_in_threadpool(_released, request, one(fields, "id"), one(fields, "field"))


def _released(request: Request, golden_id: str, name: str) -> Response:
    entity, row = _record(request, golden_id, name)
    try:
        site_of(request).actions.release_value(row["id"], name, _by(request))
    except ConfigError:
        # Somebody released it meanwhile: what was asked for is so.
        return _to(entity, row["id"], {"released": name})
    return _to(entity, row["id"], {"released": name})


@router.post("/values/take-back")
async def take_back(request: Request) -> Response:
    """Takes back a value that was set, by the number of its decision."""
    fields = await form(request)
    return await run_in_threadpool(_taken_back, request, fields)


def _taken_back(request: Request, fields: dict[str, list[str]]) -> Response:
    name, number = one(fields, "field"), one(fields, "decision")
    entity, row = _record(request, one(fields, "id"), name)
    if not number.isdecimal() or len(number) > 18:
        raise HTTPException(422)
    site_of(request).actions.take_back(int(number), _by(request))
    return _to(entity, row["id"], {"released": name})


def _to(entity: str, golden_id: str, told: dict[str, str]) -> Response:
    return RedirectResponse(f"{path_of(entity, golden_id)}?{urlencode(told)}", status_code=303)


def _by(request: Request) -> str:
    person = asking.person(request)
    return person.login if person else ""
