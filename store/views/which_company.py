"""Which company somebody means who types an id, an INN or a name where one company is to be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from schemas.errors import ConfigError
from store import identity
from store.engine import Reader
from store.finding import find
from store.search import normal
from store.tables import golden
from store.views.paging import dicts

_COMPANY = golden["legal_entity"].c
_MOST = 10
_QUOTED = 100


@dataclass(frozen=True, slots=True)
class Firm:
    """A company to choose: id, name and INN."""

    id: str
    name: str | None
    inn: str | None

    @property
    def told(self) -> str:
        """The company as a person knows it from another of its name."""
        name = self.name or self.id
        return f"{name} ({self.inn})" if self.inn else name


def which(reader: Reader, typed: str, most: int = _MOST) -> Sequence[Firm]:
    """The living companies that fit, best first: one alone if there is no doubt, none if nothing fits."""
    lives = identity.resolve(reader, typed.strip().lower()) or typed.strip()
    known = sa.select(_COMPANY.id, _COMPANY.name, _COMPANY.inn).where(_COMPANY.id == lives)
    if same := [Firm(**row) for row in dicts(reader, known.where(_COMPANY.state == "active"))]:
        return same
    hits = [hit for hit in find(reader, typed, most).hits if hit.kind == "legal_entity"]
    exact = [hit for hit in hits if hit.exact or normal(hit.title or "") == normal(typed)]
    return [Firm(hit.id, hit.title, hit.inn) for hit in exact or hits]


def meant(reader: Reader, typed: str) -> str:
    """The id of the one company that fits; ConfigError if none does, or several."""
    found, said = which(reader, typed), typed.strip()[:_QUOTED]
    if not found:
        raise ConfigError(
            f"По «{said}» контрагента в базе нет. Введите его ИНН, id или наименование.",
            f"No counterparty of the base fits '{said}'. Type its INN, its id or its name.",
        )
    if len(found) > 1:
        named = "; ".join(one.told for one in found)
        raise ConfigError(
            f"По «{said}» подходят несколько: {named}. Выберите одного или введите ИНН.",
            f"Several fit '{said}': {named}. Choose one, or type its INN.",
        )
    return found[0].id
