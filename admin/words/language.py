"""The words of the interface: Russian by default, English; catalogues compiled at start.

Message ids are English sentences, so English needs no catalogue. `missing` gathers what a page asked
for and the Russian catalogue has not, which the tests hold empty.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
CATALOGUE = Path(__file__).parents[1] / "locales" / "ru" / "messages.po"


def N_(message: str) -> str:  # noqa: N802  gettext's own name for a deferred message
    """The message itself, marked for translation where it is shown later."""
    return message


@dataclass
class Remembered(gettext.NullTranslations):
    """English as written; keeps what Russian lacks in `missing`."""

    missing: set[str] = field(default_factory=set)

    def gettext(self, message: str) -> str:
        self.missing.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.missing.add(msgid1)
        return msgid1 if n == 1 else msgid2


def russian() -> gettext.GNUTranslations:
    """The Russian catalogue."""
    return gettext.GNUTranslations(BytesIO(_compiled()))


@cache
def _compiled() -> bytes:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="ru")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


class Words:
    """Both languages: `words["ru"].gettext(...)`."""

    def __init__(self) -> None:
        self.fallback = Remembered()
        self._ru = russian()
        self._ru.add_fallback(self.fallback)
        self._en = gettext.NullTranslations()

    def __getitem__(self, language: Language) -> gettext.NullTranslations:
        return self._ru if language == "ru" else self._en


def known(language: str | None) -> Language | None:
    """The language, if it is one of ours."""
    return next((one for one in LANGUAGES if one == language), None)


_ACRONYMS = {"inn": "INN", "kpp": "KPP", "ogrn": "OGRN", "okpo": "OKPO", "okei": "OKEI", "id": "ID"}


def humane(name: str) -> str:
    """An English label from a column name: `legal_address` → `Legal address`.

    >>> humane("legal_address"), humane("inn")
    ('Legal address', 'INN')
    """
    parts = [_ACRONYMS.get(part, part) for part in name.split("_")]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]
