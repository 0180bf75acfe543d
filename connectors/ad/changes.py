"""What changed in a directory since a cursor: by DirSync, by uSNChanged, or by reading everything.

Each way only names the entries; they are read whole by key, so a row is never half an entry. The cursor
of a first read says so until that read is over: an account switched off years ago is no news in it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ldap3.core.exceptions import (
    LDAPExtensionError,
    LDAPInsufficientAccessRightsResult,
    LDAPOperationResult,
)

from connectors.ad.entries import DN, Entry, Sort, bare_dn, is_deleted, key_of
from connectors.ad.settings import Way
from connectors.ad.wire import Wire
from schemas.records import Cursor, Scalar

VERSION = 1
UNIT = "(objectClass=organizationalUnit)"
_USN = "uSNChanged"


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of entries to read, keys of deleted ones, the cursor after them, and whether it is the first read."""

    keys: list[str]
    gone: list[str]
    cursor: Cursor
    first: bool


def _cursor(way: Way, *, first: bool, **value: Scalar) -> Cursor:
    return Cursor({"way": way, "first": first, **value}, VERSION)


def _known(cursor: Cursor | None, way: Way) -> Mapping[str, Scalar]:
    """The cursor's value; nothing if it was made by another way of reading."""
    value: Mapping[str, Scalar] = {} if cursor is None else cursor.expect(VERSION)
    return value if value.get("way") == way else {}


def by_dirsync(wire: Wire, sort: Sort, cursor: Cursor | None) -> Iterator[Changes]:
    """A first read page by page; later all changes at once, for they are weighed together."""
    known = _known(cursor, "dirsync")
    cookie = base64.b64decode(str(known.get("cookie") or ""))
    try:
        yield from _dirsync(wire, sort, cookie, first=bool(known.get("first", True)))
    except LDAPInsufficientAccessRightsResult:
        raise
    except (LDAPOperationResult, LDAPExtensionError):
        if not cookie:
            raise
        # A controller that was restored does not know the cookie: everything is read again.
        yield from _dirsync(wire, sort, b"", first=True)


def _dirsync(wire: Wire, sort: Sort, cookie: bytes, *, first: bool) -> Iterator[Changes]:
    root = wire.controller().root
    asked = f"(|{sort.any_state}{UNIT})"
    wanted = [*sort.attributes, "isDeleted", "name"]
    held: list[Entry] = []
    for entries, after, more in wire.changed(root, asked, cookie or None, wanted):
        held += entries
        text = base64.b64encode(after).decode()
        if first:
            yield _changes(held, _cursor("dirsync", first=more, cookie=text), first=True)
            held = []
        elif not more and held:
            yield _changes(held, _cursor("dirsync", first=False, cookie=text), first=False)


def by_usn(wire: Wire, sort: Sort, cursor: Cursor | None) -> Iterator[Changes]:
    """Changes of one controller in its own order; another controller counts otherwise and is read anew."""
    known, told = _known(cursor, "usn"), wire.controller()
    same = known.get("dc") == told.invocation
    since = int(known.get("usn") or 0) if same else 0
    first = bool(known.get("first", True)) or not same
    place = wire.settings.base if first else told.root
    found = _since(wire, place, sort, since, deleted=not first)
    size = wire.settings.page if first else max(len(found), 1)
    for start in range(0, len(found), size):
        part = found[start : start + size]
        usn = _usn(part[-1])
        unread = first and start + size < len(found)
        yield _changes(part, _cursor("usn", first=unread, dc=told.invocation, usn=usn), first=first)


def _since(wire: Wire, place: str, sort: Sort, usn: int, *, deleted: bool) -> list[Entry]:
    asked = f"(&(uSNChanged>={usn + 1})(|{sort.any_state}{UNIT}))"
    found = wire.search(place, asked, [_USN, "isDeleted"], deleted=deleted)
    return sorted(found, key=lambda entry: (_usn(entry), key_of(entry)))


def _usn(entry: Entry) -> int:
    return int(entry["raw_attributes"][_USN][0])


def _changes(entries: Iterable[Entry], cursor: Cursor, *, first: bool) -> Changes:
    gone = {key_of(one) for one in entries if is_deleted(one)}
    # An entry may come twice in one answer: the later word counts, and none is later than a deletion.
    keys = dict.fromkeys(key_of(one) for one in entries if key_of(one) not in gone)
    return Changes(list(keys), [] if first else sorted(gone), cursor, first)


WAYS: Mapping[str, Callable[[Wire, Sort, Cursor | None], Iterator[Changes]]] = MappingProxyType(
    {"dirsync": by_dirsync, "usn": by_usn}
)


def moved_along(wire: Wire, sort: Sort, keys: list[str]) -> list[Entry]:
    """The entries under those of the keys that are units: their own change moves all beneath them."""
    base = wire.settings.base
    found: list[Entry] = []
    units = Sort(UNIT, UNIT, (DN,))
    for unit in wire.by_key(units, keys, wire.controller().root):
        place = bare_dn(unit["raw_attributes"][DN][0].decode())
        if _within(place, base):
            found += wire.search(place, sort.alive, sort.attributes)
    return found


def _within(place: str, base: str) -> bool:
    here, there = (dn.replace(", ", ",").casefold() for dn in (place, base))
    return here == there or here.endswith("," + there)
