"""`/v1/parties` and `/v1/search`: companies as clean master data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Path as PathPart
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from admin.api.answers import answers
from admin.api.cursors import Cursor, started
from admin.api.models import ID, PARTY, Found, HeldContract, Parties, Party, PartySummary
from admin.api.patterns import DIGITS
from admin.api.route import api_router
from admin.api.tagged import Fields, rows_of, tagged
from admin.guard import masking
from admin.site import site_of
from admin.trouble import Trouble
from schemas.golden import Contact, Golden, GoldenAddress, GoldenContactPoint, Unit
from store import identity
from store.views import contracts, life, parties, search

router = api_router()
G = TypeVar("G", bound=Golden)
Digits = Annotated[str | None, Query(pattern=DIGITS)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")]


def _part(model: type[G], rows: Sequence[Mapping[str, Any]]) -> list[G]:
    return [model.model_validate({name: row[name] for name in model.model_fields}) for row in rows]


@router.get(
    "/v1/parties",
    summary="List companies",
    response_model=Parties,
    responses=answers(304, example={"items": [PARTY], "next": "WzAsIjZhNmMxYjFlIl0"}),
)
def listing(
    request: Request,
    inn: Annotated[Digits, Query(description="INN, or its beginning")] = None,
    ogrn: Annotated[Digits, Query(description="OGRN, or its beginning")] = None,
    name: Annotated[
        str | None,
        Query(description="Words of the name; answers the best fits on one page", max_length=200),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
    fields: Fields = None,
) -> Response:
    """Living companies. Without a name they come in a stable order, page by page."""
    filters = {key: value for key, value in (("inn", inn), ("ogrn", ogrn)) if value}
    start = started(cursor, parties.STABLE)
    with site_of(request).store.read() as reader:
        if name:
            ids = search.party_ids(reader, name, limit)
            rows = parties.full(reader, ids, filters)
            return tagged(request, {"items": rows_of(PartySummary, rows, fields), "next": None})
        page = parties.stable(reader, filters, start, limit)
    items = rows_of(PartySummary, page.rows, fields)
    return tagged(request, {"items": items, "next": page.next})


@router.get(
    "/v1/parties/{party_id}",
    summary="One company",
    response_model=Party,
    responses=answers(304, 404, 410, example={**PARTY, "redirected_from": None}),
)
def one(
    request: Request,
    party_id: Annotated[str, PathPart(description="Golden id, living or merged", examples=[ID])],
) -> Response:
    """A company with everything that hangs on it.

    An id that was merged answers with its survivor: status 200, `redirected_from` and the header
    Content-Location. Not a 308, which clients may keep for ever although a merge can be withdrawn.
    An id that no source has a record of any more answers 410.
    `ETag` changes with the answer; `If-None-Match` saves the body (304). It begins with the version, so
    it serves as `If-Match` where a value is set.
    """
    with site_of(request).store.read() as reader:
        lives = identity.resolve(reader, party_id) or party_id
        card = parties.card(reader, lives, cap=1000)
        held = contracts.newest(reader, life.records_of(card.records), 200) if card else []
    if card is None:
        raise Trouble(404, "party_unknown", "party_id")
    if card.row["state"] == "retired":
        raise Trouble(410, "party_retired", "party_id")
    body = Party(
        **{name: card.row.get(name) for name in PartySummary.model_fields},
        redirected_from=party_id if lives != party_id else None,
        units=_part(Unit, card.units),
        contacts=_part(Contact, card.contacts),
        contact_points=_part(GoldenContactPoint, [masking.point(request, p) for p in card.points]),
        addresses=_part(GoldenAddress, card.addresses),
        contracts=[
            HeldContract(**{name: told[name] for name in HeldContract.model_fields})
            for told in held
        ],
    )
    headers = {"Content-Location": f"/v1/parties/{lives}"}
    return tagged(request, body, headers, version=card.row["version"])


@router.get(
    "/v1/search",
    summary="Search companies",
    response_model=Found,
    responses=answers(304, example={"items": [PARTY]}),
)
def find(
    request: Request,
    q: Annotated[
        str,
        Query(
            description="Any identifier: INN, KPP, OGRN, OKPO, phone, e-mail, words of the name, a source "
            "record as connection/stream/key, or a golden id",
            min_length=1,
            max_length=300,
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    fields: Fields = None,
) -> Response:
    """The companies that fit, best first."""
    with site_of(request).store.read() as reader:
        rows = parties.full(reader, search.party_ids(reader, q, limit), {})
    return tagged(request, {"items": rows_of(PartySummary, rows, fields)})
