"""`/v1/enquiries`: forms of sites come in, enquiries are read."""

from __future__ import annotations

import hmac
import math
from dataclasses import asdict
from typing import Annotated

from fastapi import Header, Query
from starlette.requests import Request
from starlette.responses import Response

from admin.api.answers import answers
from admin.api.cursors import Cursor, started
from admin.api.models_enquiries import (
    CONVERTED,
    ENQUIRY,
    FORM,
    WHOLE,
    Became,
    Converted,
    EnquiryPage,
    EnquiryRow,
    EnquiryWhole,
    Form,
    Identification,
    Taken,
    Typed,
)
from admin.api.route import api_router
from admin.api.tagged import tagged
from admin.guard import asking, masking
from admin.guard.pace import Pace
from admin.identifying import identify
from admin.pages.enquiries import hidden
from admin.site import site_of
from admin.trouble import Trouble
from config.sites import SiteForm
from schemas.canonical.messages import Channel
from schemas.enquiries import EnquiryState
from schemas.errors import ConfigError, Conflict, RecordRejected
from store.enquiries import conversion
from store.views import enquiries
from store.views.as_typed import as_typed

router = api_router()
FORMS = "/v1/enquiries"
_CROSS = {
    "Access-Control-Max-Age": "600",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, X-Site-Key",
}
SiteKey = Annotated[
    str, Header(alias="X-Site-Key", max_length=300, description="The site's own key")
]
RequestKey = Annotated[
    str | None, Header(description="The same key again makes nothing new", max_length=200)
]


@router.options("/v1/enquiries", include_in_schema=False)
def allowed(request: Request) -> Response:
    """What browsers ask before a page of a site sends a form."""
    origin = request.headers.get("origin", "")
    known = any(origin in form.origins for form in site_of(request).settings.forms)
    return Response(status_code=204, headers=_CROSS if known else {})


@router.post(
    "/v1/enquiries",
    summary="Send a form",
    status_code=201,
    response_model=Taken,
    responses=answers(409, 413, 415, example=FORM, good=201),
)
def send(
    request: Request, form: Form, x_site_key: SiteKey = "", idempotency_key: RequestKey = None
) -> Response:
    """What a visitor filled in becomes an enquiry, once, however often it is sent.

    The same `Idempotency-Key`, or without one the same content within two days, answers with the enquiry
    that is there. A browser may send from the origins of the site only.
    """
    site = _site(request, x_site_key)
    _refuse_strangers(request, site)
    if form.website:
        # A robot is told nothing that would teach it.
        return tagged(request, Taken(id="", repeated=False))
    _refuse_haste(request, site)
    fields = form.model_dump(exclude={"website"})
    try:
        done = site_of(request).actions.enquiring.submit(site.name, fields, idempotency_key)
    except RecordRejected as rejected:
        raise Trouble(422, "form_refused", rejected.field, ru=rejected.ru, en=rejected.en) from None
    except Conflict:
        raise Trouble(422, "request_key_used", "Idempotency-Key") from None
    answer = tagged(request, Taken(id=done.id, repeated=done.repeated))
    answer.status_code = 200 if done.repeated else 201
    return answer


@router.get(
    "/v1/enquiries",
    summary="List enquiries",
    response_model=EnquiryPage,
    responses=answers(304, example={"items": [ENQUIRY], "next": None}),
)
def several(
    request: Request,
    state: EnquiryState | None = None,
    channel: Channel | None = None,
    topic: Annotated[str | None, Query(max_length=100)] = None,
    owner: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")] = 100,
) -> Response:  # fmt: skip
    """Enquiries, newest first."""
    asked = {"state": state, "channel": channel, "topic": topic, "owner": owner}
    filters = {name: value for name, value in asked.items() if value}
    start = started(cursor, enquiries.NEWEST)
    with site_of(request).store.read() as reader:
        page = enquiries.listing(reader, filters, enquiries.NEWEST, start, limit)
    rows = [hidden(row) if masking.is_masked_for(request) else row for row in page.rows]
    items = [EnquiryRow(**{n: row[n] for n in EnquiryRow.model_fields}) for row in rows]
    return tagged(request, EnquiryPage(items=items, next=page.next))


@router.get(
    "/v1/enquiries/{enquiry_id}",
    summary="One enquiry",
    response_model=EnquiryWhole,
    responses=answers(304, 404, example=WHOLE),
)
def single(request: Request, enquiry_id: str) -> Response:
    """An enquiry as it stands now."""
    with site_of(request).store.read() as reader:
        card = enquiries.card(reader, enquiry_id)
        became = conversion(reader, card.row) if card else None
        asker = identify(site_of(request), reader, card) if card else None
        typed = as_typed(reader, card.row) if card else []
    if card is None:
        raise Trouble(404, "enquiry_unknown", "enquiry_id")
    masked = masking.is_masked_for(request)
    row = hidden(card.row) if masked else card.row
    own = {name: row[name] for name in EnquiryRow.model_fields}
    told = EnquiryWhole(
        **own, conversion=Converted(**asdict(became)) if became else None,
        identification=Identification(**asdict(asker)) if asker else None,
        as_typed=[
            Typed(field=one.field, understood=one.understood, said=masking.hidden(one.said) if masked else one.said)
            for one in typed
        ],
    )  # fmt: skip
    return tagged(request, told, version=told.version)


@router.post(
    "/v1/enquiries/{enquiry_id}/conversion",
    summary="Say which deal an enquiry became",
    response_model=Converted,
    responses=answers(404, 409, 413, 415, example=CONVERTED),
)
def convert(
    request: Request, enquiry_id: str, became: Became, idempotency_key: RequestKey = None
) -> Converted:
    """The deal is of whom the enquiry was transferred to; the enquiry stays its operator's and is closed.

    The same deal again changes nothing; another one counts from then on.
    """
    del idempotency_key  # answered by the route, for every operation alike
    act = site_of(request).actions.enquiring.convert
    try:
        told = act(enquiry_id, became.deal, asking.login(request))
    except ConfigError as error:
        raise Trouble(422, "conversion_refused", ru=error.ru, en=error.en) from None
    if told is None:
        raise Trouble(404, "enquiry_unknown", "enquiry_id")
    return Converted(**asdict(told))


def _site(request: Request, key: str) -> SiteForm:
    """The site that shows this key; every key is compared, so that time tells nothing."""
    found = [
        form
        for form in site_of(request).settings.forms
        if hmac.compare_digest(form.api_key.get_secret_value().encode(), key.encode())
    ]
    if not found:
        raise Trouble(401, "site_key_unknown", "X-Site-Key")
    return found[0]


def _refuse_strangers(request: Request, site: SiteForm) -> None:
    """Refused for a page of a site that is not named; `admin.guard.cross` lets those named read the answer."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in site.origins:
        raise Trouble(403, "origin_unknown", "Origin")


def _refuse_haste(request: Request, site: SiteForm) -> None:
    """One visitor's address may send so many a minute, counted by each process."""
    paces: dict[str, Pace] = request.app.state.form_paces
    pace = paces.setdefault(site.name, Pace(site.a_minute))
    wait = math.ceil(pace.wait(f"{site.name} {asking.address(request)}"))
    if wait:
        raise Trouble(429, "too_often", headers={"Retry-After": str(wait)}, seconds=wait)
