"""Topics as rules tell them and as people do: what is mixed up with what, and how much is not sure."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.pages.routing_words import TABS
from admin.site import site_of
from flows.enquiries.confusion import UNSURE, confusion
from store import routes

router = APIRouter(include_in_schema=False)
_NEWEST = 10_000


@router.get("/enquiries/topics")
def show(request: Request) -> Response:
    """The newest enquiries: said by rules against said by people."""
    site = site_of(request)
    with site.store.read() as reader:
        told = routes.newest_topics(reader, _NEWEST)
    names = [topic.name for topic in site.settings.topics]
    context = {
        "found": confusion(told, site.settings.enquiries), "rows": [*names, UNSURE], "columns": names,
        "topics": site.settings.topics, "beside": TABS, "most": _NEWEST,
    }  # fmt: skip
    return site.render(request, "topics.html", context)
