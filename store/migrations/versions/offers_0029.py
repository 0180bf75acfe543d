"""Prices, stock with lots and customers' own codes of items, and what is assembled of them by good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, json, number, real, text

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_Column = sa.Column[str] | sa.Column[int] | sa.Column[bool] | sa.Column[float]
_GOOD = ("good_holder", "good_offer", "good_code", "good_stock", "good_price")
_CANONICAL = ("canonical_item_code", "canonical_item_stock", "canonical_item_price")


def _envelope() -> list[_Column]:
    return [
        *(text(name, null=False) for name in ("connection", "stream", "key")),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
    ]


def _canonical(name: str, *own: _Column) -> None:
    stamps = [number("hash", null=False), number("seq", null=False)]
    op.create_table(name, *_envelope(), *own, *stamps)
    op.create_index(op.f(f"uq_{name}"), name, ["connection", "stream", "key"], unique=True)
    op.create_index(op.f(f"ix_{name}_seq"), name, ["seq"])


def _assembled(name: str, *own: _Column, **indexes: list[str]) -> None:
    stamps = [number(one, null=False) for one in ("hash", "version", "seq")]
    op.create_table(name, text("id", null=False), *own, *stamps)
    op.create_index(op.f(f"uq_{name}"), name, ["id"], unique=True)
    for index, columns in indexes.items():
        op.create_index(op.f(f"ix_{name}_{index}"), name, columns)


def _of_good() -> list[_Column]:
    return [text(name, null=False) for name in ("good_id", "connection", "stream", "key")]


def create_canonical() -> None:
    """What sources say."""
    _canonical(
        "canonical_item_price",
        *(text(n) for n in ("item_key", "characteristic", "price_kind", "price_kind_name", "currency")),
        *(text(n) for n in ("amount", "unit", "okei", "factor", "min_quantity", "vat")),
        *(number(name) for name in ("valid_from", "valid_to")),
    )  # fmt: skip
    _canonical(
        "canonical_item_stock",
        *(text(n) for n in ("item_key", "characteristic", "warehouse", "warehouse_name", "quantity")),
        *(text(n) for n in ("reserved", "unit", "okei", "lot", "length", "length_okei")),
        number("received_on"),
        text("manager"),
    )  # fmt: skip
    _canonical("canonical_item_code", *(text(n) for n in ("item_key", "party_key", "code", "name")))


def create_assembled() -> None:
    """What is told of goods."""
    _assembled(
        "good_price",
        *_of_good(),
        *(text(name) for name in ("kind", "characteristic")),
        text("amount", null=False),
        *(text(name) for name in ("currency", "unit", "min_quantity", "vat")),
        *(number(name) for name in ("valid_from", "valid_to")),
        text("per"),
        real("per_amount"),
        flag("theoretical", null=False),
        good=["good_id", "id"],
    )
    _assembled(
        "good_stock",
        *_of_good(),
        text("name", null=False),
        *(text(name) for name in ("item_class", "characteristic", "warehouse")),
        text("quantity", null=False),
        *(text(name) for name in ("reserved", "unit", "lot")),
        real("length"),
        number("received_on"),
        *(text(name) for name in ("manager", "measure")),
        real("measured", null=False),
        flag("short", null=False),
        real("short_under"),
        number("illiquid_from"),
        good=["good_id", "id"],
        illiquid=["illiquid_from", "id"],
        manager=["manager", "illiquid_from", "id"],
    )
    party = ("party_connection", "party_stream", "party_key", "code", "code_key")
    _assembled(
        "good_code",
        *_of_good(),
        *(text(name, null=False) for name in party),
        text("name"),
        good=["good_id", "id"],
        code=["code_key", "good_id"],
    )


def create_figures() -> None:
    """What is told of all of them together."""
    _assembled(
        "good_offer",
        *(text(name, null=False) for name in ("good_id", "name")),
        text("item_class"),
        *(text(name, null=False) for name in ("currency", "per")),
        text("vat"),
        number("lists", null=False),
        *(real(name, null=False) for name in ("cheapest", "dearest")),
        text("cheapest_connection", null=False),
        text("cheapest_kind"),
        number("spread", null=False),
        spread=["spread", "id"],
    )
    _assembled(
        "good_holder",
        *(text(name) for name in ("manager", "measure")),
        number("lots", null=False),
        real("measured", null=False),
    )


def upgrade() -> None:
    """Create the tables."""
    create_canonical()
    create_assembled()
    create_figures()


def downgrade() -> None:
    """Drop them."""
    for table in (*_GOOD, *_CANONICAL):
        op.drop_table(table)
