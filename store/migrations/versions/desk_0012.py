"""The desk of stewards: waiting pairs by their worth, what was put off, second approvals, days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, real, text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TEXTS = (
    "entity", "rule",
    "left_connection", "left_stream", "left_key", "right_connection", "right_stream", "right_key",
    "severity", "reason",
)  # fmt: skip
_BY_WORTH = ("reason", "rule", "sources", "pattern")


def upgrade() -> None:
    """Create the tables; the desk fills itself with the next match."""
    op.create_table(
        "review_desk",
        number("id", null=False),
        *(text(name, null=False) for name in _TEXTS),
        real("score"),
        *(text(name, null=False) for name in ("sources", "lane", "pattern")),
        *(number(name, null=False) for name in ("value", "worth", "since", "seq")),
        number("weighed"),
    )
    op.create_index(op.f("uq_review_desk"), "review_desk", ["id"], unique=True)
    op.create_index(op.f("ix_review_desk_left"), "review_desk", list(_TEXTS[2:8]))
    counted = ["lane", *_BY_WORTH, "score"]
    op.create_index(op.f("ix_review_desk_facets"), "review_desk", counted)
    for name in ("worth", "since"):
        op.create_index(op.f(f"ix_review_desk_{name}"), "review_desk", ["lane", name, "id"])
    for name in _BY_WORTH:
        columns = ["lane", name, "worth", "id"]
        op.create_index(op.f(f"ix_review_desk_{name}"), "review_desk", columns)
    _acts()


def _acts() -> None:
    op.create_table(
        "deferral",
        number("id", null=False),
        *(text(name, null=False) for name in ("left_ref", "right_ref", "author")),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferral")),
    )
    op.create_index(op.f("ix_deferral_author"), "deferral", ["author", "created_at"])
    op.create_table(
        "proposal",
        number("id", null=False),
        *(text(name, null=False) for name in ("kind", "verdict", "why", "body")),
        number("size", null=False),
        text("author", null=False),
        text("reason"),
        number("created_at", null=False),
        text("state", null=False),
        text("answered_by"),
        text("answer"),
        number("answered_at"),
        text("batch"),
        number("done", null=False),
        text("refused"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state", "id"])
    op.create_index(op.f("ix_proposal_author"), "proposal", ["author", "id"])
    op.create_table(
        "review_day",
        *(number(name, null=False) for name in ("day", "waiting", "put_off")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_review_day")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("review_desk", "deferral", "proposal", "review_day"):
        op.drop_table(table)
