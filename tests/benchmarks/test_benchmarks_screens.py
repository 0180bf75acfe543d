"""Screens over many companies ask the store for less than a plain admin page would, in the same run."""

from __future__ import annotations

from benchmarks.screens import fill, measured
from store import Store

ROWS = 25_000
# Far below what a quiet machine shows, and growing with the base: the plain page reads all of it.
AT_LEAST = {"INN begins with": 2.0, "card": 1.3}


def test_looking_for_one_company_costs_a_part_of_reading_all(sqlite_store: Store) -> None:
    fill(sqlite_store, ROWS)
    times = {one.screen: one.times for one in measured(sqlite_store, ROWS, 5)}
    assert {name: times[name] for name, least in AT_LEAST.items() if times[name] < least} == {}
