"""The one search box of every page: what fits, by kind and with what was hit, as a page and as you type."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import masking
from admin.pages.records import path_of
from admin.site import site_of
from store import finding
from store.engine import Reader
from store.finding import Found, Hit
from store.views import records

router = APIRouter(include_in_schema=False)
EACH, SUGGESTED = 20, 5
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LISTS = {"legal_entity": "/parties", "contact": "/contacts", "item": "/items"}


def address(hit: Hit) -> str:
    """The page of what was found."""
    return path_of(hit.kind, hit.id)


@router.get("/find")
def find(request: Request) -> Response:
    """Straight to the page of the one that is meant, else all that fit, by kind."""
    text = request.query_params.get("q", "").strip()
    if not text:
        return RedirectResponse("/parties", status_code=303)
    with site_of(request).store.read() as reader:
        known = _of_id(reader, text)
        found = Found() if known else finding.find(reader, text, EACH)
    found = masking.found(request, text, found)
    meant = known or (address(found.only) if found.only else None)
    if meant:
        return RedirectResponse(meant, status_code=303)
    return site_of(request).render(request, "find.html", _context(text, found))


@router.get("/find/suggest")
def suggest(request: Request) -> Response:
    """The first that fit, to choose from while typing."""
    text = request.query_params.get("q", "").strip()
    with site_of(request).store.read() as reader:
        found = masking.found(request, text, finding.find(reader, text, SUGGESTED))
    return site_of(request).render(request, "find_suggest.html", _context(text, found))


def _context(text: str, found: Found) -> dict[str, object]:
    return {"text": text, "found": found, "address": address, "lists": LISTS, "each": EACH}


def _of_id(reader: Reader, text: str) -> str | None:
    """The card that an id of our own leads to."""
    known = records.of_id(reader, text.lower()) if _ID.fullmatch(text.lower()) else None
    return path_of(known[0], known[1]["id"]) if known else None
