"""One call told by two sources counts once: in the journal, the report, among missed calls and enquiries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from config.telephony import Telephony, load_telephony
from flows.calls.assemble import closed
from flows.calls.twice import told_once
from flows.house import House
from flows.sync import settle, sync
from schemas.calls import call_columns
from schemas.errors import ConfigError
from simulators.telephony import working_day, write_master_csv
from simulators.telephony.leg import Leg
from store import Store, calls, canonical
from store.views import call_reports, missed_calls
from store.views import calls as journal
from tests.support.house import house_at_work
from tests.support.records import canonical_records

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
RULES = Telephony(told_twice={"pbx": "cc"})
DAY = call_reports.Period(date(2026, 11, 20), date(2026, 11, 20), ZoneInfo("Europe/Moscow"))


def call(id_: str, second: int, phone: str | None = "+79160000001", **told: Any) -> dict[str, Any]:
    begun = NINE + timedelta(seconds=second)
    usual = {
        "id": id_, "connection": id_.partition("-")[0], "linked": id_, "direction": "inbound",
        "number": phone, "phone": phone, "answered": True, "started_at": begun,
        "ended_at": begun + timedelta(seconds=60), "wait_s": 5, "talk_s": 55, "legs": 1,
    }  # fmt: skip
    return usual | told


def same(*rows: dict[str, Any], rules: Telephony = RULES) -> dict[str, str]:
    kinds = call_columns()
    frame = pl.DataFrame([{n: row.get(n) for n in kinds} for row in rows], schema=kinds)
    told = told_once(frame, rules).filter(pl.col("same_as").is_not_null())
    return dict(told.select("id", "same_as").iter_rows())


def test_the_nearest_of_the_same_number_is_the_same_call() -> None:
    assert same(call("pbx-1", 0), call("cc-1", 25)) == {"pbx-1": "cc-1"}
    assert same(call("pbx-1", 0), call("cc-1", -120)) == {"pbx-1": "cc-1"}
    assert same(call("pbx-1", 0), call("cc-1", 121)) == {}
    assert same(call("pbx-1", 0), call("cc-1", 5, phone="+79160000002")) == {}
    assert same(call("pbx-1", 0), call("cc-1", 5, direction="outbound")) == {}
    assert same(call("pbx-1", 0, phone=None), call("cc-1", 5, phone=None)) == {}
    assert same(call("pbx-1", 0), call("other-1", 5)) == {}


def test_calls_find_each_other_one_for_one() -> None:
    rows = [call("pbx-1", 0), call("pbx-2", 60), call("cc-1", 50), call("cc-2", 110)]
    assert same(*rows) == {"pbx-2": "cc-1", "pbx-1": "cc-2"}, "both are told twice"
    assert same(call("pbx-1", 0), call("pbx-2", 60), call("cc-1", 50)) == {"pbx-2": "cc-1"}


def test_a_chain_of_sources_leads_to_the_one_that_counts() -> None:
    rules = Telephony(told_twice={"front": "pbx", "pbx": "cc"})
    rows = [call("front-1", 0), call("pbx-1", 3), call("cc-1", 20), call("front-2", 900)]
    assert same(*rows, rules=rules) == {"front-1": "pbx-1", "pbx-1": "cc-1"}


def test_what_is_told_better_neither_waits_nor_closes() -> None:
    lost: dict[str, Any] = {"answered": False, "missed": "no_answer", "talk_s": 0}
    rows = [
        call("cc-1", 0, **lost),
        call("pbx-1", 10, **lost),
        call("cc-2", 900),
        call("pbx-2", 890),
    ]
    kinds = call_columns()
    frame = pl.DataFrame([{n: row.get(n) for n in kinds} for row in rows], schema=kinds)
    told = {row["id"]: row["closed_by"] for row in closed(told_once(frame, RULES)).to_dicts()}
    assert told == {"cc-1": "cc-2", "pbx-1": None, "cc-2": None, "pbx-2": None}


def test_sources_that_refer_to_each_other_are_refused_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "telephony.yaml").write_text("told_twice: {a: b, b: c, c: a}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="told_twice") as caught:
        load_telephony(tmp_path)
    assert caught.value.file.endswith("telephony.yaml")


NUMBERS = [f"8916000{n:04d}" for n in range(12)]


def later(rows: list[Leg], seconds: int, by: int) -> list[Leg]:
    """The same calls as a second switch saw them: a little later, with ids of its own."""
    span = timedelta(seconds=seconds)
    return [
        Leg(
            row.src, row.dst, row.channel, row.dstchannel, row.app, row.data, row.start + span,
            row.answer and row.answer + span, row.end + span, row.disposition,
            f"{row.uniqueid}{by}", f"{row.linkedid}{by}", row.sequence, row.name,
        )
        for row in rows
    ]  # fmt: skip


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    for name in ("front", "pbx"):
        told = f"kind: asterisk\nsettings: {{path: {tmp_path / name}}}\n"
        (folder / f"{name}.yaml").write_text(told, encoding="utf-8")
    opened = house_at_work(store, tmp_path)
    yield opened
    opened.close()


def take(house: House, *names: str) -> dict[str, Any]:
    for name in names:
        sync(house, name)
    settle(house)
    with house.store.read() as reader:
        page = journal.listing(reader, {}, journal.NEWEST, None, 500)
        return {
            "stored": calls.load(reader),
            "journal": len(page.rows),
            "missed": len(missed_calls.waiting(reader)),
            "report": call_reports.report(reader, DAY, 20, "(wrap)", NINE + timedelta(days=1)),
        }


@pytest.mark.both_engines
@pytest.mark.parametrize("first", ["front", "pbx"])
def test_two_switches_that_tell_one_day_count_it_once(
    house: House, tmp_path: Path, first: str
) -> None:
    """Whichever of them is read first; a switch taken out of the rules counts again."""
    day = working_day(NUMBERS, 40, seed=5, apart=(130, 200))
    outside = sum(call.direction != "internal" for call in day.calls)
    write_master_csv(day.rows, tmp_path / "front" / "Master.csv")
    write_master_csv(later(day.rows, 7, 1), tmp_path / "pbx" / "Master.csv")
    doubled = take(house, first, *({"front", "pbx"} - {first}))
    assert doubled["journal"] == 80
    rules = house.settings.config_dir / "telephony.yaml"
    rules.write_text("told_twice: {front: pbx}\n", encoding="utf-8")
    found = take(house)
    assert found["stored"].height == 80
    assert found["stored"]["same_as"].is_not_null().sum() == outside
    assert found["journal"] == 80 - outside
    alone = found["report"]
    rules.unlink()
    for name in ("inbound", "outbound", "missed", "closed"):
        assert take(house)["report"].total[name] == 2 * alone.total[name], name
    assert doubled["missed"] == found["missed"], "one row per number either way"


@pytest.mark.both_engines
def test_a_call_heard_first_by_one_and_then_by_the_other_is_one(
    house: House, tmp_path: Path
) -> None:
    """As a new record comes only the calls of its number are looked at again."""
    rules = house.settings.config_dir / "telephony.yaml"
    rules.write_text("told_twice: {front: pbx}\n", encoding="utf-8")
    day = working_day(NUMBERS, 12, seed=2, apart=(130, 200))
    other = later(day.rows, 7, 1)
    for nth, (mine, theirs) in enumerate(zip(day.rows, other, strict=True)):
        write_master_csv([mine], tmp_path / "front" / "Master.csv")
        if nth % 5 == 4:
            take(house, "front", "pbx")
        write_master_csv([theirs], tmp_path / "pbx" / "Master.csv")
    streamed = take(house, "front", "pbx")["stored"]
    whole = closed(told_once(streamed, Telephony(told_twice={"front": "pbx"})))
    assert streamed.equals(whole.sort("id"))
    outside = sum(call.direction != "internal" for call in day.calls)
    assert streamed["same_as"].is_not_null().sum() == outside


@pytest.mark.both_engines
def test_two_switches_with_the_same_ids_keep_their_calls_apart(
    house: House, tmp_path: Path
) -> None:
    """Both number their channels alike; without a rule nothing of one belongs to the other."""
    day = working_day(NUMBERS, 20, seed=9)
    hours = [
        Leg(
            row.src, row.dst, row.channel, row.dstchannel, row.app, row.data,
            row.start + timedelta(hours=3), row.answer and row.answer + timedelta(hours=3),
            row.end + timedelta(hours=3), row.disposition, row.uniqueid, row.linkedid, row.sequence,
        )
        for row in day.rows
    ]  # fmt: skip
    write_master_csv(day.rows, tmp_path / "front" / "Master.csv")
    write_master_csv(hours, tmp_path / "pbx" / "Master.csv")
    found = take(house, "front", "pbx")["stored"]
    truth = {(call.linkedid, call.talk) for call in day.calls}
    for name in ("front", "pbx"):
        own = found.filter(pl.col("connection") == name)
        assert set(own.select("linked", "talk_s").rows()) == truth
    assert found["id"].n_unique() == 2 * len(day.calls)


def test_the_page_of_a_call_leads_to_its_other_telling(house: House, tmp_path: Path) -> None:
    rules = house.settings.config_dir / "telephony.yaml"
    rules.write_text("told_twice: {front: pbx}\n", encoding="utf-8")
    day = working_day(NUMBERS, 1, seed=1)
    write_master_csv(day.rows, tmp_path / "front" / "Master.csv")
    write_master_csv(later(day.rows, 7, 1), tmp_path / "pbx" / "Master.csv")
    stored = {
        row["connection"]: row["id"] for row in take(house, "front", "pbx")["stored"].to_dicts()
    }
    with house.store.read() as reader:
        for name, other in (("front", "pbx"), ("pbx", "front")):
            shown = journal.card(reader, stored[name])
            assert shown is not None
            assert shown["again"] == [{"id": stored[other], "connection": other}]


UCID = "00001003571795161654"


def test_the_universal_id_tells_a_call_whatever_its_number_and_however_long_it_waited() -> None:
    late = call("cc-1", 900, phone="+79160000009", linked=UCID)
    assert same(call("pbx-1", 0, linked=UCID), late) == {"pbx-1": "cc-1"}
    assert same(call("pbx-1", 0, phone=None, linked=UCID), late) == {"pbx-1": "cc-1"}
    near = call("cc-2", 3)
    assert same(call("pbx-1", 0, linked=UCID), late, near) == {"pbx-1": "cc-1"}, "not the nearest"
    parts = (call("pbx-1", 0, linked=UCID), call("pbx-2", 4), late, near)
    assert same(*parts) == {"pbx-1": "cc-1", "pbx-2": "cc-2"}
    alike = "1795161654.14"
    assert same(call("pbx-1", 0, linked=alike), call("cc-1", 900, linked=alike)) == {}


@pytest.mark.both_engines
def test_records_of_one_universal_id_find_each_other_as_they_come(
    house: House, tmp_path: Path
) -> None:
    """The second bears a number of its own; the first is looked at again with all of its own."""
    rules = house.settings.config_dir / "telephony.yaml"
    rules.write_text("told_twice: {front: pbx}\n", encoding="utf-8")

    def leg(connection: str, n: int, phone: str, linked: str, hour: int) -> pl.DataFrame:
        begun = NINE + timedelta(hours=hour)
        return canonical_records("call_leg", [{
            "connection": connection, "stream": "cdr", "key": str(n), "linked": linked, "direction": "inbound",
            "caller": phone, "caller_phone": phone, "agent": "101", "outcome": "answered",
            "started_at": begun, "answered_at": begun, "ended_at": begun + timedelta(minutes=1),
        }])  # fmt: skip

    first, other = "+79160000001", "+79160000002"
    for record in (
        leg("front", 1, first, UCID, 0), leg("front", 2, first, "x", 2), leg("pbx", 3, other, UCID, 0),
        leg("pbx", 4, other, "y", 3), leg("front", 5, other, "z", 4),
    ):  # fmt: skip
        with house.store.write() as writer:
            canonical.save(writer, "call_leg", record)
        settle(house)
    with house.store.read() as reader:
        stored = calls.load(reader)
    told = stored.filter(pl.col("same_as").is_not_null())
    assert told.select("connection", "linked").rows() == [("front", UCID)]
    whole = closed(told_once(stored, Telephony(told_twice={"front": "pbx"})))
    assert stored.equals(whole.sort("id"))
