"""People, units and items: a list of each, and a card that is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking, masking
from admin.guard.forms import form
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words.language import N_
from schemas.decisions import SETTABLE
from schemas.errors import KanonError
from schemas.golden import golden_columns
from store import identity
from store.engine import Reader
from store.views import feed, records
from store.views.paging import Order, Page, Place, Row

router = APIRouter(include_in_schema=False)
# The lists of what a hub knows stand beside each other.
BESIDE = (
    ("/parties", N_("Counterparties")),
    ("/contacts", N_("Contacts")),
    ("/units", N_("Units")),
    ("/items", N_("Items")),
)
_EMPTY = (N_("Open the sources"), "/sources")
MESSENGER = "telegram"  # the kind of connection that has chats
_HIDDEN = {"id", "sources", "legal_entity_id"}


def path_of(entity: str, golden_id: str) -> str:
    """The address of the card of a golden record."""
    folder = {"legal_entity": "parties", "contact": "contacts", "unit": "units", "item": "items"}
    return f"/{folder[entity]}/{quote(golden_id)}"


def _card(entity: str) -> Callable[[Row], str]:
    return lambda row: path_of(entity, row["id"])


def _company(row: Row) -> str | None:
    return path_of("legal_entity", row["legal_entity_id"]) if row["legal_entity_id"] else None


_OF = Column("company", N_("Counterparty"), link=_company, wide=True)
_RECORDS = Column("records", N_("Records"), "number")
TABLES: Mapping[str, Table] = {
    "contact": Table(
        path="/contacts",
        title=N_("Contacts"),
        columns=(
            Column("name", N_("Full name"), link=_card("contact"), order="name", wide=True),
            Column("position", N_("Job title")),
            _OF,
            _RECORDS,
        ),
        keeps=True,
        filters=(Filter("q", N_("Name, phone or e-mail"), live=True),),
        orders=records.ORDERS["contact"],
        empty=Empty(N_("No contacts yet"), N_("They come with sources that name people."), _EMPTY),
    ),
    "unit": Table(
        path="/units",
        title=N_("Units"),
        columns=(
            Column("kpp", N_("KPP"), "code", link=_card("unit"), order="kpp"),
            Column("role", N_("Role"), "term"),
            _OF,
            Column("actual_address", N_("Address"), wide=True),
            _RECORDS,
        ),
        keeps=True,
        filters=(Filter("kpp", N_("KPP begins with")),),
        orders=records.ORDERS["unit"],
        empty=Empty(N_("No units yet"), N_("A unit appears with the first KPP."), _EMPTY),
    ),
    "item": Table(
        path="/items",
        title=N_("Items"),
        columns=(
            Column("name", N_("Name"), link=_card("item"), order="name", wide=True),
            Column("code", N_("Code"), "code", order="code"),
            Column("article", N_("Article"), "code", order="article"),
            Column("unit", N_("Base unit")),
            Column("category", N_("Category")),
            _RECORDS,
        ),
        keeps=True,
        filters=(
            Filter("q", N_("Name, article or barcode"), live=True),
            Filter("code", N_("Code begins with")),
            Filter("article", N_("Article begins with")),
        ),
        orders=records.ORDERS["item"],
        empty=Empty(N_("No items yet"), N_("They come with sources that have goods."), _EMPTY),
    ),
}


def _source(
    entity: str, reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:  # fmt: skip
    return records.listing(reader, entity, filters, order, start, limit)


def _list(entity: str, request: Request) -> Response:
    table = TABLES[entity]
    listing = lists.load(request, table, partial(_source, entity))
    context = {"table": table, "listing": listing, "beside": BESIDE}
    return site_of(request).render(request, "list.html", context)


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a card: what stands there, and whether a person may set it."""

    name: str
    value: str | None
    settable: bool


def _show(entity: str, request: Request) -> Response:
    return _shown(entity, request, {})


def _shown(entity: str, request: Request, more: Mapping[str, str]) -> Response:
    """The card; with a link it is shown this once, with an error why there is none."""
    golden_id = request.path_params["record_id"]
    site = site_of(request)
    with site.store.read() as reader:
        row = records.of_entity(reader, entity, golden_id)
        lives = identity.resolve(reader, golden_id) if row else None
        if row is None:
            raise HTTPException(404)
        if lives and lives != golden_id:
            return RedirectResponse(path_of(entity, lives), status_code=303)
        points = records.points(reader, golden_id) if entity == "contact" else []
        history = feed.history(reader, golden_id)
    names = [name for name in golden_columns(entity) if name not in _HIDDEN]
    context = {
        "entity": entity,
        "table": TABLES[entity],
        "row": row,
        "fields": [Field(name, row[name], name in SETTABLE[entity]) for name in names],
        "points": [masking.point(request, one) for one in points],
        "sources": [ref.split("/", 2) for ref in row["sources"] or ()],
        "history": history,
        "told": request.query_params,
        "link": more.get("link", ""),
        "error": more.get("error", ""),
        "invites": any(one.kind == MESSENGER for one in site.settings.sources),
    }
    return site.render(request, "record.html", context, 422 if "error" in more else 200)


@router.post("/contacts/{record_id}/chat-link")
async def chat_link(request: Request, record_id: str) -> Response:
    """Makes a link that binds a chat to a contact, and shows it once."""
    await form(request)
    by = await run_in_threadpool(asking.login, request)
    try:
        link = await run_in_threadpool(site_of(request).actions.enquiring.invite, record_id, by)
    except KanonError as error:
        sentence = error.for_user(site_of(request).language(request))
        return await run_in_threadpool(_shown, "contact", request, {"error": sentence})
    if link is None:
        raise HTTPException(404)
    return await run_in_threadpool(_shown, "contact", request, {"link": link})


for _entity, _table in TABLES.items():
    router.add_api_route(_table.path, partial(_list, _entity), include_in_schema=False)
    lists.add_twins(router, _table, lists.always(partial(_source, _entity)))
    router.add_api_route(
        _table.path + "/{record_id}", partial(_show, _entity), include_in_schema=False
    )
