"""What the gate finds: companies that are there already, and companies a typed one may be."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.why import Step


@dataclass(frozen=True, slots=True)
class Hit:
    """A counterparty that is there already: by which rule it was found, and the sentence why."""

    id: str
    name: str | None
    inn: str | None
    ogrn: str | None
    rule: str
    why_ru: str
    why_en: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Similar(Hit):
    """A company that a record may be: a hit by evidence, with its zone and what speaks for it."""

    zone: str = ""
    evidence: tuple[Step, ...] = ()
