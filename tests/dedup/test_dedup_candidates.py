"""One record asked alone is answered as if it had been loaded with all others."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.linkage_set import cleaned
from dedup import snapshot
from dedup.attach import with_nodes
from dedup.blocking import CAPS
from dedup.candidates import FOUND, Records, candidates
from dedup.evidence import evidence_keys
from dedup.legal import entity_keys
from dedup.model import FIELDS, default_model
from dedup.pairs import score_clusters
from dedup.refs import with_ref
from schemas.entities import columns
from simulators.world import World
from tests.support.examples import examples

TOLD = ("score", "zone", "reason", "bits", *FIELDS)
NEW_INN = "7736050003"
SHARED: dict[str, st.SearchStrategy[Any]] = {
    "claimed_inn": st.sampled_from([None, None, "7414003632", "7736050002"]),
    "kind": st.sampled_from([None, "organization", "sole_trader"]),
    "legal_form": st.sampled_from([None, "ООО", "АО", "ИП"]),
    "name": st.sampled_from([None, "Ghjvcnhjq"]),
    "name_core": st.sampled_from(
        ["промстрой", "промсрой", "promstroy", "тд промстрой", "иванов и и", "ghjvcnhjq", None]
    ),
    "full_name": st.sampled_from([None, "ООО «Промстрой»"]),
    "phones": st.lists(st.sampled_from(["+73519240001", "+74957778899"]), max_size=2),
    "emails": st.lists(st.sampled_from(["a@firm.example", "b@firm.example", "i@mail.ru"]), max_size=1),
    "address_key": st.sampled_from([None, "74|магнитогорск|кирова|93|", "77|москва|лесная|5|"]),
    "legal_address": st.sampled_from([None, "Челябинск, ул. Труда"]),
    "kpp": st.sampled_from([None, "741401001"]),
    "region": st.sampled_from([None, "74"]),
    "connection": st.sampled_from(["crm", "ebs", "onec"]),
}  # fmt: skip
KNOWN = st.fixed_dictionaries(
    SHARED
    | {
        "inn": st.sampled_from([None, None, "7414003633", "500100732259"]),
        "ogrn": st.sampled_from([None, None, None, "1027402166835", "1027700132195"]),
    }
)
ASKED = st.fixed_dictionaries(SHARED | {"inn": st.sampled_from([None, None, NEW_INN])})


def parties(rows: list[dict[str, Any]]) -> pl.DataFrame:
    full = [
        {"stream": "parties", "deleted": False, "key": str(n), **row} for n, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=columns("party"), orient="row")


def placed_in(every: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records by ref, and their evidence with the clusters that their requisites make of them."""
    records = with_ref(every)
    return records, with_nodes(entity_keys(records), evidence_keys(records))


def base_of(every: pl.DataFrame) -> snapshot.Base:
    records, placed = placed_in(every)
    return snapshot.taken(placed, records)


def loaded(every: pl.DataFrame, ref: str) -> dict[str, tuple[Any, ...]]:
    """What matching makes of every pair of the record `ref`: ref of the other cluster → TOLD."""
    records, placed = placed_in(every)
    pairs = score_clusters(placed, records, default_model()).pairs.filter(~pl.col("veto"))
    own = placed.filter(ref=ref)["node"].item()
    return {
        records["ref"][b if a == own else a]: tuple(told)
        for a, b, *told in pairs.select("a", "b", *TOLD).iter_rows()
        if own in (a, b)
    }


def held_in(every: pl.DataFrame) -> Records:
    """The records of refs, as a store would give them: in an order of its own."""
    records = with_ref(every).sort("ref", descending=True)
    return lambda refs: records.filter(pl.col("ref").is_in(refs)).drop("ref")


def asked_alone(record: pl.DataFrame, others: pl.DataFrame) -> dict[str, tuple[Any, ...]]:
    found = candidates(record, base_of(others), held_in(others))
    refs = with_ref(others)["ref"]
    return {refs[node]: tuple(told) for node, *told in found.select("node", *TOLD).iter_rows()}


