"""Goods assembled from items, their records, how many there are of a kind, and what people decided."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy import Column, Index, Table, text

from schemas.goods import Good, GoodGroup, GoodMember, good_columns
from schemas.offers import GoodCode, GoodHolder, GoodOffer, GoodPrice, GoodStock
from store.tables.columns import metadata, moment_column, number_column, text_column
from store.types import column_type


def _assembled(name: str, model: type[BaseModel], *indexes: Index) -> Table:
    needed = {field for field, told in model.model_fields.items() if told.is_required()}
    return Table(
        name,
        metadata,
        *(Column(n, column_type(t), nullable=n not in needed) for n, t in good_columns(model).items()),
        *(number_column(n) for n in ("hash", "version", "seq")),
        Index(f"uq_{name}", "id", unique=True),
        *indexes,
    )  # fmt: skip


# Literal, so that planners know the index.
DOUBTFUL = text("doubt IS NOT NULL")
good = _assembled(
    "good",
    Good,
    Index("ix_good_name", "name", "id"),
    Index("ix_good_class", "item_class", "name", "id"),
    Index("ix_good_status", "status", "name", "id"),
    Index("ix_good_doubt", "doubt", "name", "id"),
    Index("ix_good_doubtful", "name", "id", sqlite_where=DOUBTFUL, postgresql_where=DOUBTFUL),
    Index("ix_good_code", "code", "id"),
    Index("ix_good_article", "article", "id"),
    Index("ix_good_near", "near_key"),
)
good_member = _assembled("good_member", GoodMember, Index("ix_good_member_good", "good_id"))
good_group = _assembled("good_group", GoodGroup, Index("ix_good_group_goods", "kind", "goods"))
good_price = _assembled("good_price", GoodPrice, Index("ix_good_price_good", "good_id", "id"))
good_stock = _assembled(
    "good_stock",
    GoodStock,
    Index("ix_good_stock_good", "good_id", "id"),
    Index("ix_good_stock_illiquid", "illiquid_from", "id"),
    Index("ix_good_stock_manager", "manager", "illiquid_from", "id"),
)
good_code = _assembled(
    "good_code",
    GoodCode,
    Index("ix_good_code_good", "good_id", "id"),
    Index("ix_good_code_code", "code_key", "good_id"),
)
good_offer = _assembled("good_offer", GoodOffer, Index("ix_good_offer_spread", "spread", "id"))
good_holder = _assembled("good_holder", GoodHolder)
good_act = Table(
    "good_act",
    metadata,
    number_column("id", key=True),
    text_column("verdict"),
    text_column("left"),
    text_column("right"),
    text_column("author"),
    moment_column("at"),
    text_column("withdrawn_by", null=True),
    moment_column("withdrawn_at", null=True),
    Index("ix_good_act_left", "left"),
    Index("ix_good_act_right", "right"),
)
