"""Tables by which enquiries are sent to people, and what they sent; enquiries in the order of their deadlines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import json, number, text

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WAITING = sa.text("deadline_at IS NOT NULL")


def create_versions() -> None:
    """Tables routing_version and routing_active."""
    op.create_table(
        "routing_version",
        number("id", null=False),
        *(text(name, null=False) for name in ("lines", "author")),
        text("reason"),
        text("state", null=False),
        number("created_at", null=False),
        text("settled_by"),
        number("settled_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_version")),
    )
    op.create_index(op.f("ix_routing_version_state"), "routing_version", ["state", "id"])
    op.create_table(
        "routing_active",
        number("id", null=False),
        number("version", null=False),
        number("restores"),
        text("author", null=False),
        text("reason"),
        number("activated_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_active")),
    )


def create_routes() -> None:
    """Table enquiry_route."""
    op.create_table(
        "enquiry_route",
        number("id", null=False),
        *(text(name, null=False) for name in ("channel", "thread", "message_id")),
        *(number(name, null=False) for name in ("version", "line")),
        *(text(name) for name in ("owner", "unit")),
        json("why", null=False),
        number("at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_route")),
    )
    op.create_index(op.f("ix_enquiry_route_thread"), "enquiry_route", ["channel", "thread"])


def upgrade() -> None:
    """Create the tables and the index."""
    create_versions()
    create_routes()
    op.create_index(
        op.f("ix_enquiry_deadline"), "enquiry", ["deadline_at", "id"],
        sqlite_where=WAITING, postgresql_where=WAITING,
    )  # fmt: skip


def downgrade() -> None:
    """Drop them; enquiries that were sent by a table lose who has them."""
    op.drop_index(op.f("ix_enquiry_deadline"), "enquiry")
    for table in ("enquiry_route", "routing_active", "routing_version"):
        op.drop_table(table)
