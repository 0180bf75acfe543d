"""Which part of the base somebody sees: companies of some regions, of some owners, or both at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.errors import ConfigError

_REGION = re.compile(r"\d{2}")
_OWNER = re.compile(r"[\w][\w .@+-]{0,79}")
_MOST = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """Regions by their two-digit codes and owners by name; an empty part narrows nothing."""

    regions: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()

    def dumps(self) -> str:
        """The scope as it is stored."""
        return json.dumps({"regions": self.regions, "owners": self.owners}, ensure_ascii=False)

    @classmethod
    def loads(cls, text: str | None) -> Scope | None:
        """The scope stored as `text`; None for the whole base."""
        if text is None:
            return None
        told = json.loads(text)
        return cls(tuple(told["regions"]), tuple(told["owners"]))


def scope_of(regions: Iterable[str], owners: Iterable[str]) -> Scope | None:
    """The scope of these regions and owners; None if neither is given. ConfigError for what is neither.

    >>> scope_of(["74", " 66 "], []).regions
    ('66', '74')
    """
    known = sorted({region.strip() for region in regions} - {""})
    named = sorted({owner_of(owner) for owner in owners if owner.strip()})
    wrong = next((region for region in known if not _REGION.fullmatch(region)), None)
    if wrong is not None:
        raise ConfigError(
            f"«{wrong}» — не код региона: нужны две цифры, например 74.",
            f"{wrong} is no code of a region: two digits are, such as 74.",
        )
    if len(known) > _MOST or len(named) > _MOST:
        raise ConfigError(
            f"Не больше {_MOST} регионов и {_MOST} ответственных на одного.",
            f"No more than {_MOST} regions and {_MOST} owners for one.",
        )
    return Scope(tuple(known), tuple(named)) if known or named else None


def owner_of(text: str) -> str:
    """The name of an owner as it is stored, in lower case; ConfigError if it is none.

    >>> owner_of(" Петров ")
    'петров'
    """
    found = " ".join(text.split()).lower()
    if not _OWNER.fullmatch(found):
        raise ConfigError(
            "Имя ответственного: до 80 букв, цифр, пробелов и знаков . _ @ + -.",
            "The name of an owner is up to 80 letters, digits, blanks and . _ @ + -.",
        )
    return found
