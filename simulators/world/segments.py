"""What sales calls its clients: the few it cares for most, those of retail, and the many without a word."""

from __future__ import annotations

import polars as pl

from simulators.world.chance import chance

_NAMES = ("VIP", "Ключевой", "Розница", "")
_EDGES = (0.03, 0.12, 0.35)


def segments(seed: int, size: int) -> pl.Series:
    """One per legal entity; most have none, which is an empty text."""
    drawn = chance(seed, "segment").random(size)
    places = pl.Series(_EDGES).search_sorted(pl.Series(drawn))
    return pl.Series(list(_NAMES)).gather(places)
