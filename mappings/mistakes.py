"""How a mistake in a mapping file is told: where it stands and what would have been right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from schemas.errors import ConfigError


@dataclass(frozen=True)
class Place:
    """A file and a line of it, from 1; line 0 if unknown."""

    file: str
    line: int


def refuse(place: Place, ru: str, en: str) -> ConfigError:
    """The error for a mistake at `place`, to be raised by the caller."""
    return ConfigError(ru, en, file=place.file, line=place.line or None)


def nearest(name: str, known: Iterable[str]) -> tuple[str, str]:
    """A hint in Russian and English with the known names closest to `name`, or all of a few."""
    known = sorted(known)
    close = get_close_matches(name, known, n=3, cutoff=0.5) or (known if len(known) <= 12 else [])
    if not close:
        return "", ""
    return f" Ближайшие: {', '.join(close)}.", f" Nearest: {', '.join(close)}."


def unknown(place: Place, ru: str, en: str, name: str, known: Iterable[str]) -> ConfigError:
    """The error for a name that nobody knows; `ru` and `en` say what kind of name it is."""
    hint_ru, hint_en = nearest(name, known)
    return refuse(place, f"Неизвестно: {ru} «{name}».{hint_ru}", f"Unknown {en} '{name}'.{hint_en}")
