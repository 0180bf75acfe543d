"""Who passed a letter on: of messages and of enquiries; acknowledgements of letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, which the next refresh fills, and the table acknowledgement."""
    for table in ("canonical_message", "enquiry"):
        op.add_column(table, text("forwarded_by"))
    told = (
        "mark",
        "enquiry_id",
        "thread",
        "box",
        "address",
        "reply_to",
        "subject",
        "text",
        "state",
    )
    op.create_table(
        "acknowledgement",
        *(text(name, null=False) for name in told),
        text("trouble"),
        number("made_at", null=False),
        number("ended_at"),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_acknowledgement")),
    )
    op.create_index(op.f("ix_acknowledgement_thread"), "acknowledgement", ["thread"])
    for name in ("address", "state"):
        op.create_index(op.f(f"ix_acknowledgement_{name}"), "acknowledgement", [name, "made_at"])


def downgrade() -> None:
    """Drop them; letters that were acknowledged within a day would be again."""
    op.drop_table("acknowledgement")
    for table in ("canonical_message", "enquiry"):
        op.drop_column(table, "forwarded_by")
