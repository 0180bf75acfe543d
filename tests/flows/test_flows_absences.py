"""Who is away gets nothing: his deputy does, or the next line; heads who are away are passed over, too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.enquiries.absences import be_away, be_back
from flows.enquiries.facts import staff_of
from flows.enquiries.routing import routed
from flows.house import House
from schemas.absences import Away
from schemas.errors import ConfigError, Refused
from store import Store, absences
from store.clock import utc_now
from store.views import late
from tests.flows.test_flows_routing import facts, table
from tests.support.house import house_over
from tests.support.staff import save_staff

TODAY = utc_now().date()
DAY = timedelta(days=1)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    with opened.store.write() as writer:
        save_staff(
            writer, "employee",
            {"key": "0", "login": "chief", "emails": ["chief@ours.example"]},
            {"key": "1", "login": "boss", "manager_key": "0", "emails": ["boss@ours.example"]},
            {"key": "2", "login": "Anna", "manager_key": "1", "department": "Сбыт"},
            {"key": "3", "login": "boris", "manager_key": "1", "department": "Сбыт"},
            {"key": "4", "login": "vera", "emails": ["vera@ours.example"]},
        )  # fmt: skip
    yield opened
    opened.close()


def away(house: House, login: str, deputy: str | None = None, by: str = "boss") -> int:
    told = Away(login, "holiday", TODAY - DAY, TODAY + DAY, deputy)
    return be_away(house, told, by, whole=by == "root")


LINES = (
    "{when: {owned: [yes]}, to: {kind: owner}}",
    "{when: {topic: [claim]}, to: {kind: employee, name: anna}}",
    "{when: {}, to: {kind: department, name: Сбыт}}",
)


def sent(house: House) -> list[tuple[int, str | None, list[str]]]:
    rows = facts({"owner": "anna", "owned": "yes"}, {"topic": "claim"}, {})
    with house.store.read() as reader:
        told = routed(rows, table(*LINES), staff_of(reader, utc_now()))
    return list(told.select("line", "owner", "why").iter_rows())


def test_who_is_away_is_passed_over_and_the_deputy_gets_it(house: House) -> None:
    assert [(line, owner) for line, owner, _ in sent(house)] == [
        (1, "anna"), (2, "anna"), (3, "boris"),
    ]  # fmt: skip
    number = away(house, "ANNA")
    assert [(line, owner) for line, owner, _ in sent(house)] == [(3, "boris")] * 3
    assert sent(house)[0][2] == ["load: 0", "passed: 1"]
    assert be_back(house, number, "anna", whole=False)
    away(house, "anna", "Vera")
    assert [(line, owner) for line, owner, _ in sent(house)] == [
        (1, "vera"), (2, "vera"), (3, "boris"),
    ]  # fmt: skip
    assert sent(house)[0][2][-1] == "instead: anna"
    away(house, "vera", "boris", by="root")
    assert [owner for _, owner, _ in sent(house)] == ["boris"] * 3
    away(house, "boris", "anna", by="root")  # all three for each other: nobody is there
    assert [(line, owner) for line, owner, _ in sent(house)] == [(0, None)] * 3


def test_of_several_owners_who_is_at_work_is_asked_first(house: House) -> None:
    def owner(*owners: str, line: str = "{when: {}, to: {kind: owner}}") -> list[object]:
        rows = facts(*[{"owners": list(owners), "owned": "yes"}] * 2)
        with house.store.read() as reader:
            return routed(rows, table(line), staff_of(reader, utc_now()))["owner"].to_list()

    assert owner("anna", "boris") == ["anna", "anna"]
    away(house, "anna", "vera")
    assert owner("anna", "boris") == ["boris", "boris"]
    assert owner("anna", "nosuch") == ["vera", "vera"]
    assert owner("nosuch", "boris") == ["boris", "boris"]
    assert owner("nosuch") == ["nosuch", "nosuch"]
    assert owner("Anna", "boris", line="{when: {}, to: {kind: owner, most: 1}}") == [
        "boris",
        "vera",
    ]
    assert owner("boris", line="{when: {}, to: {kind: owner, most: 1}}") == ["boris", None]


def test_an_absence_begins_and_ends_with_its_days(house: House) -> None:
    be_away(house, Away("anna", "trip", date(2026, 12, 1), date(2026, 12, 2)), "anna", whole=False)
    with house.store.read() as reader:
        for moment, is_away in (
            (datetime(2026, 11, 30, 20, 59, tzinfo=UTC), False),  # midnight in Moscow is 21:00
            (datetime(2026, 11, 30, 21, tzinfo=UTC), True),
            (datetime(2026, 12, 2, 20, 59, tzinfo=UTC), True),
            (datetime(2026, 12, 2, 21, tzinfo=UTC), False),
        ):
            assert ("anna" in absences.away(reader, moment)) is is_away


def test_a_head_who_is_away_is_passed_over_or_stood_in_for(house: House) -> None:
    row = {"id": "e", "owner": "anna", "unit": None}

    def told() -> str | None:
        with house.store.read() as reader:
            head = late.heads(reader, [row], utc_now())["e"]
        return head.email if head else None

    assert told() == "boss@ours.example"
    number = away(house, "boss", by="chief")
    assert told() == "chief@ours.example"
    be_back(house, number, "chief", whole=False)
    away(house, "boss", "vera", by="chief")
    assert told() == "vera@ours.example"


def test_it_is_told_once_by_whom_it_concerns_and_taken_back_once(house: House) -> None:
    first = away(house, "anna")
    assert away(house, "anna") == first
    with pytest.raises(Refused):
        away(house, "anna", by="vera")
    with pytest.raises(Refused):
        be_back(house, first, "boris", whole=False)
    for odd in (
        Away("anna", "trip", TODAY, TODAY - DAY),
        Away("anna", "trip", TODAY, TODAY + 2000 * DAY),
        Away("anna", "trip", TODAY, TODAY, "ANNA"),
        Away("anna", "trip", TODAY, TODAY, "nosuch"),
        Away("nosuch", "trip", TODAY, TODAY),
    ):
        with pytest.raises(ConfigError):
            be_away(house, odd, "root", whole=True)
    assert be_back(house, first, "boss", whole=False)
    assert not be_back(house, first, "boss", whole=False)
    with house.store.read() as reader:
        assert absences.listing(reader, "anna", None, None, 10) == []
