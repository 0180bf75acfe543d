"""The newest rows that any of many values leads to: each value is looked up by its own index, few at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import golden
from store.views.paging import dicts

# SQLite joins no more than 500 selects.
_AT_ONCE = 200
_SHOWN = 200
_POINT, _CONTACT = golden["contact_point"].c, golden["contact"].c


def of_each(reader: Reader, parts: Sequence[sa.Select[Any]], limit: int) -> list[dict[str, Any]]:
    """The first `limit` rows of each of some selects, which have the same columns, each ordered by itself.

    One condition over all values would let a planner read the whole table in that order instead.
    """
    few = [sa.select(part.limit(limit).subquery()) for part in parts]
    return [
        row
        for start in range(0, len(few), _AT_ONCE)
        for row in dicts(reader, sa.select(sa.union_all(*few[start : start + _AT_ONCE]).subquery()))
    ]


def people_of(reader: Reader, company: str) -> list[str]:
    """Ids of those who act for a company, living or not; 200 at the most."""
    wanted = sa.select(_CONTACT.id).where(_CONTACT.legal_entity_id == company).order_by(_CONTACT.id)
    return [str(row["id"]) for row in dicts(reader, wanted.limit(_SHOWN))]


def points_of(reader: Reader, owners: Iterable[str], *kinds: str) -> list[str]:
    """Values of these kinds that a company or its people bear, without extensions; 200 at the most."""
    wanted = sa.select(_POINT.value).where(
        _POINT.owner_id.in_(sorted(owners)), _POINT.state == "active", _POINT.kind.in_(kinds)
    )
    rows: list[Mapping[str, Any]] = [*dicts(reader, wanted.limit(_SHOWN))]
    return sorted({str(row["value"]).partition(";")[0] for row in rows})
