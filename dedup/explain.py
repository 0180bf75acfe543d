"""Why this value is here, and why not that one: the survivorship function run on one cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dedup.refs import REF
from dedup.trust import UNTRUSTED, TrustOrder, in_order

WON = "won"
SAME = "same_value"
LESS_TRUSTED = "less_trusted"
OLDER = "older"
DEAD = "dead"
UNIT_ONLY = "unit_only"
LATER_REF = "later_ref"
_JUDGED = (REF, "trust_rank", "changed_at", "dead", "aside")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record's value of one field; `verdict` is why it won or lost."""

    field: str
    ref: str
    value: str
    trust_rank: int
    changed_at: str
    verdict: str


def explain(records: pl.DataFrame, fields: Sequence[str], trust: TrustOrder) -> list[Candidate]:
    """Every candidate for each field of one identity, winner first. `records` have a ref column."""
    ranked = {
        field: rows for order, some in trust.groups(fields).items()
        for rows in [in_order(records, trust, order).select(*_JUDGED, *some).to_dicts()]
        for field in some
    }  # fmt: skip
    found: list[Candidate] = []
    for field in fields:
        rows = [row for row in ranked[field] if row[field] is not None]
        found.extend(
            Candidate(
                field=field,
                ref=row[REF],
                value=str(row[field]),
                trust_rank=min(row["trust_rank"], UNTRUSTED),
                changed_at=str(row["changed_at"] or ""),
                verdict=WON if place == 0 else _why_not(rows[0], row, field),
            )
            for place, row in enumerate(rows)
        )
    return found


def _why_not(winner: dict[str, object], row: dict[str, object], field: str) -> str:
    if row[field] == winner[field]:
        return SAME
    for column, verdict in (
        ("dead", DEAD), ("aside", UNIT_ONLY), ("trust_rank", LESS_TRUSTED), ("changed_at", OLDER),
    ):  # fmt: skip
        if row[column] != winner[column]:
            return verdict
    return LATER_REF
