"""`/v1/goods`: the catalogue, and one good with what each source says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from admin.api.answers import answers
from admin.api.cursors import Cursor, started
from admin.api.models_goods import GOOD, GOOD_CARD, GoodCard, GoodPage, GoodRow
from admin.api.models_offers import CodeRow, LotRow, PriceRow
from admin.api.route import api_router
from admin.api.tagged import tagged
from admin.site import site_of
from admin.trouble import Trouble
from schemas.goods import GoodMember, GoodStatus
from store.views import goods
from store.views.offers import of_good

router = api_router()
Model = TypeVar("Model", bound=BaseModel)


def _as(model: type[Model], row: Mapping[str, Any]) -> Model:
    return model(**{name: row[name] for name in model.model_fields})


Text = Annotated[str | None, Query(max_length=200)]


@router.get(
    "/v1/goods",
    summary="List goods",
    response_model=GoodPage,
    responses=answers(304, example={"items": [GOOD], "next": None}),
)
def several(
    request: Request,
    item_class: Text = None,
    status: GoodStatus | None = None,
    code: Annotated[str | None, Query(max_length=200, description="Code begins with")] = None,
    article: Annotated[str | None, Query(max_length=200, description="Article begins with")] = None,
    customer_code: Annotated[str | None, Query(max_length=200, description="A customer's code begins with")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")] = 100,
) -> Response:  # fmt: skip
    """Goods by name: one product is one good, whatever sources call it."""
    asked = {
        "item_class": item_class, "status": status, "code": code, "article": article,
        "customer_code": customer_code,
    }  # fmt: skip
    filters = {name: value for name, value in asked.items() if value}
    start = started(cursor, goods.BY_NAME)
    with site_of(request).store.read() as reader:
        page = goods.listing(reader, filters, goods.BY_NAME, start, limit)
    items = [GoodRow(**{name: row[name] for name in GoodRow.model_fields}) for row in page.rows]
    return tagged(request, GoodPage(items=items, next=page.next))


@router.get(
    "/v1/goods/{good_id}",
    summary="One good",
    response_model=GoodCard,
    responses=answers(
        304,
        404,
        example=GOOD_CARD,
    ),
)
def single(request: Request, good_id: str) -> Response:
    """A good with its records; the id of a record answers with the good it is of today."""
    with site_of(request).store.read() as reader:
        row, members = goods.with_members(reader, good_id)
        if row is None:
            raise Trouble(404, "good_unknown", "good_id")
        told = of_good(reader, row["id"], datetime.now(UTC))
    good = GoodCard(
        **{n: row[n] for n in GoodRow.model_fields},
        members=[_as(GoodMember, one) for one in members],
        prices=[_as(PriceRow, one) for one in told.prices],
        stock=[_as(LotRow, one) for one in told.stock],
        codes=[_as(CodeRow, one) for one in told.codes],
    )
    return tagged(request, good, version=good.version)
