"""What each of many values leads to is found by one statement, which is made once for so many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

import polars as pl
import pytest
import sqlalchemy as sa

from schemas.calls import call_columns
from store import Store, calls
from store.engine import Reader
from store.tables import call
from store.views.newest import led_to, of_each, place

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHONES = 300
NEWEST = sa.select(call.c.phone, call.c.id).order_by(call.c.id)
RUNG = NEWEST.where(call.c.phone == place())
BESIDE = (
    sa.select(call.c.phone, call.c.id)
    .where(call.c.connection == place(1), call.c.phone == place(0))
    .order_by(call.c.id.desc())
)


def number(n: int) -> str:
    return f"+7916{n:07}"


@pytest.fixture
def rung(store: Store) -> Store:
    """As many calls of each number as its last digit says."""
    rows = [
        {"id": f"{n:03}-{k}", "connection": "s", "linked": f"{n}-{k}", "direction": "inbound", "answered": True,
         "legs": 1, "phone": number(n), "started_at": NOON, "ended_at": NOON + timedelta(minutes=k),
         "wait_s": 0, "talk_s": 60}
        for n in range(PHONES)
        for k in range(n % 10)
    ]  # fmt: skip
    with store.write() as writer:
        calls.save(writer, pl.DataFrame(rows, schema=call_columns()))
    return store


@pytest.mark.parametrize("asked", [0, 1, 2, 3, 5, 17, 41, 201, PHONES])
def test_it_is_what_asking_each_by_itself_would_find(asked: int, rung: Store) -> None:
    phones = [number(n) for n in range(asked)]
    alone = [NEWEST.where(call.c.phone == phone) for phone in phones]
    with rung.read() as reader:
        found = led_to(reader, [(RUNG, [(phone,) for phone in phones])], 4)
        assert found == of_each(reader, alone, 4)
    assert len(found) == sum(min(n % 10, 4) for n in range(asked))


def test_several_ways_with_several_places_stand_in_one_statement(rung: Store) -> None:
    ways = [(RUNG, [(number(3),)]), (BESIDE, [(number(2), "s"), (number(4), "elsewhere")])]
    with rung.read() as reader:
        found = [row["id"] for row in led_to(reader, ways, 9)]
    assert found == ["003-0", "003-1", "003-2", "002-1", "002-0"]


class Noting:
    """A reader that finds nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def rows(self, statement: object, told: object) -> list[object]:
        self.asked.append(statement)
        return []


def test_statements_are_made_once_for_so_many() -> None:
    reader = Noting()
    for many in (3, 4, 3, 5):
        led_to(cast("Reader", reader), [(RUNG, [(number(n),) for n in range(many)])], 4)
    three, four, again, five = reader.asked
    assert three is four is again
    assert five is not four
