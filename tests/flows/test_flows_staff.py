"""The people of our own firm, from a real domain controller to canonical records: joiners, movers, leavers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from flows.house import House
from flows.sync import sync
from store import Store, canonical
from store.views import staff as people
from tests.support import domain
from tests.support.company_staff import OFF, Staff
from tests.support.domain import ADMINISTRATOR, CERTIFIED, SECRET
from tests.support.house import house_over


@pytest.fixture
def staff() -> Iterator[Staff]:
    lacking = domain.missing()
    if lacking and os.environ.get("CI"):
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    company = Staff(domain.shared())
    yield company
    company.connection.unbind()


@pytest.fixture
def house(
    sqlite_store: Store, staff: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    monkeypatch.setenv("DC_PASSWORD", SECRET)
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    told = {
        "servers": [f"ldaps://{staff.controller.host}"], "base": staff.base, "user": ADMINISTRATOR,
        "password": "env:DC_PASSWORD", "ca": str(staff.controller.ca), "names": [CERTIFIED],
    }  # fmt: skip
    body = {"kind": "ad", "settings": told}
    (folder / "corp.yaml").write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    opened = house_over(sqlite_store, tmp_path)
    yield opened
    opened.close()


def told(house: House, entity: str = "employee") -> dict[str, dict[str, Any]]:
    """Living records by key."""
    with house.store.read() as reader:
        found = canonical.load(reader, entity).filter(~pl.col("deleted"))
    return {row["key"]: row for row in found.iter_rows(named=True)}


def test_a_firm_is_told_with_its_chain_of_managers_and_its_groups(
    house: House, staff: Staff
) -> None:
    sales = staff.unit("Сбыт")
    office = staff.unit("Отдел 1", sales)
    boss = staff.person("boss", sales, displayName="Ким Игорь Ильич", title="Начальник сбыта")
    anna = staff.person(
        "anna", office, displayName="Петрова Анна Сергеевна", sn="Петрова", givenName="Анна",
        manager=boss, telephoneNumber="+7 (495) 123-45-67 доб. 1234", mobile="8 916 000-11-22",
        mail="Anna@Kanon.example", proxyAddresses=["SMTP:anna@kanon.example", "smtp:a.p@kanon.example"],
        department="Отдел сбыта № 1",
    )  # fmt: skip
    inner = staff.group("Сбытовики", [anna])
    staff.group("Все", [inner, boss])
    sync(house, "corp")
    found = told(house)
    her, his = staff.key(anna), staff.key(boss)
    row = found[her]
    assert row["path"].endswith("Сбыт / Отдел 1")
    assert (row["manager_key"], row["extension"], row["status"]) == (his, "1234", "active")
    assert (row["last_name"], row["first_name"], row["middle_name"]) == (
        "Петрова",
        "Анна",
        "Сергеевна",
    )
    assert row["emails"] == ["anna@kanon.example", "a.p@kanon.example"]
    assert row["phones"] == ["+74951234567;ext=1234", "+79160001122"]
    assert {row["path"].rpartition(" / ")[2] for row in told(house, "department").values()} >= {
        "Сбыт",
        "Отдел 1",
    }
    with house.store.read() as reader:
        card = people.card(reader, "corp", her)
        assert card is not None
        assert [one["name"] for one in card["chain"]] == ["Ким Игорь Ильич"]
        assert [one["name"] for one in card["groups"]] == ["Все", "Сбытовики"]
        assert (
            people.by_extension(reader, ["1234", "77"])["1234"]["name"] == "Петрова Анна Сергеевна"
        )


def test_a_day_of_changes_is_told_and_then_nothing_more(house: House, staff: Staff) -> None:
    sales = staff.unit("Сбыт")
    boss, anna, gone = (staff.person(name, sales) for name in ("boss", "anna", "gone"))
    his, her, left = (staff.key(one) for one in (boss, anna, gone))
    sync(house, "corp")
    before = told(house)
    assert {before[key]["status"] for key in (his, her, left)} == {"active"}
    moved = staff.move(anna, "CN=Ким Анна Сергеевна", staff.base)
    staff.change(moved, sn="Ким", displayName="Ким Анна Сергеевна")
    staff.change(boss, userAccountControl=OFF)
    staff.delete(gone)
    sync(house, "corp")
    found = told(house)
    assert found[her]["name"] == "Ким Анна Сергеевна"
    assert not found[her]["path"].endswith("Сбыт")
    assert found[his]["status"] == "inactive"
    assert left not in found
    sync(house, "corp")
    assert told(house) == found
