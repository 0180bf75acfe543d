"""How stewards fare: everyone sees his own numbers, who assigns pairs sees all."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.guard import asking, rights
from admin.guard.rights import Right
from admin.pages.review_decide import by_whom
from admin.site import site_of
from store.views import reviews, stewards

router = APIRouter(include_in_schema=False)


@router.get("/reviews/statistics")
def show(request: Request) -> Response:
    """The last thirty days, and how many pairs wait day by day."""
    site, by = site_of(request), by_whom(request)
    every = rights.held_by(asking.person(request), Right.ASSIGN)
    with site.store.read() as reader:
        people, days = stewards.stewards(reader), stewards.days(reader)
        tabs = reviews.tabs(reader)
    shown = [one for one in people if every or one.login == by]
    context = {
        "people": shown,
        "every": every,
        "days": days,
        "tabs": tabs,
        "window": stewards.WINDOW.days,
    }
    return site.render(request, "review_statistics.html", context)
