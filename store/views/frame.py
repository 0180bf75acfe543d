"""What every page shows around itself."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from store.engine import Reader
from store.tables import quarantine, run
from store.views import reviews
from store.views.paging import capped_count


@dataclass(frozen=True, slots=True)
class MenuCounts:
    """Live counts of the menu, each capped."""

    quarantined: int
    running: int
    pairs: int


def menu_counts(reader: Reader) -> MenuCounts:
    """Open quarantine rows, runs under way and pairs that wait for a person."""
    return MenuCounts(
        capped_count(reader, sa.select(quarantine.c.id).where(quarantine.c.state == "open")),
        capped_count(reader, sa.select(run.c.id).where(run.c.state == "running"), 100),
        capped_count(reader, reviews.waiting()),
    )
