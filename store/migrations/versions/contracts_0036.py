"""Contracts of counterparties with units of ours."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import flag, json, number, text

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
_CONTRACT = "canonical_contract"


def upgrade() -> None:
    """Create the table, empty until the next refresh."""
    op.create_table(
        _CONTRACT,
        *(text(name, null=False) for name in ("connection", "stream", "key")),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("number"),
        number("signed_at"),
        *(text(name) for name in ("party_key", "our_unit", "stage", "amount", "currency")),
        number("hash", null=False),
        number("seq", null=False),
    )
    key = ["connection", "stream", "key"]
    op.create_index(op.f(f"uq_{_CONTRACT}"), _CONTRACT, key, unique=True)
    for name in ("seq", "party_key"):
        op.create_index(op.f(f"ix_{_CONTRACT}_{name}"), _CONTRACT, [name])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(_CONTRACT)
