"""Streams read at once end in the same state as one after the other."""

from __future__ import annotations

from flows.sync import refresh
from store.engine import Store
from tests.flows.site import Site
from tests.support.house import house_over
from tests.support.state import assert_same_state, state_of


def test_four_streams_at_once_end_like_one_by_one(light_site: Site, sqlite_store: Store) -> None:
    """A fresh store filled by four readers equals the site filled by one."""
    parallel = light_site.configure("ebs", concurrency=4).configure("onec", concurrency=3)
    house = house_over(sqlite_store, parallel.folder)
    outcomes = refresh(house)
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    assert_same_state(state_of(light_site.house.store), state_of(sqlite_store))
