"""Migrations of legacy bases: plan, parts, signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "migration",
        number("id", null=False),
        text("name", null=False),
        text("connection", null=False),
        text("plan", null=False),
        text("state", null=False),
        text("author", null=False),
        number("started_at", null=False),
        number("finished_at"),
        number("run_id"),
        text("error_ru"),
        text("error_en"),
        text("act"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration")),
    )
    op.create_index(op.f("ix_migration_name_id"), "migration", ["name", "id"])
    op.create_table(
        "migration_part",
        number("migration_id", null=False),
        text("stream", null=False),
        number("layer", null=False),
        text("state", null=False),
        number("rows"),
        text("read_before"),
        text("mapped_before"),
        number("landed_before", null=False),
        number("started_at"),
        number("finished_at"),
        sa.PrimaryKeyConstraint("migration_id", "stream", name=op.f("pk_migration_part")),
    )
    op.create_table(
        "migration_signature",
        number("migration_id", null=False),
        text("place", null=False),
        text("author", null=False),
        text("digest", null=False),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("migration_id", "place", name=op.f("pk_migration_signature")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("migration_signature", "migration_part", "migration"):
        op.drop_table(table)
