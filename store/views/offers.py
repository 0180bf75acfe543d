"""What goods cost, where they lie and what customers call them, as screens read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from schemas.offers import GoodCode, GoodPrice, GoodStock
from store.engine import Reader
from store.tables import (
    golden,
    good_code,
    good_holder,
    good_offer,
    good_price,
    good_stock,
    link,
    stream_state,
)
from store.views.paging import Order, Page, Place, dicts, page

_S, _O = good_stock.c, good_offer.c
BY_SPREAD = Order("spread", (_O.spread, _O.id), "ix_good_offer_spread", descending=True)
_STALE = sa.type_coerce(_S.illiquid_from, sa.BigInteger).label("stale")
OLDEST = Order("oldest", (_STALE, _S.id), "ix_good_stock_illiquid")
SHORT, OLD = "short", "old"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Offers:
    """Prices, stock and customers' codes of one good; `seen_at` is when its stream was read last."""

    prices: Sequence[Mapping[str, Any]]
    stock: Sequence[Mapping[str, Any]]
    codes: Sequence[Mapping[str, Any]]


def of_good(reader: Reader, good_id: str, now: datetime) -> Offers:
    """All that is told of a good now: prices that hold or will, lots the oldest first."""
    price, stock = good_price.c, good_stock.c
    lasting = sa.or_(price.valid_to.is_(None), price.valid_to > now)
    costs = (
        _seen(good_price, GoodPrice, good_id)
        .where(lasting)
        .order_by(price.per, price.per_amount, price.id)
    )
    lies = _seen(good_stock, GoodStock, good_id).order_by(
        stock.connection, stock.warehouse, stock.received_on, stock.id
    )
    return Offers(
        dicts(reader, costs.limit(_MOST)), dicts(reader, lies.limit(_MOST)), codes_of(reader, good_id)
    )  # fmt: skip


def codes_of(reader: Reader, good_id: str) -> list[dict[str, Any]]:
    """Customers' codes of a good, with `company_id` and `company` where the customer is one of the base."""
    code, company = good_code.c, golden["legal_entity"].c
    same = [link.c[part] == code[f"party_{part}"] for part in ("connection", "stream", "key")]
    wanted = (
        sa.select(
            *(code[name] for name in GoodCode.model_fields),
            company.id.label("company_id"), company.name.label("company"),
        )
        .outerjoin_from(good_code, link, sa.and_(link.c.entity == "party", *same))
        .outerjoin(golden["legal_entity"], company.id == link.c.golden_id)
        .where(code.good_id == good_id)
    )  # fmt: skip
    return dicts(reader, wanted.order_by(company.name, code.id).limit(_MOST))


def _seen(
    table: sa.Table, model: type[GoodPrice] | type[GoodStock], good_id: str
) -> sa.Select[Any]:
    state, own = stream_state.c, table.c
    here = sa.and_(state.connection == own.connection, state.stream == own.stream)
    named = [own[name] for name in model.model_fields]
    return (
        sa.select(*named, state.last_at.label("seen_at"))
        .outerjoin_from(table, stream_state, here)
        .where(own.good_id == good_id)
    )  # fmt: skip


def comparisons(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of goods that several price lists have, with their `prices` that hold, the least first."""
    query = sa.select(good_offer)
    for name in ("item_class", "currency", "cheapest_connection"):
        if name in filters:
            query = query.where(_O[name] == filters[name])
    return page(reader, query, order, start, limit)


def prices_of(reader: Reader, goods: Sequence[str], now: datetime) -> pl.DataFrame:
    """`GoodPrice` rows of these goods that hold at `now`."""
    price = good_price.c
    named = [price[name] for name in GoodPrice.model_fields]
    begun = sa.or_(price.valid_from.is_(None), price.valid_from <= now)
    lasting = sa.or_(price.valid_to.is_(None), price.valid_to > now)
    wanted = sa.select(*named).where(price.good_id.in_(list(goods)), begun, lasting)
    return reader.frame(wanted.order_by(price.id))


def illiquid(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int, now: datetime
) -> Page:  # fmt: skip
    """A page of lots that are a short length or old at `now`, the longest so first."""
    query = sa.select(good_stock, _STALE).where(_S.illiquid_from <= now)
    for name in ("manager", "item_class", "connection"):
        if name in filters:
            query = query.where(_S[name] == filters[name])
    if filters.get("why") == SHORT:
        query = query.where(_S.short.is_(True))
    elif filters.get("why") == OLD:
        query = query.where(_S.short.is_(False))
    return page(reader, query, order, start, limit)


def shares(reader: Reader, now: datetime) -> pl.DataFrame:
    """Per manager and measure: `lots`, `total`, of it `short`, `old` (not short) and `illiquid`, `share`.

    `share` is illiquid by total, both in the measure: kilograms where the mass is known, else the unit.
    """
    held = good_holder.c
    all_lots = reader.frame(
        sa.select(held.manager, held.measure, held.lots, held.measured.label("total"))
    )
    told = sa.func.sum(_S.measured, type_=sa.Float).label("measured")
    wanted = sa.select(_S.manager, _S.measure, _S.short, sa.func.count().label("many"), told)
    stale = reader.frame(
        wanted.where(_S.illiquid_from <= now).group_by(_S.manager, _S.measure, _S.short)
    )
    by = ["manager", "measure"]
    parts = stale.group_by(by).agg(
        pl.col("measured").filter(pl.col("short")).sum().alias(SHORT),
        pl.col("measured").filter(~pl.col("short")).sum().alias(OLD),
        pl.col("many").cast(pl.Int64).sum().alias("illiquid_lots"),
    )
    both = all_lots.join(parts, on=by, how="left", nulls_equal=True).with_columns(
        pl.col(SHORT, OLD, "illiquid_lots").fill_null(0)
    )
    summed = both.with_columns((pl.col(SHORT) + pl.col(OLD)).round(3).alias("illiquid"))
    share = summed.with_columns((pl.col("illiquid") / pl.col("total")).alias("share"))
    return share.sort(
        ["share", "manager", "measure"], descending=[True, False, False], nulls_last=True
    )
