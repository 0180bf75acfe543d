"""The tables of the store, one MetaData for both engines.

Columns of `canonical_*` and `golden_*` come from the entities in `schemas`. Large tables carry a
unique index instead of a primary key, because SQLite cannot drop and rebuild a primary key around a
first load. Rows that later stages follow bear `seq`, a stamp that grows in commit order.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, MetaData, Table, text

from schemas.entities import ENTITIES, columns
from schemas.golden import GOLDEN, golden_columns
from store.types import Instant, Texts, code_point_text, column_type

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
SEARCHED = ("legal_entity", "item")


def _text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, code_point_text(), nullable=null, primary_key=key)


def _number(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null, primary_key=key, autoincrement=False)


def _moment(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=null)


def _source_key() -> list[Column[str]]:
    return [_text("connection"), _text("stream"), _text("key")]


run = Table(
    "run",
    metadata,
    _number("id", key=True),
    _text("flow"),
    _text("connection", null=True),
    _text("stream", null=True),
    _text("state"),
    _moment("started_at"),
    _moment("heartbeat_at"),
    _moment("finished_at", null=True),
    _text("parameters", null=True),
    _text("error_kind", null=True),
    _text("error_ru", null=True),
    _text("error_en", null=True),
    _text("detail", null=True),
    Index(None, "connection", "id"),
    Index(None, "state", "id"),
)
run_count = Table(
    "run_count",
    metadata,
    _number("run_id", key=True),
    _text("stage", key=True),
    _text("connection", key=True),
    _text("stream", key=True),
    _text("name", key=True),
    _number("value"),
    Index(None, "connection", "stream", "run_id"),
)
checkpoint = Table(
    "checkpoint",
    metadata,
    _text("stage", key=True),
    _text("connection", key=True),
    _text("stream", key=True),
    _text("name", key=True),
    _text("cursor"),
    _number("run_id", null=True),
    _moment("updated_at"),
)
lease = Table(
    "lease",
    metadata,
    _text("name", key=True),
    _text("owner"),
    _moment("acquired_at"),
    _moment("expires_at"),
)
counter = Table("counter", metadata, _text("name", key=True), _number("value"))
stream_state = Table(
    "stream_state",
    metadata,
    _text("connection", key=True),
    _text("stream", key=True),
    _number("last_run", null=True),
    _number("last_rows", null=True),
    _moment("last_at", null=True),
    _number("lag", null=True),
)
stream_column = Table(
    "stream_column",
    metadata,
    _text("connection", key=True),
    _text("stream", key=True),
    _text("column", key=True),
    _text("dtype"),
    _number("first_run", null=True),
    _moment("first_seen"),
    _moment("last_seen"),
)
landing_batch = Table(
    "landing_batch",
    metadata,
    _number("id", key=True),
    _text("connection"),
    _text("stream"),
    _text("path"),
    _number("rows"),
    _number("bytes"),
    _text("sha256"),
    _number("run_id", null=True),
    _moment("created_at"),
    Index(None, "connection", "stream", "id"),
)
source_record = Table(
    "source_record",
    metadata,
    *_source_key(),
    _number("hash"),
    _number("landing_id"),
    _number("landing_row"),
    Column("deleted", Boolean, nullable=False),
    _moment("first_seen"),
    _moment("last_seen"),
    Index("uq_source_record", "connection", "stream", "key", unique=True),
)
quarantine = Table(
    "quarantine",
    metadata,
    _number("id", key=True),
    _text("stage"),
    *_source_key(),
    _text("reason"),
    _text("field", null=True),
    _text("value", null=True),
    _text("message_ru"),
    _text("message_en"),
    _number("landing_id", null=True),
    _number("landing_row", null=True),
    _text("mapping_version", null=True),
    _text("payload", null=True),
    _number("attempts"),
    _text("state"),
    _moment("first_seen"),
    _moment("last_seen"),
    _number("run_id", null=True),
    Index(
        "uq_quarantine_open",
        "stage",
        "connection",
        "stream",
        "key",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_quarantine_group", "state", "reason", "connection", "stream", "id"),
    Index("ix_quarantine_state", "state", "id"),
    Index(None, "run_id"),
)
identity = Table(
    "identity",
    metadata,
    _text("id"),
    _text("entity"),
    _text("state"),
    _text("survivor_id", null=True),
    _text("founder"),
    _text("origin_id", null=True),
    _number("born", null=True),
    _number("seq"),
    Index("uq_identity", "id", unique=True),
    Index("ix_identity_survivor_id", "survivor_id"),
    Index("ix_identity_seq", "seq"),
)
link = Table(
    "link",
    metadata,
    _text("entity"),
    *_source_key(),
    _text("golden_id"),
    _text("unit_id", null=True),
    _text("own_id", null=True),
    _text("own_unit_id", null=True),
    _text("rule"),
    Column("score", Float, nullable=True),
    _text("reason", null=True),
    _number("seq"),
    Index("uq_link", "entity", "connection", "stream", "key", unique=True),
    Index("ix_link_golden_id", "golden_id"),
    Index("ix_link_own_id", "own_id"),
    Index("ix_link_seq", "seq"),
)
_QUEUE = (
    "rank", "entity", "rule",
    "left_connection", "left_stream", "left_key", "right_connection", "right_stream", "right_key",
)  # fmt: skip
review_pair = Table(
    "review_pair",
    metadata,
    _text("entity"),
    _text("rule"),
    _text("severity"),
    _text("left_connection"),
    _text("left_stream"),
    _text("left_key"),
    _text("right_connection"),
    _text("right_stream"),
    _text("right_key"),
    _text("reason"),
    Column("score", Float, nullable=True),
    _number("rank", null=True),
    _text("state"),
    _number("seq"),
    Index(
        "uq_review_pair",
        "entity",
        "rule",
        "left_connection",
        "left_stream",
        "left_key",
        "right_connection",
        "right_stream",
        "right_key",
        unique=True,
    ),
    Index("ix_review_pair_queue", "state", *_QUEUE),
    Index("ix_review_pair_reason", "state", "reason", *_QUEUE),
)
change = Table(
    "change",
    metadata,
    _number("pos", key=True),
    _text("entity"),
    _text("golden_id"),
    _text("op"),
    _number("version"),
    _text("survivor_id", null=True),
    Column("new_ids", Texts, nullable=True),
    _moment("at"),
    _number("run_id", null=True),
    Index(None, "golden_id", "pos"),
    Index(None, "run_id"),
)
NUMBER_FIELDS = text("field IN ('inn', 'ogrn', 'national_number')")
decision = Table(
    "decision",
    metadata,
    _number("id", key=True),
    _number("act"),
    _text("kind"),
    _text("verdict", null=True),
    _text("entity"),
    _text("field", null=True),
    _text("value", null=True),
    _text("author_kind"),
    _text("author"),
    _text("reason", null=True),
    _text("batch", null=True),
    _moment("created_at"),
    Column("score", Float, nullable=True),
    _text("why", null=True),
    Index(None, "act"),
    Index("ix_decision_kind", "kind", "id"),
    Index(None, "batch"),
    # Only numbers are asked for by value; long texts would not fit into an index.
    Index(
        "ix_decision_number", "value", postgresql_where=NUMBER_FIELDS, sqlite_where=NUMBER_FIELDS
    ),
)
decision_record = Table(
    "decision_record",
    metadata,
    _number("decision_id", key=True),
    _text("side", key=True),
    _number("place", key=True),
    *_source_key(),
    _number("evidence", null=True),
    Index("ix_decision_record_key", "connection", "stream", "key"),
)
withdrawal = Table(
    "withdrawal",
    metadata,
    _number("decision_id", key=True),
    _text("author"),
    _text("reason", null=True),
    _moment("created_at"),
)
account = Table(
    "account",
    metadata,
    _number("id", key=True),
    _text("login"),
    _text("name", null=True),
    _text("role"),
    _text("password", null=True),
    Column("active", Boolean, nullable=False),
    _moment("created_at"),
    _text("created_by"),
    Index("uq_account_login", "login", unique=True),
)
sign_in_link = Table(
    "sign_in_link",
    metadata,
    _text("digest", key=True),
    _number("account_id"),
    _moment("expires_at"),
)
sign_in_session = Table(
    "sign_in_session",
    metadata,
    _text("digest", key=True),
    _number("account_id"),
    _moment("began_at"),
    _moment("seen_at"),
    _text("address"),
    _text("agent"),
    Index(None, "account_id"),
)
api_token = Table(
    "api_token",
    metadata,
    _number("id", key=True),
    _text("digest"),
    _text("name"),
    _text("role"),
    _text("hint"),
    _moment("created_at"),
    _text("created_by"),
    _moment("expires_at"),
    _moment("used_at", null=True),
    _moment("revoked_at", null=True),
    Index("uq_api_token_digest", "digest", unique=True),
)
rule_set = Table(
    "rule_set",
    metadata,
    _number("id", key=True),
    _text("version"),
    _text("model", null=True),
    _number("restores", null=True),
    _text("author"),
    _text("reason", null=True),
    _moment("activated_at"),
    Index("ix_rule_set_version", "version"),
)
rule_link = Table(
    "rule_link",
    metadata,
    _number("departure", key=True),
    _text("rules"),
    _text("entity", key=True),
    _text("connection", key=True),
    _text("stream", key=True),
    _text("key", key=True),
    _text("own_id", null=True),
    _text("own_unit_id", null=True),
    _text("own_id_after", null=True),
    _text("own_unit_id_after", null=True),
    Index("ix_rule_link_rules", "rules", "departure"),
)


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
        _number("hash"),
        _number("seq"),
        Index(f"uq_{name}", "connection", "stream", "key", unique=True),
        Index(f"ix_{name}_seq", "seq"),
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
    searched = [_text("search_text")] if entity in SEARCHED else []
    table = Table(
        name,
        metadata,
        *own,
        _text("state"),
        _number("version"),
        _number("hash"),
        _number("seq"),
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
