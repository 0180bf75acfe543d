"""What every page shows around itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from store.engine import Reader
from store.tables import quarantine, run
from store.views import reviews
from store.views.paging import COUNT_CAP


@dataclass(frozen=True, slots=True)
class MenuCounts:
    """Live counts of the menu, each capped."""

    quarantined: int
    running: int
    pairs: int


def menu_counts(reader: Reader) -> MenuCounts:
    """Open quarantine rows, runs under way and pairs that wait for a person, told by one query."""
    return MenuCounts(*(int(number) for number in reader.rows(_counting())[0]))


@cache
def _counting() -> sa.Select[tuple[int, ...]]:
    """The query of every page, which is made once."""
    wanted = (
        (sa.select(quarantine.c.id).where(quarantine.c.state == "open"), COUNT_CAP),
        (sa.select(run.c.id).where(run.c.state == "running"), 100),
        (reviews.waiting().with_only_columns(sa.literal(1).label("one")), COUNT_CAP),
    )
    few = [query.limit(cap + 1).subquery() for query, cap in wanted]
    counts = [sa.select(sa.func.count()).select_from(q).scalar_subquery() for q in few]
    return sa.select(*counts)
