"""`/v1/units`, `contacts`, `contact-points`, `addresses` and `items`: read one, or list page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Query
from fastapi import Path as PathPart
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from admin import noting
from admin.api.answers import answers
from admin.api.cursors import Cursor, started
from admin.api.models import ID
from admin.api.models_parts import (
    ADDRESS,
    CONTACT,
    ITEM,
    POINT,
    UNIT,
    Addresses,
    AddressRow,
    ContactPointRow,
    ContactPoints,
    ContactRow,
    Contacts,
    ItemRow,
    Items,
    UnitRow,
    Units,
)
from admin.api.route import api_router
from admin.api.tagged import Fields, rows_of, tagged
from admin.guard import masking
from admin.site import site_of
from admin.trouble import Trouble
from store import identity
from store.engine import Reader
from store.views import parts
from store.views.paging import Page, Place, Row

router = api_router()
PartyId = Annotated[
    str | None, Query(description="Golden id of the company, living or merged", max_length=100)
]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")]
Key = Annotated[
    str | None, Header(description="The same key again gives the same answer", max_length=200)
]
Text = Annotated[str | None, Query(max_length=200)]
GoldenId = Annotated[str, PathPart(description="Golden id, living or merged", examples=[ID])]
_ENTITY: Mapping[type[BaseModel], str] = {
    UnitRow: "unit",
    ContactRow: "contact",
    ContactPointRow: "contact_point",
    AddressRow: "address",
    ItemRow: "item",
}


def _page_of(example: Mapping[str, Any]) -> dict[Any, Any]:
    return answers(304, example={"items": [example], "next": None})


def _one_of(example: Mapping[str, Any]) -> dict[Any, Any]:
    return answers(304, 404, 410, example=example)


@router.get("/v1/units", summary="List units", response_model=Units, responses=_page_of(UNIT))
def units(
    request: Request, party_id: PartyId = None, kpp: Text = None, fields: Fields = None,
    cursor: Cursor = None, limit: Limit = 100,
) -> Response:  # fmt: skip
    """Living units, of a company or with a KPP."""
    return _listed(
        request, UnitRow, {"legal_entity_id": party_id, "kpp": kpp}, fields, cursor, limit
    )


@router.get(
    "/v1/units/{unit_id}", summary="One unit", response_model=UnitRow, responses=_one_of(UNIT)
)
def unit(request: Request, unit_id: GoldenId, fields: Fields = None) -> Response:
    """A unit; a merged id answers with its survivor."""
    return _read(request, UnitRow, unit_id, fields)


@router.get(
    "/v1/contacts", summary="List contacts", response_model=Contacts, responses=_page_of(CONTACT)
)
def contacts(
    request: Request, party_id: PartyId = None, name: Text = None, fields: Fields = None,
    cursor: Cursor = None, limit: Limit = 100,
) -> Response:  # fmt: skip
    """Living people who act for companies, of one company or with exactly this full name."""
    wanted = {"legal_entity_id": party_id, "name": name}
    return _listed(request, ContactRow, wanted, fields, cursor, limit)


@router.get(
    "/v1/contacts/{contact_id}", summary="One contact", response_model=ContactRow,
    responses=_one_of(CONTACT),
)  # fmt: skip
def contact(request: Request, contact_id: GoldenId, fields: Fields = None) -> Response:
    """A person; a merged id answers with its survivor."""
    return _read(request, ContactRow, contact_id, fields)


@router.get(
    "/v1/contact-points", summary="List contact points", response_model=ContactPoints,
    responses=_page_of(POINT),
)  # fmt: skip
def contact_points(
    request: Request, party_id: PartyId = None,
    owner_id: Annotated[str | None, Query(description="Golden id of the company or contact", max_length=100)] = None,
    value: Annotated[str | None, Query(description="Phone as +7…, e-mail or site, whole", max_length=320)] = None,
    fields: Fields = None, cursor: Cursor = None, limit: Limit = 100,
) -> Response:  # fmt: skip
    """Living phones, mails and sites. `party_id` also gives those of the people of the company."""
    wanted = {"owner_id": owner_id, "value": value}
    return _listed(request, ContactPointRow, wanted, fields, cursor, limit, party_id)


@router.get(
    "/v1/contact-points/{point_id}", summary="One contact point", response_model=ContactPointRow,
    responses=_one_of(POINT),
)  # fmt: skip
def contact_point(request: Request, point_id: GoldenId, fields: Fields = None) -> Response:
    """A phone, e-mail or site."""
    return _read(request, ContactPointRow, point_id, fields)


@router.post(
    "/v1/contact-points/{point_id}/reveal",
    summary="See a masked contact point whole",
    response_model=ContactPointRow,
    responses=answers(404, 409, 410, example=POINT),
)
def reveal(request: Request, point_id: GoldenId, idempotency_key: Key = None) -> Response:
    """The value unmasked, for whoever sees it masked otherwise; it stands in the journal."""
    del idempotency_key  # answered by the route, for every operation alike
    with site_of(request).store.write() as writer:
        row = _alive(parts.one(writer, "contact_point", point_id))
        noting.note(writer, request, "revealed", "contact_point", row["id"])
    (told,) = rows_of(ContactPointRow, [row], None)
    return tagged(request, told, version=row["version"])


@router.get(
    "/v1/addresses", summary="List addresses", response_model=Addresses, responses=_page_of(ADDRESS)
)
def addresses(
    request: Request, party_id: PartyId = None, fields: Fields = None, cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:  # fmt: skip
    """Living addresses, of one company."""
    return _listed(request, AddressRow, {"legal_entity_id": party_id}, fields, cursor, limit)


@router.get(
    "/v1/addresses/{address_id}", summary="One address", response_model=AddressRow,
    responses=_one_of(ADDRESS),
)  # fmt: skip
def address(request: Request, address_id: GoldenId, fields: Fields = None) -> Response:
    """An address of a company."""
    return _read(request, AddressRow, address_id, fields)


@router.get("/v1/items", summary="List items", response_model=Items, responses=_page_of(ITEM))
def items(
    request: Request, code: Text = None, article: Text = None, barcode: Text = None,
    name: Annotated[str | None, Query(description="Words; answers the best fits on one page", max_length=200)] = None,
    fields: Fields = None, cursor: Cursor = None, limit: Limit = 100,
) -> Response:  # fmt: skip
    """Living goods and services, by code, article or barcode, or by words."""
    if name:
        with site_of(request).store.read() as reader:
            found = parts.items_like(reader, name, limit)
        return tagged(request, {"items": rows_of(ItemRow, found, fields), "next": None})
    wanted = {"code": code, "article": article, "barcode": barcode}
    return _listed(request, ItemRow, wanted, fields, cursor, limit)


@router.get(
    "/v1/items/{item_id}", summary="One item", response_model=ItemRow, responses=_one_of(ITEM)
)
def item(request: Request, item_id: GoldenId, fields: Fields = None) -> Response:
    """A good or service; a merged id answers with its survivor."""
    return _read(request, ItemRow, item_id, fields)


def _listed(
    request: Request,
    model: type[BaseModel],
    wanted: Mapping[str, str | None],
    fields: str | None,
    cursor: str | None,
    limit: int,
    party_id: str | None = None,
) -> Response:
    start = started(cursor, parts.order_of(_ENTITY[model]))
    with site_of(request).store.read() as reader:
        page = _found(reader, _ENTITY[model], wanted, start, limit, party_id)
    rows = [_seen(request, model, row) for row in page.rows]
    return tagged(request, {"items": rows_of(model, rows, fields), "next": page.next})


def _found(
    reader: Reader,
    entity: str,
    wanted: Mapping[str, str | None],
    start: Place | None,
    limit: int,
    party_id: str | None,
) -> Page:
    filters = {name: value for name, value in wanted.items() if value}
    if party_id:
        return parts.points_of(reader, _living(reader, party_id), start, limit)
    for name in ("legal_entity_id", "owner_id"):
        if name in filters:
            filters[name] = _living(reader, filters[name])
    return parts.listing(reader, entity, filters, start, limit)


def _living(reader: Reader, golden_id: str) -> str:
    return identity.resolve(reader, golden_id) or golden_id


def _read(request: Request, model: type[BaseModel], golden_id: str, fields: str | None) -> Response:
    with site_of(request).store.read() as reader:
        row = _alive(parts.one(reader, _ENTITY[model], golden_id))
    (told,) = rows_of(model, [_seen(request, model, row)], fields)
    return tagged(request, told, version=row["version"])


def _alive(row: Row | None) -> Row:
    if row is None:
        raise Trouble(404, "record_unknown", "id")
    if row["state"] != "active":
        raise Trouble(410, "record_retired", "id")
    return row


def _seen(request: Request, model: type[BaseModel], row: Mapping[str, Any]) -> Mapping[str, Any]:
    return masking.point(request, row) if model is ContactPointRow else row
