"""Where a caller is sent: to whom he last talked with, his deputy, or as usual. From memory alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from config.telephony import Telephony
from connectors.asterisk.dialplan import Answer
from store.engine import Store
from store.views.callers import absent, callers


@dataclass(frozen=True, slots=True)
class _Known:
    by_phone: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
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
            table = callers(reader).with_columns(pl.col(pl.String).fill_null(""))
            rows = table.select("phone", "company", "name", "employee").iter_rows()
            by_phone = {phone: (company, name, employee) for phone, company, name, employee in rows}
            self._known = _Known(by_phone, frozenset(absent(reader)))
        return len(by_phone)

    def answer(self, number: str) -> Answer:
        """Who calls, and the extension he is sent to: his employee, a deputy who is there, else `usual`."""
        known = self._known
        company, name, employee = known.by_phone.get(phone_of(number), ("", "", ""))
        return Answer(self._present(employee, known.absent), name, company)

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
