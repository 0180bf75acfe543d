"""Contacts of one counterparty: what makes two records one person, and what does not (handbook 2.8)."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.people import contact_keys
from tests.support.examples import examples

TEXTS = ("ref", "legal_entity_id", "last_name", "first_name", "middle_name")
SCHEMA = pl.Schema(
    {
        **dict.fromkeys(TEXTS, pl.String()),
        **dict.fromkeys(("phones", "emails"), pl.List(pl.String())),
    }
)
MAIL, ROLE = ["orlova@vektor.example"], ["info@vektor.example"]
MOBILE, DIRECT = ["+79031234567"], ["+73519244009"]


def person(full: str, **rest: Any) -> dict[str, Any]:
    last, first, middle = [part if part != "-" else None for part in [*full.split(), "-", "-"][:3]]
    return {
        "last_name": last, "first_name": first, "middle_name": middle,
        "phones": [], "emails": [], "legal_entity_id": "E", **rest,
    }  # fmt: skip


def keys(*people: dict[str, Any]) -> list[str]:
    rows = [{"ref": f"x/people/{n}", **one} for n, one in enumerate(people)]
    return contact_keys(pl.DataFrame(rows, schema=SCHEMA))["contact_key"].to_list()


def are_one(*people: dict[str, Any]) -> bool:
    return len(set(keys(*people))) == 1


def test_a_whole_name_with_a_patronymic_is_one_person_of_the_entity() -> None:
    assert are_one(person("Орлова Анна Петровна"), person("орлова анна петровна"))
    assert are_one(person("Королёв Семён Ильич"), person("Королев Семен Ильич"))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Орлова Анна", "Орлова Анна"),
        ("Орлова Анна П.", "Орлова Анна П."),
        ("Орлова Анна Петровна", "Орлова Анна"),
        ("Орлова А. П.", "Орлова Анна Петровна"),
    ],
)
def test_a_name_without_both_patronymics_is_no_proof(left: str, right: str) -> None:
    assert not are_one(person(left), person(right))


@pytest.mark.parametrize("shared", [{"phones": DIRECT}, {"phones": MOBILE}, {"emails": MAIL}])
def test_a_name_without_a_patronymic_needs_a_phone_or_a_personal_mail(
    shared: dict[str, list[str]],
) -> None:
    assert are_one(person("Орлова Анна", **shared), person("Орлова Анна Петровна", **shared))


def test_a_role_mailbox_is_no_evidence() -> None:
    assert not are_one(person("Орлова Анна", emails=ROLE), person("Орлова Анна", emails=ROLE))


@pytest.mark.parametrize("shared", [{"emails": MAIL}, {"phones": MOBILE}])
@pytest.mark.parametrize(
    ("left", "right", "one"),
    [
        ("Орлова Анна", "Орлова А.", True),
        ("Орлова Анна", "Орлова", True),
        ("Орлова Анна", "- Анна", True),
        ("Орлова Анна", "Орлова Мария", False),
        ("Орлова Анна", "Орлова М.", False),
        ("Орлова Анна Петровна", "Орлова Анна Ильинична", False),
        ("Орлова Анна", "Кузьмина Анна", False),
    ],
)
def test_a_personal_mail_or_a_mobile_needs_compatible_names(
    shared: dict[str, list[str]], left: str, right: str, one: bool
) -> None:
    assert are_one(person(left, **shared), person(right, **shared)) is one


def test_the_phone_of_a_switchboard_takes_whole_names_only() -> None:
    assert not are_one(person("Орлова А.", phones=DIRECT), person("Орлова Анна", phones=DIRECT))
    assert not are_one(person("Орлова", phones=DIRECT), person("Орлова Анна", phones=DIRECT))


def test_forms_of_one_mailbox_are_one_mailbox() -> None:
    left = person("Орлова А.", emails=["orlova.anna@ya.ru"])
    assert are_one(left, person("Орлова Анна", emails=["orlova-anna@yandex.ru"]))


def test_an_incomplete_name_brings_nobody_together() -> None:
    ivan, igor, short = [person(f"Иванов {n}", emails=MAIL) for n in ("Иван", "Игорь", "И.")]
    assert len(set(keys(ivan, igor, short))) == 3
    both = person("Иванов", emails=[*MAIL, "second@vektor.example"])
    other = person("Иванов Игорь", emails=["second@vektor.example"])
    assert len(set(keys(ivan, other, both))) == 3


def test_nobody_is_one_person_across_two_entities() -> None:
    name = "Орлова Анна Петровна"
    assert not are_one(person(name, emails=MAIL), person(name, emails=MAIL, legal_entity_id="F"))


def test_without_people_there_are_no_contacts() -> None:
    assert keys() == []


NAMES = st.sampled_from(
    ["Иванов Иван", "Иванов И.", "Иванов", "- Иван", "Иванов Игорь", "Иванов Иван Ильич", "-"]
)
PERSON = st.builds(
    person,
    NAMES,
    emails=st.lists(st.sampled_from([*MAIL, *ROLE, "b@vektor.example"]), max_size=2, unique=True),
    phones=st.lists(st.sampled_from([*MOBILE, *DIRECT]), max_size=2, unique=True),
)


@settings(max_examples=examples(80), deadline=None)
@given(people=st.lists(PERSON, min_size=1, max_size=8), seed=st.integers(0, 1000))
def test_the_order_changes_nothing_and_no_contact_has_two_given_names(
    people: list[dict[str, Any]], seed: int
) -> None:
    table = pl.DataFrame([{"ref": f"x/p/{n}", **one} for n, one in enumerate(people)], SCHEMA)
    straight = contact_keys(table)
    shuffled = contact_keys(table.sample(fraction=1, shuffle=True, seed=seed)).sort("ref")
    assert straight.equals(shuffled)
    whole = straight.filter(pl.col("first_name").str.len_chars() > 2)
    counted = whole.group_by("contact_key").agg(pl.col("first_name").n_unique())
    assert counted["first_name"].max() in (None, 1)
