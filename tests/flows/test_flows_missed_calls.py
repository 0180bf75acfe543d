"""Missed calls as enquiries: one of a number, sent by the table, linked to what was written, closed by a call back."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from config.enquiries import shipped_enquiries
from flows.calls.assemble import closed
from flows.enquiries.decide import decide
from flows.enquiries.stage import again
from flows.house import House
from flows.sync import settle
from schemas.calls import call_columns
from schemas.golden import golden_columns
from store import Store, calls, canonical, enquiries, golden
from store.views import enquiries as register
from store.views import missed_calls
from tests.support.house import house_over
from tests.support.messages import MONDAY, canonical_messages, message

PHONE = "+79160000001"
SENT = ("owner", "unit", "route", "route_why")


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    settle(opened)  # calls without legs are dropped when all are assembled first
    yield opened
    opened.close()


def ring(n: int, minutes: float, **told: Any) -> dict[str, Any]:
    """A missed inbound call so many minutes after Monday 9:00."""
    at = MONDAY + timedelta(minutes=minutes)
    usual = {
        "id": f"c{n:03d}", "connection": "switch", "linked": f"l{n}", "direction": "inbound",
        "number": PHONE, "phone": PHONE, "did": "74872000000", "answered": False, "missed": "no_answer",
        "started_at": at, "ended_at": at + timedelta(seconds=40), "wait_s": 40, "talk_s": 0, "legs": 1,
    }  # fmt: skip
    return {**usual, **told}


def talk(n: int, minutes: float, **told: Any) -> dict[str, Any]:
    """A call in which somebody of ours spoke with the number."""
    at = MONDAY + timedelta(minutes=minutes)
    spoken = {
        "answered": True,
        "missed": None,
        "answered_at": at + timedelta(seconds=5),
        "talk_s": 35,
    }
    return ring(n, minutes, **{"direction": "outbound", **spoken, **told})


def save(house: House, rows: Sequence[dict[str, Any]]) -> None:
    kinds = call_columns()
    frame = pl.DataFrame([{n: row.get(n) for n in kinds} for row in rows], schema=kinds)
    with house.store.write() as writer:
        known = calls.load(writer).join(frame, on="id", how="anti")
        calls.save(writer, closed(pl.concat([known.select(frame.columns), frame])))


def take(house: House) -> list[dict[str, Any]]:
    settle(house)
    with house.store.read() as reader:
        return enquiries.load(reader).sort("began_at", "id").to_dicts()


def test_whoever_waits_for_a_call_back_is_somebodys_task(house: House) -> None:
    save(house, [ring(1, 0), ring(2, 5, phone=None, number="anonymous")])
    [task] = take(house)

    def waiting() -> dict[str | None, tuple[str | None, str | None]]:
        with house.store.read() as reader:
            rows = missed_calls.waiting(reader)
        return {row["phone"]: (row["enquiry_id"], row["whose"]) for row in rows}

    assert waiting() == {PHONE: (task["id"], "Отдел продаж"), None: (None, None)}
    with house.store.write() as writer:
        place = (task["channel"], task["thread"], task["message_id"])
        enquiries.decide(writer, place, "owner", "anna", author="boss")
        again(writer, shipped_enquiries(), [task["thread"]])
    assert waiting()[PHONE] == (task["id"], "anna")


def test_a_missed_call_that_a_better_source_tells_too_asks_once(house: House) -> None:
    save(house, [ring(1, 0), ring(2, 0.2)])
    assert [one["messages"] for one in take(house)] == [2], "told by two, and nobody said so"
    save(house, [ring(2, 0.2, same_as="c001")])
    assert [one["messages"] for one in take(house)] == [1]
    save(house, [talk(3, 0.1, direction="inbound"), ring(1, 0, same_as="c003")])
    assert take(house) == [], "it was answered, as the better source knows"


def test_a_missed_call_is_an_enquiry_that_a_call_back_closes(house: House) -> None:
    save(house, [ring(1, 0), ring(2, 30), ring(3, 31, missed="short"), ring(4, 32, phone=None)])
    [one] = take(house)
    assert (one["channel"], one["state"], one["messages"]) == ("call", "new", 2)
    assert (one["sender_phone"], one["unit"], one["box"]) == (PHONE, "Отдел продаж", "74872000000")
    assert one["deadline_at"] == MONDAY + timedelta(hours=4)
    save(house, [talk(5, 50)])
    [done] = take(house)
    assert (done["id"], done["state"], done["deadline_at"]) == (one["id"], "closed", None)
    assert take(house) == [done]
    save(house, [ring(6, 90)])
    [again] = take(house)
    assert (again["state"], again["messages"]) == ("in_work", 4)
    save(house, [ring(7, 60 * 24 * 4)])
    assert [row["state"] for row in take(house)] == ["in_work", "new"]
    with house.store.read() as reader:
        card = register.card(reader, one["id"])
    assert card is not None
    assert [row["direction"] for row in card.messages] == [
        "inbound",
        "inbound",
        "outbound",
        "inbound",
    ]


def test_who_has_just_written_is_not_doubled_and_a_decision_holds(house: House) -> None:
    with house.store.write() as writer:
        letter = message(1, 0, channel="form", thread="f", body="Нужна труба", sender_phone=PHONE)
        canonical.save(writer, "message", canonical_messages([letter]))
    save(house, [ring(1, 20), ring(2, 21, phone="+79160000002", number="+79160000002")])
    form, call, other = take(house)
    assert (call["same_as"], call["same_why"]) == (form["id"], ["sender_phone"])
    assert other["same_as"] is None
    decide(house, call["id"], {"owner": "anna", "topic": "claim"}, "anna")
    save(house, [ring(3, 40)])
    after = {row["id"]: row for row in take(house)}[call["id"]]
    assert (after["owner"], after["topic"], after["messages"]) == ("anna", "claim", 2)


def test_calls_that_come_by_portions_end_as_all_at_once_and_those_that_go_take_theirs(
    house: House,
) -> None:
    dice = random.Random(3)  # noqa: S311  a game, no secret
    rows = [
        dice.choice([ring, ring, talk])(
            n, dice.randrange(5000), phone=(phone := f"+7916000000{n % 4}"), number=phone
        )
        for n in range(40)
    ]
    for start in range(0, 40, 10):
        save(house, rows[start : start + 10])
        take(house)
    parts = take(house)
    rules = house.settings.config_dir / "enquiries.yaml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    shipped = Path("config/enquiries.yaml").read_text(encoding="utf-8")
    rules.write_text(shipped.replace("version: 1", "version: 2"), encoding="utf-8")
    assert take(house) == parts
    with house.store.write() as writer:
        calls.remove(writer, pl.Series([row["id"] for row in rows]))
    assert len(parts) > 4
    assert take(house) == []


def test_an_unknown_caller_is_an_enquiry_once_and_a_known_one_is_none(house: House) -> None:
    rules = house.settings.config_dir / "enquiries.yaml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    shipped = Path("config/enquiries.yaml").read_text(encoding="utf-8")
    save(house, [talk(0, -9000, direction="inbound")])
    take(house)
    rules.write_text(f"{shipped}\nunknown_callers: 10\n", encoding="utf-8")
    take(house)
    point = {"id": "t1", "owner_id": "v", "owner": "legal_entity", "kind": "phone"}
    known = {"phone": "+79160000009", "number": "+79160000009", "direction": "inbound"}
    with house.store.write() as writer:
        for entity, rows in {
            "legal_entity": [{"id": "v", "name": "ООО Вега"}],
            "contact_point": [{**point, "value": known["phone"]}],
        }.items():
            golden.save(writer, entity, pl.DataFrame(rows, schema=golden_columns(entity)))
    short = talk(4, 3, direction="inbound", talk_s=4, phone="+79160000008")
    save(
        house,
        [
            talk(1, 0, direction="inbound"),
            talk(2, 30, direction="inbound"),
            talk(3, 1, **known),
            short,
        ],
    )
    [one] = take(house)
    assert (one["sender_phone"], one["state"], one["messages"]) == (PHONE, "new", 2)
    assert one["unit"] == "Отдел продаж"
    with house.store.write() as writer:
        more = pl.DataFrame(
            [{**point, "id": "t2", "value": PHONE}], schema=golden_columns("contact_point")
        )
        golden.save(writer, "contact_point", more)
    rules.write_text(f"{shipped}\nunknown_callers: 11\n", encoding="utf-8")
    [same] = take(house)
    assert (same["id"], same["messages"]) == (one["id"], 2)
    save(house, [talk(5, 60, direction="inbound")])
    assert len(take(house)) == 1


def test_an_unknown_caller_who_has_just_written_is_not_doubled(house: House) -> None:
    rules = house.settings.config_dir / "enquiries.yaml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    shipped = Path("config/enquiries.yaml").read_text(encoding="utf-8")
    rules.write_text(f"{shipped}\nunknown_callers: 10\n", encoding="utf-8")
    with house.store.write() as writer:
        letter = message(1, 0, channel="form", thread="f", body="Нужна труба", sender_phone=PHONE)
        canonical.save(writer, "message", canonical_messages([letter]))
    save(house, [talk(1, 20, direction="inbound"), ring(2, 90), talk(3, 95, direction="inbound")])
    form, call = take(house)
    assert (call["same_as"], call["same_why"]) == (form["id"], ["sender_phone"])
    assert (call["messages"], call["state"]) == (3, "closed")
