"""Which tests run on SQLite and on PostgreSQL, and which on one of them.

The store, what kills leave behind and everything marked `both_engines` runs on both. What stands above
the store reaches the database through it alone: such a test runs on one engine, always the same, chosen
by its name, so that half of every file runs on either. With KANON_TESTS=thorough all run on both.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from zlib import crc32

import pytest

IS_THOROUGH = os.environ.get("KANON_TESTS") == "thorough"
BOTH = "both_engines"
_ENGINES = ("postgresql", "sqlite")
_FOLDERS = ("store", "faults")


def one_engine_each(items: Sequence[pytest.Item]) -> dict[str, pytest.Item]:
    """The items to leave out, by id. One asked for without its twin stays."""
    ids = {item.nodeid for item in items}
    return {item.nodeid: item for item in items if _is_left_out(item, ids)}


def _is_left_out(item: pytest.Item, ids: set[str]) -> bool:
    engine = next((name for name in _ENGINES if name in item.nodeid.partition("[")[2]), None)
    if engine is None or item.path.parent.name in _FOLDERS or item.get_closest_marker(BOTH):
        return False
    other = _ENGINES[1 - _ENGINES.index(engine)]
    test = item.nodeid.replace(engine, "")
    return item.nodeid.replace(engine, other) in ids and engine != chosen(test)


def chosen(test: str) -> str:
    """The engine of a test that runs on one."""
    return _ENGINES[crc32(test.encode()) % 2]
