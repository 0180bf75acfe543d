"""A card copied from another company's is told from a renamed company by what else the records share."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import polars as pl
import pytest

from dedup.resolve import Resolution, resolve_parties
from dedup.why import why
from schemas.decisions import DECISIONS, NO_DECISIONS
from schemas.entities import columns

NOBODY = pl.DataFrame(
    schema={"ref": pl.String, "golden_id": pl.String, "unit_id": pl.String, "since": pl.Int64}
)
INN, OGRN = "7414003633", "1027402166835"
HEAD, OTHER_HEAD, BRANCH, LARGEST = "745501001", "590201001", "745543001", "997550001"
OWNER = {
    "name": "ООО «Уральские стальные конструкции»", "name_core": "уральские стальные конструкции", "kpp": HEAD,
    "phones": ["+73519240001"], "emails": ["info@uralsk.example"], "region": "74",
    "legal_address": "Магнитогорск, Кирова 93", "address_key": "74|магнитогорск|кирова|93|",
}  # fmt: skip
COPY = {
    "name": "ООО «Цветочный рай»", "name_core": "цветочный рай", "kpp": HEAD, "phones": ["+74957778899"],
    "emails": ["zakaz@flowers.example"], "region": "77", "legal_address": "Москва, Лесная 5",
    "address_key": "77|москва|лесная|5|",
}  # fmt: skip
SILENT: dict[str, Any] = {"phones": [], "emails": []}
NOWHERE: dict[str, Any] = {"legal_address": None, "address_key": None}
NEXT_DOOR = {"legal_address": "Магнитогорск, Мира 5", "address_key": "74|магнитогорск|мира|5|",
             "region": "74"}  # fmt: skip


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """Records of one INN, each of a list of its own."""
    base = {"stream": "firms", "deleted": False, "inn": INN, "kind": "organization", "flags": []}
    full = [{"connection": f"list{n}", "key": str(n), **base, **row} for n, row in enumerate(rows)]
    return pl.DataFrame(full, schema=columns("party"), orient="row")


def resolve(*rows: dict[str, Any], decisions: pl.DataFrame = NO_DECISIONS) -> Resolution:
    return resolve_parties(table(*rows), NOBODY, decisions)


def companies(found: Resolution) -> list[list[str]]:
    """The keys of the records of each company."""
    grouped = found.links.sort("key").group_by("golden_id", maintain_order=True).agg("key")
    return sorted(grouped["key"].to_list())


def is_parted(*rows: dict[str, Any]) -> bool:
    return "copied_requisites" in resolve(*rows).review["reason"].to_list()


def test_a_copied_card_is_two_companies_and_a_grave_question() -> None:
    found = resolve(OWNER, COPY)
    assert companies(found) == [["0"], ["1"]]
    told = found.review.select("rule", "severity", "left_ref", "right_ref", "reason").rows()
    assert told == [("R1", "high", "list0/firms/0", "list1/firms/1", "copied_requisites")]


@pytest.mark.parametrize(
    "shared",
    [
        {"phones": OWNER["phones"]},
        {"emails": ["buh@uralsk.example"]},
        {"legal_address": OWNER["legal_address"], "address_key": OWNER["address_key"]},
        {"full_name": "ООО «Уральские стальные конструкции»"},
        {"status": "inactive"},
    ],
    ids=["a phone", "a domain", "a house", "the name in full", "it is closed"],
)
def test_a_renamed_company_that_shares_anything_stays_one(shared: dict[str, Any]) -> None:
    assert companies(resolve(OWNER, COPY | shared)) == [["0", "1"]]


@pytest.mark.parametrize(
    ("owner", "copy"),
    [
        (OWNER | SILENT, COPY),
        (OWNER, COPY | NOWHERE),
        (OWNER, COPY | NEXT_DOOR),
        (OWNER | {"kpp": None}, COPY),
        (OWNER | {"kpp": LARGEST}, COPY),
        (OWNER | {"ogrn": OGRN}, COPY | {"ogrn": OGRN, "inn": None, "kpp": None}),
        (OWNER | {"branch": "Пермь", "kpp": BRANCH}, COPY),
        (OWNER, COPY | {"name": "Cvetochny ray OOO", "name_core": "cvetochny ray"}),
    ],
    ids=["another region", "other contacts", "other contacts in one town", "no KPP",
         "a KPP of the largest, which tells no place", "an OGRN alone",
         "an address outside the region of its own KPP", "a name in Latin letters"],
)  # fmt: skip
def test_what_contradicts_parts(owner: dict[str, Any], copy: dict[str, Any]) -> None:
    assert is_parted(owner, copy)
    assert is_parted(copy, owner)


@pytest.mark.parametrize(
    ("owner", "other"),
    [
        (OWNER, COPY | SILENT | NOWHERE),
        (OWNER, COPY | NEXT_DOOR | {"phones": []}),
        (OWNER | SILENT, COPY | NEXT_DOOR),
        (OWNER, COPY | {"branch": "Москва"} | SILENT),
        (OWNER, COPY | {"kpp": OTHER_HEAD} | SILENT),
        (OWNER | {"kpp": None}, COPY | {"kpp": BRANCH, "name": "Цветочный рай ОП Мсоква"} | SILENT),
        (OWNER, COPY | {"name": "OOO Cvetochny OP Moskva", "name_core": "cvetochny op moskva"} | SILENT),
        (OWNER, COPY | {"name_core": "стальные конструкции"}),
        (OWNER, COPY | {"name_core": None}),
        (OWNER | SILENT, COPY | {"region": "99"}),
    ],
    ids=["nothing told", "another mailbox alone", "another house in one region", "a branch",
         "another registration", "a branch by its KPP", "a branch nobody could read", "a part of the name", "no name",
         "a region that is none"],
)  # fmt: skip
def test_what_does_not_contradict_parts_nobody(
    owner: dict[str, Any], other: dict[str, Any]
) -> None:
    assert not is_parted(owner, other)


def test_a_chain_of_names_that_share_something_is_one_history() -> None:
    middle = COPY | {"name_core": "северный ветер", "phones": OWNER["phones"]}
    oldest = COPY | {"name_core": "гранитный карьер", "emails": ["a@flowers.example"]}
    assert companies(resolve(OWNER, OWNER, middle, oldest)) == [["0", "1", "2", "3"]]
    assert is_parted(OWNER, OWNER, oldest)


def test_records_of_the_other_company_go_together_with_one_question() -> None:
    slip = COPY | {"name_core": "цвеочный рай", "kpp": None}
    site = COPY | {"kpp": BRANCH, "phones": [], "emails": []}
    found = resolve(OWNER, OWNER, COPY, slip, site, {**COPY, "inn": None, "kpp": None})
    assert companies(found) == [["0", "1"], ["2", "3", "4", "5"]]
    assert found.review.filter(reason="copied_requisites").height == 1


def test_what_a_source_makes_part_of_a_copy_goes_with_it() -> None:
    part = {"connection": "list2", "inn": None, "name_core": "склад", "head_key": "2"}
    assert companies(resolve(OWNER, OWNER, COPY, part)) == [["0", "1"], ["2", "3"]]


def test_a_person_may_say_that_it_is_one_company_after_all() -> None:
    said = pl.DataFrame(
        [(1, "same", "list0/firms/0", "list1/firms/1")], schema=DECISIONS, orient="row"
    )
    assert companies(resolve(OWNER, COPY, decisions=said)) == [["0", "1"]]


def test_whose_card_is_read_first_changes_nothing() -> None:
    rows = [{**row, "connection": f"list{n}", "key": str(n)} for n, row in
            enumerate((OWNER, COPY, COPY | {"name_core": "цвеочный рай"}))]  # fmt: skip
    told = [resolve(*order) for order in permutations(rows)]
    assert all(one.links.equals(told[0].links) for one in told)
    assert all(one.review.equals(told[0].review) for one in told)


def test_the_explanation_raises_the_flag_first() -> None:
    told = why("list0/firms/0", "list1/firms/1", table(OWNER, COPY))
    assert "may have been copied" in told.flags[0][1]
    renamed = why("list0/firms/0", "list1/firms/1", table(OWNER, COPY | {"branch": "Москва"}))
    assert not any("copied" in flag for _, flag in renamed.flags)
