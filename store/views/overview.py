"""The numbers of the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import link, quarantine, review_pair
from store.views import reviews
from store.views.frame import MenuCounts, columns
from store.views.paging import COUNT_CAP, dicts

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
    """Open work as the menu counts it, and how much of the quarantine came within a day; each capped.

    `links` grows whenever a link changes: while it stands, compression stands too.
    """

    menu: MenuCounts
    refused_today: int
    links: int

    @property
    def pairs(self) -> int:
        """Pairs waiting for a person."""
        return self.menu.pairs

    @property
    def quarantined(self) -> int:
        """Open rows of the quarantine."""
        return self.menu.quarantined


def numbers(reader: Reader) -> Numbers:
    """The work that is open now, told by one query."""
    told = {"day_ago": datetime.now(UTC) - timedelta(days=1)}
    *menu, today, links = (int(number or 0) for number in reader.rows(_counting(), told)[0])
    return Numbers(MenuCounts(*menu), today, links)


@cache
def _counting() -> sa.Select[Any]:
    c = quarantine.c
    # Ids grow with time: from the newest on, the first old one ends the look.
    newest = sa.select(c.first_seen).where(c.state == "open").order_by(c.id.desc())
    fresh = newest.limit(COUNT_CAP + 1).subquery()
    day_ago = sa.bindparam("day_ago", type_=c.first_seen.type)
    today = sa.select(sa.func.count()).where(fresh.c.first_seen >= day_ago)
    counted = [*columns(), today.scalar_subquery(), _newest_link().scalar_subquery()]
    return sa.select(*counted)


def _newest_link() -> sa.Select[Any]:
    return sa.select(sa.func.max(link.c.seq))


def links_version(reader: Reader) -> int:
    """The same as `Numbers.links`, for whoever needs nothing else."""
    return int(reader.scalar(_newest_link()) or 0)


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
