"""Laws of matching by evidence and decisions, on small random bases full of collisions."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.model import Model, default_model
from dedup.resolve import Resolution, resolve_parties
from dedup.train import train
from dedup.why import why
from schemas.decisions import DECISIONS, NO_DECISIONS
from schemas.entities import columns
from simulators.world import World
from tests.support.examples import examples

NOBODY = pl.DataFrame(
    schema={"ref": pl.String, "golden_id": pl.String, "unit_id": pl.String, "since": pl.Int64}
)
ROW = st.fixed_dictionaries(
    {
        "inn": st.sampled_from([None, None, "7414003633", "7707083893", "500100732259"]),
        "ogrn": st.sampled_from([None, None, None, "1027402166835", "1027700132195"]),
        "claimed_inn": st.sampled_from([None, None, "7414003632"]),
        "kind": st.sampled_from([None, "organization", "sole_trader"]),
        "legal_form": st.sampled_from([None, "ООО", "АО", "ИП"]),
        "name_core": st.sampled_from(
            ["промстрой", "промсрой", "promstroy", "тд промстрой", "цветы юга", "иванов и и", None]
        ),
        "phones": st.lists(st.sampled_from(["+73519240001", "+74957778899"]), max_size=2),
        "emails": st.lists(st.sampled_from(["a@firm.example", "info@mail.ru"]), max_size=1),
        "address_key": st.sampled_from([None, "74|магнитогорск|кирова|93|", "77|москва|лесная|5|"]),
        "legal_address": st.sampled_from([None, "Кирова, 93", "Лесная, 5"]),
        "region": st.sampled_from([None, "74", "77"]),
        "connection": st.sampled_from(["ebs", "onec"]),
    }
)
ROWS = st.lists(ROW, min_size=2, max_size=9)
DECIDED = st.lists(
    st.tuples(st.sampled_from(["same", "different"]), st.integers(0, 8), st.integers(0, 8)),
    max_size=5,
)


def parties(rows: list[dict[str, Any]]) -> pl.DataFrame:
    full = [
        {"stream": "parties", "deleted": False, "key": str(n), **row} for n, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=columns("party"), orient="row")


def refs(rows: list[dict[str, Any]]) -> list[str]:
    return [f"{row['connection']}/parties/{n}" for n, row in enumerate(rows)]


def decisions(rows: list[dict[str, Any]], drawn: list[tuple[str, int, int]]) -> pl.DataFrame:
    known = refs(rows)
    told = [
        (n, verdict, known[a], known[b])
        for n, (verdict, a, b) in enumerate(drawn)
        if a < len(known) and b < len(known) and a != b
    ]
    return pl.DataFrame(told, schema=DECISIONS, orient="row")


def bearers(found: Resolution) -> dict[str, str]:
    ref = pl.concat_str("connection", "stream", "key", separator="/")
    return dict(found.links.select(ref, "golden_id").iter_rows())


@settings(max_examples=examples(15), deadline=None)
@given(rows=ROWS, drawn=DECIDED, seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(
    rows: list[dict[str, Any]], drawn: list[tuple[str, int, int]], seed: int
) -> None:
    base, told = parties(rows), decisions(rows, drawn)
    order = list(range(base.height))
    random.Random(seed).shuffle(order)  # noqa: S311  a shuffle, no secret
    first, second = (resolve_parties(b, NOBODY, told) for b in (base, base[order]))
    assert first.links.equals(second.links)
    assert first.review.equals(second.review)


@settings(max_examples=examples(20), deadline=None)
@given(rows=ROWS, drawn=DECIDED)
def test_two_inn_never_share_an_entity_whatever_is_decided(
    rows: list[dict[str, Any]], drawn: list[tuple[str, int, int]]
) -> None:
    base = parties(rows)
    found = resolve_parties(base, NOBODY, decisions(rows, drawn))
    held = found.links.join(base, on=["connection", "stream", "key"])
    numbers = held.group_by("golden_id").agg(pl.col("inn").drop_nulls().n_unique())
    assert numbers["inn"].max() in (0, 1)


@settings(max_examples=examples(20), deadline=None)
@given(rows=ROWS, drawn=DECIDED)
def test_records_kept_apart_by_a_decision_are_apart(
    rows: list[dict[str, Any]], drawn: list[tuple[str, int, int]]
) -> None:
    told = decisions(rows, drawn)
    bearer = bearers(resolve_parties(parties(rows), NOBODY, told))
    for left, right in told.filter(verdict="different").select("left_ref", "right_ref").iter_rows():
        assert bearer[left] != bearer[right]


@settings(max_examples=examples(20), deadline=None)
@given(rows=ROWS, pair=st.tuples(st.integers(0, 8), st.integers(0, 8)))
def test_records_joined_by_a_decision_are_one_unless_two_inn_object(
    rows: list[dict[str, Any]], pair: tuple[int, int]
) -> None:
    told = decisions(rows, [("same", *pair)])
    base = parties(rows)
    before = bearers(resolve_parties(base, NOBODY))
    bearer = bearers(resolve_parties(base, NOBODY, told))
    inn = dict(zip(refs(rows), (row["inn"] for row in rows), strict=True))
    for left, right in told.select("left_ref", "right_ref").iter_rows():
        both = {inn[r] for r in inn if before[r] in (before[left], before[right])} - {None}
        if len(both) <= 1:
            assert bearer[left] == bearer[right]


def test_a_split_off_leaves_together() -> None:
    rows = [{"connection": "ebs", "inn": "7414003633", "name_core": "промстрой"}] * 4
    base = parties(rows)
    a, b, left, right = refs(rows)
    told = pl.DataFrame(
        [(1, "different", a, left), (2, "different", b, left), (3, "same", a, b)],
        schema=DECISIONS, orient="row",
    )  # fmt: skip
    bearer = bearers(resolve_parties(base, NOBODY, told))
    assert bearer[a] == bearer[b] != bearer[left] == bearer[right]


def test_without_decisions_nothing_is_decided() -> None:
    base = parties([{"connection": "ebs", "inn": "7414003633"}] * 2)
    assert resolve_parties(base, NOBODY, NO_DECISIONS).links.equals(
        resolve_parties(base, NOBODY).links
    )


def test_a_model_survives_its_text_and_a_broken_one_is_refused() -> None:
    model = default_model()
    assert Model.from_json(model.to_json()) == model


def world(companies: int, rows: int) -> pl.DataFrame:
    """Canonical records of the invented world, with clean fields only."""
    flat = World(seed=5, companies=companies).flat(rows)
    return pl.DataFrame(
        {
            **{n: flat[n] for n in ("inn", "kpp", "ogrn", "name")},
            "connection": flat["source"],
            "key": flat["source_id"],
            "name_core": flat["name"].str.to_lowercase().str.replace_all(r"[^\p{L} ]", ""),
            "emails": flat["emails"].str.to_lowercase().str.split(";"),
        }
    ).with_columns(
        pl.lit("parties").alias("stream"),
        pl.lit(False).alias("deleted"),
        *(
            pl.lit(None, dtype=kind).alias(name)
            for name, kind in columns("party").items()
            if name not in {"inn", "kpp", "ogrn", "name", "connection", "key", "name_core",
                            "emails", "stream", "deleted"}
        ),
    ).select(*columns("party"))  # fmt: skip


def test_training_is_the_same_for_any_order_and_leaves_a_tiny_base_alone() -> None:
    base, model = world(700, 1500), default_model()
    learnt = train(base, model, share=1.0)
    assert learnt == train(base.sort("key", descending=True), model, share=1.0)
    assert train(base.head(5), model) == model


def test_why_tells_what_speaks_for_and_against_with_flags_first() -> None:
    firm = {
        "connection": "ebs", "inn": "7414003633", "kind": "organization", "legal_form": "ООО",
        "name_core": "промстрой", "phones": ["+73519240001"],
    }  # fmt: skip
    same = {**firm, "inn": None, "connection": "onec"}
    base = parties([firm, same, {**same, "legal_form": "АО"}, {**firm, "inn": "7707083893"}])
    for_ = why("ebs/parties/0", "onec/parties/1", base)
    assert for_.zone == "auto"
    assert not for_.flags
    assert "Одна компания" in for_.ru
    assert for_.start + sum(step.bits for step in for_.steps) > 6
    against = why("ebs/parties/0", "onec/parties/2", base)
    assert against.reason == "forms_differ"
    assert against.flags[0][1] == "the legal forms are incompatible"
    vetoed = why("ebs/parties/0", "ebs/parties/3", base)
    assert vetoed.score == 0
    assert vetoed.flags[0][1] == "the records have two valid INN"
