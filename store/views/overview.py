"""The numbers of the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from store.engine import Reader
from store.tables import link, quarantine, review_pair
from store.views import reviews
from store.views.paging import COUNT_CAP, capped_count, dicts

_COMPANIES = ("party", "legal_entity")


@dataclass(frozen=True, slots=True)
class Compression:
    """How many records of one source became how many companies."""

    connection: str
    records: int
    golden: int
    ambiguous: int = 0

    @property
    def share(self) -> float:
        """The part of the records that turned out to be repeats."""
        return 1 - self.golden / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True)
class Numbers:
    """Open work, and how much of the quarantine came within a day; each capped."""

    pairs: int
    quarantined: int
    refused_today: int = 0


def numbers(reader: Reader) -> Numbers:
    """Pairs waiting for a person and rows in quarantine."""
    held = sa.select(quarantine.c.id).where(quarantine.c.state == "open")
    day_ago = datetime.now(UTC) - timedelta(days=1)
    # Ids grow with time: from the newest on, the first old one ends the look.
    newest = held.with_only_columns(quarantine.c.first_seen).order_by(quarantine.c.id.desc())
    fresh = newest.limit(COUNT_CAP + 1).subquery()
    today = sa.select(sa.func.count()).where(fresh.c.first_seen >= day_ago)
    return Numbers(
        capped_count(reader, reviews.waiting()),
        capped_count(reader, held),
        int(reader.scalar(today) or 0),
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
    doubtful = _ambiguous(reader)
    return [
        Compression(**row, ambiguous=doubtful.get(row["connection"], 0))
        for row in dicts(reader, query)
    ]


def _ambiguous(reader: Reader) -> dict[str, int]:
    """How many records of each source stand in a pair that only a person may decide about."""
    c = review_pair.c
    found: dict[str, int] = {}
    for side in reviews.SIDES:
        name, key = c[f"{side}_connection"], c[f"{side}_key"]
        query = sa.select(name.label("name"), sa.func.count(key.distinct()).label("many"))
        for row in dicts(reader, query.where(c.state == "open").group_by(name)):
            found[row["name"]] = found.get(row["name"], 0) + row["many"]
    return found


def companies(reader: Reader) -> int:
    """Golden companies that records are linked to; reads all links, so keep the answer."""
    query = sa.select(sa.func.count(link.c.golden_id.distinct())).where(
        link.c.entity.in_(_COMPANIES)
    )
    return int(reader.scalar(query) or 0)
