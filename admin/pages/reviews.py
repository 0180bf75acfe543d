"""Pairs to review: records that neither rules nor evidence may join or keep apart; nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import assigning
from admin.guard import asking, rights
from admin.guard.rights import Right
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.pages import review_choice
from admin.pages.review_said import given, outcome
from admin.site import site_of
from admin.words.language import N_
from dedup import pattern
from store import desk
from store.engine import Reader
from store.views import frame, reviews
from store.views.paging import Order, Page, Place

router = APIRouter(include_in_schema=False)
AGES = (
    ("day", N_("up to a day")),
    ("three_days", N_("1 to 3 days")),
    ("week", N_("3 to 7 days")),
    ("older", N_("over a week")),
)
TABLE = Table(
    path="/reviews",
    title=N_("Pairs to review"),
    lead=N_(
        "Records that may be one company, or may not: only a person may say. First come those where most hangs on an answer that is least certain."
    ),
    columns=(
        Column("severity", N_("Severity"), "state"),
        Column("score", N_("Likely one"), "percent"),
        Column("rule", N_("Rule"), "code"),
        Column("left_name", N_("First record")),
        Column("left_inn", N_("INN"), "code"),
        Column("left_kpp", N_("KPP"), "code"),
        Column("left_source", N_("Source"), "code"),
        Column("right_name", N_("Second record")),
        Column("right_inn", N_("INN"), "code"),
        Column("right_kpp", N_("KPP"), "code"),
        Column("right_source", N_("Source"), "code"),
        Column("reason", N_("Reason"), "doubt"),
        Column("value", N_("Value"), "number"),
        Column("since", N_("Waits since"), "instant"),
        Column("assignee", N_("Assigned to"), "code"),
    ),
    filters=(
        Filter("lane", N_("Tab"), tuple((lane, lane) for lane in desk.LANES)),
        Filter("reason", N_("Reason"), carried=True),
        Filter("rule", N_("Rule")),
        Filter("sources", N_("Sources")),
        Filter("age", N_("Waits"), AGES),
        Filter("assignee", N_("Assigned to")),
        Filter("pattern", N_("Evidence"), carried=True),
    ),
    orders=review_choice.ORDERS,
    empty=Empty(
        N_("Nothing to decide"),
        N_("Every record found its company by the rules."),
        (N_("Open the counterparties"), "/parties"),
    ),
)
# The fields a row shows the difference of, where the names are equal and INN and KPP are shown anyway.
_TELLING = ("ogrn", "legal_address", "phones")


def waiting(
    reader: Reader, chosen: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """What waits, unless another tab was chosen."""
    return reviews.listing(reader, review_choice.filters(chosen), order, start, limit)


lists.add_twins(router, TABLE, lists.always(waiting))


@router.get("/reviews")
def show(request: Request) -> Response:
    """The pairs that wait for a person."""
    site, person = site_of(request), asking.person(request)
    listing = lists.load(request, TABLE, waiting)
    lane = review_choice.filters(listing.chosen)["lane"]
    with site.store.read() as reader:
        facets, (menu, tabs) = reviews.facets(reader, lane), frame.with_tabs(reader)
        people = assigning.people(reader) if rights.held_by(person, Right.ASSIGN) else []
    narrowed = {name for name in listing.chosen if name != "lane"}
    context = {
        "table": TABLE,
        "listing": listing,
        "lane": lane,
        "narrowed": narrowed,
        "facets": facets,
        "tabs": tabs,
        "menu": menu,
        "ages": AGES,
        "kept": review_choice.kept(request.query_params),
        "sides": reviews.SIDES,
        "differing": differing,
        "findings": pattern.findings,
        "today": datetime.now(UTC),
        "outcome": outcome(request.query_params),
        "people": people,
        "nobody": reviews.NOBODY,
        "given": given(request.query_params),
    }
    return site.render(request, "reviews.html", context)


@router.get("/reviews/unsure")
def unsure(request: Request) -> Response:
    """The pairs of which somebody said that they cannot be told."""
    site = site_of(request)
    with site.store.read() as reader:
        rows, tabs = reviews.unsure(reader), reviews.tabs(reader)
    return site.render(
        request, "reviews_unsure.html", {"rows": rows, "tabs": tabs, "lane": "unsure"}
    )


def differing(row: Mapping[str, Any]) -> str | None:
    """The field by which two records of one name differ; None if the names tell them apart."""
    left, right = row["left_name"] or "", row["right_name"] or ""
    if left.casefold() != right.casefold():
        return None
    said = ((name, row[f"left_{name}"], row[f"right_{name}"]) for name in _TELLING)
    return next((name for name, one, other in said if one and other and one != other), None)
