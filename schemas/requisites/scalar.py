"""One value at a time, by the same columnar rules: for forms, search and tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from schemas.requisites.bank import bik
from schemas.requisites.inn import inn
from schemas.requisites.kpp import kpp
from schemas.requisites.ogrn import ogrn
from schemas.requisites.okpo import okpo


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value, or the reason there is none, and what was repaired."""

    value: str | None
    reason: str | None
    evidence: str | None


def _parse(rule: Callable[[pl.Expr], pl.Expr], text: str | None) -> Parsed:
    return Parsed(**pl.select(rule(pl.lit(text, dtype=pl.String))).item())


def parse_inn(text: str | None) -> Parsed:
    """The outcome of `inn` for one text.

    >>> parse_inn("7.707083893E9")
    Parsed(value='7707083893', reason=None, evidence='scientific')
    """
    return _parse(inn, text)


def parse_kpp(text: str | None) -> Parsed:
    """The outcome of `kpp` for one text."""
    return _parse(kpp, text)


def parse_ogrn(text: str | None) -> Parsed:
    """The outcome of `ogrn` for one text."""
    return _parse(ogrn, text)


def parse_okpo(text: str | None) -> Parsed:
    """The outcome of `okpo` for one text."""
    return _parse(okpo, text)


def parse_bik(text: str | None) -> Parsed:
    """The outcome of `bik` for one text."""
    return _parse(bik, text)
