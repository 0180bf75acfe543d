"""Which stretch of time to read, and where inside it to begin.

A cursor is {"at", "key", "to"}: local time and key of the last row, and the end of the stretch it was
read in. `key` null means that the stretch was read to its end. An unfinished stretch is continued
strictly after (at, key), however often reading is interrupted; the next one begins `lookback` before
the end of the last, so rows committed late inside it are seen (handbook 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.records import Cursor

VERSION = 1
DATE_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Window:
    """Rows changed after `since` (None: from the beginning), strictly after `key` there, up to `to`.

    Times are local text of the database, comparable as text.
    """

    since: str | None
    key: str | None
    to: str

    def cursor(self, at: str, key: str) -> Cursor:
        """Where this window may be resumed after the row (at, key)."""
        return Cursor({"at": at, "key": key, "to": self.to}, VERSION)

    def end(self) -> Cursor:
        """The cursor of this window once read whole."""
        return Cursor({"at": self.to, "key": None, "to": self.to}, VERSION)


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A UTC moment as the database writes it: local, whole seconds, rounded down."""
    return moment.astimezone(zone).strftime(DATE_FORMAT)


def utc(text: str, zone: ZoneInfo) -> datetime:
    """A database time as a UTC moment."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def earlier(text: str, span: timedelta) -> str:
    """The database time `span` before `text`."""
    return (datetime.fromisoformat(text) - span).strftime(DATE_FORMAT)


def beginning(moment: datetime, zone: ZoneInfo, lookback: timedelta) -> Cursor:
    """The cursor whose window begins exactly at `moment`."""
    just_before = earlier(local(moment, zone), timedelta(seconds=1) - lookback)
    return Cursor({"at": just_before, "key": None, "to": just_before}, VERSION)


def windows(cursor: Cursor | None, until: str, lookback: timedelta) -> list[Window]:
    """The windows to read, in order; none if the cursor already lies beyond `until`."""
    if cursor is None:
        return [Window(None, None, until)]
    value = cursor.expect(VERSION)
    at, to, key = str(value["at"]), str(value["to"]), value["key"]
    if key is None:
        return _from(to, until, lookback)
    rest = Window(at, str(key), min(to, until))
    if at > until:
        return []
    return [rest, *(_from(to, until, lookback) if to < until else [])]


def _from(to: str, until: str, lookback: timedelta) -> list[Window]:
    since = earlier(to, lookback)
    return [Window(since, None, until)] if since < until else []
