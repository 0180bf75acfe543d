"""An extension passes from one to another: a call belongs to who had it then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.sync import settle
from schemas.calls import call_columns, stage_columns
from store import Store, calls, extensions
from store.views import call_reports, staff, staff_work
from store.views import calls as journal
from store.views.holders import holders
from tests.support.house import house_over
from tests.support.records import frame_of
from tests.support.staff import save_staff

PASSED = datetime(2026, 11, 10, 9, tzinfo=UTC)
ANNA, BORIS = "Петрова Анна", "Бойко Борис"


def people(store: Store, *rows: dict[str, Any]) -> int:
    with store.write() as writer:
        save_staff(writer, "employee", *rows)
        return extensions.note(writer)


def call(n: int, at: datetime) -> dict[str, Any]:
    return {
        "id": f"c{n}", "connection": "s", "linked": f"l{n}", "direction": "inbound", "answered": True,
        "started_at": at, "ended_at": at + timedelta(minutes=1), "wait_s": 1, "talk_s": 50, "legs": 1,
        "employee": "102", "operator": "102",
    }  # fmt: skip


def talked(n: int, at: datetime) -> dict[str, Any]:
    return {
        "id": f"s{n}", "call": f"c{n}", "kind": "talk", "employee": "102", "done": True,
        "started_at": at, "seconds": 50,
    }  # fmt: skip


def passed_on(store: Store) -> None:
    """Anna has 102 until the tenth and then 105; Boris has it since, and she left on the fifteenth."""
    first = datetime(2026, 10, 1, tzinfo=UTC)
    anna = {"key": "1", "login": "anna", "name": ANNA, "extension": "102", "changed_at": first}
    assert people(store, anna) == 1
    assert people(store, anna) == 0, "what is noted is not noted again"
    moved = PASSED - timedelta(minutes=5)
    boris = {"key": "2", "login": "boris", "name": BORIS, "extension": "102", "changed_at": PASSED}
    assert people(store, anna | {"extension": "105", "changed_at": moved}, boris) == 3
    left = datetime(2026, 11, 15, tzinfo=UTC)
    gone = anna | {"extension": "105", "status": "inactive", "changed_at": left}
    assert people(store, gone) == 1
    moments = (PASSED - timedelta(days=40), PASSED - timedelta(days=1), PASSED + timedelta(hours=1))
    with store.write() as writer:
        calls.save(writer, frame_of(call_columns(), [call(n, at) for n, at in enumerate(moments)]))
        stages = frame_of(stage_columns(), [talked(n, at) for n, at in enumerate(moments)])
        calls.save_stages(writer, stages, stages["call"])


@pytest.mark.both_engines
def test_a_call_is_of_the_one_who_had_the_extension_then(store: Store) -> None:
    passed_on(store)
    with store.read() as reader:
        page = journal.listing(reader, {}, journal.NEWEST, None, 10)
        card = journal.card(reader, "c1")
    named = {row["id"]: row["colleague"] for row in page.rows}
    assert named == {"c0": f"{ANNA} · 102", "c1": f"{ANNA} · 102", "c2": f"{BORIS} · 102"}
    assert card is not None
    assert card["names"] == {"employee": ANNA, "operator": ANNA}, "though she is with us no more"


@pytest.mark.both_engines
def test_what_somebody_did_counts_the_calls_of_his_time_alone(store: Store) -> None:
    passed_on(store)
    now = PASSED + timedelta(days=7)
    period = call_reports.Period(date(2026, 11, 1), date(2026, 11, 20), ZoneInfo("Europe/Moscow"))
    with store.read() as reader:
        his = {
            key: staff_work.work(reader, staff.card(reader, "ad", key) or {}, now)["calls"]
            for key in ("1", "2")
        }
        told = call_reports.report(reader, period, 20, "(wrap)", now)
    assert {key: row["answered"] for key, row in his.items()} == {"1": 1, "2": 1}
    assert told.operators["name"].to_list() == [f"{ANNA} → {BORIS}"]


def test_between_two_holders_and_of_two_at_once_nobody_is_named(store: Store) -> None:
    passed_on(store)
    with store.read() as reader:
        known = holders(reader, ["102", "105", None, "999"])
    assert known.at("102", PASSED - timedelta(minutes=3)) is None
    assert known.at("102", PASSED) == BORIS
    assert known.at("105", datetime(2026, 11, 12, tzinfo=UTC)) == ANNA
    assert known.at("105", datetime(2026, 11, 16, tzinfo=UTC)) is None
    assert known.at("999", PASSED) is None
    assert known.at(None, PASSED) is None
    people(store, {"key": "3", "name": "Третий", "extension": "102", "changed_at": PASSED})
    with store.read() as reader:
        assert holders(reader, ["102"]).at("102", PASSED + timedelta(hours=1)) is None


def test_a_new_name_is_the_same_person_and_settling_notes_it(store: Store, tmp_path: Path) -> None:
    with store.write() as writer:
        save_staff(writer, "employee", {"key": "1", "name": ANNA, "extension": "102"})
    house = house_over(store, tmp_path)
    settle(house)
    with store.write() as writer:
        save_staff(writer, "employee", {"key": "1", "name": "Ким Анна", "extension": "102"})
    settle(house)
    with store.read() as reader:
        assert holders(reader, ["102"]).at("102", PASSED) == "Ким Анна"
    house.close()
