"""Requests to dial, which call came of which, and calls taken of callers whom nobody knew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables call_request and unknown_caller; a call names its request."""
    op.create_table(
        "call_request",
        *(
            text(name, null=False)
            for name in ("id", "author", "key", "connection", "extension", "phone", "state")
        ),
        text("reason"),
        number("asked_at", null=False),
        number("changed_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_request")),
    )
    op.create_index(op.f("uq_call_request"), "call_request", ["author", "key"], unique=True)
    op.create_table(
        "unknown_caller",
        text("call_id", null=False),
        number("seen_at", null=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_unknown_caller")),
    )
    op.add_column("call", text("request"))
    op.create_index(op.f("ix_call_request_of"), "call", ["request"])


def downgrade() -> None:
    """Drop them; what was asked is forgotten, calls stay."""
    op.drop_index(op.f("ix_call_request_of"), "call")
    op.drop_column("call", "request")
    for table in ("unknown_caller", "call_request"):
        op.drop_table(table)
