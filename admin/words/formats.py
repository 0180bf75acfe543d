"""Numbers, dates and durations as people read them: NBSP groups, `21.11.2026 14:05`, `3 ч 20 мин`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import phonenumbers as pn
from babel.numbers import format_decimal, format_percent, get_group_symbol

from admin.words.language import Language

_NBSP = "\N{NO-BREAK SPACE}"
_DASH = "\N{EM DASH}"


@dataclass(frozen=True)
class Formats:
    """Formatting in one language and time zone."""

    language: Language
    zone: ZoneInfo
    words: NullTranslations

    def number(self, value: int | float | None) -> str:
        """A grouped number; a dash for None."""
        if value is None:
            return _DASH
        if isinstance(value, int):  # pages are full of them, and the library takes 50 us for each
            return f"{value:,}".replace(",", _group_symbol(self.language))
        return str(format_decimal(value, locale=self.language))

    def money(self, value: float) -> str:
        """An amount to kopecks, which a whole one does without."""
        exact = round(value, 2)
        pattern = "#,##0" if exact.is_integer() else "#,##0.00"
        return str(format_decimal(exact, pattern, locale=self.language))

    def roubles(self, value: str) -> str:
        """A decimal text as an amount of roubles."""
        return f"{self.money(float(value))}\N{NO-BREAK SPACE}₽"

    def kopecks(self, value: float) -> str:
        """An amount with its kopecks, so that amounts under one another align."""
        return str(format_decimal(value, "#,##0.00", locale=self.language))

    def exact(self, value: float | None) -> str:
        """A number with all its decimals, which a form may send back as it is; a dash for None."""
        if value is None:
            return _DASH
        return str(
            format_decimal(
                value, locale=self.language, decimal_quantization=False, group_separator=False
            )
        )

    def capped(self, value: int, cap: int) -> str:
        """A count that stopped counting at `cap`: `10 000+`."""
        return f"{self.number(cap)}+" if value > cap else self.number(value)

    def percent(self, value: float | None) -> str:
        """A share with one decimal; never shown as 100 % while something is missing."""
        if value is None:
            return _DASH
        if 0.999 < value < 1:
            return ">" + str(format_percent(0.999, "#,##0.0 %", locale=self.language))
        return str(format_percent(value, "#,##0.# %", locale=self.language)).replace(" ", _NBSP)

    def instant(self, value: datetime | None) -> str:
        """Day and minute in the user's zone."""
        return _DASH if value is None else f"{self._local(value):%d.%m.%Y %H:%M}"

    def day(self, value: str) -> str:
        """A day of ISO 8601 as people write it."""
        return f"{date.fromisoformat(value):%d.%m.%Y}"

    def clock(self, value: datetime | None) -> str:
        """The time of day to the second in the user's zone, for moments of one event."""
        return _DASH if value is None else f"{self._local(value):%H:%M:%S}"

    def phone(self, value: str) -> str:
        """A number as it is written by hand, `+7 495 123-45-67 ext. 12`; what is no full number as it is."""
        number, _, extension = value.partition(";ext=")
        written = _by_hand(number)
        word = self.words.gettext("ext.")
        return _NBSP.join((written, word, extension)) if extension else written

    def precise(self, value: datetime | None) -> str:
        """The same instant in UTC to the second, for the hover title."""
        return "" if value is None else f"{_aware(value).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    def duration(self, seconds: float | None) -> str:
        """The two largest parts of a duration."""
        if seconds is None:
            return _DASH
        if 0 < seconds < 1:
            return self.words.gettext("under 1 s").replace(" ", _NBSP)
        parts = self._parts(max(0, round(seconds)))
        return _NBSP.join(f"{n}{_NBSP}{unit}" for n, unit in parts[:2])

    def hours(self, seconds: float | None) -> str:
        """Working time: hours and minutes, however many days they make."""
        if seconds is None:
            return _DASH
        hours, minutes = divmod(round(seconds / 60), 60)
        word = self.words.gettext
        return f"{hours}{_NBSP}{word('h')}{_NBSP}{minutes:02}{_NBSP}{word('min')}"

    def is_past(self, value: datetime) -> bool:
        """Whether the moment is over by now."""
        return _aware(value) < datetime.now(UTC)

    def until(self, value: datetime) -> str:
        """How long it is to a moment, or how long since, in whole minutes."""
        seconds = abs((_aware(value) - datetime.now(UTC)).total_seconds())
        return self.duration(max(60, seconds - seconds % 60))

    def ago(self, value: datetime | None, now: datetime) -> str:
        """How long ago, in words; a dash for None."""
        if value is None:
            return _DASH
        seconds = (now - _aware(value)).total_seconds()
        if seconds < 60:
            return self.words.gettext("just now")
        return self.words.gettext("%s ago") % self.duration(seconds - seconds % 60)

    def _parts(self, seconds: int) -> list[tuple[int, str]]:
        word = self.words.gettext
        days, rest = divmod(seconds, 86400)
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        all_parts = [
            (days, word("d")),
            (hours, word("h")),
            (minutes, word("min")),
            (seconds, word("s")),
        ]
        while len(all_parts) > 1 and all_parts[0][0] == 0:
            all_parts.pop(0)
        kept = all_parts[:2]
        return [kept[0], *(part for part in kept[1:] if part[0])]

    def _local(self, value: datetime) -> datetime:
        return _aware(value).astimezone(self.zone)


@lru_cache
def _group_symbol(language: Language) -> str:
    return str(get_group_symbol(language))


@lru_cache(maxsize=10_000)
def _by_hand(number: str) -> str:
    if not (number.startswith("+") and number[1:].isdigit()):
        return number
    try:
        parsed = pn.parse(number)
    except pn.NumberParseException:
        return number
    return pn.format_number(parsed, pn.PhoneNumberFormat.INTERNATIONAL).replace(" ", _NBSP)


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)
