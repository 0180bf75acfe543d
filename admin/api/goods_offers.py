"""`/v1/goods/prices` and `/v1/goods/lots`: prices side by side, and stock that sells badly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from admin.api.answers import answers
from admin.api.cursors import Cursor, started
from admin.api.models_offers import (
    COMPARED,
    LOT,
    SHARE,
    Compared,
    ComparedPage,
    LotPage,
    LotRow,
    ManagerShare,
    PriceRow,
    Shares,
)
from admin.api.route import api_router
from admin.api.tagged import tagged
from admin.site import site_of
from admin.words.offers import side_by_side
from store.views import offers

router = api_router()
Text = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")]


@router.get(
    "/v1/goods/prices",
    summary="Prices side by side",
    response_model=ComparedPage,
    responses=answers(304, example={"items": [COMPARED], "next": None}),
)
def compared(
    request: Request,
    item_class: Text = None,
    currency: Text = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Goods that several price lists have, per one unit, the widest spread first; `prices` cheapest first."""
    filters = {n: v for n, v in (("item_class", item_class), ("currency", currency)) if v}
    start = started(cursor, offers.BY_SPREAD)
    with site_of(request).store.read() as reader:
        page = offers.comparisons(reader, filters, offers.BY_SPREAD, start, limit)
        ids = [row["good_id"] for row in page.rows]
        every = offers.prices_of(reader, ids, datetime.now(UTC))
    sides = side_by_side(page.rows, every.to_dicts())
    items = [
        Compared(
            **{name: row[name] for name in Compared.model_fields if name != "prices"},
            prices=[PriceRow(**{n: one[n] for n in PriceRow.model_fields}) for one in sides.get(row["id"], ())],
        )
        for row in page.rows
    ]  # fmt: skip
    return tagged(request, ComparedPage(items=items, next=page.next))


@router.get(
    "/v1/goods/lots",
    summary="Short lengths and old lots",
    response_model=LotPage,
    responses=answers(304, example={"items": [LOT], "next": None}),
)
def lots(
    request: Request,
    why: Annotated[str | None, Query(pattern="^(short|old)$", description="short or old")] = None,
    manager: Text = None,
    item_class: Text = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Lots whose pieces are a short length, or that lie too long, the longest so first."""
    asked = {"why": why, "manager": manager, "item_class": item_class}
    start, now = started(cursor, offers.OLDEST), datetime.now(UTC)
    with site_of(request).store.read() as reader:
        filters = {name: value for name, value in asked.items() if value}
        page = offers.illiquid(reader, filters, offers.OLDEST, start, limit, now)
    items = [LotRow(**{name: row[name] for name in LotRow.model_fields}) for row in page.rows]
    return tagged(request, LotPage(items=items, next=page.next))


@router.get(
    "/v1/goods/lots/managers",
    summary="Illiquid share of each manager",
    response_model=Shares,
    responses=answers(304, example={"items": [SHARE]}),
)
def managers(request: Request) -> Response:
    """How much of each manager's lots is short or old, by mass where it is known, else by their unit."""
    with site_of(request).store.read() as reader:
        rows = offers.shares(reader, datetime.now(UTC)).to_dicts()
    items = [
        ManagerShare(**{name: row[name] for name in ManagerShare.model_fields}) for row in rows
    ]
    return tagged(request, Shares(items=items))
