"""People, departments and groups of a real domain controller: who joins, moves and leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from connectors.ad import ActiveDirectory, DirectorySettings
from connectors.registry import validated
from schemas.errors import ConfigError, Refused, Retryable, Unbalanced
from schemas.records import DELETED, KEY, Cursor
from tests.support import domain
from tests.support.company_staff import OFF, Staff
from tests.support.domain import ADMINISTRATOR, CERTIFIED, SECRET, Controller

NOW = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Controller:
    lacking = domain.missing()
    if lacking and os.environ.get("CI"):
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    return domain.shared()


@pytest.fixture
def staff(running: Controller) -> Iterator[Staff]:
    company = Staff(running)
    yield company
    company.connection.unbind()


def asking(staff: Staff, **more: Any) -> ActiveDirectory:
    told = {
        "servers": [f"ldaps://{staff.controller.host}"], "base": staff.base, "user": ADMINISTRATOR,
        "password": SECRET, "ca": str(staff.controller.ca), "names": [CERTIFIED], **more,
    }  # fmt: skip
    return ActiveDirectory("corp", validated(DirectorySettings, "corp", told))


def taken(
    source: ActiveDirectory, stream: str = "employees", cursor: Cursor | None = None
) -> tuple[dict[str, Mapping[str, Any]], Cursor | None]:
    """Rows by key, and the last cursor as it is kept between runs."""
    rows: dict[str, Mapping[str, Any]] = {}
    for batch in source.read(stream, cursor, NOW):
        rows |= {row[KEY]: row for row in batch.rows.iter_rows(named=True)}
        cursor = batch.cursor and Cursor.loads(batch.cursor.dumps())
    return rows, cursor


@pytest.mark.parametrize("way", ["dirsync", "usn"])
def test_who_joins_moves_marries_and_leaves_is_told_and_nobody_else(staff: Staff, way: str) -> None:
    sales = staff.unit("Сбыт")
    old, anna, oleg, ivan = (staff.person(name, sales) for name in ("old", "anna", "oleg", "ivan"))
    keys = {name: staff.key(dn) for name, dn in (("anna", anna), ("oleg", oleg), ("ivan", ivan))}
    first, cursor = taken(asking(staff, changes=way))
    assert set(first) == {staff.key(old), *keys.values()}
    assert taken(asking(staff, changes=way), cursor=cursor)[0] == {}
    married = staff.move(anna, "CN=Анна Ким", staff.base)
    staff.change(oleg, userAccountControl=OFF)
    staff.delete(ivan)
    new = staff.person("vera", sales, title="Менеджер")
    found, cursor = taken(asking(staff, changes=way), cursor=cursor)
    assert set(found) == {*keys.values(), staff.key(new)}
    assert found[keys["anna"]]["distinguishedName"].endswith(f";{married}")
    assert (
        found[keys["oleg"]]["userAccountControl"] == "546"
        or int(found[keys["oleg"]]["userAccountControl"]) & 2
    )
    assert [key for key, row in found.items() if row[DELETED]] == [keys["ivan"]]
    assert found[staff.key(new)]["title"] == "Менеджер"
    assert taken(asking(staff, changes=way), cursor=cursor)[0] == {}


@pytest.mark.parametrize("way", ["dirsync", "usn"])
def test_a_renamed_unit_moves_everybody_in_it(staff: Staff, way: str) -> None:
    sales = staff.unit("Сбыт")
    inner = staff.unit("Отдел 1", sales)
    anna = staff.key(staff.person("anna", inner))
    other = staff.key(staff.person("oleg"))
    _, cursor = taken(asking(staff, changes=way))
    _, units = taken(asking(staff, changes=way), "units")
    staff.move(sales, "OU=Продажи")
    found, _ = taken(asking(staff, changes=way), cursor=cursor)
    assert "OU=Отдел 1,OU=Продажи" in found[anna]["distinguishedName"]
    assert other not in found
    moved, _ = taken(asking(staff, changes=way), "units", units)
    assert sorted(row["ou"] for row in moved.values()) == ["Отдел 1", "Продажи"]


def test_groups_tell_their_members_by_key_whoever_they_are_called_now(staff: Staff) -> None:
    anna = staff.person("anna")
    inner = staff.group("Снабжение", [anna])
    outer = staff.group("Стюарды", [inner])
    told, cursor = taken(asking(staff), "groups")
    assert f"<GUID={staff.key(anna)}>" in told[staff.key(inner)]["member"]
    assert f"<GUID={staff.key(inner)}>" in told[staff.key(outer)]["member"]
    staff.change(inner, member=())
    found, _ = taken(asking(staff), "groups", cursor)
    assert found[staff.key(inner)]["member"] is None


def test_a_third_of_the_people_switched_off_at_once_is_refused_until_it_is_said_to_be_right(
    staff: Staff,
) -> None:
    people = [staff.person(f"n{number}") for number in range(60)]
    staff.change(people[0], userAccountControl=OFF)
    _, cursor = taken(asking(staff))
    for one in people[1:15]:
        staff.change(one, userAccountControl=OFF)
    for one in people[15:25]:
        staff.delete(one)
    with pytest.raises(Unbalanced, match="24 of 60"):
        taken(asking(staff), cursor=cursor)
    found, _ = taken(asking(staff, most_gone=0.5), cursor=cursor)
    assert len(found) == 24


def test_another_controller_and_a_lost_cookie_are_read_anew(staff: Staff) -> None:
    keys = {staff.key(staff.person(name)) for name in ("anna", "oleg")}
    _, usn = taken(asking(staff, changes="usn"))
    assert usn is not None
    elsewhere = replace(usn, value={**usn.value, "dc": "0" * 8})
    assert set(taken(asking(staff, changes="usn"), cursor=elsewhere)[0]) == keys
    _, cookie = taken(asking(staff))
    assert cookie is not None
    for spoilt in ("bm90aGluZw==", str(cookie.value["cookie"])[:24]):
        lost = replace(cookie, value={**cookie.value, "cookie": spoilt})
        assert set(taken(asking(staff), cursor=lost)[0]) == keys
    assert set(taken(asking(staff, changes="whole"), cursor=usn)[0]) == keys


def test_starttls_serves_and_what_cannot_be_trusted_or_read_says_what_to_do(staff: Staff) -> None:
    staff.person("anna")
    plain = asking(staff, servers=["ldaps://127.0.0.99", f"ldap://{staff.controller.host}"])
    assert len(taken(plain)[0]) == 1
    assert all(probe.ok for probe in plain.check())
    with pytest.raises(Retryable):
        taken(asking(staff, ca=None))
    with pytest.raises(ConfigError, match="base"):
        taken(asking(staff, base="OU=Nowhere,DC=corp,DC=example,DC=test", changes="whole"))
    reader = staff.login(f"reader{staff.number}", SECRET)
    weak = asking(staff, user=reader)
    with pytest.raises(Refused, match="Replicating Directory Changes"):
        taken(weak)
    assert not all(probe.ok for probe in weak.check())
    assert len(taken(asking(staff, user=reader, changes="usn"))[0]) == 1


def test_rows_come_with_types_and_only_asked_keys_are_fetched(staff: Staff) -> None:
    anna = staff.key(staff.person("anna"))
    staff.person("oleg")
    found = asking(staff).fetch("employees", [anna, "999999999"])
    assert found[KEY].to_list() == [anna]
    assert found.schema["_changed_at"] == pl.Datetime("us", "UTC")


def test_two_thousand_people_are_read_whole_and_by_what_changed(staff: Staff) -> None:
    units = [staff.unit("Управление")]
    for number in range(9):
        units.append(staff.unit(f"Отдел {number}", units[number // 3]))
    people = [
        staff.person(f"u{n}", units[n % 10], displayName=f"Сотрудник {n:04}") for n in range(2_000)
    ]
    inner = staff.group("Продавцы", people[:300])
    outer = staff.group("Все", [inner, *people[300:320]])
    first = {way: taken(asking(staff, changes=way)) for way in ("dirsync", "usn")}
    assert [len(rows) for rows, _ in first.values()] == [2_000, 2_000]
    groups, _ = taken(asking(staff), "groups")
    counts = [groups[staff.key(dn)]["member"].count("<GUID=") for dn in (inner, outer)]
    assert counts == [300, 21]
    moved, left, gone = people[7], people[8], people[9]
    keys = {staff.key(dn) for dn in (moved, left, gone)}
    staff.move(moved, within=units[3])
    staff.change(left, userAccountControl=OFF)
    staff.delete(gone)
    for way, (_, cursor) in first.items():
        found, _ = taken(asking(staff, changes=way), cursor=cursor)
        assert set(found) == keys, way
