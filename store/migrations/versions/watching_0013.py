"""Corrections of refused records, rows put off for a while, paused sources, last probes, alerts told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, number, text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the four tables and the three columns."""
    _corrections()
    op.create_table(
        "source_pause",
        text("connection", null=False),
        text("reason", null=False),
        text("author", null=False),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_source_pause")),
    )
    op.create_table(
        "source_probe",
        text("connection", null=False),
        number("place", null=False),
        text("name", null=False),
        flag("ok", null=False),
        text("message_ru", null=False),
        text("message_en", null=False),
        number("tried_at", null=False),
        sa.PrimaryKeyConstraint("connection", "place", name=op.f("pk_source_probe")),
    )
    op.create_table(
        "alert",
        text("rule", null=False),
        text("subject", null=False),
        text("message_ru", null=False),
        text("message_en", null=False),
        number("first_at", null=False),
        number("last_at", null=False),
        number("told_at"),
        number("recovered_at"),
        sa.PrimaryKeyConstraint("rule", "subject", name=op.f("pk_alert")),
    )
    for column in (number("put_off_until"), text("put_off_by"), text("put_off_why")):
        op.add_column("quarantine", column)


def _corrections() -> None:
    op.create_table(
        "correction",
        number("id", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        text("field", null=False),
        text("was"),
        text("value"),
        text("author", null=False),
        text("reason"),
        text("batch", null=False),
        flag("pending", null=False),
        number("created_at", null=False),
        number("ended_at"),
        text("ending"),
        text("ended_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        op.f("uq_correction_standing"),
        "correction",
        ["connection", "stream", "key", "field"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_index(op.f("ix_correction_batch"), "correction", ["batch", "id"])
    op.create_index(op.f("ix_correction_pending"), "correction", ["pending", "connection"])


def downgrade() -> None:
    """Drop them."""
    for column in ("put_off_why", "put_off_by", "put_off_until"):
        op.drop_column("quarantine", column)
    for table in ("alert", "source_probe", "source_pause", "correction"):
        op.drop_table(table)
