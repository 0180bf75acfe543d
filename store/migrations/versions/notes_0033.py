"""What people write down of their calls, orders of customers, and who had which extension when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, json, number, text

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
NOTED = ("noted_by", "subject", "comment", "person", "party_key")
_CHOSEN = sa.text("party_key IS NOT NULL")
_LEG, _ORDER, _TERM = "canonical_call_leg", "canonical_customer_order", "extension_term"


def upgrade() -> None:
    """Give legs what a document says of its call, orders and terms a table; all are empty until the next refresh."""
    for name in NOTED:
        op.add_column(_LEG, text(name))
    op.create_index(
        op.f(f"ix_{_LEG}_party_key"),
        _LEG,
        ["party_key"],
        sqlite_where=_CHOSEN,
        postgresql_where=_CHOSEN,
    )
    op.create_table(
        _ORDER,
        *(text(name, null=False) for name in ("connection", "stream", "key")),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("number"),
        number("ordered_at"),
        *(text(name) for name in ("party_key", "stage", "posting", "status")),
        *(text(name) for name in ("amount", "currency", "manager")),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f(f"uq_{_ORDER}"), _ORDER, ["connection", "stream", "key"], unique=True)
    for name in ("seq", "party_key"):
        op.create_index(op.f(f"ix_{_ORDER}_{name}"), _ORDER, [name])
    op.create_table(
        _TERM,
        *(text(name, null=False) for name in ("connection", "key", "extension")),
        text("name"),
        *(number(name) for name in ("since", "until")),
    )
    op.create_index(op.f(f"ix_{_TERM}_extension"), _TERM, ["extension"])
    op.create_index(op.f(f"ix_{_TERM}_key"), _TERM, ["connection", "key"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table(_TERM)
    op.drop_table(_ORDER)
    op.drop_index(op.f(f"ix_{_LEG}_party_key"), _LEG)
    for name in NOTED:
        op.drop_column(_LEG, name)
