"""The numbers of the first page."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from store.engine import Reader
from store.tables import link, quarantine
from store.views import reviews
from store.views.paging import capped_count, dicts

_COMPANIES = ("party", "legal_entity")


@dataclass(frozen=True, slots=True)
class Compression:
    """How many records of one source became how many companies."""

    connection: str
    records: int
    golden: int

    @property
    def share(self) -> float:
        """The part of the records that turned out to be repeats."""
        return 1 - self.golden / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True)
class Numbers:
    """Open work, each capped."""

    pairs: int
    quarantined: int


def numbers(reader: Reader) -> Numbers:
    """Pairs waiting for a person and rows in quarantine."""
    return Numbers(
        capped_count(reader, reviews.waiting()),
        capped_count(reader, sa.select(quarantine.c.id).where(quarantine.c.state == "open")),
    )


def links_version(reader: Reader) -> int:
    """A number that grows whenever a link changes: while it stands, compression stands too."""
    return int(reader.scalar(sa.select(sa.func.max(link.c.seq))) or 0)


def compression(reader: Reader) -> list[Compression]:
    """Counterparty records and companies per source; reads all links, so keep the answer."""
    query = (
        sa.select(
            link.c.connection,
            sa.func.count().label("records"),
            sa.func.count(link.c.golden_id.distinct()).label("golden"),
        )
        .where(link.c.entity.in_(_COMPANIES))
        .group_by(link.c.connection)
        .order_by(link.c.connection)
    )
    return [Compression(**row) for row in dicts(reader, query)]


def companies(reader: Reader) -> int:
    """Golden companies that records are linked to; reads all links, so keep the answer."""
    query = sa.select(sa.func.count(link.c.golden_id.distinct())).where(
        link.c.entity.in_(_COMPANIES)
    )
    return int(reader.scalar(query) or 0)
