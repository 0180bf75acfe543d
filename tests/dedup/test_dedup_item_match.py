"""Goods are joined by article and attributes; a difference is a veto along every chain."""

from __future__ import annotations

import random
import re
from itertools import combinations, cycle

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.item_match import match_items, proposals
from mappings.nomenclature import parse, shipped

SCHEMA = {
    "ref": pl.String, "item_key": pl.String, "near_key": pl.String, "maker": pl.String,
    "article": pl.String, "item_class": pl.String, "vector": pl.String,
}  # fmt: skip


def goods(names: list[str]) -> pl.DataFrame:
    """Records of names, with the article and the maker read from them."""
    parsed = parse(pl.Series(names))
    pulled = [
        pl.col("attributes").str.extract(rf"(?:^|; ){name}=([^;]*)").alias(name)
        for name in ("maker", "article")
    ]
    refs = pl.Series("ref", [f"r{at:05d}" for at in range(len(names))])
    return parsed.with_columns(refs, *pulled).select(SCHEMA.keys())


def pairs(vector: str | None) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in (vector or "").split("; ") if pair)


def contradictions(items: pl.DataFrame) -> list[tuple[str, str]]:
    """Pairs of one item that differ in class or in an attribute both have."""
    matched = items.with_columns(match_items(items)["item"])
    wrong = []
    for group in matched.partition_by("item"):
        for one, other in combinations(group.iter_rows(named=True), 2):
            left, right = pairs(one["vector"]), pairs(other["vector"])
            differ = any(left[name] != right[name] for name in left.keys() & right.keys())
            if differ or one["item_class"] != other["item_class"]:
                wrong.append((one["ref"], other["ref"]))
    return wrong


def variants() -> list[str]:
    """Examples of all classes, each with its numbers changed one by one in many ways."""
    steps = cycle([1, 10, -1])
    names = [e["name"] for c in shipped().classes.values() for e in c.declared.examples]
    made = list(names)
    for name in names:
        for found in re.finditer(r"[0-9]+", name):
            changed = str(int(found[0]) + next(steps) if len(found[0]) < 9 else 1)
            made.append(name[: found.start()] + changed + name[found.end() :])
        made.append(name.upper())
        made.append(name.replace("х", "*").replace(",", "."))
    return made


def test_no_two_goods_that_differ_are_one_over_all_classes() -> None:
    """Every class: numbers of its examples changed one at a time, all compared with all."""
    items = goods(variants())
    assert items["item_class"].drop_nulls().n_unique() >= len(shipped().classes) - 2
    assert not contradictions(items)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ВВГнг(А)-LS 3х2,5", "ВВГнг(А)-LS 3х25"), ("Лист 10 09Г2С", "Лист 10 10Г2С1")],
)
def test_one_character_is_another_good(one: str, other: str) -> None:
    items = goods([one, other])
    assert match_items(items)["item"].n_unique() == 2
    assert proposals(items, match_items(items)).is_empty()


def test_one_good_in_two_spellings_is_one() -> None:
    told = match_items(goods(["Полоса 100х4 Ст3сп", "полоса 4*100 ст.3сп", "Полоса 100х5 Ст3сп"]))
    assert told["item"].to_list() == ["r00000", "r00000", "r00002"]
    assert told["rule"].to_list() == ["attributes", "attributes", "alone"]


def test_a_name_that_tells_less_is_only_proposed() -> None:
    items = goods(["Лист 10х1500х6000 Ст3сп5", "Лист 10х1500х6000"])
    matched = match_items(items)
    assert matched["item"].n_unique() == 2
    assert proposals(items, matched).rows() == [("r00000", "r00001")]


