"""Loads: the board of what is read now and how long it takes yet, and the act of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard.forms import form
from admin.guard.forms import one as field
from admin.listing import workbook
from admin.site import Site, site_of
from admin.words import preferences, vocabulary
from admin.words.language import N_, Language
from flows.migrate.threads import change
from flows.sync import MOST_AT_ONCE
from store import migrating
from store.views import migrations
from store.views.balance import Balance
from store.views.migrations import Load

router = APIRouter(include_in_schema=False)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DIGITS = 3
TITLES = (N_("Stream"), N_("Stage"), N_("Came in"), N_("Became"), N_("Rows"), N_("Difference"))


@router.get("/migrations")
def show(request: Request) -> Response:
    """The last load of each source, stream by stream."""
    site = site_of(request)
    with site.store.read() as reader:
        loads = migrations.board(reader)
        carried = migrating.recent(reader)
    running = any(one.row["state"] == "running" for one in loads)
    context = {
        "loads": loads,
        "running": running,
        "minute": timedelta(minutes=1),
        "carried": carried,
        "most": MOST_AT_ONCE,
    }
    return site.render(request, "migrations.html", context)


@router.post("/migrations/{number:int}/threads")
async def threads(request: Request, number: int) -> Response:
    """Has so many tables of a migration read at once; an empty field leaves it to the connection."""
    told = field(await form(request), "threads").strip()
    if (told and not told.isdecimal()) or len(told) > _DIGITS or number >= 2**63:
        raise HTTPException(422)
    await run_in_threadpool(threads_changed, request, number, int(told) if told else None)
    return RedirectResponse("/migrations", status_code=303)


def threads_changed(request: Request, number: int, threads: int | None) -> None:
    """Change it, and write down who did."""
    with site_of(request).store.write() as writer:
        before = change(writer, str(number), threads)
        was, now = {"threads": before.threads}, {"threads": threads}
        if was != now:
            noting.note(
                writer, request, "threads_changed", "migration", str(number), before=was, after=now
            )


def _load(site: Site, run_id: int) -> Load:
    with site.store.read() as reader:
        found = migrations.sheet(reader, run_id) if run_id < 2**63 else None
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/runs/{run_id}/act")
def act(request: Request, run_id: int) -> Response:
    """The reconciliation act of a run, to be looked at and printed."""
    site = site_of(request)
    load = _load(site, run_id)
    context = {"load": load, "totals": migrations.totals(load.lines)}
    return site.render(request, "act.html", context)


@router.get("/runs/{run_id}/act.xlsx")
def act_workbook(request: Request, run_id: int) -> Response:
    """The same act as a workbook."""
    site = site_of(request)
    load, view = _load(site, run_id), preferences.of(request)
    words, zone = site.words[view.language], site.formats(view).zone
    rows = [row for line in load.lines for row in _rows(view.language, line.stream, line.balances)]
    total = words.gettext("In all")
    rows += list(_rows(view.language, total, migrations.totals(load.lines)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "act.xlsx"
        titles = [words.gettext(title) for title in TITLES]
        workbook.write(path, titles, [True, *([False] * 5)], [rows], zone)
        body = path.read_bytes()
    name = f'attachment; filename="act-{run_id}.xlsx"'
    return Response(body, media_type=_XLSX, headers={"Content-Disposition": name})


def _rows(language: Language, stream: str, balances: Sequence[Balance]) -> Iterator[list[Any]]:
    """A row per part, and one that says what came in and by how much the parts differ from it."""
    for one in balances:
        stage = vocabulary.term(language, one.kind)
        yield [stream, stage, vocabulary.term(language, one.total_name), None, one.total, one.off]
        for part in one.parts:
            yield [stream, stage, None, vocabulary.term(language, part.name), part.value, None]
