"""A register of schools with branches (JSON), and a sanctions list (CSV without a heading)."""

from __future__ import annotations

import polars as pl
from sqlalchemy import select

from store.tables import review_pair
from tests.samples.counting import json_rows
from tests.samples.real_house import (
    SAMPLES,
    Loaded,
    golden_of,
    load_again,
    need_samples,
    records,
    refused,
)

pytestmark = need_samples
HEAD, BRANCH = "root_ActualEducationOrganization", "supplement_ActualEducationOrganization"


def test_branches_join_their_school_as_units(loaded: Loaded) -> None:
    house = loaded("schools")
    pairs = json_rows("legal-entities/branches", "*.json")
    heads = {one[HEAD]["Id"]: one[HEAD] for one in pairs}
    branches = {one[BRANCH]["Id"]: one[BRANCH] for one in pairs}
    found = records(house, "party", "schools", "branches")
    assert set(records(house, "party", "schools", "heads")["key"]) == set(heads)
    assert dict(found.select("key", "inn").rows()) == {k: one["INN"] for k, one in branches.items()}
    assert refused(house).is_empty()
    entities = golden_of(house, "legal_entity")
    assert set(entities["inn"]) == {one["INN"] for one in (*heads.values(), *branches.values())}
    together = {ref for refs in entities["sources"] for ref in refs if len(refs) > 1}
    same = [one for one in pairs if one[HEAD]["INN"] == one[BRANCH]["INN"]]
    joined = [one for one in same if f"schools/branches/{one[BRANCH]['Id']}" in together]
    # One branch bears its whole name where the school bears letters: that pair is for a person.
    assert len(joined) >= len(same) - 1
    load_again(house)


def test_a_branch_under_a_head_with_another_inn_is_shown_to_a_person(loaded: Loaded) -> None:
    house = loaded("schools")
    with house.store.read() as reader:
        shown = reader.frame(select(review_pair)).filter(pl.col("rule") == "V1")
    wanted = {
        frozenset((one[HEAD]["Id"], one[BRANCH]["Id"]))
        for one in json_rows("legal-entities/branches", "*.json")
        if one[HEAD]["INN"] != one[BRANCH]["INN"]
    }
    assert wanted
    assert {frozenset(keys) for keys in shown.select("left_key", "right_key").rows()} == wanted


def test_transliterated_firms_keep_their_names_and_give_their_form(loaded: Loaded) -> None:
    house = loaded("sanctions")
    found = records(house, "party", "sanctions", "entities")
    file = SAMPLES / "legal-entities" / "ofac" / "sdn_russian_entities.csv"
    assert found.height == len(file.read_text(encoding="utf-8").splitlines())
    rows = {row["key"]: (row["legal_form"], row["name_core"]) for row in found.to_dicts()}
    assert rows["16110"] == ("ООО", "avuar")
    assert rows["16681"] == (None, "bank rossiya")
    assert refused(house).is_empty()
    load_again(house)
