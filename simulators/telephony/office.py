"""The switch of the world's customer: some working days of calls with the companies of the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from simulators.telephony.day import Day, working_day
from simulators.telephony.master_csv import write_master_csv
from simulators.telephony.queue_log import write_queue_log

_HOURS = 10


def write_office(
    folder: Path,
    numbers: Sequence[str],
    until: date,
    days: int = 5,
    calls: int = 120,
    seed: int = 1,
) -> list[Day]:
    """The last `days` working days before `until`, in `folder`/Master.csv and `folder`/queue_log.

    `numbers` are ten digits each; the trunk shows them with an 8 before.
    """
    made = []
    for nth, day in enumerate(_working_days(until, days)):
        shown = [f"8{number}" for number in numbers]
        midnight = datetime.combine(day, time())
        told = working_day(
            shown, calls, seed * 1000 + nth, midnight, apart=(0, 2 * _HOURS * 3600 // calls)
        )
        write_master_csv(told.rows, folder / "Master.csv")
        write_queue_log(told.notes, folder / "queue_log")
        made.append(told)
    return made


def _working_days(until: date, days: int) -> list[date]:
    found: list[date] = []
    day = until
    while len(found) < days:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            found.append(day)
    return found[::-1]
