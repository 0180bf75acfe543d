"""Which column of a table names records of another, and how many it names in vain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from config.migration import Reference
from connectors.base import Fetch, Linked, Source
from flows.dedupe_columns import spelled
from flows.migrate.survey import Seen
from schemas.errors import KanonError

ASKED = 1_000  # values of a column looked up in a table too large to be held
ENOUGH = 0.5  # of its values must be found for a reference nobody declared


def references(
    source: Source, tables: Mapping[str, Seen], keys: Mapping[str, str], links: Sequence[Linked]
) -> dict[str, tuple[Reference, ...]]:
    """By table: the references the source declares, and those that names and values tell.

    `keys`: the column of each table that others name its rows by.
    """
    told = {(one.stream, one.column): one for one in links if one.parent in tables}
    found: dict[str, list[Reference]] = {name: [] for name in tables}
    for name, seen in tables.items():
        for column in seen.frame.columns:
            link = told.get((name, column))
            for parent, key in [(link.parent, link.to)] if link else _named(name, column, keys):
                lost = _in_vain(source, seen.frame[column], tables[parent], key)
                if link or (lost is not None and lost <= 1 - ENOUGH):
                    reference = Reference(
                        column=column, table=parent, orphans=lost, declared=link is not None
                    )
                    found[name].append(reference)
    return {name: tuple(some) for name, some in found.items()}


def _named(table: str, column: str, keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """The tables a column's name speaks of: `client_id` of clients, or the very name of their key."""
    if keys.get(table) == column:
        return []
    words = spelled(column)
    stem = re.sub(r"^(id|ид|код) | (id|ид|код|no|key|ref)$", "", words)
    fitting = []
    for parent, key in keys.items():
        same = spelled(key) == words and words not in ("id", "ид", "код", "key", "no")
        called = stem != words and len(stem) > 2 and _alike(stem, spelled(parent))
        if same or called:
            fitting.append((parent, key))
    return fitting


def _alike(stem: str, table: str) -> bool:
    """Whether a word in the singular is the name of a table, often in the plural."""
    last = table.rsplit(" ", 1)[-1]
    return stem == table or last[: max(3, len(stem) - 1)] == stem[: max(3, len(stem) - 1)]


def _in_vain(source: Source, values: pl.Series, parent: Seen, key: str) -> float | None:
    """The share of filled values that no row of the parent bears; None if that could not be learnt."""
    filled = values.filter(values.str.strip_chars() != "").drop_nulls()
    if filled.is_empty() or key not in parent.frame.columns:
        return None
    if not parent.whole:
        return _asked(source, filled, parent, key)
    found = int(filled.is_in(parent.frame[key].drop_nulls().implode()).sum())
    return round(1 - found / filled.len(), 4)


def _asked(source: Source, filled: pl.Series, parent: Seen, key: str) -> float | None:
    if not isinstance(source, Fetch) or parent.key != (key,):
        return None
    some = filled.unique().sort()
    wanted = some.gather_every(max(1, some.len() // ASKED)).to_list()
    try:
        known = set(source.fetch(parent.name, wanted)[key].to_list())
    except KanonError:
        return None
    return round(sum(one not in known for one in wanted) / len(wanted), 4)
