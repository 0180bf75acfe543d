"""A call missed when nobody worked is told as that, and not as somebody's neglect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.telephony import Telephony
from config.working_time import shipped_working_time
from flows.calls.hours import told_off_hours
from flows.house import House
from flows.sync import settle
from schemas.calls import call_columns
from store import Store, calls, canonical
from store.views import call_reports, missed_calls
from tests.support.house import house_over
from tests.support.records import canonical_records, frame_of

MOSCOW = ZoneInfo("Europe/Moscow")
# Friday evening, Friday noon, Saturday, a holiday, a shortened day before one.
LATE, NOON, WEEKEND, HOLIDAY, SHORTENED = (
    datetime(2026, 11, 20, 18, 0, tzinfo=MOSCOW),
    datetime(2026, 11, 20, 17, 59, tzinfo=MOSCOW),
    datetime(2026, 11, 21, 12, tzinfo=MOSCOW),
    datetime(2026, 11, 4, 12, tzinfo=MOSCOW),
    datetime(2026, 11, 3, 17, 30, tzinfo=MOSCOW),
)
NIGHT = "always_on: [night, '74950000000']"


def call(n: int, at: datetime, missed: str | None = "no_answer", **told: Any) -> dict[str, Any]:
    usual = {
        "id": f"c{n}", "connection": "s", "linked": f"l{n}", "direction": "inbound", "answered": missed is None,
        "missed": missed, "started_at": at.astimezone(UTC), "ended_at": at.astimezone(UTC), "wait_s": 20,
        "talk_s": 0, "legs": 1,
    }  # fmt: skip
    return usual | told


def reasons(*rows: dict[str, Any], rules: Telephony | None = None) -> list[str | None]:
    frame = frame_of(call_columns(), rows)
    told = told_off_hours(frame, rules or Telephony(), shipped_working_time())
    assert told.columns == frame.columns
    assert told["id"].to_list() == frame["id"].to_list()
    return told["missed"].to_list()


def test_what_was_missed_outside_of_working_time_is_told_so() -> None:
    moments = (LATE, NOON, WEEKEND, HOLIDAY, SHORTENED, LATE.replace(hour=8, minute=59))
    found = reasons(*(call(n, at) for n, at in enumerate(moments)))
    assert found == ["off_hours", "no_answer", "off_hours", "off_hours", "off_hours", "off_hours"]
    kinds = ("busy", "failed", "abandoned_in_queue", "abandoned_in_ivr")
    assert set(reasons(*(call(n, LATE, kind) for n, kind in enumerate(kinds)))) == {"off_hours"}


def test_a_slip_a_broken_connection_and_an_answer_stay_what_they_are() -> None:
    assert reasons(call(1, LATE, "short"), call(2, LATE, "cut_off"), call(3, LATE, None)) == [
        "short", "cut_off", None,
    ]  # fmt: skip
    assert reasons() == []


def test_what_is_answered_around_the_clock_is_never_out_of_hours() -> None:
    rules = Telephony(always_on=["night", "74950000000"])
    rows = (
        call(1, LATE, queue="night"), call(2, LATE, did="74950000000"), call(3, LATE, queue="sales"), call(4, LATE),
    )  # fmt: skip
    assert reasons(*rows, rules=rules) == ["no_answer", "no_answer", "off_hours", "off_hours"]


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    (tmp_path / "config").mkdir()
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def leg(n: int, at: datetime) -> dict[str, Any]:
    return {
        "connection": "s", "stream": "cdr", "key": str(n), "linked": f"l{n}", "unique": f"l{n}",
        "caller": f"8916000000{n}", "caller_phone": f"+7916000000{n}", "called": "74950000000", "caller_device": "SIP/mts-1",
        "called_device": "SIP/101-2", "application": "Dial", "outcome": "no_answer",
        "started_at": at.astimezone(UTC), "ended_at": at.astimezone(UTC) + timedelta(seconds=20),
    }  # fmt: skip


def told(house: House) -> dict[str, str]:
    settle(house)
    with house.store.read() as reader:
        found = calls.load(reader).select("linked", "missed").sort("linked")
    return dict(found.iter_rows())


@pytest.mark.both_engines
def test_the_report_and_the_missed_calls_tell_it_and_new_hours_change_it(
    house: House, tmp_path: Path
) -> None:
    with house.store.write() as writer:
        rows = [leg(1, NOON), leg(2, LATE), leg(3, WEEKEND)]
        canonical.save(writer, "call_leg", canonical_records("call_leg", rows))
    assert told(house) == {"l1": "no_answer", "l2": "off_hours", "l3": "off_hours"}
    period = call_reports.Period(date(2026, 11, 20), date(2026, 11, 21), MOSCOW)
    with house.store.read() as reader:
        total = call_reports.report(reader, period, 20, "(wrap)", WEEKEND.astimezone(UTC)).total
        waiting = {row["missed"] for row in missed_calls.waiting(reader)}
    assert (total["missed"], total["off_hours"]) == (3, 2)
    assert waiting == {"no_answer", "off_hours"}, "they wait for a call back all the same"
    hours = tmp_path / "config" / "working_time.yaml"
    hours.write_text("week: {fri: '09:00-20:00', sat: '10:00-14:00'}\n", encoding="utf-8")
    assert set(told(house).values()) == {"no_answer"}
    hours.unlink()
    rules = tmp_path / "config" / "telephony.yaml"
    rules.write_text(NIGHT + "\n", encoding="utf-8")
    assert set(told(house).values()) == {"no_answer"}
    rules.unlink()
    with house.store.write() as writer:
        late = canonical_records("call_leg", [leg(4, WEEKEND + timedelta(hours=1))])
        canonical.save(writer, "call_leg", late)
    assert list(told(house).values()) == ["no_answer", "off_hours", "off_hours", "off_hours"]
