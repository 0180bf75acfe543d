"""Who may come in: accounts, their sessions and links, and the tokens of other systems."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column

account = Table(
    "account",
    metadata,
    number_column("id", key=True),
    text_column("login"),
    text_column("name", null=True),
    text_column("role"),
    text_column("password", null=True),
    Column("active", Boolean, nullable=False),
    moment_column("created_at"),
    text_column("created_by"),
    moment_column("confirmed_at", null=True),
    text_column("scope", null=True),
    Index("uq_account_login", "login", unique=True),
)
second_factor = Table(
    "second_factor",
    metadata,
    number_column("account_id", key=True),
    text_column("secret"),
    moment_column("since"),
    number_column("last_step"),
    text_column("recovery"),
)
sign_in_link = Table(
    "sign_in_link",
    metadata,
    text_column("digest", key=True),
    number_column("account_id"),
    moment_column("expires_at"),
)
sign_in_session = Table(
    "sign_in_session",
    metadata,
    text_column("digest", key=True),
    number_column("account_id"),
    moment_column("began_at"),
    moment_column("seen_at"),
    text_column("address"),
    text_column("agent"),
    Index(None, "account_id"),
)
api_token = Table(
    "api_token",
    metadata,
    number_column("id", key=True),
    text_column("digest"),
    text_column("name"),
    text_column("role"),
    text_column("hint"),
    moment_column("created_at"),
    text_column("created_by"),
    moment_column("expires_at"),
    moment_column("used_at", null=True),
    moment_column("revoked_at", null=True),
    text_column("scope", null=True),
    Index("uq_api_token_digest", "digest", unique=True),
)
# Whose client a company is; one that was merged from several has the owners of all of them.
party_owner = Table(
    "party_owner",
    metadata,
    text_column("owner", key=True),
    text_column("party_id", key=True),
    text_column("author"),
    moment_column("created_at"),
    Index(None, "party_id"),
)
