"""The act of a migration: table by table, month by month, signed by two people; to be printed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.forms import form, one
from admin.listing import workbook
from admin.site import Site, site_of
from admin.words import preferences, vocabulary
from admin.words.cleaning import step_words
from admin.words.language import N_, Language
from flows.migrate.act import ACCEPTED, HANDED, PLACES, digest, sign
from store import migrating
from store.migrating import Migration, Part, Signature

router = APIRouter(include_in_schema=False)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLES = (N_("Table"), N_("What"), N_("At the source"), N_("Here"), N_("Difference"))
SIGNED = ((HANDED, N_("Handed over")), (ACCEPTED, N_("Accepted")))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A migration, its parts, its act if there is one, and the signatures under the act as it is."""

    migration: Migration
    parts: list[Part]
    lines: list[dict[str, Any]]
    left: list[dict[str, Any]]
    cleaning: list[dict[str, Any]]
    signed: dict[str, Signature]

    @property
    def holds(self) -> bool:
        """Whether the act may be signed."""
        return bool(self.lines) and all(line["holds"] for line in self.lines)


def _sheet(site: Site, number: int) -> Sheet:
    with site.store.read() as reader:
        row = migrating.of_name(reader, str(number))
        if row is None:
            raise HTTPException(404)
        parts = migrating.parts(reader, row.id)
        signatures = migrating.signatures(reader, row.id)
    body = json.loads(row.act) if row.act else {"lines": [], "left": []}
    cleaning = body.get("cleaning", [])
    mark = digest(row.act or "")
    signed = {one.place: one for one in signatures if one.digest == mark}
    return Sheet(row, parts, body["lines"], body["left"], cleaning, signed)


@router.get("/migrations/{number:int}")
def show(request: Request, number: int) -> Response:
    """The act, to be looked at, signed and printed."""
    site = site_of(request)
    sheet = _sheet(site, number)
    mine = {one.author for one in sheet.signed.values()} & {asking.login(request)}
    view = preferences.of(request).language
    context = {
        "sheet": sheet,
        "places": SIGNED,
        "mine": bool(mine),
        "step": partial(step_words, site.words[view].gettext, view),
    }
    return site.render(request, "migration.html", context)


@router.get("/migrations/{number:int}/act.xlsx")
def act_workbook(request: Request, number: int) -> Response:
    """The same act as a workbook, every month of it."""
    site = site_of(request)
    sheet, view = _sheet(site, number), preferences.of(request)
    words = site.words[view.language]
    rows = [
        row for line in sheet.lines for row in _rows(view.language, words.gettext("Rows"), line)
    ]
    named = partial(step_words, words.gettext, view.language)
    rows += [row for one in sheet.cleaning for row in _steps(named, one)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "act.xlsx"
        titles = [words.gettext(title) for title in TITLES]
        workbook.write(path, titles, [True, True, *([False] * 3)], [rows], site.formats(view).zone)
        body = path.read_bytes()
    name = f'attachment; filename="migration-{number}.xlsx"'
    return Response(body, media_type=_XLSX, headers={"Content-Disposition": name})


def _rows(language: Language, rows: str, line: dict[str, Any]) -> Iterator[list[Any]]:
    table = line["table"]
    yield [table, rows, line["source"], line["source"] - line["off"], line["off"]]
    for fate, count in line["fates"].items():
        yield [table, vocabulary.term(language, fate), None, count, None]
    both = line["compared"]
    if both is None:
        return
    yield [table, "SHA", both["checksums"][0], both["checksums"][1], both["differing"]]
    for period in both["periods"]:
        there, here = period["rows"]
        yield [table, period["period"], there, here, there - here]
        for column, (source, own) in period["sums"].items():
            told = float(source), float(own)
            yield [table, f"{period['period']} {column}", *told, round(told[0] - told[1], 4)]


def _steps(named: Callable[[dict[str, Any]], str], one: dict[str, Any]) -> Iterator[list[Any]]:
    for step in one["steps"]:
        there, here = step["rows_in"], step["rows_out"]
        yield [one["table"], f"{named(step)}: {step['touched']}", there, here, there - here]


@router.post("/migrations/{number:int}/sign")
async def signing(request: Request, number: int) -> Response:
    """Puts the signature of whoever asks under the act."""
    place = one(await form(request), "place")
    if place not in PLACES:
        raise HTTPException(422)
    site = site_of(request)
    await run_in_threadpool(sign, site.store, str(number), place, asking.login(request))
    return RedirectResponse(f"/migrations/{number}", status_code=303)
