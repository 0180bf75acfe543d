"""The seeded world of companies that every simulated system serves."""

from __future__ import annotations

from simulators.world.labels import DIRT, FLAT_DIRT, INN_SPOILT, LABELS, TRAITS
from simulators.world.model import World

__all__ = ["DIRT", "FLAT_DIRT", "INN_SPOILT", "LABELS", "TRAITS", "World"]
