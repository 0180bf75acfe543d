"""What was worked out before is not worked out again, and the answer is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import attach, snapshot
from dedup.candidates import candidates
from dedup.evidence import evidence_keys
from dedup.resolve import Resolution, Work, resolve_parties, work_on
from dedup.snapshot import Base, taken
from schemas.content import content_hash
from schemas.decisions import DECISIONS
from schemas.entities import columns, content_columns
from tests.support.examples import examples

NOBODY = pl.DataFrame(
    schema={"ref": pl.String, "golden_id": pl.String, "unit_id": pl.String, "since": pl.Int64}
)
ROW = st.fixed_dictionaries(
    {
        "inn": st.sampled_from([None, None, "7414003633", "7707083893"]),
        "name_core": st.sampled_from(["промстрой", "промсрой", "ромашка", None]),
        "phones": st.lists(st.sampled_from(["+73519240001", "+74957778899"]), max_size=2),
        "address_key": st.sampled_from([None, "74|магнитогорск|кирова|93|"]),
    }
)
DECIDED = st.lists(
    st.tuples(st.sampled_from(["same", "different"]), st.integers(0, 7), st.integers(0, 7)),
    max_size=5,
)


def parties(rows: list[dict[str, Any]]) -> pl.DataFrame:
    full = [
        {"connection": "crm", "stream": "s", "deleted": False, "key": str(n), **row}
        for n, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=columns("party"), orient="row")


def told(rows: int, drawn: list[tuple[str, int, int]]) -> pl.DataFrame:
    pairs = [
        (n, verdict, f"crm/s/{a}", f"crm/s/{b}")
        for n, (verdict, a, b) in enumerate(drawn)
        if a != b and max(a, b) < rows
    ]
    return pl.DataFrame(pairs, schema=DECISIONS, orient="row")


def same(one: Resolution, other: Resolution) -> bool:
    return (
        one.links.equals(other.links)
        and one.review.equals(other.review)
        and one.capped.equals(other.capped)
        and all(one.identities[n].ids.equals(other.identities[n].ids) for n in one.identities)
    )


@settings(max_examples=examples(15), deadline=None)
@given(rows=st.lists(ROW, min_size=2, max_size=8), first=DECIDED, second=DECIDED)
def test_matching_again_under_other_decisions_is_as_matching_anew(
    rows: list[dict[str, Any]],
    first: list[tuple[str, int, int]],
    second: list[tuple[str, int, int]],
) -> None:
    base = parties(rows)
    before = resolve_parties(base, NOBODY, told(len(rows), first))
    decisions = told(len(rows), second)
    again = resolve_parties(base, NOBODY, decisions, work=before.work)
    assert same(again, resolve_parties(base, NOBODY, decisions))


def hashed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Canonical records as the store keeps them."""
    frame = parties(rows)
    return frame.with_columns(content_hash(frame.schema, content_columns("party")).alias("hash"))


def snapshot_of(work: Work, before: Base | None = None) -> Base:
    assert work.compared is not None
    return taken(work.compared.placed, work.living, before)


def matched(rows: pl.DataFrame, before: Base | None) -> tuple[Resolution, Base]:
    found = resolve_parties(rows, NOBODY, work=work_on(rows, before))
    assert found.work is not None
    return found, snapshot_of(found.work, before)


@settings(max_examples=examples(15), deadline=None)
@given(first=st.lists(ROW, min_size=1, max_size=8), second=st.lists(ROW, min_size=1, max_size=8))
def test_matching_what_is_new_is_as_matching_everything(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    _, before = matched(hashed(first), None)
    now = hashed(second)
    found, left = matched(now, before)
    anew, whole = matched(now, None)
    assert same(found, anew)
    asked = now.head(1).with_columns(pl.lit("other").alias("connection"))

    def held(refs: Sequence[str]) -> pl.DataFrame:
        return now.filter(pl.concat_str("connection", "stream", "key", separator="/").is_in(refs))

    assert candidates(asked, left, held).equals(candidates(asked, whole, held))


def test_the_evidence_of_what_has_not_changed_is_not_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows: list[dict[str, Any]] = [{"name_core": f"фирма {n}"} for n in range(5)]
    _, before = matched(hashed(rows), None)
    made: list[int] = []

    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        made.append(frame.height)
        return evidence_keys(frame)

    monkeypatch.setattr(snapshot, "evidence_keys", counted)
    rows[3] = {"name_core": "другая фирма"}
    matched(hashed(rows), before)
    assert made == [1]


def test_records_without_a_hash_are_always_looked_at() -> None:
    base = parties([{"name_core": "ромашка"}])
    _, before = matched(base, None)
    changed = parties([{"name_core": "лютик"}])
    assert same(matched(changed, before)[0], matched(changed, None)[0])


def test_a_decision_that_parts_no_company_has_no_pair_compared_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = parties([{"name_core": "промстрой"}, {"name_core": "ромашка", "inn": "7707083893"}])
    work = resolve_parties(base, NOBODY).work

    def refuse(*_: object) -> None:
        raise AssertionError("compared again")

    monkeypatch.setattr(attach, "score_clusters", refuse)
    merged = resolve_parties(base, NOBODY, told(2, [("same", 0, 1)]), work=work)
    assert merged.links["golden_id"].n_unique() == 1
