"""Who may sign in, their sessions and one-time links, and the tokens of other systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, number, text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the four tables."""
    op.create_table(
        "account",
        number("id", null=False),
        text("login", null=False),
        text("name"),
        text("role", null=False),
        text("password"),
        flag("active", null=False),
        number("created_at", null=False),
        text("created_by", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("uq_account_login"), "account", ["login"], unique=True)
    op.create_table(
        "sign_in_link",
        text("digest", null=False),
        number("account_id", null=False),
        number("expires_at", null=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_link")),
    )
    op.create_table(
        "sign_in_session",
        text("digest", null=False),
        number("account_id", null=False),
        number("began_at", null=False),
        number("seen_at", null=False),
        text("address", null=False),
        text("agent", null=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_session")),
    )
    op.create_index(op.f("ix_sign_in_session_account_id"), "sign_in_session", ["account_id"])
    op.create_table(
        "api_token",
        number("id", null=False),
        text("digest", null=False),
        text("name", null=False),
        text("role", null=False),
        text("hint", null=False),
        number("created_at", null=False),
        text("created_by", null=False),
        number("expires_at", null=False),
        number("used_at"),
        number("revoked_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
    )
    op.create_index(op.f("uq_api_token_digest"), "api_token", ["digest"], unique=True)


def downgrade() -> None:
    """Drop them."""
    for table in ("api_token", "sign_in_session", "sign_in_link", "account"):
        op.drop_table(table)
