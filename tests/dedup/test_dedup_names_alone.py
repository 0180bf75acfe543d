"""What a name may prove where nothing else is known: the town, the region of registration, the list."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from dedup.refs import with_ref
from dedup.resolve import Resolution, resolve_parties
from dedup.why import why
from schemas.entities import columns

NOBODY = pl.DataFrame(
    schema={"ref": pl.String, "golden_id": pl.String, "unit_id": pl.String, "since": pl.Int64}
)
COINED = "трубоэнергокрепеж"
HOUSE = {"address_key": "78|петергоф|ленина|5|", "region": "78"}
TOWN = {"legal_address": "САНКТ-ПЕТЕРБУРГ ГОРОД, ГОРОД ПЕТЕРГОФ", "region": "78"}


def firm(name: str = COINED, **fields: Any) -> dict[str, Any]:
    bare = {"kind": "organization", "legal_form": "ООО", "name": name, "name_core": name}
    return {**bare, "stream": "firms", "deleted": False, "phones": [], "emails": [], **fields}


def resolve(*rows: dict[str, Any]) -> Resolution:
    return resolve_parties(table(*rows), NOBODY)


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    named = [{"connection": f"list{n}", "key": str(n), **row} for n, row in enumerate(rows)]
    return pl.DataFrame(named, schema=columns("party"), orient="row")


def companies(*rows: dict[str, Any]) -> int:
    return resolve(*rows).links["golden_id"].n_unique()


def test_a_coined_name_in_one_town_is_one_firm() -> None:
    found = resolve(firm(**HOUSE), firm(**TOWN))
    assert found.links["golden_id"].n_unique() == 1
    assert found.links["reason"].to_list() == ["coined_and_town"] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (firm("вектор", **HOUSE), firm("вектор", **TOWN)),
        (firm("торговый дом ромашка", **HOUSE), firm("торговый дом ромашка", **TOWN)),
        (firm(**HOUSE), firm(**TOWN, legal_form="АО")),
        (firm(**HOUSE), firm(**TOWN, legal_form=None)),
        (firm(**HOUSE), firm(legal_address="ГОРОД ПЕРМЬ", region="59")),
        (firm(**HOUSE), firm()),
        (firm(**HOUSE), firm(address_key="78|петергоф|мира|9|", region="78")),
    ],
    ids=["short", "short_beside_its_tag", "other_form", "form_unknown", "other_town", "no_address",
         "other_house"],
)  # fmt: skip
def test_less_than_that_is_shown_to_a_person_at_most(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert companies(one, other) == 2


def test_a_sole_traders_whole_name_in_one_town_may_be_his_namesakes() -> None:
    person = {"kind": "sole_trader", "legal_form": "ИП"}
    name = "кузнецова мария александровна"
    assert companies(firm(name, **HOUSE, **person), firm(name, **TOWN, **person)) == 2


def test_a_namesake_with_requisites_elsewhere_makes_a_coined_name_common() -> None:
    mine = firm(inn="7819027463", **HOUSE)
    namesake = firm(inn="7414003633", region="74")
    assert companies(mine, firm(**TOWN)) == 1
    assert companies(mine, namesake, firm(**TOWN)) == 3


def test_between_two_of_its_name_in_the_town_a_record_chooses_neither() -> None:
    beside = {"address_key": "78|петергоф|мира|9|", "region": "78"}
    assert companies(firm(**HOUSE), firm(**beside), firm(**TOWN)) == 3


def test_ogrn_and_inn_of_one_region_ask_whether_a_coined_name_is_one_firm() -> None:
    known, by_ogrn = firm(inn="7414003633"), firm(ogrn="1027402166835")
    found = resolve(known, by_ogrn)
    assert found.links["golden_id"].n_unique() == 2
    assert found.review["reason"].to_list() == ["coined_and_registered"]
    assert companies(known, firm(ogrn="1027700132195")) == 2


def test_ogrn_and_inn_of_two_regions_speak_against_it() -> None:
    told = table(firm(inn="7414003633"), firm(ogrn="1027700132195"))
    refs = with_ref(told)["ref"].to_list()
    assert "registered" in [step.field for step in why(*refs, told).steps if step.bits < 0]


def test_merged_regions_are_one() -> None:
    found = resolve(firm(inn="8102000019"), firm(ogrn="1025900000002"))
    assert found.review["reason"].to_list() == ["coined_and_registered"]


def test_a_name_in_one_street_abroad_is_shown_to_a_person() -> None:
    """Where no house is told, a street has room for a namesake."""
    street = {"legal_address": "Турция, Стамбул, Школьная"}
    found = resolve(firm(**street), firm(**street, phones=["+902125550001"]))
    assert found.links["golden_id"].n_unique() == 2
    assert found.review["reason"].to_list() == ["name_and_place"]


def test_two_lines_of_one_list_at_one_house_are_two_firms_unless_word_for_word() -> None:
    one = firm(connection="register", **HOUSE, legal_address="Петергоф, Ленина, 5")
    other = firm(connection="register", **HOUSE, legal_address="Петергоф, Ленина ул., д. 5, лит. А")
    found = resolve(one, other)
    assert found.links["golden_id"].n_unique() == 2
    assert found.review["reason"].to_list() == ["listed_twice"]
    assert companies(one, {**one, "key": "9"}) == 1
    assert companies(one, {**other, "connection": "crm"}) == 1


def test_two_lines_that_may_be_one_person_are_weighed_as_ever() -> None:
    person = {"connection": "register", "kind": None, "legal_form": None, **HOUSE}
    one, other = (firm("waller tom", legal_address=a, **person) for a in ("Lenina 5", "5, Lenina"))
    assert companies(one, {**other, "key": "9"}) == 1


def test_a_name_and_its_longer_brother_are_no_abbreviation() -> None:
    shared = {**HOUSE, "phones": ["+78124204040"]}
    assert companies(firm("вико и", **shared), firm("вико", **shared)) == 2
