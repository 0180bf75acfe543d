"""Columns as the steps of the store's history make them; no step may come to mean another table."""

from __future__ import annotations

import sqlalchemy as sa


def text(name: str, *, null: bool = True) -> sa.Column[str]:
    """Text ordered by code point."""
    by_code_point = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, by_code_point, nullable=null)


def number(name: str, *, null: bool = True) -> sa.Column[int]:
    """A whole number, or an instant in microseconds."""
    return sa.Column(name, sa.BigInteger, nullable=null, autoincrement=False)


def flag(name: str, *, null: bool = True) -> sa.Column[bool]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean, nullable=null)


def real(name: str, *, null: bool = True) -> sa.Column[float]:
    """A measure."""
    return sa.Column(name, sa.Float, nullable=null)


def json(name: str, *, null: bool = True) -> sa.Column[str]:
    """A list as JSON."""
    return sa.Column(name, sa.Text, nullable=null)
