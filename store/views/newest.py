"""The newest rows that any of many values leads to: each value is looked up by its own index, few at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql.visitors import replacement_traverse

from store.engine import Reader
from store.tables import golden
from store.views.paging import dicts

# SQLite joins no more than 500 selects.
_AT_ONCE = 200
_SHOWN = 200
# Statements are made for so many values; where there are fewer, the rest of the places stays empty.
_PLACES = (1, 2, 4, 8, 16, 40, 80, 200)
_NOBODY = "\ue000"
Way = tuple[sa.Select[Any], Sequence[tuple[str, ...]]]
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


def place(number: int = 0) -> sa.BindParameter[str]:
    """A value left open in a way of `led_to`, where it has several by their number."""
    return sa.bindparam(f"place_{number}", type_=sa.Text)


def led_to(reader: Reader, ways: Sequence[Way], limit: int) -> list[dict[str, Any]]:
    """The first `limit` rows for each tuple of values of each way, which fill its open `place`s.

    A way is a select that is made once and ordered by itself; all have the same columns. What is sent for so
    many values is made once, too: to put such a statement together costs many times what the database does.
    """
    asked = [(way, values) for way, told in ways for values in _padded(told)]
    return [
        row
        for start in range(0, len(asked), _AT_ONCE)
        for row in _asked(reader, asked[start : start + _AT_ONCE], limit)
    ]


def _padded(told: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    if not told:
        return []
    room = next((n for n in _PLACES if n >= len(told)), len(told))
    return [*told, *[(_NOBODY,) * len(told[0])] * (room - len(told))]


def _asked(
    reader: Reader, asked: Sequence[tuple[sa.Select[Any], tuple[str, ...]]], limit: int
) -> list[dict[str, Any]]:
    statement = _together(tuple(way for way, _ in asked), limit)
    told = {
        f"place_{k}_{n}": value for n, (_, values) in enumerate(asked) for k, value in enumerate(values)
    }  # fmt: skip
    return [dict(row._mapping) for row in reader.rows(statement, told)]


@lru_cache(maxsize=256)
def _together(ways: tuple[sa.Select[Any], ...], limit: int) -> sa.Select[Any]:
    few = [sa.select(_numbered(way, n).limit(limit).subquery()) for n, way in enumerate(ways)]
    return sa.select(sa.union_all(*few).subquery())


def _numbered(way: sa.Select[Any], number: int) -> sa.Select[Any]:
    """The way with places of its own in a statement of many."""

    def own(element: Any, **_: Any) -> Any:
        if isinstance(element, sa.BindParameter) and element.key.startswith("place_"):
            return sa.bindparam(f"{element.key}_{number}", type_=element.type)
        return None

    return cast("sa.Select[Any]", replacement_traverse(way, {}, own))


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
