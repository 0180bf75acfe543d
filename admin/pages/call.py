"""One call: who, when, its stages one by one, and its recording for those who may hear it."""

from __future__ import annotations

import mimetypes

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from admin import noting
from admin.guard import asking, masking
from admin.guard.rights import Right, held_by
from admin.site import site_of
from flows.calls import recordings
from store.views import calls

router = APIRouter(include_in_schema=False)


@router.get("/calls/{call_id}")
def show(request: Request, call_id: str) -> Response:
    """The call, and whether there is a recording of it."""
    site = site_of(request)
    with site.store.read() as reader:
        row = calls.card(reader, call_id)
    if row is None:
        raise HTTPException(404)
    rules = site.settings.telephony
    person = asking.person(request)
    told = {
        "row": row,
        "shown": masking.masked("phone", row["phone"] or row["number"])
        if masking.is_masked_for(request)
        else row["phone"] or row["number"],
        "named": recordings.named(rules, row),
        "recorded": recordings.file_of(rules, row) is not None,
        "hears": held_by(person, Right.LISTEN) and person is not None and person.scope is None,
    }
    return site.render(request, "call.html", told)


@router.get("/calls/{call_id}/recording")
def hear(request: Request, call_id: str) -> Response:
    """The recording, whole or the asked range of it; that somebody listened stands in the journal."""
    site = site_of(request)
    with site.store.read() as reader:
        row = calls.card(reader, call_id)
    file = recordings.file_of(site.settings.telephony, row) if row else None
    if file is None:
        raise HTTPException(404)
    # A player asks for part after part: the first one is the listening.
    if request.headers.get("range", "bytes=0-").startswith("bytes=0-"):
        noting.later(request, "listened", "call", call_id)
    kind = mimetypes.guess_type(file.name.lower())[0] or "application/octet-stream"
    kind = kind if kind.startswith("audio/") else "application/octet-stream"
    return FileResponse(
        file, media_type=kind, filename=file.name, content_disposition_type="inline",
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip
