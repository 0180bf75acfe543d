"""Trying sources, reading them again, putting refused records off, giving companies owners: as on the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.requests import Request

from admin import noting
from admin.api import problems
from admin.api.answers import answers
from admin.api.monitoring import known, told
from admin.api.monitoring_models import SOURCE, Chosen, Source
from admin.api.route import api_router
from admin.api.tending_models import (
    LOOKED,
    PROBE,
    LookedBack,
    Owners,
    Probed,
    Probes,
    PutOff,
    Rows,
    Since,
)
from admin.guard import asking
from admin.guard.security import refuse_foreign_page
from admin.pages.owners import given
from admin.pages.quarantine import named
from admin.site import site_of
from admin.trouble import Trouble
from schemas.scopes import owner_of
from store import owners as owners_store
from store.views import parts

router = api_router()


@router.post(
    "/v1/sources/{name}/probe",
    summary="Try a source",
    responses=answers(404, example={"items": [PROBE]}),
)
def probe(request: Request, name: str) -> Probes:
    """Tries address, login, every stream and the clock; reads no data."""
    refuse_foreign_page(request)
    known(request, name)
    found = site_of(request).actions.probe(name)
    russian = problems.language(request) == "ru"
    items = [Probed(name=p.name, ok=p.ok, detail=p.ru if russian else p.en) for p in found]
    return Probes(items=items)


@router.post(
    "/v1/sources/{name}/again/preview",
    summary="Ask what reading again would bring",
    responses=answers(404, 409, 413, 415, example=LOOKED),
)
def look_back(request: Request, name: str, asked: Since) -> LookedBack:
    """About how many rows a stream has from that moment on; nothing is read."""
    refuse_foreign_page(request)
    known(request, name)
    found = site_of(request).actions.look_back(name, asked.stream, asked.since.astimezone(UTC))
    return LookedBack(stream=found.stream, since=found.since, until=found.until, rows=found.rows)


@router.post(
    "/v1/sources/{name}/again",
    summary="Read a stream again",
    status_code=202,
    responses=answers(404, 409, 413, 415, example=SOURCE, good=202),
)
def again(request: Request, name: str, asked: Since) -> Source:
    """Begins in the background, from that moment to now; what is the same is not written twice."""
    refuse_foreign_page(request)
    known(request, name)
    since = asked.since.astimezone(UTC)
    with asking.acting(request):
        site_of(request).actions.read_again(name, asked.stream, since)
    after = {"stream": asked.stream, "since": since}
    noting.later(request, "source_reread", "source", name, after=after)
    return told(request, name)


@router.post(
    "/v1/quarantine/put-off",
    summary="Put refused records off",
    responses=answers(413, 415, example={"rows": 2}),
)
def put_off(request: Request, chosen: PutOff) -> Rows:
    """Nobody sees these open rows until the days are over or they are brought back."""
    refuse_foreign_page(request)
    until, by = datetime.now(UTC) + timedelta(days=chosen.days), asking.login(request)
    done = site_of(request).actions.put_off(chosen.ids, chosen.reason, by, until)
    noting.later(
        request, "put_off", "quarantine", named(chosen.ids),
        after={"rows": done, "until": until}, reason=chosen.reason,
    )  # fmt: skip
    return Rows(rows=done)


@router.post(
    "/v1/quarantine/bring-back",
    summary="Bring refused records back",
    responses=answers(413, 415, example={"rows": 2}),
)
def bring_back(request: Request, chosen: Chosen) -> Rows:
    """Rows that were put off are open again before their day."""
    refuse_foreign_page(request)
    done = site_of(request).actions.bring_back(chosen.ids)
    noting.later(request, "brought_back", "quarantine", named(chosen.ids), after={"rows": done})
    return Rows(rows=done)


@router.get(
    "/v1/parties/{party_id}/owners",
    summary="Whose client a company is",
    responses=answers(404, example={"owners": ["ivanova", "petrov"]}),
)
def owned(request: Request, party_id: str) -> Owners:
    """The owners of a company, by name; none if it is nobody's client."""
    with site_of(request).store.read() as reader:
        if parts.one(reader, "legal_entity", party_id[:100]) is None:
            raise Trouble(404, "party_unknown", "party_id")
        return Owners(owners=owners_store.of(reader, party_id))


@router.put(
    "/v1/parties/{party_id}/owners",
    summary="Give a company its owners",
    responses=answers(404, 413, 415, example={"owners": ["ivanova", "petrov"]}),
)
def owners(request: Request, party_id: str, wanted: Owners) -> Owners:
    """The company has these owners and no others; none leaves it nobody's client."""
    refuse_foreign_page(request)
    names = sorted({owner_of(name) for name in wanted.owners})
    if not given(request, party_id, names):
        raise Trouble(404, "party_unknown", "party_id")
    return Owners(owners=names)
