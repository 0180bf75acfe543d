"""One call: who, when, its stages one by one, and its recording for those who may hear it."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from admin import noting, turns
from admin.guard import asking, masking
from admin.guard.rights import Right, held_by
from admin.site import site_of
from config.telephony import Telephony
from flows.calls import given_out, recordings
from flows.calls.given_out import State
from store.clock import utc_now
from store.views import call_notes, calls
from store.views.attached import attached, of_number

router = APIRouter(include_in_schema=False)
_KEPT = {"Cache-Control": "no-store"}


@router.get("/calls/{call_id}")
def show(request: Request, call_id: str) -> Response:
    """The call, and whether there is a recording of it."""
    site = site_of(request)
    with site.store.read() as reader:
        row = calls.card(reader, call_id)
        notes = call_notes.of_call(reader, row) if row else []
        bearers = attached(reader, row["phone"], utc_now()) if row else []
        asked = of_number(reader, row["phone"], bearers) if row else []
    if row is None:
        raise HTTPException(404)
    rules = site.settings.telephony
    person = asking.person(request)
    hidden = masking.is_masked_for(request)
    number = row["phone"] or row["number"]
    told = {
        "row": row,
        "shown": masking.masked("phone", number) if hidden else number,
        "bearers": bearers,
        "asked": asked,
        "topics": _topics(request),
        "notes": [call_notes.impersonal(note) for note in notes] if hidden else notes,
        "named": recordings.named(rules, row),
        "recording": _state(rules, row),
        "hears": held_by(person, Right.LISTEN) and person is not None and person.scope is None,
    }
    return site.render(request, "call.html", told)


@router.get("/calls/{call_id}/recording")
def hear(request: Request, call_id: str) -> Response:
    """The recording, whole or the asked range of it; that somebody listened stands in the journal."""
    site = site_of(request)
    with site.store.read() as reader:
        row = calls.card(reader, call_id)
    if row is None:
        raise HTTPException(404)
    address = recordings.address_of(site.settings.telephony, row)
    file = recordings.file_of(site.settings.telephony, row)
    if file is None and address is None:
        raise HTTPException(404)
    asked = request.headers.get("range")
    turns.leave(request)
    answer = _given_out(address, asked) if address else _lying(cast("Path", file))
    # A player asks for part after part: the first one is the listening.
    if (asked or "bytes=0-").startswith("bytes=0-"):
        noting.later(request, "listened", "call", call_id)
    return answer


def _topics(request: Request) -> dict[str, str]:
    """Name of a topic → its title in the language of the page."""
    site = site_of(request)
    russian = site.language(request) == "ru"
    return {one.name: one.ru if russian else one.en for one in site.settings.topics}


def _state(rules: Telephony, row: Mapping[str, Any]) -> State:
    """Whether the recording is there now."""
    address = recordings.address_of(rules, row)
    if address is not None:
        return given_out.state_of(address)
    return "gone" if recordings.file_of(rules, row) is None else "there"


def _lying(file: Path) -> Response:
    return FileResponse(
        file, media_type=_sound(mimetypes.guess_type(file.name.lower())[0]), filename=file.name,
        content_disposition_type="inline", headers=_KEPT,
    )  # fmt: skip


def _given_out(address: str, asked: str | None) -> Response:
    sound = given_out.opened(address, asked)
    if sound is None:
        raise HTTPException(404)
    kind = _sound(sound.kind or mimetypes.guess_type(address.lower())[0])
    told = {**sound.headers, **_KEPT, "Content-Disposition": "inline"}
    return StreamingResponse(sound.parts, sound.status, told, kind)


def _sound(kind: str | None) -> str:
    return kind if kind and kind.startswith("audio/") else "application/octet-stream"
