"""Versions of what people taught the grammar of goods."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables dictionary_version and dictionary_active."""
    op.create_table(
        "dictionary_version",
        number("id", null=False),
        *(text(name, null=False) for name in ("lines", "author")),
        text("reason"),
        text("state", null=False),
        number("created_at", null=False),
        text("settled_by"),
        number("settled_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_version")),
    )
    op.create_index(op.f("ix_dictionary_version_state"), "dictionary_version", ["state", "id"])
    op.create_table(
        "dictionary_active",
        number("id", null=False),
        number("version", null=False),
        number("restores"),
        text("author", null=False),
        text("reason"),
        number("activated_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_active")),
    )


def downgrade() -> None:
    """Drop them; what was taught is lost, the files of classes stay."""
    for table in ("dictionary_active", "dictionary_version"):
        op.drop_table(table)
