"""Rules R1-R6 and vetoes V1-V3 of handbook 2.3, and the laws identities keep."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.resolve import Resolution, resolve_parties
from schemas.entities import columns
from tests.support.examples import examples

HEAD, BRANCH, LARGEST = "745501001", "590243001", "997550001"
INN, OTHER_INN = "7414003633", "7707083893"
OGRN, OTHER_OGRN = "1027402166835", "1027700132195"
NOBODY = pl.DataFrame(
    schema={"ref": pl.String, "golden_id": pl.String, "unit_id": pl.String, "since": pl.Int64}
)


def parties(*rows: dict[str, Any]) -> pl.DataFrame:
    base = {"connection": "ebs", "stream": "parties", "deleted": False}
    full = [{**base, "key": str(n), **row} for n, row in enumerate(rows)]
    return pl.DataFrame(full, schema=columns("party"), orient="row")


def resolve(*rows: dict[str, Any], known: pl.DataFrame = NOBODY) -> Resolution:
    return resolve_parties(parties(*rows), known)


def entity_ids(found: Resolution) -> list[str]:
    return found.links.sort("connection", "stream", "key")["golden_id"].to_list()


def unit_ids(found: Resolution) -> list[str | None]:
    return found.links.sort("connection", "stream", "key")["unit_id"].to_list()


def rules(found: Resolution) -> list[str]:
    return found.links.sort("connection", "stream", "key")["rule"].to_list()


def as_known(found: Resolution, since: int = 1) -> pl.DataFrame:
    ref = pl.concat_str(["connection", "stream", "key"], separator="/").alias("ref")
    return found.links.select(ref, "golden_id", "unit_id", pl.lit(since, pl.Int64).alias("since"))


def test_r1_same_inn_and_kpp_is_one_unit() -> None:
    found = resolve({"inn": INN, "kpp": HEAD}, {"inn": INN, "kpp": HEAD, "connection": "onec"})
    assert len(set(entity_ids(found))) == 1
    assert len(set(unit_ids(found))) == 1
    assert rules(found) == ["R1", "R1"]


def test_r1_equal_requisites_with_a_foreign_name_in_one_source_go_to_review() -> None:
    found = resolve(
        {"inn": INN, "kpp": HEAD, "name_core": "уралсталь"},
        {"inn": INN, "kpp": HEAD, "name_core": "цветочный рай"},
    )
    assert len(set(entity_ids(found))) == 2
    assert found.review["reason"].to_list() == ["names_differ"]


def test_r1_the_impostor_is_parted_and_not_those_whose_name_most_records_bear() -> None:
    found = resolve(
        {"inn": INN, "name_core": "цветочный рай", "key": "0"},
        {"inn": INN, "name_core": "уралсталь", "key": "1"},
        {"inn": INN, "name_core": "уралсталь", "key": "2", "connection": "onec"},
        {
            "inn": INN,
            "name_core": "цветочный рай",
            "stream": "site_uses",
            "key": "9",
            "head_key": "parties:0",
        },
        {
            "inn": INN,
            "name_core": "уралсталь",
            "stream": "site_uses",
            "key": "10",
            "head_key": "parties:1",
        },
    )
    ids = dict(zip(found.links["key"], found.links["golden_id"], strict=True))
    assert ids["1"] == ids["2"] == ids["10"]
    assert ids["0"] == ids["9"] != ids["1"]


def test_r1_an_abbreviation_whose_full_name_says_which_name_it_is_stays() -> None:
    usual = {"inn": INN, "name_core": "орловский техникум агробизнеса и транспорта"}
    short = {
        "inn": INN,
        "name_core": "отаит",
        "full_name": "ОРЛОВСКИЙ ТЕХНИКУМ АГРОБИЗНЕСА И ТРАНСПОРТА",
    }
    found = resolve(usual, usual, short)
    assert len(set(entity_ids(found))) == 1


def test_r2_ogrn_alone_finds_the_entity_that_has_the_inn() -> None:
    found = resolve({"inn": INN, "ogrn": OGRN}, {"ogrn": OGRN})
    assert len(set(entity_ids(found))) == 1
    assert rules(found)[1] == "R2"


def test_r3_without_kpp_the_only_unit_is_taken_and_of_several_none() -> None:
    one = resolve({"inn": INN, "kpp": HEAD}, {"inn": INN})
    assert len(set(unit_ids(one))) == 1
    several = resolve({"inn": INN, "kpp": HEAD}, {"inn": INN, "kpp": BRANCH}, {"inn": INN})
    assert unit_ids(several)[2] is None
    assert "unit_open" in several.review["reason"].to_list()


def test_r4_branches_are_siblings_of_one_entity() -> None:
    found = resolve({"inn": INN, "kpp": HEAD}, {"inn": INN, "kpp": BRANCH})
    assert len(set(entity_ids(found))) == 1
    assert len(set(unit_ids(found))) == 2


def test_r4_a_largest_taxpayers_second_kpp_is_an_alias_of_the_head() -> None:
    found = resolve({"inn": INN, "kpp": HEAD}, {"inn": INN, "kpp": LARGEST}, {"inn": INN})
    assert len(set(unit_ids(found))) == 1


def test_r4_two_heads_are_two_units_and_a_question() -> None:
    found = resolve({"inn": INN, "kpp": HEAD}, {"inn": INN, "kpp": "770101001"})
    assert len(set(unit_ids(found))) == 2
    assert found.review.filter(pl.col("rule") == "R4")["reason"].to_list() == ["two_heads"]


def test_r5_a_sole_trader_with_another_name_goes_to_review() -> None:
    found = resolve(
        {"inn": "500100732259", "name_core": "иванов иван иванович"},
        {"inn": "500100732259", "name_core": "иванов и и"},
        {"inn": "500100732259", "name_core": "гульнара"},
    )
    ids = entity_ids(found)
    assert ids[0] == ids[1]
    assert ids[2] != ids[0]
    assert found.review.select("rule", "severity", "reason").rows() == [
        ("R5", "normal", "names_differ")
    ]


TRADER = "500100732259"


def test_r5_two_persons_with_one_inn_in_two_sources_are_parted_and_shown() -> None:
    found = resolve(
        {"inn": TRADER, "name_core": "орлова анна петровна", "connection": "aaa"},
        {"inn": TRADER, "name_core": "кузьмин федор ильич", "connection": "bbb"},
    )
    assert len(set(entity_ids(found))) == 2
    assert found.review.select("rule", "left_ref", "right_ref").rows() == [
        ("R5", "aaa/parties/0", "bbb/parties/1")
    ]


def test_r5_records_of_the_same_other_person_stay_together() -> None:
    usual = {"inn": TRADER, "name_core": "орлова анна петровна"}
    other = {"inn": TRADER, "name_core": "кузьмин федор ильич"}
    found = resolve(
        *[usual] * 3,
        {**other, "connection": "bbb"},
        {**other, "connection": "ccc", "status": "inactive"},
    )
    by_source = dict(found.links.select("connection", "golden_id").rows())
    assert by_source["bbb"] == by_source["ccc"] != by_source["ebs"]
    assert found.review["rule"].to_list() == ["R5", "R5"]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("иванов и и", True),
        ("иванов ии", True),
        ("иван иванович иванов", True),
        ("иванов иван", True),
        ("иванов иван иванович магазин мечта", True),
        ("иваноф иван иванович", False),
        ("сергеев иван иванович", False),
        ("иванов игорь иванович", False),
        ("иванов п и", False),
        ("и и", False),
        (None, True),
    ],
)
def test_r5_which_names_are_compatible_with_the_usual_one(name: str | None, is_one: bool) -> None:
    usual = {"inn": TRADER, "name_core": "иванов иван иванович"}
    found = resolve(usual, usual, {"inn": TRADER, "name_core": name, "connection": "onec"})
    assert (len(set(entity_ids(found))) == 1) is is_one
    assert found.review.is_empty() is is_one


def test_r5_initials_do_not_bring_two_persons_together() -> None:
    found = resolve(
        *[{"inn": TRADER, "name_core": "иванов и и"}] * 2,
        {"inn": TRADER, "name_core": "иванов иван иванович"},
        {"inn": TRADER, "name_core": "иванов игорь ильич", "connection": "onec"},
    )
    assert len(set(entity_ids(found))) == 2
    assert found.review["rule"].to_list() == ["R5"]


def test_inn_10_names_are_compared_inside_one_stream_only() -> None:
    found = resolve(
        {"inn": INN, "name_core": "уралсталь"},
        {"inn": INN, "name_core": "цветочный рай", "connection": "onec"},
    )
    assert len(set(entity_ids(found))) == 1
    assert found.review.is_empty()


def test_what_belongs_to_a_parted_record_goes_with_it() -> None:
    found = resolve(
        {"inn": INN, "name_core": "уралсталь", "key": "1"},
        {"inn": INN, "name_core": "уралсталь", "key": "2"},
        {"inn": INN, "name_core": "цветочный рай", "key": "3"},
        {"stream": "site_uses", "key": "4", "head_key": "parties:3"},
        {"stream": "site_uses", "key": "5", "merged_into": "4"},
        {"stream": "site_uses", "key": "6", "head_key": "parties:1"},
    )
    ids = dict(zip(found.links["key"], found.links["golden_id"], strict=True))
    assert ids["3"] == ids["4"] == ids["5"] != ids["1"]
    assert ids["6"] == ids["1"] == ids["2"]


def test_r6_one_ogrn_with_two_inn_never_merges_and_asks() -> None:
    found = resolve({"inn": INN, "ogrn": OGRN}, {"inn": OTHER_INN, "ogrn": OGRN})
    assert len(set(entity_ids(found))) == 2
    assert found.review["reason"].to_list() == ["ogrn_with_two_inn"]


def test_r6_one_inn_with_two_ogrn_is_kept_apart_and_asks() -> None:
    found = resolve({"inn": INN, "ogrn": OGRN}, {"inn": INN, "ogrn": OTHER_OGRN})
    assert len(set(entity_ids(found))) == 2
    assert "inn_with_two_ogrn" in found.review["reason"].to_list()


def test_r6_a_record_that_no_ogrn_places_is_shown_too() -> None:
    found = resolve(
        {"inn": INN, "ogrn": OGRN},
        {"inn": INN, "ogrn": OTHER_OGRN},
        {"inn": INN, "name_core": "вектор"},
    )
    assert len(set(entity_ids(found))) == 3
    pairs = found.review.filter(pl.col("reason") == "inn_with_two_ogrn")
    assert pairs["right_ref"].to_list() == ["ebs/parties/1", "ebs/parties/2"]
    assert set(pairs["severity"]) == {"high"}


def test_a_record_without_requisites_follows_its_source_across_streams() -> None:
    found = resolve(
        {"inn": INN, "key": "10"},
        {"stream": "site_uses", "key": "99", "head_key": "parties:10"},
        {"key": "11", "head_key": "10"},
    )
    assert len(set(entity_ids(found))) == 1


def test_a_source_merge_of_two_inn_is_refused_and_shown() -> None:
    found = resolve({"inn": INN, "key": "1"}, {"inn": OTHER_INN, "key": "2", "merged_into": "1"})
    assert len(set(entity_ids(found))) == 2
    assert found.review["rule"].to_list() == ["V1"]


def test_v2_a_sole_trader_does_not_become_part_of_a_company() -> None:
    found = resolve(
        {"inn": INN, "key": "1", "kind": "organization"},
        {"key": "2", "kind": "sole_trader", "head_key": "1"},
    )
    assert len(set(entity_ids(found))) == 2
    assert found.review["rule"].to_list() == ["V2"]


def test_v3_a_source_merge_across_countries_is_refused_and_shown() -> None:
    found = resolve(
        {"inn": INN, "key": "1", "country": "RU"}, {"key": "2", "country": "BY", "merged_into": "1"}
    )
    assert len(set(entity_ids(found))) == 2
    assert found.review.select("rule", "severity", "reason").rows() == [
        ("V3", "high", "source_joins_two_countries")
    ]


def test_a_loop_in_the_sources_hierarchy_ends() -> None:
    found = resolve({"key": "1", "head_key": "2"}, {"key": "2", "head_key": "1"})
    assert len(entity_ids(found)) == 2


def test_names_alone_join_nobody() -> None:
    found = resolve({"name_core": "ромашка"}, {"name_core": "ромашка"})
    assert rules(found) == ["new", "new"]
    assert len(set(entity_ids(found))) == 2


def test_an_id_outlives_a_new_record_that_sorts_first() -> None:
    before = resolve({"inn": INN, "key": "5"})
    after = resolve({"inn": INN, "key": "1"}, {"inn": INN, "key": "5"}, known=as_known(before))
    assert set(entity_ids(after)) == set(entity_ids(before))


def test_a_merge_keeps_the_larger_id_and_redirects_the_other() -> None:
    apart = resolve({"inn": INN}, {"inn": INN}, {"ogrn": OGRN})
    big, small = entity_ids(apart)[0], entity_ids(apart)[2]
    joined = resolve(
        {"inn": INN, "ogrn": OGRN}, {"inn": INN}, {"ogrn": OGRN}, known=as_known(apart)
    )
    moved = joined.identities["legal_entity"].moved
    assert set(entity_ids(joined)) == {big}
    assert moved.rows() == [(small, big)]


def test_merge_then_split_gives_both_ids_back() -> None:
    apart = resolve({"inn": INN}, {"inn": INN}, {"ogrn": OGRN})
    joined = resolve(
        {"inn": INN, "ogrn": OGRN}, {"inn": INN}, {"ogrn": OGRN}, known=as_known(apart)
    )
    again = resolve({"inn": INN}, {"inn": INN}, {"ogrn": OGRN}, known=as_known(joined))
    assert entity_ids(again) == entity_ids(apart)


def test_a_deleted_record_holds_no_identity() -> None:
    before = resolve({"inn": INN})
    after = resolve({"inn": INN, "deleted": True}, known=as_known(before))
    assert after.links.is_empty()
    assert after.identities["legal_entity"].moved.rows() == [(entity_ids(before)[0], None)]


ROW = st.fixed_dictionaries(
    {
        "inn": st.sampled_from([None, INN, OTHER_INN, "7708123450", TRADER]),
        "kpp": st.sampled_from([None, HEAD, BRANCH, LARGEST]),
        "ogrn": st.sampled_from([None, OGRN, OTHER_OGRN]),
        "name_core": st.sampled_from(
            [None, "ромашка", "вектор", "уралсталь", "орлова а п", "орлова анна петровна"]
        ),
        "kind": st.sampled_from([None, "organization", "sole_trader"]),
        "head_key": st.sampled_from([None, "0", "1", "parties:2"]),
        "merged_into": st.sampled_from([None, None, "3"]),
        "connection": st.sampled_from(["ebs", "onec"]),
    }
)


@settings(max_examples=examples(25), deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=12), seed=st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], seed: int) -> None:
    table = parties(*rows)
    straight, shuffled = (
        resolve_parties(table, NOBODY),
        resolve_parties(table.sample(fraction=1, shuffle=True, seed=seed), NOBODY),
    )
    assert straight.links.equals(shuffled.links)
    assert straight.review.equals(shuffled.review)


@settings(max_examples=examples(25), deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=12))
def test_two_valid_inn_never_share_an_identity_and_a_second_run_moves_nothing(
    rows: list[dict[str, Any]],
) -> None:
    first = resolve(*rows)
    inns = parties(*rows).join(first.links, on=["connection", "stream", "key"])
    per_entity = inns.group_by("golden_id").agg(pl.col("inn").drop_nulls().n_unique())
    assert per_entity["inn"].max() in (0, 1)
    second = resolve(*rows, known=as_known(first))
    assert second.links.equals(first.links)
    assert second.identities["legal_entity"].moved.is_empty()


@settings(max_examples=examples(25), deadline=None)
@given(rows=st.lists(ROW, min_size=2, max_size=12))
def test_records_with_one_inn_are_one_entity_or_each_parted_one_is_shown(
    rows: list[dict[str, Any]],
) -> None:
    ref = pl.concat_str(["connection", "stream", "key"], separator="/").alias("ref")
    found = resolve(*rows)
    linked = found.links.join(parties(*rows), on=["connection", "stream", "key"]).with_columns(ref)
    shown = set(found.review["left_ref"]) | set(found.review["right_ref"])
    for (_,), same in linked.drop_nulls("inn").group_by("inn"):
        if same["golden_id"].n_unique() > 1:
            seen = pl.col("ref").is_in(list(shown)).any()
            silent = same.group_by("golden_id").agg(seen.alias("seen")).filter(~pl.col("seen"))
            assert silent.height <= 1


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_base_resolves_to_nothing(count: int) -> None:
    found = resolve(*[{"deleted": True}] * count)
    assert found.links.is_empty()
    assert found.review.is_empty()
