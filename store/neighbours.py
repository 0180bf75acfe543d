"""Records that share a phone, a mailbox, a house or a name with given ones: how many do weighs a pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

from schemas import entities
from schemas.mail_domains import PUBLIC_MAIL_DOMAINS
from store.engine import Reader
from store.tables import canonical

_PARTY = canonical["party"].c
_EQUAL = ("name_core", "address_key", "kpp", "inn", "claimed_inn", "legal_address")
_MOST = 20_000


def sharing(reader: Reader, refs: tuple[str, ...]) -> pl.DataFrame:
    """The living party records of `refs` (connection/stream/key), and all that share something with them.

    No index serves this: the records are read once, which is for one pair under a person's eyes.
    """
    columns = [_PARTY[name] for name in entities.columns("party")]
    given = [_is(ref) for ref in refs]
    records = reader.frame(sa.select(*columns).where(_PARTY.deleted.is_(False), sa.or_(*given)))
    wanted = [one for row in records.iter_rows(named=True) for one in _shared(row)]
    found = sa.select(*columns).where(_PARTY.deleted.is_(False), sa.or_(sa.false(), *wanted))
    every = pl.concat([records, reader.frame(found.limit(_MOST))])
    return every.unique(["connection", "stream", "key"], maintain_order=True)


def _is(ref: str) -> sa.ColumnElement[bool]:
    names = ("connection", "stream", "key")
    return sa.and_(*(_PARTY[n] == part for n, part in zip(names, ref.split("/", 2), strict=True)))


def _shared(row: Mapping[str, Any]) -> Iterator[sa.ColumnElement[bool]]:
    for name in _EQUAL:
        if row[name]:
            yield _PARTY[name] == row[name]
    for phone in row["phones"] or ():
        yield _holds("phones", '"' + phone.partition(";")[0])
    for mail in row["emails"] or ():
        box, _, domain = mail.partition("@")
        yield _holds("emails", f'"{box}@')
        if domain not in PUBLIC_MAIL_DOMAINS:
            yield _holds("emails", f'@{domain}"')


def _holds(column: str, piece: str) -> sa.ColumnElement[bool]:
    return sa.type_coerce(_PARTY[column], sa.Text).contains(piece, autoescape=True)
