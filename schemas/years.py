"""The years a day or a moment that somebody types may lie in."""

from __future__ import annotations

from datetime import date

from schemas.errors import ConfigError

_YEARS = range(2000, 2101)


def is_odd_year(day: date) -> bool:
    """Whether a day (or a moment) lies outside of 2000 to 2100."""
    return day.year not in _YEARS


def refuse_odd_year(day: date) -> None:
    """ConfigError for a day (or a moment) outside of 2000 to 2100: a slip of the hand, and beyond what zones of time reach."""
    if is_odd_year(day):
        raise ConfigError(
            f"Год должен быть от {_YEARS[0]} до {_YEARS[-1]}. Проверьте дату.",
            f"The year must be from {_YEARS[0]} to {_YEARS[-1]}. Check the date.",
        )
