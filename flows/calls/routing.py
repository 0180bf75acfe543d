"""Where a caller is sent: to whom he last talked with, his deputy, or as usual. From memory alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from config.telephony import Telephony
from connectors.asterisk.dialplan import Answer, Bearer
from store.clock import utc_now
from store.engine import Store
from store.views.attaching import ranked
from store.views.callers import absent, last_talks


@dataclass(frozen=True, slots=True)
class _Known:
    bearers: Mapping[str, tuple[Bearer, ...]] = field(default_factory=dict)
    many: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()


@dataclass
class Directory:
    """Numbers and whom they talked with; `refresh` reads the store, `answer` never does."""

    rules: Telephony
    _known: _Known = field(default_factory=_Known)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, store: Store) -> int:
        """Read everything anew; how many numbers. While the store is away what was known stays."""
        with self._lock, store.read() as reader:
            table = ranked(reader, None, utc_now())
            last = last_talks(reader, self.rules.internal)
            self._known = _Known(
                _bearers(table),
                _many(table),
                dict(last.iter_rows()),
                frozenset(absent(reader)),
            )
        return len(self._known.bearers.keys() | self._known.last.keys())

    def answer(self, number: str) -> Answer:
        """Who calls, and the extension he is sent to: his employee, a deputy who is there, else `usual`."""
        known, phone = self._known, phone_of(number)
        route = self._present(known.last.get(phone, ""), known.absent)
        companies = known.bearers.get(phone, ())
        if not companies:
            return Answer(route)
        first, others = companies[0], known.many.get(phone, 1) - 1
        if others:
            return Answer(route, f"{first.name} +{others}", "", companies)
        return Answer(route, first.name, first.id, companies)

    def _present(self, employee: str, away: frozenset[str]) -> str:
        seen: set[str] = set()
        while employee and employee in away and employee not in seen:
            seen.add(employee)
            employee = self.rules.deputies.get(employee, "")
        return self.rules.usual if not employee or employee in away else employee


def _bearers(table: pl.DataFrame) -> dict[str, tuple[Bearer, ...]]:
    """Phone → its companies as they are ranked."""
    named = table.with_columns(pl.col("name").fill_null(""))
    found: dict[str, tuple[Bearer, ...]] = {}
    for phone, *told in named.select("phone", "company", "name", "orders", "enquiries").iter_rows():
        found[phone] = (*found.get(phone, ()), Bearer(*told))
    return found


def _many(table: pl.DataFrame) -> dict[str, int]:
    """Phone → how many companies bear it, where they are several."""
    shared = table.filter(pl.col("bearers") > 1).select("phone", "bearers").unique()
    return dict(shared.iter_rows())


def phone_of(number: str) -> str:
    """The number as E.164, as far as its digits tell.

    >>> phone_of("8 (495) 221-18-40"), phone_of("4952211840"), phone_of("+375291112233")
    ('+74952211840', '+74952211840', '+375291112233')
    """
    digits = "".join(sign for sign in number if sign.isdigit())
    if len(digits) == 11 and digits[0] in "78" and not number.startswith("+8"):
        return f"+7{digits[1:]}"
    return f"+7{digits}" if len(digits) == 10 else f"+{digits}"
