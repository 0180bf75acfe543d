"""Canonical and golden records; their columns come from the entities in `schemas`."""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Column, Index, Table, text

from schemas.entities import ENTITIES, columns
from schemas.golden import GOLDEN, golden_columns
from store.tables.columns import metadata, number_column, text_column
from store.types import column_type

SEARCHED = ("legal_entity", "item", "contact")
# Its text came later than its rows, which wait for it until they change or the store is upgraded.
_SEARCHED_LATER = ("contact",)


# Records that are looked for by what they belong to, or are listed.
_FOLLOWED: MappingProxyType[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "message": (("channel", "thread"), ("message_id",), ("moved_to",)),
        "call_leg": (
            ("connection", "linked"),
            ("connection", "unique"),
            ("connection", "caller_device"),
            ("connection", "called_device"),
        ),
        "call_event": (("connection", "linked"),),
        "customer_order": (("party_key",),),
        "contract": (("party_key",),),
        "employee": (("name", "key"), ("manager_key",), ("extension",)),
    }
)


# Few records bear these, so an index of those alone.
_SELDOM: MappingProxyType[str, tuple[str, ...]] = MappingProxyType({"call_leg": ("party_key",)})


def _seldom(table: str, column: str) -> Index:
    told = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=told, postgresql_where=told)


def _canonical(entity: str) -> Table:
    name = f"canonical_{entity}"
    required = {
        "connection",
        "stream",
        "key",
        "deleted",
        "landing_id",
        "landing_row",
        "mapping_version",
    }
    own = [
        Column(c, column_type(t), nullable=c not in required) for c, t in columns(entity).items()
    ]
    return Table(
        name,
        metadata,
        *own,
        number_column("hash"),
        number_column("seq"),
        Index(f"uq_{name}", "connection", "stream", "key", unique=True),
        Index(f"ix_{name}_seq", "seq"),
        *(Index(f"ix_{name}_{c[-1]}", *c) for c in _FOLLOWED.get(entity, ())),
        *(_seldom(name, column) for column in _SELDOM.get(entity, ())),
    )


# What people look records up by; each is an index of its own.
_LOOKED_UP: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "legal_entity": ("inn", "ogrn", "okpo", "national_number", "name"),
        "unit": ("legal_entity_id", "kpp"),
        "contact": ("legal_entity_id", "name"),
        "contact_point": ("owner_id", "value"),
        "address": ("legal_entity_id",),
        "item": ("code", "article", "barcode", "name"),
    }
)


def _golden(entity: str) -> Table:
    name = f"golden_{entity}"
    own = [Column(c, column_type(t), nullable=c != "id") for c, t in golden_columns(entity).items()]
    searched = (
        [text_column("search_text", null=entity in _SEARCHED_LATER)] if entity in SEARCHED else []
    )
    table = Table(
        name,
        metadata,
        *own,
        text_column("state"),
        number_column("version"),
        number_column("hash"),
        number_column("seq"),
        *searched,
        Index(f"uq_{name}", "id", unique=True),
        Index(f"ix_{name}_seq", "seq"),
        *(Index(f"ix_{name}_{column}", column, "id") for column in _LOOKED_UP[entity]),
    )
    if searched:
        Index(
            f"ix_{name}_search_text",
            table.c.search_text,
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ).ddl_if(dialect="postgresql")
    return table


canonical: MappingProxyType[str, Table] = MappingProxyType({e: _canonical(e) for e in ENTITIES})
golden: MappingProxyType[str, Table] = MappingProxyType({e: _golden(e) for e in GOLDEN})
