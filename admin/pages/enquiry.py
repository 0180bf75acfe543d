"""One enquiry: what was written, whose it may be and why, and what is decided about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting, turns
from admin.guard import asking, masking
from admin.guard.bodies import is_text
from admin.guard.forms import form, one
from admin.identifying import identify
from admin.pages.enquiries import hidden
from admin.pages.routing_words import words
from admin.site import site_of
from flows.enquiries import files
from schemas.enquiries import OVER, STATES
from schemas.errors import ConfigError, KanonError
from schemas.years import refuse_odd_year
from store.clock import utc_now
from store.enquiries import conversion, find
from store.views import enquiries, staff
from store.views.as_typed import as_typed
from store.views.which_company import meant, which

router = APIRouter(include_in_schema=False)
_TEXTS = ("topic", "topic_text", "owner", "unit", "transferred_to", "company_id")
SEEN = ("state", *_TEXTS)
_SEEN = "seen_"  # before the name of a field: what it was on the page that is sent back
_COMPANY = "firm"  # what was typed to name one: an INN, an id or a name
_LONGEST = 200
_NOTHING: Mapping[str, str | None] = {}
_FILE: Mapping[str, object] = {
    "sha256": None,
    "name": "",
    "size": None,
    "trouble": None,
}  # what not every channel tells
# Marks that turn the direction of writing: they make «счётfdp.exe» look like «счётexe.pdf».
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LOCAL = "%Y-%m-%dT%H:%M"


@router.get("/enquiries/{enquiry_id}")
def show(request: Request, enquiry_id: str) -> Response:
    """The enquiry; what was written is shown to those who may see contact data."""
    return _shown(request, enquiry_id)


def _shown(
    request: Request, enquiry_id: str, error: str = "", typed: Mapping[str, str | None] = _NOTHING
) -> Response:
    """The page; with an error it keeps what was typed."""
    site = site_of(request)
    with site.store.read() as reader:
        card = enquiries.card(reader, enquiry_id)
        people = staff.at_work(reader, utc_now())
        became = conversion(reader, card.row) if card else None
        asker = identify(site, reader, card) if card else None
        typed_in = as_typed(reader, card.row) if card else []
        firm = typed.get(_COMPANY) or ""
        named = which(reader, firm) if is_text(firm) and firm else []
    if card is None:
        raise HTTPException(404)
    masked = masking.is_masked_for(request)
    row = hidden(card.row) if masked else dict(card.row)
    due = row["deadline_at"]
    context = {
        "card": card, "row": row, "became": became, "asker": asker, "as_typed": typed_in, "masked": masked, "topics": site.settings.topics, "states": STATES,
        "people": people, "files": _files, "over": row["state"] in OVER, "saved": request.query_params.get("saved"),
        "firms": {one.id: one.name or one.id for one in card.candidates} | {one.id: one.told for one in named}, "named": named,
        "names": {one.id: one.name or one.id for one in card.candidates},
        "moment": datetime.fromisoformat, "by_hand": _by_hand(card), "error": error, "entered": {**row, _COMPANY: "", **typed},
        "answers": site.actions.enquiring.can_reply(str(row["thread"])),
        "seen": {_SEEN + name: row[name] or "" for name in SEEN},
        "late": isinstance(due, datetime) and due < datetime.now(UTC),
        "due": due.astimezone(_zone(request)).strftime(_LOCAL) if isinstance(due, datetime) else "",
    }  # fmt: skip
    return site.render(request, "enquiry.html", context | words(request), 422 if error else 200)


def _by_hand(card: enquiries.Card) -> bool:
    """Whether a person gave it to somebody after the table did."""
    said = [one for one in card.acts if one["field"] in ("owner", "unit")]
    return bool(said) and (card.sent_at is None or said[0]["at"] >= card.sent_at)


def _files(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    told = [{**_FILE, **json.loads(text)} for text in message["attachments"] or ()]
    named = [{**one, "name": _TURNS.sub("", str(one["name"]))} for one in told]
    return [{**one, "key": files.key_of(one)} for one in named]


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(site_of(request).settings.time_zone)


@router.get("/enquiries/{enquiry_id}/files/{key}")
def take(request: Request, enquiry_id: str, key: str) -> Response:
    """A file of an enquiry, to be saved and never shown; that it was taken stands in the journal."""
    site = site_of(request)
    with site.store.read() as reader:
        card = enquiries.card(reader, enquiry_id)
    if card is None or masking.is_masked_for(request):
        raise HTTPException(404)
    turns.leave(request)
    try:
        found = site.actions.enquiring.file(card.messages, key)
    except KanonError as error:
        return _shown(request, enquiry_id, error.for_user(site.language(request)))
    if found is None:
        raise HTTPException(404)
    name = _TURNS.sub("", found[0])
    noting.later(request, "file_taken", "enquiry", enquiry_id, after=name)
    told = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(found[1], headers=told, media_type="application/octet-stream")


@router.post("/enquiries/{enquiry_id}")
async def decide(request: Request, enquiry_id: str) -> Response:
    """Writes down what a person decided and shows the enquiry as it is now."""
    fields = await form(request)
    by = await run_in_threadpool(asking.login, request)
    if not await run_in_threadpool(is_seen, request, enquiry_id):
        raise HTTPException(404)
    if one(fields, "do") == "route":
        if not await run_in_threadpool(site_of(request).actions.routing.again, enquiry_id, by):
            raise HTTPException(404)
        return RedirectResponse(f"/enquiries/{enquiry_id}?saved=yes", 303)
    told: dict[str, str | None] = {}
    enquiring = site_of(request).actions.enquiring
    try:
        if one(fields, "do") == "convert":
            known = bool(
                await run_in_threadpool(enquiring.convert, enquiry_id, one(fields, "deal"), by)
            )
        elif one(fields, "do") == "reply":
            told = {"answer": one(fields, "answer")}
            known = await run_in_threadpool(enquiring.reply, enquiry_id, one(fields, "answer"), by)
        else:
            told = _typed(fields)  # kept on the page, whatever of it is refused
            told = _told(request, fields, by)
            decided = await run_in_threadpool(_with_company, request, told, _seen(fields))
            known = await run_in_threadpool(
                enquiring.decide, enquiry_id, decided, by, _seen(fields)
            )
    except KanonError as error:
        sentence = error.for_user(site_of(request).language(request))
        return await run_in_threadpool(_shown, request, enquiry_id, sentence, told)
    if not known:
        raise HTTPException(404)
    how = "sent" if one(fields, "do") == "reply" else "yes"
    return RedirectResponse(f"/enquiries/{enquiry_id}?saved={how}", 303)


def is_seen(request: Request, enquiry_id: str) -> bool:
    """Whether the enquiry is there for whoever asks: a part of the base holds its own alone."""
    with site_of(request).store.read() as reader:
        return find(reader, enquiry_id) is not None


def _told(request: Request, fields: dict[str, list[str]], by: str) -> dict[str, str | None]:
    """What the pressed button says, or the fields of the form that were sent."""
    if quick := pressed(one(fields, "do"), by):
        return quick
    told = _typed(fields)
    if any(not is_text(value) for value in told.values() if value):
        raise ConfigError(
            "В полях есть знаки, которых не бывает в тексте.", "A field holds no text."
        )
    if one(fields, "state"):
        told["state"] = one(fields, "state")
    if "deadline_at" in fields and one(fields, "deadline_at") != one(fields, "due"):
        told["deadline_at"] = _moment(request, one(fields, "deadline_at"))
    return told


def _typed(fields: dict[str, list[str]]) -> dict[str, str | None]:
    """The texts of the form; a company only where one was typed."""
    told = {name: one(fields, name).strip()[:_LONGEST] or None for name in _TEXTS if name in fields}
    company = one(fields, _COMPANY).strip()[:_LONGEST]
    return {**told, _COMPANY: company} if company else told


def _with_company(
    request: Request, told: Mapping[str, str | None], seen: Mapping[str, str | None]
) -> dict[str, str | None]:
    """What is told, with the id of the company that was typed or chosen anew."""
    rest = {name: value for name, value in told.items() if name != _COMPANY}
    said = told.get(_COMPANY) or rest.get("company_id")
    if not said or said == seen.get("company_id"):
        return rest
    with site_of(request).store.read() as reader:
        return {**rest, "company_id": meant(reader, said)}


def _seen(fields: dict[str, list[str]]) -> dict[str, str | None]:
    """What the enquiry was on the page that was sent back, as far as it tells."""
    return {name: one(fields, _SEEN + name) or None for name in SEEN if _SEEN + name in fields}


def pressed(button: str, by: str) -> dict[str, str | None]:
    """What a button of an enquiry says, empty if there is none of this name."""
    quick: dict[str, dict[str, str | None]] = {
        "take": {"owner": by, "state": "in_work"},
        "close": {"state": "closed"},
        "spam": {"state": "spam"},
        "open": {"state": "in_work"},
    }
    return quick.get(button, {})


def _moment(request: Request, text: str) -> str | None:
    if not text:
        return None
    try:
        local = datetime.strptime(text[:16], _LOCAL).replace(tzinfo=_zone(request))
        refuse_odd_year(local)  # here, as year 1 of Moscow is none in UTC
    except ValueError:
        raise ConfigError(
            "Срок не похож на дату и время.", "The due time is no date and time."
        ) from None
    return local.astimezone(UTC).isoformat(timespec="microseconds")
