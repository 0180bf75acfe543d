"""The steps at which evidence changes what it says are those that stir its carriers up."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.carriers import COUNT, STEPS
from dedup.compare import compare
from dedup.evidence import CARRIED, evidence_keys, traits
from dedup.model import FIELDS
from dedup.refs import with_ref
from tests.support.records import canonical_records

MANY = 80


def evidence(changed: dict[str, object]) -> pl.DataFrame:
    """A keyless firm as evidence, MANY times, each value carried by 0, 1, 2... companies."""
    told = {
        "key": "1", "name": "ООО «Северсталькомплект»", "name_core": "северсталькомплект", "kind": "organization",
        "kpp": "770101001", "phones": ["+74950000001"], "emails": ["a@firm.example"], "flags": [],
        "legal_address": "Москва, Советская ул.", "address_key": "77|москва|мира|7|", "region": "77",
    }  # fmt: skip
    one = with_ref(canonical_records("party", [told | changed]))
    frame = pl.concat([evidence_keys(one), traits(one)], how="horizontal")
    return pl.concat([frame] * MANY)


def levels(kind: str, left: pl.DataFrame, right: pl.DataFrame) -> list[tuple[object, ...]]:
    number = pl.int_range(MANY, dtype=pl.Int32)
    rare = {name: pl.lit(1, dtype=pl.Int32) for names in CARRIED.values() for name in names}
    counts = rare | dict.fromkeys(CARRIED[kind], number)
    sides = [
        frame.with_columns(count.alias(name + COUNT) for name, count in counts.items())
        for frame in (left, right)
    ]
    return compare(*sides).select(*FIELDS).rows()


@pytest.mark.parametrize("kind", sorted(CARRIED))
@pytest.mark.parametrize(
    "changed",
    [{}, {"emails": ["b@firm.example"]}, {"address_key": None}, {"name_core": "вектор"}],
    ids=["alike", "of one domain", "on one street", "of other names"],
)
def test_a_count_says_something_else_only_beyond_a_step(
    kind: str, changed: dict[str, object]
) -> None:
    told = levels(kind, evidence(changed), evidence({"key": "2"} | changed))
    found = {n - 1 for n in range(2, MANY) if told[n] != told[n - 1]}
    assert found <= set(STEPS[kind])


def test_every_step_of_a_kind_but_the_first_changes_what_is_said() -> None:
    seen: dict[str, set[int]] = {kind: set() for kind in STEPS}
    for changed in ({}, {"emails": ["b@firm.example"]}, {"inn": "7707083893"}):
        for kind, steps in seen.items():
            told = levels(kind, evidence({}), evidence({"key": "2"} | changed))
            steps |= {n - 1 for n in range(2, MANY) if told[n] != told[n - 1]}
    assert seen == {kind: set(steps) - {0} for kind, steps in STEPS.items()}
