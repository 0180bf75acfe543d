"""A set read whole by `$orderby&$top&$skip`, so that changes under way lose no object.

1C has no keyset paging (`Ref_Key gt guid'..'` fails), orders by presentation and shifts `$skip` when
objects come or go. So each page begins with the last object of the one before; if it is not there, the
reading steps back. Objects met twice are passed on once. At the end the number of objects is compared
with `$count`, and if it differs, all keys are listed and the missing objects are fetched by key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.onec.answers import Row
from connectors.onec.faults import OutOfMemory
from connectors.onec.wire import Wire, guid
from schemas.errors import ContractBroken, Retryable

REFERENCE = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
FETCH_AT_ONCE = 20


@dataclass(slots=True)
class Paging:
    """One reading of the set `name`, of the objects that fit `condition`."""

    wire: Wire
    name: str
    key: tuple[str, ...]
    page: int
    condition: str = ""
    seen: set[str] = field(default_factory=set)
    drifted: bool = False

    def pages(self) -> Iterator[list[Row]]:
        """Objects not met before, page by page. Retryable if the set changes faster than it is read."""
        yield from self._by_position()
        if self.drifted or self.wire.count(self.name, self.condition) != len(self.seen):
            yield from self._missed()

    def key_of(self, row: Row) -> str:
        """The key of one object; ContractBroken if a key property is absent."""
        missing = [name for name in self.key if name not in row]
        if missing:
            raise ContractBroken(
                f"В «{self.name}» нет свойства «{missing[0]}». Исправьте key набора в настройках.",
                f"'{self.name}' has no property '{missing[0]}'. Mend `key` of the set.",
            )
        return "|".join(row[name] or "" for name in self.key)

    def _by_position(self) -> Iterator[list[Row]]:
        position, last = 0, ""
        while True:
            overlap = 1 if last else 0
            rows, top = self._ask(position - overlap, overlap)
            if last and (not rows or self.key_of(rows[0]) != last):
                self.drifted = True
                back = min(position, self.page)
                position, last = position - back, ""
                rows, top = self._ask(position, back)
            else:
                position -= overlap
            if fresh := self._fresh(rows):
                yield fresh
            position += len(rows)
            if len(rows) < top:
                return
            last = self.key_of(rows[-1])

    def _ask(self, skip: int, extra: int) -> tuple[list[Row], int]:
        while True:
            top = self.page + extra
            query = self._query() | {"$orderby": ",".join(self.key), "$top": top, "$skip": skip}
            try:
                return self.wire.objects(self.name, query), top
            except OutOfMemory:
                if self.page == 1:
                    raise
                self.page = max(1, self.page // 2)

    def _query(self) -> dict[str, str | int]:
        return {"$filter": self.condition} if self.condition else {}

    def _fresh(self, rows: Sequence[Row]) -> list[Row]:
        fresh = []
        for row in rows:
            key = self.key_of(row)
            if key not in self.seen:
                self.seen.add(key)
                fresh.append(row)
        return fresh

    def _missed(self) -> Iterator[list[Row]]:
        missing = [key for key in self._keys() if key not in self.seen]
        if missing and len(self.key) > 1:
            raise self._too_fast()
        for start in range(0, len(missing), FETCH_AT_ONCE):
            some = missing[start : start + FETCH_AT_ONCE]
            yield self._fresh(fetch(self.wire, self.name, self.key[0], some))

    def _keys(self) -> Iterator[str]:
        """The keys of all objects that were there from the beginning of the list to its end.

        Pages overlap by half, so that objects may shift by less than that without leaving the list.
        """
        skip, before = 0, set[str]()
        query = self._query() | {"$select": ",".join(self.key), "$orderby": ",".join(self.key)}
        while rows := self.wire.objects(self.name, query | {"$top": self.page, "$skip": skip}):
            keys = [self.key_of(row) for row in rows]
            if before and before.isdisjoint(keys) and self.page > 1:
                raise self._too_fast()
            yield from keys
            if len(rows) < self.page:
                return
            skip, before = skip + max(1, len(rows) // 2), set(keys)

    def _too_fast(self) -> Retryable:
        return Retryable(
            f"«{self.name}» меняется быстрее, чем читается. Перенесите чтение на тихое время.",
            f"'{self.name}' changes faster than it is read. Read it at a quiet time.",
        )


def fetch(wire: Wire, name: str, key: str, values: Sequence[str]) -> list[Row]:
    """The objects of set `name` whose reference is one of `values`; absent ones are absent."""
    # The base answers a text that is no reference with an error, for the whole question.
    condition = " or ".join(f"{key} eq {guid(one)}" for one in values if REFERENCE.match(one))
    if not condition:
        return []
    return wire.objects(name, {"$filter": condition})
