"""Pairs to review: records that neither rules nor evidence may join or keep apart; nothing is decided here."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import lists
from admin.language import N_
from admin.pages.review_pair import outcome
from admin.site import site_of
from admin.tables import Column, Empty, Filter, Table
from store.views import reviews

router = APIRouter(include_in_schema=False)
TABLE = Table(
    path="/reviews",
    title=N_("Pairs to review"),
    lead=N_(
        "Records that may be one company, or may not: only a person may say. Grave ones come first, then those that lack least."
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
    ),
    filters=(Filter("reason", N_("Reason"), carried=True),),
    orders=(reviews.WORTH,),
    empty=Empty(
        N_("Nothing to decide"),
        N_("Every record found its company by the rules."),
        (N_("Open the counterparties"), "/parties"),
    ),
)
lists.add_twins(router, TABLE, lists.always(reviews.listing))


@router.get("/reviews")
def show(request: Request) -> Response:
    """The pairs that wait for a person."""
    site = site_of(request)
    listing = lists.load(request, TABLE, reviews.listing)
    with site.store.read() as reader:
        reasons = reviews.reasons(reader)
    context = {"table": TABLE, "listing": listing, "reasons": reasons, "sides": reviews.SIDES}
    context["outcome"] = outcome(request.query_params)
    return site.render(request, "reviews.html", context)