def ref_of(record: pl.DataFrame) -> str:
    return str(with_ref(record)["ref"][0])


@settings(max_examples=examples(40), deadline=None)
@given(rows=st.lists(KNOWN, min_size=1, max_size=9), asked=ASKED)
def test_every_pair_of_an_asked_record_is_weighed_as_if_it_were_loaded(
    rows: list[dict[str, Any]], asked: dict[str, Any]
) -> None:
    every = parties([*rows, asked])
    record = every.tail(1)
    assert asked_alone(record, every.head(-1)) == loaded(every, ref_of(record))


@pytest.fixture(scope="module")
def world() -> pl.DataFrame:
    """A base of a made-up world, with its errors of every kind."""
    raw = World(seed=3, companies=300).flat(500)
    stamp = pl.col("updated_at").dt.strftime("%Y-%m-%d %H:%M:%S")
    return cleaned(raw.with_columns(stamp)).select(*columns("party"))


@pytest.mark.parametrize("nth", range(0, 480, 80))
def test_it_is_so_in_a_base_with_errors_of_every_kind(world: pl.DataFrame, nth: int) -> None:
    bare = [pl.lit(None, dtype=pl.String).alias(n) for n in ("inn", "ogrn", "head_key")]
    record = world[nth : nth + 1].with_columns(bare)
    others = pl.concat([world[:nth], world[nth + 1 :]])
    found = asked_alone(record, others)
    assert found == loaded(pl.concat([others, record]), ref_of(record))


@pytest.mark.parametrize("more", [0, 1])
def test_a_name_that_too_many_carry_finds_nobody(more: int) -> None:
    rows = [{"connection": "ebs", "name_core": "ромашка"}] * (CAPS["name"] - 1 + more)
    every = parties([*rows, {"connection": "hub", "name_core": "ромашка"}])
    found = asked_alone(every.tail(1), every.head(-1))
    assert found == loaded(every, ref_of(every.tail(1)))
    assert (not found) == bool(more)


def test_of_a_large_cluster_the_record_that_shares_something_is_compared() -> None:
    rows: list[dict[str, Any]] = [{"connection": "ebs", "ogrn": "1027402166835"}] * 30
    rows[25] = {**rows[25], "phones": ["+73519240001"], "name_core": "промстрой"}
    for connection in ("crm", "hub"):
        asked = {"connection": connection, "phones": ["+73519240001"], "name_core": "промстрой"}
        every = parties([*rows, asked])
        record = every.tail(1)
        found = asked_alone(record, every.head(-1))
        assert found == loaded(every, ref_of(record))


def test_an_empty_base_has_no_candidates() -> None:
    record = parties([{"connection": "hub", "name_core": "ромашка"}])
    found = candidates(record, base_of(record.clear()), held_in(record))
    assert found.is_empty()
    assert dict(found.schema) == FOUND


def test_the_arrays_of_a_base_make_the_same_base_again() -> None:
    known = parties([{"connection": "ebs", "name_core": "ромашка"}] * 3)
    base = base_of(known)
    again = snapshot.Base(**base.arrays(), spans=base.spans)
    record = parties([{"connection": "hub", "name_core": "ромашка"}])
    held = held_in(known)
    assert candidates(record, again, held).equals(candidates(record, base, held))
    assert base.size == 3


def test_a_record_that_is_gone_since_is_no_candidate() -> None:
    known = parties([{"connection": "ebs", "name_core": "ромашка"}] * 2)
    record = parties([{"connection": "hub", "name_core": "ромашка"}])
    found = candidates(record, base_of(known), held_in(known.head(1)))
    assert found["ref"].to_list() == ["ebs/parties/0"]
    assert candidates(record, base_of(known), held_in(known.clear())).is_empty()
