"""What people corrected: who, what, why, whether it still holds; a batch is taken back as a whole."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking
from admin.guard.forms import form, one
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.pages.quarantine import told
from admin.pages.quarantine_row import outcome
from admin.site import site_of
from admin.words.language import N_
from store.views import corrections

router = APIRouter(include_in_schema=False)
TABLE = Table(
    path="/quarantine/corrections",
    title=N_("Corrections"),
    lead=N_(
        "Values that people corrected. Each holds until it is taken back or the source itself changes the field."
    ),
    columns=(
        Column("key", N_("Key"), "code"),
        Column("field", N_("Field"), "code"),
        Column("was", N_("As sent")),
        Column("value", N_("Corrected to")),
        Column("state", N_("State"), "state"),
        Column("author", N_("Who")),
        Column("created_at", N_("When"), "instant", order="newest"),
        Column(
            "batch",
            N_("Batch"),
            "code",
            link=lambda row: f"/quarantine/corrections?batch={row['batch']}",
        ),
    ),
    filters=(
        Filter(
            "state",
            N_("State"),
            (
                ("standing", N_("those in force")),
                ("withdrawn", N_("those taken back")),
                ("overtaken", N_("overtaken by the source")),
                ("replaced", N_("replaced")),
            ),
        ),
        Filter("connection", N_("Source"), carried=True),
        Filter("batch", N_("Batch"), carried=True),
        Filter("key", N_("Key"), carried=True),
    ),
    orders=(corrections.NEWEST,),
    empty=Empty(
        N_("Nothing was corrected yet"),
        N_("Open a refused record in the quarantine and enter the right value."),
        (N_("Open the quarantine"), "/quarantine"),
    ),
)
lists.add_twins(router, TABLE, lists.always(corrections.listing))


@router.get("/quarantine/corrections")
def show(request: Request) -> Response:
    """The list; of one batch with the button that takes it back."""
    site = site_of(request)
    listing = lists.load(request, TABLE, corrections.listing)
    batch = listing.chosen.get("batch")
    with site.store.read() as reader:
        standing = corrections.standing_of(reader, batch) if batch else 0
    context = {"table": TABLE, "listing": listing, "standing": standing, "told": told(request)}
    return site.render(request, "corrections.html", context)


@router.post("/quarantine/corrections/withdraw")
async def withdraw(request: Request) -> Response:
    """Takes a batch back; its records are mapped again as their source sends them."""
    fields = await form(request)
    batch = one(fields, "batch")
    if not batch.isalnum() or len(batch) > 40:
        raise HTTPException(422)
    by = await run_in_threadpool(asking.login, request)
    fixed = await run_in_threadpool(site_of(request).actions.undo_corrections, batch, by)
    told = {"passed": fixed.passed, "refused": fixed.refused}
    act = ("corrections_withdrawn", "quarantine", batch)
    await run_in_threadpool(noting.later, request, *act, after=told)
    return RedirectResponse(f"/quarantine/corrections?{outcome(fixed)}", 303)
