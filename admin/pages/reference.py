"""The API reference, drawn from the same document that machines read; and the client to take along."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from admin.api import client, samples
from admin.site import site_of
from admin.words.language import N_

router = APIRouter(include_in_schema=False)
GROUPS = {
    "parties": N_("Counterparties"),
    "search": N_("Search"),
    "enquiries": N_("Enquiries"),
    "absences": N_("Absences"),
    "units": N_("Units"),
    "contacts": N_("People"),
    "contact-points": N_("Contact points"),
    "addresses": N_("Addresses"),
    "items": N_("Items"),
    "goods": N_("Goods"),
    "kind": N_("Everything at once"),
    "changes": N_("Changes"),
    "consumers": N_("Consumers"),
    "webhooks": N_("Webhooks"),
    "decisions": N_("Decisions"),
    "records": N_("Values set by hand"),
    "overview": N_("Overview"),
    "alerts": N_("Alerts"),
    "reviews": N_("Pairs to review"),
    "clusters": N_("Clusters"),
    "sources": N_("Sources"),
    "runs": N_("Runs"),
    "migrations": N_("Migrations"),
    "quarantine": N_("Quarantine"),
    "calls": N_("Calls"),
    "callers": N_("Whose number it is"),
    "call-reports": N_("Calls in figures"),
}
_ORDER = list(GROUPS)


@router.get("/openapi.json")
def document(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(request.app.openapi())


@router.get("/api/client.py")
def python_client(_request: Request) -> Response:
    """The Python client as one file."""
    text = Path(client.__file__).read_text(encoding="utf-8")
    headers = {"Content-Disposition": 'attachment; filename="kanon_client.py"'}
    return Response(text, media_type="text/x-python; charset=utf-8", headers=headers)


@router.get("/api")
def show(request: Request, q: str = "") -> Response:
    """The reference page; with `q` the calls that have these words."""
    words = q.strip()[:100]
    address = str(request.base_url).rstrip("/")
    every = samples.operations(request.app.openapi(), address)
    found = sorted((one for one in every if one.fits(words)), key=lambda one: _place(one.group))
    groups = [(name, list(calls)) for name, calls in groupby(found, key=lambda one: one.group)]
    context = {
        "groups": groups, "titles": GROUPS, "q": words, "shown": len(found), "every": len(every),
        "address": address,
    }  # fmt: skip
    return site_of(request).render(request, "reference.html", context)


def _place(group: str) -> int:
    return _ORDER.index(group) if group in _ORDER else len(_ORDER)
