"""Runs: the list, and one run with its stages, balance sheet and refusals."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking
from admin.guard.forms import form
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words.counters import counted
from admin.words.language import N_
from store import runs as run_store
from store.views import runs

router = APIRouter(include_in_schema=False)
TABLE = Table(
    path="/runs",
    title=N_("Runs"),
    lead=N_("Every reading of a source: what came in, what was new, what was refused."),
    columns=(
        Column("id", N_("Run"), "code", link=lambda row: f"/runs/{row['id']}", order="newest"),
        Column("state", N_("State"), "state"),
        Column("connection", N_("Source"), "code"),
        Column("flow", N_("Flow"), "code"),
        Column("started_at", N_("Started"), "begun"),
        Column("seconds", N_("Duration"), "pace"),
        Column("received", N_("Received"), "number"),
        Column("inserted", N_("New"), "number"),
        Column("updated", N_("Updated"), "number"),
        Column("unchanged", N_("Unchanged"), "number"),
        Column("quarantined", N_("Quarantine"), "number"),
        Column("rate", N_("Rows/s"), "number"),
    ),
    filters=(
        Filter(
            "state",
            N_("State"),
            (
                ("running", N_("running")),
                ("succeeded", N_("succeeded")),
                ("failed", N_("failed")),
                ("unbalanced", N_("unbalanced")),
                ("cancelled", N_("cancelled")),
            ),
        ),
        Filter(
            "flow",
            N_("Flow"),
            (
                ("sync", N_("read and map")),
                ("settle", N_("match and merge")),
                ("replay", N_("replay")),
                ("correct", N_("corrections")),
                ("create", N_("creation")),
            ),
        ),
        Filter(
            "period",
            N_("Period"),
            (("day", N_("last 24 hours")), ("week", N_("7 days")), ("month", N_("30 days"))),
        ),
        Filter("connection", N_("Source"), carried=True),
    ),
    orders=(runs.NEWEST,),
    empty=Empty(
        N_("Nothing has run yet"),
        N_("Start a source to see its runs here."),
        (N_("Open the sources"), "/sources"),
    ),
)
lists.add_twins(router, TABLE, lists.always(runs.listing))


@router.get("/runs")
def show(request: Request) -> Response:
    """The list of runs."""
    listing = lists.load(request, TABLE, runs.listing)
    return site_of(request).render(request, "runs.html", {"table": TABLE, "listing": listing})


@router.get("/runs/{run_id}")
def one(request: Request, run_id: int, lines: str = "") -> Response:
    """One run."""
    site, trouble = site_of(request), lines == "trouble"
    with site.store.read() as reader:
        card = runs.card(reader, run_id, trouble=trouble) if run_id < 2**63 else None
    if card is None:
        raise HTTPException(404)
    known = {one.name for one in site.settings.sources}
    again = card.row["flow"] == "sync" and card.row["connection"] in known
    context = {"run": card, "again": again, "counted": counted, "trouble": trouble}
    return site.render(request, "run.html", context)


@router.post("/runs/{run_id}/stop")
async def stop(request: Request, run_id: int) -> Response:
    """Asks a run to end where nothing is half done."""
    await form(request)
    if run_id >= 2**63:
        raise HTTPException(404)
    await run_in_threadpool(ask, request, run_id)
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


def ask(request: Request, run_id: int) -> None:
    """Ask a run to stop, and write down who did."""
    with site_of(request).store.write() as writer:
        if run_store.ask_stop(writer, run_id, asking.login(request)):
            noting.note(writer, request, "run_stopped", "run", str(run_id))
