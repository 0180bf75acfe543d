"""The same calls through Avaya as they really were: over its wire, through the hub, in every form."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from config.telephony import Telephony
from connectors.avaya.layout import presets
from connectors.avaya.records import Lines, Reading, parsed
from flows.calls.assemble import assembled, closed
from flows.house import House
from flows.listening.avaya import listen
from flows.sync import settle, sync
from mappings.load import load_mapping
from simulators.telephony import Day, working_day
from simulators.telephony.cdr_link import CdrLink
from simulators.telephony.communication_manager import TOLD, Form, lines, records, ucid_of
from store import Store, call_legs, calls
from store.tables import landing_batch, quarantine
from tests.support.house import house_at_work
from tests.support.listeners import free_port
from tests.support.listening import in_thread

NUMBERS = [f"8916000{n:04d}" for n in range(12)]
FACTS = ("direction", "number", "missed")


def assert_told(found: pl.DataFrame, day: Day) -> None:
    """Every call the switch tells of is as it was; a record has the minute of an end only,

    so that the short talks of a transfer may overlap or change their order.
    """
    calls_ = {ucid_of(call.linkedid): call for call in day.calls if call.kind in TOLD}
    rows = {row["linked"]: row for row in found.iter_rows(named=True)}
    assert rows.keys() == calls_.keys()
    for linked, call in calls_.items():
        row, passed_on = rows[linked], call.kind == "transferred"
        assert tuple(row[name] or "" for name in FACTS) == (
            call.direction,
            call.number,
            call.missed,
        )
        people = {row["operator"] or "", row["employee"] or ""}
        assert people <= {call.operator, call.employee}
        assert passed_on or row["employee"] == (call.employee or None)
        assert abs(row["talk_s"] - call.talk) <= (60 if passed_on else 0)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def house(store: Store, tmp_path: Path, port: int) -> Iterator[House]:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    (folder / "pbx.yaml").write_text(
        f"kind: avaya\nsettings:\n  path: {tmp_path / 'spool'}\n  layout: customized\n"
        f"  listen: 127.0.0.1:{port}\n",
        encoding="utf-8",
    )
    opened = house_at_work(store, tmp_path)
    yield opened
    opened.close()


def test_a_day_over_the_wire_is_told_as_it_was_and_noise_waits_in_quarantine(
    house: House, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.listening.taking.QUIET", 0.2)
    day = working_day(NUMBERS, 40, seed=7)
    link = CdrLink(("127.0.0.1", port), seed=2, cuts=3, repeats=2, garbage=4)
    found: list[int] = []

    async def run(stop: asyncio.Event) -> None:
        found.append(await listen(house, stop))

    with in_thread(run):
        link.play(list(lines(records(day), "customized")))
    assert found == [1]
    with house.store.read() as reader:
        assert_told(calls.load(reader), day)
        waiting = reader.frame(quarantine.select())
        landed = reader.frame(landing_batch.select()).height
    assert set(waiting["reason"]) == {"layout_misfit"}
    assert len(link.noise) <= waiting.height <= len(link.noise) + 3
    # Listening again with nothing new writes nothing.
    with in_thread(run):
        pass
    with house.store.read() as reader:
        assert reader.frame(landing_batch.select()).height == landed


def test_parts_of_a_call_that_come_apart_are_put_together_as_at_once(
    house: House, tmp_path: Path
) -> None:
    """A ringing that came before its talk is a call until the talk comes, and then a part of it."""
    connection = tmp_path / "config" / "connections" / "pbx.yaml"
    text = f"kind: avaya\nsettings:\n  path: {tmp_path}/cdr_20261120.log\n  layout: expanded\n  zone: UTC\n"
    connection.write_text(text, encoding="utf-8")
    again = house_at_work(house.store, tmp_path)
    raw = list(lines(records(working_day(NUMBERS, 20, seed=3)), "expanded"))
    for start in range(0, len(raw), 13):
        with (tmp_path / "cdr_20261120.log").open("a", encoding="ascii") as log:
            log.writelines(f"{line}\r\n" for line in raw[start : start + 13])
        sync(again, "pbx")
        settle(again)
    with house.store.read() as reader:
        found = calls.load(reader)
        legs = call_legs.legs(reader)
    assert found.equals(closed(assembled(legs, Telephony())).sort("id"))
    assert found.height < legs.height
    again.close()


def of_lines(raw: list[str], form: str, anchor: date) -> pl.DataFrame:
    how = Reading(presets()[form], "month_first", ZoneInfo("UTC"))
    part, _ = parsed(Lines([line.encode() for line in raw], 1, "x", None, anchor), how)
    assert part.rejects.is_empty()
    rows = part.rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    return load_mapping("avaya", "cdr").apply(rows, connection="s").records


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_customized_record_carries_every_call_to_the_second(seed: int) -> None:
    day = working_day(NUMBERS, 60, seed=seed)
    found = of_lines(list(lines(records(day), "customized")), "customized", date(2026, 11, 20))
    assert_told(assembled(found, Telephony()), day)


FORMS_WITHOUT_AN_ID: tuple[Form, ...] = ("expanded", "int-isdn", "unformatted")


@pytest.mark.parametrize("form", FORMS_WITHOUT_AN_ID)
def test_ringing_and_talk_find_each_other_without_an_id(form: Form) -> None:
    """Lengths in tenths of a minute, ends by the minute, ten digits of a number: calls all the same."""
    day = working_day(NUMBERS, 80, seed=3)
    kinds = [kind for kind in TOLD if kind != "transferred"]
    found = assembled(
        of_lines(list(lines(records(day, kinds), form)), form, date(2026, 11, 20)),
        Telephony(),
    )
    wanted = [call for call in day.calls if call.kind in kinds]
    truth = [
        (c.direction, c.number[-10:] if c.direction == "inbound" else c.number, c.employee, c.talk // 6, c.missed)
        for c in wanted
    ]  # fmt: skip
    told = [
        (row["direction"], row["number"] or "", row["employee"] or "", row["talk_s"] // 6, row["missed"] or "")
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    assert sorted(told) == sorted(truth)
    waits = found.filter(pl.col("answered") & (pl.col("direction") == "inbound"))["wait_s"]
    assert set(waits) == {6}


def leg(end: str, dur: str, code: str, number: str = "9165550101") -> str:
    return f"{end} {dur} {code} {'':>4} 0901 {'2014':>15} {number:>10}"


@pytest.mark.parametrize(
    ("raw", "truth"),
    [
        # Twice within two minutes through the same line: two calls, each with its ringing.
        (
            [leg("1001", "0001", "G"), leg("1001", "0003", "9"), leg("1002", "0002", "G"), leg("1003", "0006", "9")],
            [(18, 6), (36, 12)],
        ),
        # Given up, and at once again.
        ([leg("1001", "0003", "H"), leg("1001", "0002", "9")], [(0, 18), (12, 0)]),
        # Twenty-one hours: two periods and what is left, after it rang for half a minute.
        (
            ["00:00 11/20", leg("0100", "0005", "G"), leg("1059", "9599", "4"), leg("2059", "9599", "4"),
             "00:00 11/21", leg("0059", "4000", "9")],
            [(2 * 35994 + 14400, 30)],
        ),
        # Another number on the line is another call.
        ([leg("1001", "0001", "G", "9165550102"), leg("1003", "0020", "9")], [(0, 6), (120, 0)]),
    ],
)  # fmt: skip
def test_parts_of_a_call_and_calls_that_only_look_like_them(
    raw: list[str], truth: list[tuple[int, int]]
) -> None:
    lines_ = raw if "/" in raw[0] else ["10:00 11/20", *raw]
    found = assembled(of_lines(lines_, "expanded", date(2026, 11, 20)), Telephony())
    assert sorted(found.select("talk_s", "wait_s").rows()) == truth
