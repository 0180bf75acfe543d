"""What every page shows around itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

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


def with_tabs(reader: Reader) -> tuple[MenuCounts, dict[str, int]]:
    """The same, and how many pairs each tab of the queue holds (`reviews.tabs`), told by one query."""
    names, counts = reviews.tab_counts()
    row = [int(number) for number in reader.rows(sa.select(*columns(), *counts))[0]]
    return MenuCounts(*row[: -len(names)]), dict(zip(names, row[-len(names) :], strict=True))


@cache
def _counting() -> sa.Select[Any]:
    """The query of every page, which is made once."""
    return sa.select(*columns())


def columns() -> list[Any]:
    """The counts of `MenuCounts` in their order, for pages that count more in the same statement."""
    wanted = (
        (sa.select(quarantine.c.id).where(quarantine.c.state == "open"), COUNT_CAP),
        (sa.select(run.c.id).where(run.c.state == "running"), 100),
        (reviews.waiting().with_only_columns(sa.literal(1).label("one")), COUNT_CAP),
    )
    few = [query.limit(cap + 1).subquery() for query, cap in wanted]
    return [sa.select(sa.func.count()).select_from(q).scalar_subquery() for q in few]
