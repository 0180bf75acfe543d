"""People of our own firm, their departments and groups, as the directory knows them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, json, number, text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _envelope() -> list[sa.Column[str] | sa.Column[int] | sa.Column[bool]]:
    return [
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
    ]


def _create(name: str, *own: sa.Column[str] | sa.Column[int]) -> None:
    made = [number("hash", null=False), number("seq", null=False)]
    op.create_table(name, *_envelope(), *own, *made)
    key = ["connection", "stream", "key"]
    op.create_index(op.f(f"uq_{name}"), name, key, unique=True)
    op.create_index(op.f(f"ix_{name}_seq"), name, ["seq"])


def upgrade() -> None:
    """Create the three tables."""
    _create(
        "canonical_employee",
        text("login"),
        text("name"),
        text("last_name"),
        text("first_name"),
        text("middle_name"),
        text("position"),
        text("department"),
        text("company"),
        text("office"),
        text("path"),
        text("manager_key"),
        text("extension"),
        json("phones"),
        json("emails"),
        text("status"),
        number("expires_at"),
    )
    for name, columns in (("key", ["name", "key"]), ("manager_key", []), ("extension", [])):
        index = op.f(f"ix_canonical_employee_{name}")
        op.create_index(index, "canonical_employee", columns or [name])
    _create(
        "canonical_department",
        text("name"),
        text("path"),
        text("description"),
        text("head_key"),
    )
    _create(
        "canonical_staff_group",
        text("name"),
        text("description"),
        text("email"),
        json("members"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("staff_group", "department", "employee"):
        op.drop_table(f"canonical_{name}")
