"""One change for a whole group of refused records, seen on twenty before it is made; and a letter to the owner."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.bodies import is_text
from admin.guard.forms import form, one
from admin.pages.quarantine_row import note_corrected, outcome
from admin.site import site_of
from admin.words import preferences
from admin.words.language import N_
from flows.mend_alike import Change, Group, Tried
from schemas.errors import KanonError
from schemas.reasons import REASONS
from store.views import quarantine

router = APIRouter(include_in_schema=False)
WAYS = (
    ("trim", N_("Remove extra spaces and invisible characters")),
    ("digits", N_("Keep digits only")),
    ("replace", N_("Replace a part of the text")),
    ("set", N_("Set one value for all")),
    ("table", N_("Table of replacements: old = new, one per line")),
)


def _group(told: dict[str, str]) -> Group:
    group = Group(*(told.get(name, "") for name in quarantine.FILTERS))
    if not (group.reason and group.connection and group.stream):
        raise HTTPException(404)
    return group


def _change(told: dict[str, str]) -> Change:
    put = {name: told.get(name, "").replace("\r\n", "\n") for name in ("find", "put")}
    return Change(told.get("column", ""), told.get("how", ""), put["find"], put["put"])


@router.get("/quarantine/alike")
def show(request: Request) -> Response:
    """The change as typed so far, and, once it can be tried, what it would do."""
    site, told = site_of(request), dict(request.query_params)
    group, change = _group(told), _change(told)
    tried: Tried | None = None
    wrong = ""
    if change.how:
        try:
            tried = site.actions.try_alike(group, change)
        except KanonError as error:
            wrong = error.for_user(preferences.of(request).language)
    context = {
        "group": group,
        "change": change,
        "ways": WAYS,
        "columns": _columns(request, group),
        "tried": tried,
        "wrong": wrong,
    }
    return site.render(request, "quarantine_alike.html", context)


def _columns(request: Request, group: Group) -> list[str]:
    """The columns of the mapping, those of the refused field first."""
    site = site_of(request)
    try:
        columns = list(site.actions.columns_of(group))
    except KanonError:
        return []
    with site.store.read() as reader:
        ids = quarantine.open_ids(reader, vars_of(group), 1)
    anatomy = site.actions.anatomy(ids[0]) if ids else None
    blamed = [one.name for one in anatomy.fields if one.fault] if anatomy else []
    return sorted(columns, key=lambda name: name not in blamed)


def vars_of(group: Group) -> dict[str, str]:
    """A group as filters of the list."""
    return {name: getattr(group, name) for name in quarantine.FILTERS}


@router.post("/quarantine/alike")
async def mend(request: Request) -> Response:
    """Makes the change that was shown, for every record it cures."""
    fields = await form(request)
    told = {name: values[0] for name, values in fields.items()}
    group, change = _group(told), _change(told)
    why = one(fields, "why").strip()[:1000]
    if not all(map(is_text, told.values())):
        raise HTTPException(422)
    by = await run_in_threadpool(asking.login, request)
    fixed = await run_in_threadpool(
        site_of(request).actions.mend_alike, group, change, one(fields, "stamp"), by, why or None
    )
    what = f"{group.connection}/{group.stream}: {group.reason}"
    await run_in_threadpool(note_corrected, request, fixed, what, why or None)
    return RedirectResponse(f"/quarantine?{urlencode(vars_of(group))}&{outcome(fixed)}", 303)


@router.get("/quarantine/letter")
def letter(request: Request) -> Response:
    """A ready text to the owner of the source, and the list to attach."""
    site = site_of(request)
    group = _group(dict(request.query_params))
    with site.store.read() as reader:
        found = quarantine.sample(reader, vars_of(group))
    if not found.count:
        raise HTTPException(404)
    language = preferences.of(request).language
    pair = REASONS.get(group.reason, (group.reason, group.reason))
    context = {
        "group": group,
        "found": found,
        "rule": pair[0 if language == "ru" else 1],
        "attached": f"/quarantine.csv?{urlencode(vars_of(group))}",
    }
    return site.render(request, "quarantine_letter.html", context)
