"""Where a caller is sent: to whom he last talked with, his deputy, or as usual. From memory alone."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from config.telephony import Telephony
from connectors.asterisk.dialplan import Answer, Bearer
from store.clock import utc_now
from store.engine import Store
from store.views.attaching import ranked
from store.views.callers import absent, last_talks


class _ByPhone:
    """Rows found by their phone: a million numbers as columns, not as objects that take seconds to make."""

    def __init__(self, rows: pl.DataFrame) -> None:
        ordered = rows.sort("phone", maintain_order=True)
        self.phones = ordered["phone"].rechunk()
        self._told = ordered.drop("phone").rechunk()

    def of(self, phone: str) -> list[tuple[Any, ...]]:
        """The rows of a phone, in the order they were given."""
        start = bisect_left(self.phones, phone)
        return self._told.slice(start, bisect_right(self.phones, phone, start) - start).rows()


_COMPANIES = {
    "phone": pl.String, "company": pl.String, "name": pl.String, "orders": pl.Int64,
    "enquiries": pl.Int64, "bearers": pl.Int64,
}  # fmt: skip
_LAST = {"phone": pl.String, "employee": pl.String}


@dataclass(frozen=True, slots=True)
class _Known:
    companies: _ByPhone = field(default_factory=lambda: _ByPhone(pl.DataFrame(schema=_COMPANIES)))
    last: _ByPhone = field(default_factory=lambda: _ByPhone(pl.DataFrame(schema=_LAST)))
    absent: frozenset[str] = frozenset()

    def numbers(self) -> int:
        """How many numbers tell anything."""
        return pl.concat([self.companies.phones, self.last.phones]).n_unique()


@dataclass
class Directory:
    """Numbers and whom they talked with; `refresh` reads the store, `answer` never does."""

    rules: Telephony
    _known: _Known = field(default_factory=_Known)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, store: Store) -> int:
        """Read everything anew; how many numbers. While the store is away what was known stays."""
        with self._lock, store.read() as reader:
            table = ranked(reader, None, utc_now()).select(*_COMPANIES)
            named = table.with_columns(pl.col("name").fill_null(""))
            last = last_talks(reader, self.rules.internal).select(*_LAST)
            self._known = _Known(_ByPhone(named), _ByPhone(last), frozenset(absent(reader)))
        return self._known.numbers()

    def answer(self, number: str) -> Answer:
        """Who calls, and the extension he is sent to: his employee, a deputy who is there, else `usual`."""
        known, phone = self._known, phone_of(number)
        talked = known.last.of(phone)
        route = self._present(talked[0][0] if talked else "", known.absent)
        found = known.companies.of(phone)
        if not found:
            return Answer(route)
        companies = tuple(Bearer(*told) for *told, _ in found)
        first, others = companies[0], found[0][-1] - 1
        if others:
            return Answer(route, f"{first.name} +{others}", "", companies)
        return Answer(route, first.name, first.id, companies)

    def _present(self, employee: str, away: frozenset[str]) -> str:
        seen: set[str] = set()
        while employee and employee in away and employee not in seen:
            seen.add(employee)
            employee = self.rules.deputies.get(employee, "")
        return self.rules.usual if not employee or employee in away else employee


def phone_of(number: str) -> str:
    """The number as E.164, as far as its digits tell.

    >>> phone_of("8 (495) 221-18-40"), phone_of("4952211840"), phone_of("+375291112233")
    ('+74952211840', '+74952211840', '+375291112233')
    """
    digits = "".join(sign for sign in number if sign.isdigit())
    if len(digits) == 11 and digits[0] in "78" and not number.startswith("+8"):
        return f"+7{digits[1:]}"
    return f"+7{digits}" if len(digits) == 10 else f"+{digits}"
