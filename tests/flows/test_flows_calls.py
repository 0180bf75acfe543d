"""Calls assembled from legs: what they are, whatever the order and the portions in which legs come."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.telephony import Telephony
from flows.calls.assemble import assembled, closed
from flows.house import House
from flows.sync import settle, sync
from schemas.calls import call_columns
from simulators.telephony import Day, working_day, write_master_csv
from store import Store, call_legs, calls
from store.tables import call, quarantine
from tests.support.examples import examples
from tests.support.house import house_at_work
from tests.support.legs import canonical_legs

NUMBERS = [f"8916000{n:04d}" for n in range(12)]
TOLD = ("direction", "number", "operator", "employee", "talk_s", "missed")


@pytest.fixture
def day() -> Day:
    return working_day(NUMBERS, 120, seed=5)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    settings = f"kind: asterisk\nsettings:\n  path: {tmp_path / 'cdr'}\n"
    (folder / "switch.yaml").write_text(settings, encoding="utf-8")
    opened = house_at_work(store, tmp_path)
    yield opened
    opened.close()


def take(house: House) -> None:
    sync(house, "switch")
    settle(house)


def stored(house: House) -> pl.DataFrame:
    with house.store.read() as reader:
        return calls.load(reader)


def truth(day: Day) -> list[tuple[object, ...]]:
    return sorted(
        (c.linkedid, c.direction, c.number or None, c.operator or None, c.employee or None, c.talk, c.missed or None)
        for c in day.calls
    )  # fmt: skip


def told(found: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(found.select("linked", *TOLD).rows())


def test_every_call_of_a_day_is_told_as_it_was(house: House, day: Day, tmp_path: Path) -> None:
    write_master_csv(day.rows, tmp_path / "cdr" / "Master.csv")
    take(house)
    found = stored(house)
    assert told(found) == truth(day)
    assert found["phone"].drop_nulls().str.starts_with("+7916000").all()
    again = stored(house)
    take(house)
    assert stored(house).equals(again)
    with house.store.read() as reader:
        assert set(reader.frame(call.select())["version"]) == {1}


def test_calls_that_grow_by_portions_end_as_those_read_at_once(
    house: House, day: Day, tmp_path: Path
) -> None:
    log = tmp_path / "cdr" / "Master.csv"
    for start in range(0, len(day.rows), 37):
        write_master_csv(day.rows[start : start + 37], log)
        if start == 74:
            log.rename(log.with_name("Master.csv.1"))
        take(house)
    assert told(stored(house)) == truth(day)
    with house.store.read() as reader:
        legs = call_legs.legs(reader)
    assert stored(house).equals(closed(assembled(legs, Telephony())).sort("id"))


def test_a_missed_call_is_closed_by_the_first_answered_one_either_way(
    house: House, day: Day, tmp_path: Path
) -> None:
    write_master_csv(day.rows, tmp_path / "cdr" / "Master.csv")
    take(house)
    found = stored(house)
    by_id = {row["id"]: row for row in found.iter_rows(named=True)}
    for missed in found.filter(pl.col("missed").is_not_null()).iter_rows(named=True):
        later = found.filter(
            (pl.col("phone") == missed["phone"]) & pl.col("answered") & (pl.col("started_at") >= missed["ended_at"])
        ).sort("started_at")  # fmt: skip
        if later.is_empty():
            assert missed["closed_by"] is None
        else:
            closer = by_id[missed["closed_by"]]
            assert closer["started_at"] == later["started_at"][0]
            waited = closer["started_at"] - missed["ended_at"]
            assert missed["closed_after_s"] == waited.total_seconds()


def test_other_extensions_make_all_calls_anew(house: House, day: Day, tmp_path: Path) -> None:
    write_master_csv(day.rows, tmp_path / "cdr" / "Master.csv")
    take(house)
    rules = tmp_path / "config" / "telephony.yaml"
    rules.write_text("internal: '10[0-9]'\n", encoding="utf-8")
    take(house)
    assert stored(house).height == len(day.calls)
    assert told(stored(house)) != truth(day)
    rules.unlink()
    take(house)
    assert told(stored(house)) == truth(day)


def test_a_line_that_is_no_call_waits_in_quarantine_and_the_calls_are_told(
    house: House, day: Day, tmp_path: Path
) -> None:
    log = tmp_path / "cdr" / "Master.csv"
    write_master_csv(day.rows[:6], log)
    with log.open("a", encoding="utf-8") as file:
        file.write("nothing of a call\n")
    take(house)
    with house.store.read() as reader:
        [waiting] = reader.rows(quarantine.select())
    assert (waiting.stage, waiting.reason, waiting.state) == ("extract", "line_unreadable", "open")
    assert stored(house).height == len({row.linkedid for row in day.rows[:6]})


@settings(deadline=None, max_examples=examples(25))
@given(st.integers(0, 2**32), st.integers(1, 60), st.randoms(use_true_random=False))
def test_the_order_of_legs_changes_nothing(seed: int, number: int, dice: random.Random) -> None:
    rows = working_day(NUMBERS, number, seed=seed).rows
    shuffled = dice.sample(rows, len(rows))
    one, other = (
        assembled(canonical_legs(some), Telephony()).sort("id") for some in (rows, shuffled)
    )
    assert one.equals(other)
    assert one.columns == list(call_columns())
    assert (one["talk_s"] >= 0).all()
    assert one.filter(pl.col("answered") & pl.col("missed").is_not_null()).is_empty()
