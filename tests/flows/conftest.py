"""Fixtures of the tests of flows: see `tests.flows.site` and `tests.support.filled`."""

from __future__ import annotations

from tests.flows.site import built_world, light_site, loaded_postgres, loaded_sqlite, site
from tests.support.filled import hub_of, hubs, sqlite_hub_of

__all__ = [
    "built_world",
    "hub_of",
    "hubs",
    "light_site",
    "loaded_postgres",
    "loaded_sqlite",
    "site",
    "sqlite_hub_of",
]
