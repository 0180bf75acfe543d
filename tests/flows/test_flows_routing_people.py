"""Enquiries go to people, units and companies that there are, spelled as the directory has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.enquiries.decide import decide
from flows.enquiries.hand_over import hand_over
from flows.enquiries.routing_versions import propose, tried
from flows.house import House
from flows.sync import settle
from flows.versions import activate
from schemas.errors import ConfigError
from store import Store, canonical, enquiries, routes
from store.versions import ROUTING
from store.views.enquiries import NEWEST, listing
from tests.flows.test_flows_routing import company, table
from tests.support.house import house_over
from tests.support.messages import canonical_messages, message
from tests.support.staff import save_staff


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    with opened.store.write() as writer:
        save_staff(
            writer, "employee", {"key": "1", "login": "Anna", "department": "Отдел сбыта"},
            {"key": "2", "login": "boris", "department": "Отдел сбыта"},
            {"key": "3", "login": "left", "status": "inactive"},
        )  # fmt: skip
        save_staff(writer, "department", {"key": "d", "name": "Снабжение"})
        save_staff(writer, "staff_group", {"key": "g", "name": "Трубы", "members": ["1"]})
        rows = [message(n, n, thread=str(n), body="Пришёл брак") for n in (1, 2)]
        canonical.save(writer, "message", canonical_messages(rows))
    settle(opened)
    yield opened
    opened.close()


def stored(house: House) -> list[dict[str, Any]]:
    with house.store.read() as reader:
        return enquiries.load(reader).sort("thread").to_dicts()


def to(kind: str, name: str) -> str:
    return f"{{when: {{topic: [claim]}}, to: {{kind: {kind}, name: {name}}}}}"


@pytest.mark.parametrize("kind", ["employee", "department", "group"])
def test_a_line_to_nobody_is_refused_with_its_number(house: House, kind: str) -> None:
    lines = table(to("queue", "Новая очередь"), to(kind, "nobody.here"))
    with pytest.raises(ConfigError, match=r"^Line 2: .*nobody\.here"):
        propose(house, lines, "anna", None)


def test_a_line_to_whom_nothing_can_go_is_told_by_the_trial_and_the_next_line_is_asked(
    house: House,
) -> None:
    own = house.settings.config_dir / "routing.yaml"
    own.parent.mkdir(exist_ok=True)
    lines = (to("employee", "nobody.here"), to("employee", "left"), to("queue", "Качество"))
    own.write_text("lines:\n" + "".join(f"  - {one}\n" for one in lines), encoding="utf-8")
    number = propose(house, table(*lines, "{when: {}, to: {kind: owner}}"), "anna", None)
    assert tried(house, number)["empty"] == [1, 2]
    with house.store.write() as writer:
        canonical.save(
            writer, "message", canonical_messages([message(3, 3, thread="3", body="брак")])
        )
    settle(house)
    row = stored(house)[2]
    assert (row["owner"], row["unit"], row["route"]) == (None, "Качество", "0/3")


def test_people_and_units_are_stored_as_the_directory_spells_them(house: House) -> None:
    lines = (to("employee", "BORIS"), to("department", "отдел СБЫТА"), to("group", "трубы"),
             to("queue", "снабжение"), to("queue", "новая"))  # fmt: skip
    number = propose(house, table(*lines), "anna", None)
    with house.store.read() as reader:
        found = ROUTING.of(reader, number)
    assert found is not None
    for name in ("boris", "Отдел сбыта", "Трубы", "Снабжение", "новая"):
        assert f'"{name}"' in found.lines
    first, second = (row["id"] for row in stored(house))
    decide(house, first, {"owner": "ANNA", "unit": "снабжение"}, "boss")
    hand_over(house, [second], "Anna", "ОТДЕЛ СБЫТА", "boss", "отпуск", whole=True)
    assert [(row["owner"], row["unit"]) for row in stored(house)] == [
        ("anna", "Снабжение"), ("anna", "Отдел сбыта"),
    ]  # fmt: skip
    with house.store.read() as reader:
        assert routes.load(reader).rows() == [("anna", 2)]
        assert len(listing(reader, {"owner": "Anna"}, NEWEST, None, 9).rows) == 2
    decide(house, first, {"transferred_to": "Boris"}, "boss")
    assert (stored(house)[0]["transferred_to"], stored(house)[0]["unit"]) == (
        "boris",
        "Отдел сбыта",
    )


def test_a_table_of_a_file_reaches_people_and_departments_in_whatever_case(house: House) -> None:
    own = house.settings.config_dir / "routing.yaml"
    own.parent.mkdir(exist_ok=True)
    with house.store.write() as writer:  # as it was stored when logins were kept as they were typed
        rows = enquiries.load(writer).filter(pl.col("thread") == "1")
        enquiries.save(
            writer, rows.with_columns(owner=pl.lit("ANNA"), unit=pl.lit(None, pl.String))
        )
    lines = (
        "{when: {words: [ржавчин]}, to: {kind: employee, name: BORIS}}",
        to("department", "отдел СБЫТА"),
    )
    own.write_text("lines:\n" + "".join(f"  - {one}\n" for one in lines), encoding="utf-8")
    letters = [
        message(n, n, thread=str(n), body=f"Пришёл брак {'и ржавчина' * (n == 3)}") for n in (3, 4)
    ]
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages(letters))
    settle(house)
    told = stored(house)
    assert (told[2]["owner"], told[2]["unit"]) == ("boris", None)
    # Both have one: anna by the old spelling.
    assert (told[3]["owner"], told[3]["unit"]) == ("anna", "Отдел сбыта")
    assert told[3]["route_why"][-1] == "load: 1"


@pytest.mark.parametrize(
    "said",
    [
        {"transferred_to": "nobody.here"},
        {"owner": "left"},
        {"unit": "Отдел, которого нет"},
        {"company_id": "nosuch"},
        {"contact_id": "nosuch"},
    ],
)
def test_who_and_what_there_is_not_is_refused(house: House, said: dict[str, str | None]) -> None:
    row = stored(house)[0]
    with pytest.raises(ConfigError):
        decide(house, row["id"], said, "boss")
    assert stored(house)[0] == row


def test_nobody_hands_over_to_a_unit_there_is_not(house: House) -> None:
    row = stored(house)[0]
    with pytest.raises(ConfigError, match="Нет такого"):
        hand_over(house, [row["id"]], None, "Нет такого", "boss", "отпуск", whole=True)


def test_what_there_is_and_what_the_table_names_is_taken(house: House) -> None:
    with house.store.write() as writer:
        company(writer, name="ООО «Вектор»", kind="organization")
    number = propose(house, table(to("queue", "Новая очередь")), "anna", None)
    activate(house, ROUTING, number, "boris")
    row = stored(house)[0]
    assert decide(house, row["id"], {"company_id": "p1", "unit": "новая очередь"}, "boss")
    assert (stored(house)[0]["company_id"], stored(house)[0]["unit"]) == ("p1", "Новая очередь")
