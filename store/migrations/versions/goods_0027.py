"""Goods assembled from items, what each source says of them, and what people decided of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import json, number, real, text

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

DOUBTFUL = sa.text("doubt IS NOT NULL")
_STAMPS = ("hash", "version", "seq")
_GOOD = {
    "name": ["name", "id"], "class": ["item_class", "name", "id"], "status": ["status", "name", "id"],
    "doubt": ["doubt", "name", "id"], "code": ["code", "id"], "article": ["article", "id"],
    "near": ["near_key"],
}  # fmt: skip


def create_good() -> None:
    """Table good."""
    op.create_table(
        "good",
        text("id", null=False),
        text("name", null=False),
        text("item_class"),
        text("status", null=False),
        real("confidence", null=False),
        text("rule", null=False),
        json("attributes"),
        *(text(n) for n in ("standard", "grade", "unit", "code", "article", "manufacturer", "barcode")),
        number("records", null=False),
        json("sources"),
        *(text(name) for name in ("doubt", "near_key")),
        *(number(name, null=False) for name in _STAMPS),
    )  # fmt: skip
    op.create_index(op.f("uq_good"), "good", ["id"], unique=True)
    for name, columns in _GOOD.items():
        op.create_index(op.f(f"ix_good_{name}"), "good", columns)
    op.create_index(
        op.f("ix_good_doubtful"), "good", ["name", "id"],
        sqlite_where=DOUBTFUL, postgresql_where=DOUBTFUL,
    )  # fmt: skip


def create_members() -> None:
    """Tables good_member and good_group."""
    own = ("name", "code", "article", "manufacturer", "barcode", "unit", "okei", "item_class")
    read = ("attributes", "vector", "canonical", "item_key", "near_key")
    op.create_table(
        "good_member",
        *(text(n, null=False) for n in ("id", "good_id", "connection", "stream", "key")),
        number("changed_at"),
        *(text(name) for name in own),
        text("status", null=False),
        *(text(name) for name in read),
        real("confidence", null=False),
        *(text(name) for name in ("rest", "trouble")),
        *(number(name, null=False) for name in _STAMPS),
    )
    op.create_index(op.f("uq_good_member"), "good_member", ["id"], unique=True)
    op.create_index(op.f("ix_good_member_good"), "good_member", ["good_id"])
    op.create_table(
        "good_group",
        *(text(name, null=False) for name in ("id", "kind", "value")),
        number("goods", null=False),
        text("example"),
        *(number(name, null=False) for name in _STAMPS),
    )
    op.create_index(op.f("uq_good_group"), "good_group", ["id"], unique=True)
    op.create_index(op.f("ix_good_group_goods"), "good_group", ["kind", "goods"])


def create_acts() -> None:
    """Table good_act."""
    op.create_table(
        "good_act",
        number("id", null=False),
        *(text(name, null=False) for name in ("verdict", "left", "right", "author")),
        number("at", null=False),
        text("withdrawn_by"),
        number("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_good_act")),
    )
    op.create_index(op.f("ix_good_act_left"), "good_act", ["left"])
    op.create_index(op.f("ix_good_act_right"), "good_act", ["right"])


def upgrade() -> None:
    """Create the four tables."""
    create_good()
    create_members()
    create_acts()


def downgrade() -> None:
    """Drop them; what people decided of goods is lost."""
    for table in ("good_act", "good_group", "good_member", "good"):
        op.drop_table(table)
