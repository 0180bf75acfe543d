"""Quarantine: groups on the left, rows on the right; a group or chosen rows are replayed or put off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking, masking, security
from admin.guard.bodies import is_text
from admin.guard.forms import form, one
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words.language import N_
from schemas.errors import ConfigError
from store.engine import Reader
from store.views import quarantine
from store.views.paging import Order, Page, Place

router = APIRouter(include_in_schema=False)
TABLE = Table(
    path="/quarantine",
    title=N_("Quarantine"),
    lead=N_("Records that a stage could not accept. Nothing is lost: mend the cause and replay."),
    columns=(
        Column("key", N_("Key"), "code", link=lambda row: f"/quarantine/{row['id']}"),
        Column("reason", N_("Reason"), "reason", wide=True),
        Column("field", N_("Field"), "field"),
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
            (
                ("open", N_("open")),
                ("put_off", N_("put off")),
                ("replayed", N_("replayed")),
                ("discarded", N_("discarded")),
            ),
        ),
        Filter("run", N_("Run"), carried=True),
    ),
    orders=(quarantine.NEWEST, quarantine.OLDEST),
    empty=Empty(N_("The quarantine is empty")),
)


def _source(request: Request) -> lists.Load:
    """Refused records as whoever asks may see them."""
    return _masked if masking.is_masked_for(request) else quarantine.listing


def _masked(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    found = quarantine.listing(reader, filters, order, start, limit)
    return Page([masking.refused(row) for row in found.rows], found.next, found.previous)


lists.add_twins(router, TABLE, _source)
DAYS = (7, 30, 90, 365)
_LARGEST = 2**63 - 1


@router.get("/quarantine")
def show(request: Request) -> Response:
    """Groups and rows."""
    site = site_of(request)
    listing = lists.load(request, TABLE, _source(request))
    with site.store.read() as reader:
        groups = quarantine.groups(reader)
        last = quarantine.last_entry(reader)
    context = {
        "table": TABLE,
        "listing": listing,
        "groups": groups,
        "last": last,
        "replayed": replay_outcome(request),
        "days": DAYS,
        "told": told(request),
    }
    return site.render(request, "quarantine.html", context)


@dataclass(frozen=True, slots=True)
class Told:
    """What the act that led here came to; None for what it did not count."""

    batch: str
    fixed: int | None
    failed: int | None
    off: int | None
    back: int | None
    waiting: bool


def told(request: Request) -> Told:
    """What the act that led here came to, as far as its address can be read."""
    query = request.query_params
    batch = query.get("batch", "")
    fixed, failed, off, back = (
        _count(query.get(name, "")) for name in ("fixed", "failed", "off", "back")
    )
    known = batch if batch.isalnum() and len(batch) <= 40 else ""
    return Told(known, fixed, failed, off, back, bool(query.get("waiting")))


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def replay_outcome(request: Request) -> tuple[int, int] | None:
    """What the replay that led here came to: (passed, refused)."""
    query = request.query_params
    passed, refused = (_count(query.get(name, "")) for name in ("passed", "refused"))
    return None if passed is None or refused is None else (passed, refused)


@router.post("/quarantine/replay")
async def replay(request: Request) -> Response:
    """Sends rows through their stage again: one row by `id`, or all open rows of a group."""
    fields = await form(request)
    result = await run_in_threadpool(_replay, request, fields)
    return back_with(fields, {**result})


def _replay(request: Request, fields: dict[str, list[str]]) -> dict[str, int]:
    site = site_of(request)
    ids = ids_of(fields)
    group = {name: one(fields, name) for name in quarantine.FILTERS if one(fields, name)}
    if not ids and group:
        with site.store.read() as reader:
            ids = quarantine.open_ids(reader, group)
    with asking.acting(request):
        done = site.actions.replay(ids)
    told = {"passed": done.passed, "refused": done.refused, **group}
    noting.later(request, "replayed", "quarantine", named(ids), after=told)
    return {"passed": done.passed, "refused": done.refused}


def named(ids: Sequence[int]) -> str:
    """Rows as the journal names them: the first of many."""
    return ", ".join(map(str, ids[:20]))


def ids_of(fields: dict[str, list[str]]) -> list[int]:
    """The chosen rows."""
    texts = [text for text in fields.get("id", []) if text.isdecimal() and len(text) < 19]
    return [number for number in map(int, texts) if number <= _LARGEST]


@router.post("/quarantine/put-off")
async def put_off(request: Request) -> Response:
    """Puts chosen rows out of sight for some days; the reason is required."""
    fields = await form(request)
    why, days = one(fields, "why").strip(), one(fields, "days")
    if not is_text(why) or not 0 < len(why) <= 1000 or not ids_of(fields):
        raise ConfigError(
            "Отметьте записи и напишите, почему они отложены: до 1000 знаков.",
            "Mark the records and write why they are put off, in up to 1000 characters.",
        )
    many = int(days) if days in map(str, DAYS) else DAYS[1]
    until = datetime.now(UTC) + timedelta(days=many)
    by = await run_in_threadpool(asking.login, request)
    actions = site_of(request).actions
    done = await run_in_threadpool(actions.put_off, ids_of(fields), why, by, until)
    await run_in_threadpool(
        noting.later, request, "put_off", "quarantine", named(ids_of(fields)),
        after={"rows": done, "until": until}, reason=why,
    )  # fmt: skip
    return back_with(fields, {"off": done})


@router.post("/quarantine/bring-back")
async def bring_back(request: Request) -> Response:
    """Opens rows again that were put off."""
    fields = await form(request)
    ids = ids_of(fields)
    done = await run_in_threadpool(site_of(request).actions.bring_back, ids)
    told = {"rows": done}
    await run_in_threadpool(
        noting.later, request, "brought_back", "quarantine", named(ids), after=told
    )
    return back_with(fields, {"back": done})


def back_with(fields: dict[str, list[str]], told: dict[str, object]) -> Response:
    """To where the form was sent from, with what came of it."""
    target = security.local_path(one(fields, "next"), "/quarantine")
    glue = "&" if "?" in target else "?"
    return RedirectResponse(target + glue + urlencode(told), status_code=303)
