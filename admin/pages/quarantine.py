"""Quarantine: groups on the left, rows on the right, replay of a group or of chosen rows."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import lists, noting, security
from admin.forms import form, one
from admin.language import N_
from admin.site import site_of
from admin.tables import Column, Empty, Filter, Table
from store.views import quarantine

router = APIRouter(include_in_schema=False)
TABLE = Table(
    path="/quarantine",
    title=N_("Quarantine"),
    lead=N_("Records that a stage could not accept. Nothing is lost: mend the cause and replay."),
    columns=(
        Column("key", N_("Key"), "code", link=lambda row: f"/quarantine/{row['id']}"),
        Column("reason", N_("Reason"), "reason", wide=True),
        Column("field", N_("Field"), "code"),
        Column("value", N_("Value")),
        Column("connection", N_("Source"), "code"),
        Column("first_seen", N_("First seen"), "instant"),
    ),
    filters=(
        Filter("reason", N_("Reason code"), carried=True),
        Filter("connection", N_("Source"), carried=True),
        Filter("stream", N_("Stream"), carried=True),
        Filter(
            "state",
            N_("State"),
            (("open", N_("open")), ("replayed", N_("replayed")), ("discarded", N_("discarded"))),
        ),
        Filter("run", N_("Run"), carried=True),
    ),
    orders=(quarantine.NEWEST, quarantine.OLDEST),
    empty=Empty(N_("The quarantine is empty")),
)
lists.add_twins(router, TABLE, lists.always(quarantine.listing))


@router.get("/quarantine")
def show(request: Request) -> Response:
    """Groups and rows."""
    site = site_of(request)
    listing = lists.load(request, TABLE, quarantine.listing)
    with site.store.read() as reader:
        groups = quarantine.groups(reader)
        last = quarantine.last_entry(reader)
    context = {
        "table": TABLE,
        "listing": listing,
        "groups": groups,
        "last": last,
        "replayed": replay_outcome(request),
    }
    return site.render(request, "quarantine.html", context)


def replay_outcome(request: Request) -> tuple[int, int] | None:
    """What the replay that led here came to: (passed, refused)."""
    query = request.query_params
    passed, refused = query.get("passed", ""), query.get("refused", "")
    return (int(passed), int(refused)) if passed.isdigit() and refused.isdigit() else None


@router.post("/quarantine/replay")
async def replay(request: Request) -> Response:
    """Sends rows through their stage again: one row by `id`, or all open rows of a group."""
    fields = await form(request)
    result = await run_in_threadpool(_replay, request, fields)
    target = security.local_path(one(fields, "next"), "/quarantine")
    glue = "&" if "?" in target else "?"
    return RedirectResponse(target + glue + urlencode(result), status_code=303)


def _replay(request: Request, fields: dict[str, list[str]]) -> dict[str, int]:
    site = site_of(request)
    ids = [int(text) for text in fields.get("id", []) if text.isdigit()]
    group = {name: one(fields, name) for name in quarantine.FILTERS if one(fields, name)}
    if not ids and group:
        with site.store.read() as reader:
            ids = quarantine.open_ids(reader, group)
    done = site.actions.replay(ids)
    told = {"passed": done.passed, "refused": done.refused, **group}
    noting.later(request, "replayed", "quarantine", ", ".join(map(str, ids[:20])), after=told)
    return {"passed": done.passed, "refused": done.refused}
