"""Fixtures of the tests of flows: see `tests.flows.site`."""

from __future__ import annotations

from tests.flows.site import built_world, light_site, loaded_postgres, loaded_sqlite, site

__all__ = ["built_world", "light_site", "loaded_postgres", "loaded_sqlite", "site"]
