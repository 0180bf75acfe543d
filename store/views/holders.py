"""Whose extension it was at a moment: calls belong to who had it then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.by_ref import listed
from store.engine import Reader
from store.tables import extension_term
from store.views.paging import dicts
from store.views.staff import by_extension

_T = extension_term.c


@dataclass(frozen=True, slots=True)
class Holders:
    """Terms by extension; `now` are those of extensions of which no term was noted yet."""

    terms: Mapping[str, Sequence[Mapping[str, Any]]]
    now: Mapping[str, Mapping[str, Any]]

    def at(self, extension: str | None, moment: datetime) -> str | None:
        """The name of the one who had it then; None if nobody or several had."""
        names = self.during(extension, moment, moment)
        return names[0] if len(names) == 1 else None

    def during(self, extension: str | None, since: datetime, until: datetime) -> list[str]:
        """The names of those who had it within a period, in the order of time."""
        if extension is None:
            return []
        if extension not in self.terms:
            known = self.now.get(extension)
            return [known["name"]] if known and known["name"] else []
        names = [
            str(term["name"])
            for term in self.terms[extension]
            if (term["since"] is None or term["since"] <= until)
            and (term["until"] is None or term["until"] > since)
        ]
        return list(dict.fromkeys(names))


def holders(reader: Reader, extensions: Iterable[str | None]) -> Holders:
    """Who has had these extensions."""
    wanted = sorted({one for one in extensions if one})
    if not wanted:
        return Holders({}, {})
    asked = listed(reader, wanted)
    query = (
        sa.select(_T.extension, _T.name, _T.since, _T.until)
        .select_from(asked.join(extension_term, _T.extension == asked.c.value))
        .order_by(
            _T.extension, sa.func.coalesce(sa.type_coerce(_T.since, sa.BigInteger), 0), _T.key
        )
    )
    terms: dict[str, list[Mapping[str, Any]]] = {}
    for row in dicts(reader, query):
        terms.setdefault(row["extension"], []).append(row)
    return Holders(terms, by_extension(reader, [one for one in wanted if one not in terms]))


def terms_of(reader: Reader, connection: str, key: str) -> list[dict[str, Any]]:
    """The extensions somebody has had: extension, since and until, in the order of time."""
    query = sa.select(_T.extension, _T.since, _T.until).where(
        _T.connection == connection, _T.key == key
    )
    return dicts(
        reader, query.order_by(sa.func.coalesce(sa.type_coerce(_T.since, sa.BigInteger), 0))
    )
