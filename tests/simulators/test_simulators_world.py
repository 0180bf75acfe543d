"""The world is the same for the same seed, and its truth tells no lies."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.world import INN_SPOILT, LABELS, World
from simulators.world.labels import names
from simulators.world.numbers import inn10, inn12, inn_holds, ogrn13, ogrn15, okpo
from tests.support.examples import examples

SOURCES = ("ebs", "onec", "commerceml", "files")


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, companies=3000)


@pytest.fixture(scope="module")
def cards(world: World) -> pl.DataFrame:
    parts = [world.cards(source).with_columns(source=pl.lit(source)) for source in SOURCES]
    return pl.concat(parts, how="diagonal")


def _spoilt(kinds: str = "kinds") -> pl.Expr:
    return pl.col(kinds).list.set_intersection(sorted(INN_SPOILT)).list.len() > 0


def test_known_numbers_pass_the_generators() -> None:
    """Public numbers (handbook 2.1) are what the generators make of their first digits."""

    def last(numbers: object) -> int:
        return int(numbers[0])  # type: ignore[index]  # one-element arrays below

    assert last(inn10(np.array([770_708_389]))) == 7_707_083_893
    assert last(inn12(np.array([5_001_007_322]))) == 500_100_732_259
    assert last(ogrn13(np.array([102_740_216_683]))) == 1_027_402_166_835
    assert [last(ogrn15(np.array([n]))) for n in (32_077_460_012_345, 32_077_460_012_348)] == [
        320_774_600_123_457,
        320_774_600_123_480,
    ]
    assert last(okpo(np.array([18_642]), 7)) == 186_424


@settings(max_examples=examples(8), deadline=None)
@given(seed=st.integers(0, 2**31), companies=st.integers(40, 300))
def test_same_seed_gives_the_same_world(seed: int, companies: int) -> None:
    first, second = World(seed, companies), World(seed, companies)
    assert first.truth().equals(second.truth())
    assert first.flat(200).equals(second.flat(200))


def test_another_seed_gives_another_world(world: World) -> None:
    other = World(seed=8, companies=3000)
    assert not world.entities["inn"].equals(other.entities["inn"])


def test_every_requisite_of_an_entity_is_valid_and_its_own(world: World) -> None:
    entities = world.entities
    known = entities.filter(pl.col("inn").is_not_null())
    assert inn_holds(known["inn"]).all()
    for column in ("inn", "ogrn", "okpo"):
        assert not entities[column].drop_nulls().is_duplicated().any(), column
    widths = entities.group_by("kind").agg(pl.col("ogrn").drop_nulls().str.len_chars().unique())
    sizes = dict(widths.iter_rows())
    assert sizes["organization"] == [13]
    assert sizes["sole_trader"] == [15]
    assert entities.filter(pl.col("kind").is_in(["sole_trader", "person"]))["kpp"].null_count() == (
        entities["kind"].is_in(["sole_trader", "person"]).sum()
    )


def test_foreign_companies_have_an_inn_of_their_own_in_a_large_world() -> None:
    entities = World(seed=1, companies=160_000).entities
    abroad = entities.filter(pl.col("kind") == "foreign")["inn"].drop_nulls()
    assert len(abroad) > 1000
    assert abroad.str.starts_with("9909").all()
    assert not abroad.is_duplicated().any()
    assert inn_holds(abroad).all()


def test_an_inn_differs_from_its_company_only_where_a_label_says_so(
    world: World, cards: pl.DataFrame
) -> None:
    own = world.entities.select("entity", own_inn="inn")
    labelled = cards.join(own, on="entity", how="left").with_columns(kinds=names())
    clean = labelled.filter(~_spoilt())
    assert clean.filter(pl.col("inn").ne_missing(pl.col("own_inn"))).is_empty()
    assert inn_holds(clean["inn"].drop_nulls()).all()
    spoilt = labelled.filter(_spoilt())
    assert not spoilt.is_empty()
    assert spoilt.filter(pl.col("inn").eq_missing(pl.col("own_inn"))).is_empty()


@pytest.mark.parametrize("label", ["swapped_inn", "bad_checksum", "lost_zero"])
def test_a_damaged_inn_fails_its_checksum(label: str, cards: pl.DataFrame) -> None:
    """`lost_zero` leaves 9 or 11 digits; the other two keep the length and break the control digit."""
    damaged = cards.filter(names().list.contains(label))
    assert not damaged.is_empty()
    assert not inn_holds(damaged["inn"]).any()
    if label == "lost_zero":
        assert inn_holds("0" + damaged["inn"]).all()


def test_every_label_occurs(world: World) -> None:
    seen = set(world.truth()["kinds"].explode().drop_nulls())
    assert seen == set(LABELS)


@pytest.mark.parametrize(
    ("source", "label", "low", "high"),
    [
        ("onec", "typo", 0.015, 0.05),
        ("onec", "homoglyph", 0.01, 0.035),
        ("onec", "transliteration", 0.003, 0.02),
        ("onec", "missing_inn", 0.02, 0.07),
        ("files", "missing_inn", 0.10, 0.25),
        ("files", "two_phones_in_cell", 0.15, 0.35),
        ("onec", "bad_checksum", 0.001, 0.02),
        ("onec", "exact_duplicate", 0.004, 0.03),
        ("onec", "near_duplicate", 0.008, 0.04),
        ("ebs", "spelling", 0.08, 0.25),
    ],
)
def test_dirt_comes_at_its_rate(
    world: World, source: str, label: str, low: float, high: float
) -> None:
    truth = world.truth().filter((pl.col("source") == source) & (pl.col("stream") != "site_uses"))
    rate = truth["kinds"].list.contains(label).mean()
    assert isinstance(rate, float)
    assert low < rate < high


def test_truth_keys_are_unique_and_units_belong_to_their_entity(world: World) -> None:
    truth = world.truth()
    assert not truth.select("source", "stream", "key").is_duplicated().any()
    owners = world.units.select("unit", owner="entity")
    assert (
        truth.join(owners, on="unit").filter(pl.col("owner") != pl.col("legal_entity")).is_empty()
    )


def test_hard_negatives_are_different_entities_that_look_alike(world: World) -> None:
    """АО and its former ООО share the name, the phone and the premises, never the INN."""
    kinds = world.entities.with_columns(kinds=names())
    pairs = kinds.filter(pl.col("kinds").list.contains("transformation"))
    groups = pairs.group_by("core", "phone").agg(pl.col("form").sort(), pl.col("inn").n_unique())
    assert groups.filter(pl.col("inn") == 2)["form"].to_list()[0] == ["АО", "ООО"]
    shared = kinds.filter(pl.col("kinds").list.contains("outsourcer_contacts"))
    assert shared.group_by("email").len()["len"].max() == 40
    traders = kinds.filter(pl.col("kinds").list.contains("director_sole_trader"))
    assert traders.group_by("person", "email").agg(pl.col("kind").sort())["kind"].to_list()[0] == [
        "organization",
        "sole_trader",
    ]


def test_every_spelling_of_a_sole_trader_is_of_the_one_person(
    world: World, cards: pl.DataFrame
) -> None:
    """His name in full or with initials, a surname that agrees with the patronymic."""
    people = pl.col("kind").is_in(["sole_trader", "person"])
    entities = world.entities
    assert entities.filter(people & (pl.col("core") != pl.col("person"))).is_empty()
    woman = pl.col("middle").str.ends_with("на")
    assert entities.filter(woman != pl.col("last").str.ends_with("а")).is_empty()
    spoilt = ["typo", "homoglyph", "transliteration", "keyboard_layout", "mojibake"]
    clean = names().list.set_intersection(spoilt).list.len() == 0
    seen = cards.filter(people & clean).join(world.units.select("unit", "person"), on="unit")
    last, first, middle = (pl.col("person").str.split(" ").list.get(part) for part in range(3))
    short = pl.concat_str(last, pl.lit(" "), first.str.head(1), pl.lit("."), middle.str.head(1))
    spelt = pl.when(names().list.contains("initials")).then(short).otherwise("person")
    assert seen.filter(~pl.col("full_name").str.contains(spelt, literal=True)).is_empty()
    assert seen.filter(~pl.col("name").str.contains(spelt, literal=True)).is_empty()
    assert seen.filter(pl.col("last") != last).is_empty()
    assert seen.height > 500


def test_exact_duplicates_repeat_a_card_word_for_word(world: World) -> None:
    cards = world.cards("onec").with_columns(kinds=names())
    copies = cards.filter(pl.col("kinds").list.contains("exact_duplicate"))
    same = ["unit", "name", "inn", "kpp", "phones", "address"]
    originals = cards.filter(~pl.col("kinds").list.contains("exact_duplicate")).select(same)
    assert copies.select(same).join(originals, on=same, nulls_equal=True, how="anti").is_empty()
    assert copies.height > 10


def test_flat_rows_match_their_truth(world: World) -> None:
    flat, truth = world.flat(5000), world.flat_truth(5000)
    assert flat.height == truth.height == 5000
    assert flat["source"].equals(truth["source"])
    assert flat["source_id"].equals(truth["key"].alias("source_id"))
    own = world.entities.select(legal_entity="entity", own="inn")
    joined = pl.concat([flat.select("inn"), truth], how="horizontal").join(
        own, on="legal_entity", maintain_order="left"
    )
    assert joined.filter(~_spoilt() & pl.col("inn").ne_missing(pl.col("own"))).is_empty()
    assert set(truth["source"]) == set(SOURCES)
