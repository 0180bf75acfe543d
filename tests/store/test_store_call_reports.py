"""The report of calls: a day counted by hand, to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from schemas.calls import call_columns, session_columns, stage_columns
from schemas.enquiries import enquiry_columns
from store import Store, calls, enquiries
from store.views import call_reports, missed_calls
from store.views.call_reports import Period
from tests.support.staff import save_staff

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = Period(date(2026, 11, 20), date(2026, 11, 20), MOSCOW)


def at(clock: str, day: int = 20) -> datetime:
    """A moment of the day by Moscow's clock."""
    hour, minute, second = (int(part) for part in clock.split(":"))
    return datetime(2026, 11, day, hour, minute, second, tzinfo=MOSCOW).astimezone(UTC)


def call(id_: str, began: str, **told: Any) -> dict[str, Any]:
    plain = {
        "id": id_, "connection": "s", "linked": id_, "direction": "inbound", "answered": True,
        "started_at": at(began, told.pop("day", 20)), "wait_s": 0, "talk_s": 0, "legs": 1,
    }  # fmt: skip
    return plain | {"ended_at": plain["started_at"]} | told


# c1: in the queue 12 s, 101 talks 120 s of which 20 s hold, writes up 30 s.
# c2: in the queue 25 s, 102 did not take it (8 s), 101 talks 60 s.
# c3: gives up after 40 s; called back by c5, 102's outbound call of 90 s, 10 min after.
# c4: slips, which is no loss; c6 is of another day by Moscow's clock, c7 lost and not called back.
CALLS = [
    call("c1", "09:00:00", wait_s=15, talk_s=120),
    call("c2", "09:20:00", wait_s=29, talk_s=60),
    call("c3", "10:05:00", answered=False, missed="abandoned_in_queue", phone="+79160000003",
         closed_by="c5", closed_after_s=600, wait_s=43),
    call("c4", "10:06:00", answered=False, missed="short", wait_s=1),
    call("c5", "10:15:43", direction="outbound", wait_s=9, talk_s=90),
    call("c6", "00:30:00", day=21, wait_s=2, talk_s=5),
    call("c7", "23:59:59", answered=False, missed="no_answer", phone="+79160000007", wait_s=25),
    call("c8", "23:59:30", answered=False, missed="busy", phone="+79160000007", wait_s=4),
]  # fmt: skip


def stage(call_: str, kind: str, began: str, seconds: int, **told: Any) -> dict[str, Any]:
    plain = {"id": f"{call_}{kind}{began}", "call": call_, "kind": kind, "done": True}
    return plain | {"started_at": at(began), "seconds": seconds} | told


STAGES = [
    stage("c1", "queue", "09:00:03", 12, queue="sales"),
    stage("c1", "ring", "09:00:11", 4, employee="101"),
    stage("c1", "talk", "09:00:15", 120, employee="101"),
    stage("c1", "hold", "09:01:00", 20, employee="101"),
    stage("c1", "after_call", "09:02:15", 30, employee="101"),
    stage("c2", "queue", "09:20:04", 25, queue="sales"),
    stage("c2", "ring", "09:20:05", 8, employee="102", done=False),
    stage("c2", "ring", "09:20:23", 6, employee="101"),
    stage("c2", "talk", "09:20:29", 60, employee="101"),
    stage("c3", "queue", "10:05:03", 40, queue="sales", done=False),
    stage("c5", "talk", "10:15:52", 90, employee="102"),
]


def session(agent: str, kind: str, began: str, ended: str, **told: Any) -> dict[str, Any]:
    plain = {"id": f"{agent}{kind}{began}{told}", "connection": "s", "agent": agent, "kind": kind}
    return plain | {"started_at": at(began), "ended_at": at(ended)} | told


# 101: an hour and a half in two queues at once, of which 10 min 30 s paused (30 s are the write-up).
SESSIONS = [
    session("101", "on_duty", "09:00:00", "10:00:00", queue="sales"),
    session("101", "on_duty", "09:30:00", "10:30:00", queue="service"),
    session("101", "paused", "09:02:15", "09:02:45", reason="wrapup"),
    session("101", "paused", "09:40:00", "09:50:00", reason="lunch"),
]