def test_an_article_joins_what_does_not_contradict() -> None:
    rows = [
        ("a", None, None, "IEK", "MVA20-3-025-C", "breaker", "i=25; poles=3"),
        ("b", None, None, "iek ", "mva20-3-025-c", "breaker", "i=25; curve=C"),
        ("c", None, None, "EKF", "MVA20-3-025-C", "breaker", "i=25"),
        ("d", None, None, None, "MVA20-3-025-C", "breaker", "i=25"),
    ]
    told = match_items(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert told["item"].to_list() == ["a", "a", "c", "d"]
    assert told["rule"].to_list() == ["article", "article", "alone", "alone"]


def test_a_chain_that_contradicts_is_taken_apart() -> None:
    """The middle record lacks what the outer ones differ in: nobody is joined by the article."""
    rows = [
        ("a", "k1", "n", "IEK", "X-1", "breaker", "i=25; curve=C"),
        ("b", None, "n", "IEK", "X-1", "breaker", "i=25"),
        ("c", "k2", "n", "IEK", "X-1", "breaker", "i=25; curve=D"),
        ("d", "k2", "n", None, None, "breaker", "i=25; curve=D"),
    ]
    told = match_items(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert told["item"].to_list() == ["a", "b", "c", "c"]


def of(rows: list[tuple[str, str | None, str]], **said: list[tuple[str, str]]) -> list[str]:
    """The goods of records told as ref, barcode and vector."""
    table = pl.DataFrame(
        {
            "ref": [row[0] for row in rows],
            "item_key": pl.Series([None] * len(rows), dtype=pl.String),
            "maker": pl.Series([None] * len(rows), dtype=pl.String),
            "article": pl.Series([None] * len(rows), dtype=pl.String),
            "item_class": ["breaker"] * len(rows),
            "vector": [row[2] for row in rows],
            "barcode": pl.Series([row[1] for row in rows], dtype=pl.String),
        }
    )
    return match_items(table, **said)["item"].to_list()


def test_a_barcode_joins_unless_a_shop_drew_it_or_an_attribute_differs() -> None:
    own, drawn = "4600000000015", "2000000000015"
    assert of([("a", own, "i=25"), ("b", own, "poles=3")]) == ["a", "a"]
    assert of([("a", own, "i=25"), ("b", own, "i=16")]) == ["a", "b"]
    assert of([("a", drawn, "i=25"), ("b", drawn, "i=25")]) == ["a", "b"]


GUID, NIL = "6d1f2a10-0c11-11e9-8f5b-d8cb8a2d6a01", "00000000-0000-0000-0000-000000000000"


def test_an_identifier_of_one_1c_joins_unless_an_attribute_differs() -> None:
    def joined(guid: str, *vectors: str) -> list[tuple[str, str]]:
        rows = [(f"r{at}", None, "n", None, None, "breaker", v) for at, v in enumerate(vectors)]
        items = pl.DataFrame(rows, schema=SCHEMA, orient="row")
        return match_items(items.with_columns(guid=pl.lit(guid))).select("item", "rule").rows()

    assert joined(GUID, "i=25", "poles=3") == [("r0", "guid"), ("r0", "guid")]
    assert joined(GUID, "i=25", "i=16") == [("r0", "alone"), ("r1", "alone")]
    assert joined(GUID, "i=25", "", "i=16") == [("r0", "alone"), ("r1", "alone"), ("r2", "alone")]
    assert joined(NIL, "i=25", "i=25") == [("r0", "alone"), ("r1", "alone")]


def test_people_join_a_chain_take_a_record_out_and_never_join_two_sizes() -> None:
    rows = [
        ("a", None, "i=25"),
        ("b", None, "poles=3"),
        ("c", None, "i=25; poles=3"),
        ("d", None, "i=16"),
    ]
    chain = [("b", "a"), ("b", "c")]
    assert of(rows, same=chain) == ["a", "a", "a", "d"]
    assert of(rows, same=chain, apart=[("b", "c")]) == ["a", "b", "a", "d"]
    assert of(rows, same=[*chain, ("c", "d")]) == ["a", "b", "c", "d"]
    assert of(rows, apart=[("a", "b"), ("a", "gone")]) == ["a", "b", "c", "d"]


VALUES = st.sampled_from(["", "i=16", "i=25", "i=16; curve=C", "i=16; curve=D", "i=25; curve=C"])
RECORDS = st.lists(
    st.tuples(VALUES, st.sampled_from([None, "A-1", "A-2"]), st.booleans()), min_size=1, max_size=9
)


@settings(max_examples=25, deadline=None)
@given(RECORDS, st.randoms())
def test_order_changes_nothing_and_differences_never_meet(
    records: list[tuple[str, str | None, bool]], dice: random.Random
) -> None:
    rows = [
        (f"r{at}", vector if keyed and vector else None, "n", "IEK", article, "breaker", vector)
        for at, (vector, article, keyed) in enumerate(records)
    ]
    items = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert not contradictions(items)
    shuffled = items.sample(fraction=1, shuffle=True, seed=dice.randrange(1000))
    assert match_items(items).sort("ref").rows() == match_items(shuffled).sort("ref").rows()
