"""Decisions: what people, rules and batches judged about records, kept for ever and withdrawn, never edited.

golden = f(canonical records, decisions, rules): a decision is the only way a judgement enters (design 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

Kind = Literal["same", "different", "split_off", "value", "unsure", "audit"]
AuthorKind = Literal["person", "rule", "batch"]
SAME: Final = "same"
DIFFERENT: Final = "different"
SPLIT_OFF: Final = "split_off"
VALUE: Final = "value"
UNSURE: Final = "unsure"
# A question, not an answer: is what evidence joined one company? It is open until the pair is judged.
AUDIT: Final = "audit"

# What matching obeys: decisions in force, each about two living records. The verdict is "same" (they are
# one legal entity) or "different" (`left_ref` leaves if a hard key would put them together). Refs are
# "connection/stream/key".
DECISIONS: dict[str, pl.DataType] = {
    "decision_id": pl.Int64(),
    "verdict": pl.String(),
    "left_ref": pl.String(),
    "right_ref": pl.String(),
}
NO_DECISIONS = pl.DataFrame(schema=DECISIONS)

# The verdict matching hears of a decision of each kind; `value` and `unsure` say nothing to it.
VERDICTS: MappingProxyType[str, str] = MappingProxyType(
    {SAME: SAME, DIFFERENT: DIFFERENT, SPLIT_OFF: DIFFERENT}
)

# The facts a judgement about two records rests on: when one of them changes, a person is asked again.
EVIDENCE = (
    "kind", "name", "full_name", "legal_form", "name_core", "branch", "inn", "kpp", "ogrn", "okpo",
    "country", "national_number",
)  # fmt: skip

# What a steward may set by hand, per golden entity; phones and emails are added to those of the sources.
SETTABLE: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "legal_entity": (
            "kind", "name", "full_name", "legal_form", "inn", "ogrn", "okpo", "country",
            "national_number", "legal_address", "region", "segment", "planned_volume", "status",
            "phones", "emails",
        ),
        "unit": ("kpp", "name", "actual_address", "region"),
        "contact": (
            "name", "last_name", "first_name", "middle_name", "position", "phones", "emails",
        ),
        "item": ("code", "article", "name", "unit", "okei", "manufacturer", "category", "barcode"),
    }
)  # fmt: skip
MANY_VALUED: MappingProxyType[str, str] = MappingProxyType({"phones": "phone", "emails": "email"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing judged. Refs of a side are the records of one identity: the first that lives stands for it.

    Of two records: `verdict` same, different (the left one leaves) or unsure; `score` and `why` are what
    evidence said of the pair, looked up in the queue where they are not given. Of a value: `entity` (golden),
    `field` and `value` of the identity of `left`. Judgements with one `act` were made together.
    """

    kind: Kind
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    verdict: str | None = None
    entity: str = "legal_entity"
    field: str | None = None
    value: str | None = None
    act: int = 0
    score: float | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, by what means, and why."""

    name: str
    kind: AuthorKind = "person"
    reason: str | None = None
    batch: str | None = None