@pytest.fixture
def told(store: Store) -> Store:
    with store.write() as writer:
        calls.save(writer, pl.DataFrame(CALLS, schema=call_columns()))
        stages = pl.DataFrame(STAGES, schema=stage_columns())
        calls.save_stages(writer, stages, stages["call"].unique())
        calls.save_sessions(writer, pl.DataFrame(SESSIONS, schema=session_columns()))
        save_staff(writer, "employee", {"key": "a", "name": "Петрова Анна", "extension": "101"})
    return store


def made(store: Store, period: Period = DAY) -> call_reports.Report:
    with store.read() as reader:
        return call_reports.report(reader, period, 20, "(wrap|acw)", at("23:59:59"))


def test_operators_of_a_day_to_the_second(told: Store) -> None:
    first, second = made(told).operators.to_dicts()
    assert first == {
        "agent": "101", "name": "Петрова Анна", "answered": 2, "unanswered": 0, "talk_s": 180, "ring_s": 10, "rings": 2,
        "hold_s": 20, "after_s": 30, "duty_s": 5400, "paused_s": 600, "mean_talk_s": 90,
        "mean_ring_s": 5, "occupancy": pytest.approx(210 / 4800),
    }  # fmt: skip
    assert second == {
        "agent": "102", "name": None, "answered": 1, "unanswered": 1, "talk_s": 90, "ring_s": 0, "rings": 0,
        "hold_s": 0, "after_s": 0, "duty_s": None, "paused_s": None, "mean_talk_s": 90,
        "mean_ring_s": None, "occupancy": None,
    }  # fmt: skip


def test_queues_of_a_day_to_the_second(told: Store) -> None:
    [queue] = made(told).queues.to_dicts()
    assert queue == {
        "queue": "sales", "offered": 3, "answered": 2, "in_time": 1, "waited_s": 37, "lost_s": 40,
        "longest_s": 40, "abandoned": 1, "service_level": pytest.approx(1 / 3),
        "abandon_rate": pytest.approx(1 / 3), "mean_wait_s": 18,
    }  # fmt: skip


def test_the_totals_hours_and_days_are_those_of_the_reader_s_zone(told: Store) -> None:
    report = made(told)
    assert report.total == {
        "inbound": 6, "outbound": 1, "answered": 2, "missed": 3, "closed": 1, "off_hours": 0, "mean_wait_s": 22,
        "mean_talk_s": 90, "mean_closed_s": 600, "service_level": pytest.approx(1 / 3),
        "abandon_rate": pytest.approx(1 / 3),
    }  # fmt: skip
    assert report.hours.rows() == [(9, 2, 0, 0, 0), (10, 2, 1, 0, 1), (23, 2, 0, 0, 2)]
    assert report.days.rows() == [(date(2026, 11, 20), 6, 1, 0, 3)]
    both = made(told, Period(date(2026, 11, 20), date(2026, 11, 21), MOSCOW))
    assert both.days["inbound"].to_list() == [6, 1]


def test_numbers_that_wait_are_one_row_each_the_oldest_first(told: Store) -> None:
    with told.read() as reader:
        [row] = missed_calls.waiting(reader)
    assert (row["phone"], row["times"], row["first_at"], row["started_at"]) == (
        "+79160000007", 2, at("23:59:30"), at("23:59:59"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("work", "whose"), [({"owner": "petrova", "unit": "sales"}, "petrova"), ({"unit": "sales"}, "sales"), ({}, None)]
)  # fmt: skip
def test_whose_task_a_number_that_waits_is(
    told: Store, work: dict[str, str], whose: str | None
) -> None:
    standing = {"id": "e2", "state": "new", "began_at": at("23:59:59"), **work}
    over = {"id": "e1", "state": "closed", "began_at": at("23:59:30"), "owner": "kim"}
    plain = {
        "channel": "call", "thread": "+79160000007", "threads": [], "message_id": "c8", "last_at": at("23:59:59"),
        "messages": 1, "files": 0, "sender_phone": "+79160000007",
    }  # fmt: skip
    kept = {n: [] for n, kind in enquiry_columns().items() if isinstance(kind, pl.List)}
    rows = [{**kept, **plain, **one} for one in (standing, over)]
    with told.write() as writer:
        enquiries.save(writer, pl.DataFrame(rows, schema=enquiry_columns()))
        [row] = missed_calls.waiting(writer)
    assert (row["enquiry_id"], row["whose"]) == ("e2", whose)


def test_a_day_without_calls_is_zeros_and_no_shares(store: Store) -> None:
    report = made(store)
    assert report.operators.is_empty()
    assert report.total["inbound"] == 0
    assert report.total["service_level"] is None
