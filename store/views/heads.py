"""Whose head somebody is by the directory: who works under him, and which units are his."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from store.engine import Reader
from store.tables import canonical
from store.views.paging import dicts

_PERSON, _UNIT = canonical["employee"].c, canonical["department"].c


@dataclass(frozen=True, slots=True)
class Under:
    """Logins, in small letters, of somebody and all who work under him; units that others head."""

    logins: frozenset[str]
    others_units: frozenset[str]


def under(reader: Reader, login: str) -> Under | None:
    """Whom somebody is head of, whoever left included: what they had is his to give. None without a directory."""
    names = (
        _PERSON.connection,
        _PERSON.key,
        _PERSON.login,
        _PERSON.manager_key,
        _PERSON.department,
    )
    people = dicts(reader, sa.select(*names).where(_PERSON.deleted.is_(False)))
    if not people:
        return None
    below = defaultdict(list)
    for one in people:
        below[one["connection"], one["manager_key"]].append(one)
    found = [one for one in people if (one["login"] or "").lower() == login.lower()]
    seen = {(one["connection"], one["key"]) for one in found}
    for one in found:  # grows while it is gone through
        for report in below[one["connection"], one["key"]]:
            place = (report["connection"], report["key"])
            if place not in seen:
                seen.add(place)
                found.append(report)
    units = dicts(
        reader,
        sa.select(_UNIT.connection, _UNIT.name, _UNIT.head_key).where(_UNIT.deleted.is_(False)),
    )
    headed = {one["name"] for one in units if (one["connection"], one["head_key"]) in seen}
    # Where the tree names no head of a unit, it is headed by whoever its people report to.
    named = {one["name"] for one in units if one["head_key"]}
    reports = (one for one in found if (one["login"] or "").lower() != login.lower())
    staffed = {one["department"] for one in reports if one["department"]} - named
    every = named | {one["department"] for one in people if one["department"]}
    return Under(
        frozenset((one["login"] or "").lower() for one in found),
        frozenset(every - headed - staffed),
    )
