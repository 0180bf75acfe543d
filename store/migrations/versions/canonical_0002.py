"""Canonical records."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import flag, json, number, text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def create_canonical_party() -> None:
    """Table canonical_party."""
    op.create_table(
        "canonical_party",
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("kind"),
        text("name"),
        text("full_name"),
        text("legal_form"),
        text("name_core"),
        text("branch"),
        json("qualifiers"),
        json("flags"),
        text("inn"),
        text("kpp"),
        text("ogrn"),
        text("okpo"),
        text("country"),
        text("national_number"),
        text("legal_address"),
        text("actual_address"),
        text("address_key"),
        text("region"),
        json("phones"),
        json("emails"),
        text("head_key"),
        text("merged_into"),
        text("status"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_canonical_party_seq"), "canonical_party", ["seq"])
    op.create_index(
        op.f("uq_canonical_party"), "canonical_party", ["connection", "stream", "key"], unique=True
    )


def create_canonical_person() -> None:
    """Table canonical_person."""
    op.create_table(
        "canonical_person",
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("party_key"),
        text("name"),
        text("last_name"),
        text("first_name"),
        text("middle_name"),
        text("position"),
        json("phones"),
        json("emails"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_canonical_person_seq"), "canonical_person", ["seq"])
    op.create_index(
        op.f("uq_canonical_person"),
        "canonical_person",
        ["connection", "stream", "key"],
        unique=True,
    )


def create_canonical_contact_point() -> None:
    """Table canonical_contact_point."""
    op.create_table(
        "canonical_contact_point",
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("owner"),
        text("owner_key"),
        text("kind"),
        text("value"),
        text("raw"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_canonical_contact_point_seq"), "canonical_contact_point", ["seq"])
    op.create_index(
        op.f("uq_canonical_contact_point"),
        "canonical_contact_point",
        ["connection", "stream", "key"],
        unique=True,
    )


def create_canonical_address() -> None:
    """Table canonical_address."""
    op.create_table(
        "canonical_address",
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("owner_key"),
        text("kind"),
        text("text"),
        text("postal_code"),
        text("region"),
        text("address_key"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_canonical_address_seq"), "canonical_address", ["seq"])
    op.create_index(
        op.f("uq_canonical_address"),
        "canonical_address",
        ["connection", "stream", "key"],
        unique=True,
    )


def create_canonical_item() -> None:
    """Table canonical_item."""
    op.create_table(
        "canonical_item",
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("code"),
        text("article"),
        text("name"),
        text("unit"),
        text("okei"),
        text("manufacturer"),
        text("category"),
        text("barcode"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_canonical_item_seq"), "canonical_item", ["seq"])
    op.create_index(
        op.f("uq_canonical_item"), "canonical_item", ["connection", "stream", "key"], unique=True
    )


def upgrade() -> None:
    """Create the tables."""
    create_canonical_party()
    create_canonical_person()
    create_canonical_contact_point()
    create_canonical_address()
    create_canonical_item()


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "canonical_item",
        "canonical_address",
        "canonical_contact_point",
        "canonical_person",
        "canonical_party",
    ):
        op.drop_table(name)
