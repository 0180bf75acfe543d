"""Units of one firm where the KPP is missing: told apart by the town they stand in."""

from __future__ import annotations

from typing import Any

import polars as pl

from dedup.resolve import resolve_parties
from schemas.entities import columns

INN, HEAD, BRANCH = "7414003633", "745501001", "590243001"
HERE, THERE = "74|магнитогорск|кирова|93|", "59|пермь|ленина|5|"
NOBODY = pl.DataFrame(
    schema={"ref": pl.String, "golden_id": pl.String, "unit_id": pl.String, "since": pl.Int64}
)


def row(kpp: str | None, place: str | None, **fields: Any) -> dict[str, Any]:
    region = place[:2] if place else None
    return {
        "connection": "ebs", "stream": "parties", "deleted": False, "phones": [], "emails": [],
        "kind": "organization", "name_core": "промстрой", "inn": INN, "kpp": kpp,
        "address_key": place, "region": region, **fields,
    }  # fmt: skip


def units(*rows: dict[str, Any]) -> list[str | None]:
    """A letter per unit, in the order of rows; None where the unit is open."""
    table = [{**one, "key": str(n)} for n, one in enumerate(rows)]
    frame = pl.DataFrame(table, schema=columns("party"), orient="row")
    found = resolve_parties(frame, NOBODY).links.sort("key")
    assert found["golden_id"].n_unique() == 1
    letters: dict[str, str] = {}
    return [
        u and letters.setdefault(u, chr(ord("a") + len(letters)))
        for u in found["unit_id"].to_list()
    ]


def test_without_kpp_a_record_joins_the_unit_of_its_town() -> None:
    assert units(row(HEAD, HERE), row(BRANCH, THERE), row(None, THERE)) == ["a", "b", "b"]


def test_in_a_town_where_no_unit_is_known_it_is_a_unit_of_its_own() -> None:
    elsewhere = "66|екатеринбург|мира|1|"
    assert units(row(HEAD, HERE), row(None, elsewhere), row(None, elsewhere)) == ["a", "b", "b"]


def test_another_house_of_the_town_is_no_other_unit() -> None:
    assert units(row(HEAD, HERE), row(None, "74|магнитогорск|мира|1|")) == ["a", "a"]


def test_without_an_address_the_only_unit_is_taken() -> None:
    assert units(row(HEAD, HERE), row(None, None)) == ["a", "a"]


def test_a_unit_whose_town_nobody_tells_may_be_in_this_one() -> None:
    assert units(row(HEAD, None), row(None, THERE)) == ["a", "a"]
    assert units(row(HEAD, HERE), row(BRANCH, None), row(None, THERE)) == ["a", "b", None]


def test_two_units_of_one_town_leave_it_open() -> None:
    assert units(row(HEAD, HERE), row("745543001", HERE), row(None, HERE)) == ["a", "b", None]


def test_records_of_a_firm_without_any_kpp_are_apart_by_town() -> None:
    assert units(row(None, HERE), row(None, THERE), row(None, HERE)) == ["a", "b", "a"]


def test_a_sole_trader_has_no_units() -> None:
    person = {"inn": "500100732259", "kind": "sole_trader", "name_core": "иванов иван иванович"}
    assert units(row(None, HERE, **person), row(None, THERE, **person)) == ["a", "a"]
