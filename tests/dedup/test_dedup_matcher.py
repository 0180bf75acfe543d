"""Counterparties found by evidence: pairs that must join, pairs that must stay apart (handbook 2.3)."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from dedup.resolve import Resolution, resolve_parties
from schemas.entities import columns

INN, OTHER_INN, TRADER_INN = "7414003633", "7707083893", "500100732259"
PHONE, MAIL = "+73519240001", "office@promstroy.example"
PLACE = "74|магнитогорск|кирова|93|"
NOBODY = pl.DataFrame(
    schema={"ref": pl.String, "golden_id": pl.String, "unit_id": pl.String, "since": pl.Int64}
)
FIRM = {
    "inn": INN, "kpp": "745501001", "kind": "organization", "legal_form": "ООО",
    "name": "ООО «Промстрой»", "name_core": "промстрой", "full_name": "ООО «Промстрой»",
    "region": "74", "address_key": PLACE, "phones": [PHONE], "emails": [MAIL],
    "legal_address": "455000, г Магнитогорск, пр-кт Кирова, д 93, офис 5",
}  # fmt: skip


def parties(*rows: dict[str, Any]) -> pl.DataFrame:
    base = {"connection": "ebs", "stream": "parties", "deleted": False, "phones": [], "emails": []}
    full = [{**base, "key": str(n), **row} for n, row in enumerate(rows)]
    return pl.DataFrame(full, schema=columns("party"), orient="row")


def resolve(*rows: dict[str, Any]) -> Resolution:
    return resolve_parties(parties(*rows), NOBODY)


def entities(found: Resolution) -> list[str]:
    return found.links.sort("connection", "stream", "key")["golden_id"].to_list()


def keyless(**fields: Any) -> dict[str, Any]:
    """The firm as another source knows it: without requisites, with what is given."""
    bare = {"kind": "organization", "legal_form": "ООО", "name_core": "промстрой", "region": "74"}
    return {**bare, **fields}


JOIN = {
    "same_name_and_phone": keyless(phones=[PHONE]),
    "same_name_and_mailbox": keyless(emails=[MAIL]),
    "same_name_and_house": keyless(address_key=PLACE),
    "phone_with_extension": keyless(phones=[PHONE + ";ext=12"]),
    "latin": keyless(name="OOO Promstroy", name_core="promstroy", phones=[PHONE]),
    "keyboard_layout": keyless(name="OOO «Ghjvcnhjq»", name_core="ghjvcnhjq", phones=[PHONE]),
    "one_slip": keyless(name_core="промсрой", phones=[PHONE], emails=[MAIL]),
    "spaced_otherwise": keyless(name_core="пром строй", phones=[PHONE]),
    "form_unknown": keyless(legal_form=None, phones=[PHONE]),
    "one_digit_off": keyless(claimed_inn="7414003632"),
    "two_digits_swapped": keyless(claimed_inn="7414006333"),
    "branch_with_own_phone": keyless(phones=["+74232240002"], emails=[MAIL], region="25"),
    "same_office": keyless(legal_address="Магнитогорск, Кирова, 93, оф. 5", address_key=PLACE),
}
STAY = {
    "name_alone": keyless(),
    "other_office_of_the_house": keyless(
        legal_address="Магнитогорск, Кирова, 93, пом. 3н", address_key=PLACE
    ),
    "name_in_quotes_of_another_name": keyless(
        name_core="гк промстрой", full_name="ГК «Промстрой»", address_key=PLACE
    ),
    "its_brother_with_a_plus": keyless(name_core="промстрой +", phones=[PHONE], address_key=PLACE),
    "namesake_in_the_house": keyless(
        address_key=PLACE, phones=["+73519249999"], emails=["a@mail.ru"]
    ),
    "name_and_region": keyless(address_key="74|челябинск|ленина|1|"),
    "phone_alone": keyless(name_core="цветочный рай", phones=[PHONE]),
    "company_of_the_group_in_a_city": keyless(
        name_core="промстрой москва", phones=[PHONE], emails=[MAIL], address_key=PLACE
    ),
    "trading_house_of_the_group": keyless(
        name_core="торговый дом промстрой", phones=[PHONE], emails=[MAIL], address_key=PLACE
    ),
    "short_trading_house": keyless(name_core="тд промстрой", phones=[PHONE], emails=[MAIL]),
    "successor_of_another_form": keyless(legal_form="АО", phones=[PHONE], emails=[MAIL]),
    "sole_trader_of_the_director": keyless(
        kind="sole_trader", legal_form="ИП", name_core="промстрой", phones=[PHONE], emails=[MAIL]
    ),
    "claimed_inn_of_somebody_else": keyless(claimed_inn="5404123450"),
}


@pytest.mark.parametrize("record", JOIN.values(), ids=JOIN)
def test_a_record_without_requisites_finds_its_company(record: dict[str, Any]) -> None:
    found = resolve(FIRM, {**record, "connection": "onec"})
    assert len(set(entities(found))) == 1
    scored = found.links.filter(pl.col("rule").is_in(["R7", "R8"]))
    assert all(score >= 0.99 for score in scored["score"])
    assert scored["reason"].null_count() == 0


@pytest.mark.parametrize("record", STAY.values(), ids=STAY)
def test_a_record_that_only_looks_like_it_stays_apart(record: dict[str, Any]) -> None:
    assert len(set(entities(resolve(FIRM, {**record, "connection": "onec"})))) == 2


CROWD = [
    keyless(name_core=name, address_key=PLACE, key=f"crowd {n}")
    for n, name in enumerate(
        ("прогресс", "победа", "полюс", "парус", "пеликан", "прибой", "призма", "пирамида", "вега",
         "гранит", "лотос", "олимп", "радуга")
    )
]  # fmt: skip


@pytest.mark.parametrize(("name", "others"), [("промстрой", 0), ("промсрой", 1)])
def test_a_crowded_house_is_searched_by_how_names_begin(name: str, others: int) -> None:
    """The same name is the firm; a slip beside so many neighbours is shown to a person."""
    record = keyless(name_core=name, address_key=PLACE, connection="onec", key="asked")
    found = resolve(FIRM, record, *CROWD)
    assert found.links["golden_id"].n_unique() == 1 + len(CROWD) + others
    assert found.review.filter(pl.col("right_ref") == "onec/parties/asked").height == others


def test_a_renamed_company_keeps_its_inn_in_a_crowded_house() -> None:
    """Another name under one INN is no impostor where the house is the same."""
    renamed = {**FIRM, "name_core": "уралметалл", "full_name": "ООО «Уралметалл»", "key": "renamed",
               "phones": [], "emails": []}  # fmt: skip
    assert resolve(FIRM, renamed, *CROWD).links["golden_id"].n_unique() == 1 + len(CROWD)
    moved = {**renamed, "address_key": "74|челябинск|ленина|1|"}
    assert resolve(FIRM, moved, *CROWD).links["golden_id"].n_unique() == 2 + len(CROWD)


def test_a_branch_of_the_same_inn_is_one_entity_and_its_own_unit() -> None:
    found = resolve(FIRM, {**FIRM, "kpp": "590243001", "connection": "onec"})
    assert found.links["golden_id"].n_unique() == 1
    assert found.links["unit_id"].n_unique() == 2


def test_a_phone_on_forty_cards_joins_nobody() -> None:
    firms = [
        {**FIRM, "inn": None, "ogrn": str(1027402166000 + n), "name_core": f"фирма {n} слово",
         "emails": [], "address_key": None}
        for n in range(40)
    ]  # fmt: skip
    found = resolve(*firms, keyless(name_core="фирма 7 слово", phones=[PHONE], connection="onec"))
    assert found.links["golden_id"].n_unique() == 41


def test_homonyms_with_contacts_of_their_own_get_each_their_own_records() -> None:
    other = {**FIRM, "inn": OTHER_INN, "kpp": "770701001", "phones": ["+74957778899"],
             "emails": ["a@other.example"], "address_key": "77|москва|лесная|5|", "region": "77"}  # fmt: skip
    first = keyless(phones=[PHONE], connection="onec", key="a")
    second = keyless(phones=["+74957778899"], region="77", connection="onec", key="b")
    ids = entities(resolve(FIRM, other, first, second))
    assert ids[0] == ids[2] != ids[1] == ids[3]


def test_a_record_that_fits_two_companies_equally_joins_neither_and_is_shown() -> None:
    twin = {**FIRM, "inn": OTHER_INN, "kpp": "770701001"}
    found = resolve(FIRM, twin, keyless(phones=[PHONE], connection="onec"))
    assert found.links["golden_id"].n_unique() == 3
    assert "two_candidates" in found.review["reason"].to_list()


def test_the_persons_short_name_at_the_same_phone_is_the_person() -> None:
    trader = {
        "inn": TRADER_INN, "kind": "sole_trader", "legal_form": "ИП", "region": "50",
        "name_core": "иванов иван иванович", "phones": [PHONE], "emails": ["ivanov@mail.ru"],
    }  # fmt: skip
    short = {"name_core": "иванов и и", "phones": [PHONE], "emails": ["ivanov@mail.ru"]}
    assert len(set(entities(resolve(trader, {**short, "connection": "onec"})))) == 1
    other = {**short, "name_core": "иванов п с"}
    assert len(set(entities(resolve(trader, {**other, "connection": "onec"})))) == 2


def test_keyless_records_find_each_other() -> None:
    found = resolve(
        keyless(phones=[PHONE], emails=[MAIL]),
        keyless(phones=[PHONE], emails=[MAIL], connection="onec"),
    )
    assert found.links["golden_id"].n_unique() == 1
    assert found.links["rule"].to_list() == ["R8", "R8"]


def test_two_keyless_records_do_not_bridge_two_companies() -> None:
    other = {**FIRM, "inn": OTHER_INN, "phones": ["+74957778899"], "emails": ["b@b.example"],
             "address_key": None}  # fmt: skip
    bridge = keyless(phones=[PHONE, "+74957778899"], connection="onec")
    found = resolve(FIRM, other, bridge, {**bridge, "key": "b"})
    held = found.links.join(parties(FIRM, other), on=["connection", "stream", "key"])
    assert held["golden_id"].n_unique() == 2


def test_a_key_too_common_to_look_by_is_reported() -> None:
    many = [keyless(phones=[f"+7351924{n:04}"], key=f"k{n:03}") for n in range(61)]
    found = resolve(*many)
    assert found.capped.filter(kind="name")["clusters"].to_list() == [61]
    assert found.links["golden_id"].n_unique() == 61
