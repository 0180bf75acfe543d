"""Columns as every table of the store writes them, and the one MetaData they stand in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData

from store.types import Instant, code_point_text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text_column(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, code_point_text(), nullable=null, primary_key=key)


def number_column(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null, primary_key=key, autoincrement=False)


def moment_column(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=null)


def source_key() -> list[Column[str]]:
    return [text_column("connection"), text_column("stream"), text_column("key")]
