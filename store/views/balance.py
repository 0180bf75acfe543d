"""The balance sheet: what came in must be what went out, stage by stage (design, law 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.runs import EQUATIONS

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Part:
    """One term of a balance."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One stage's equation: `total` of what came in, and the parts it was split into."""

    kind: str
    total_name: str
    total: int
    parts: tuple[Part, ...]

    @property
    def off(self) -> int:
        """By how many records it does not add up; 0 is good."""
        return self.total - sum(part.value for part in self.parts)


def balances(counts: Counts) -> list[Balance]:
    """The equations of those stages that counted anything; `counts` is (stage, name) → value."""
    found: list[Balance] = []
    for stage, (total, parts) in EQUATIONS.items():
        names = {name for kind, name in counts if kind == stage}
        if total in names:
            terms = tuple(Part(name, counts.get((stage, name), 0)) for name in parts)
            found.append(Balance(stage, total, counts[stage, total], terms))
    return found


def summed(rows: Iterable[Mapping[str, object]]) -> dict[tuple[str, str], int]:
    """Rows of `run_count` (stage, name, value) added up per stage and name."""
    totals: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (str(row["stage"]), str(row["name"]))
        totals[key] = totals.get(key, 0) + int(str(row["value"]))
    return totals
