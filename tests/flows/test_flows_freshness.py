"""Freshness against a source's own schedule, by cron lines as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.schedule import following
from flows.freshness import Rhythm, Seen, freshness

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOURLY = Rhythm(every=timedelta(hours=1))


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("*/15 * * * *", "2026-11-22T12:00:00", "2026-11-22T12:15:00"),
        ("0 6 * * *", "2026-11-22T12:00:00", "2026-11-23T03:00:00"),
        ("30 2 * * 1-5", "2026-11-20T12:00:00", "2026-11-22T23:30:00"),
        ("0 9 1 * mon", "2026-11-22T12:00:00", "2026-11-23T06:00:00"),
        ("0 0 29 2 *", "2026-11-22T12:00:00", "2028-02-28T21:00:00"),
        ("0 12 * * 7", "2026-11-22T12:00:00", "2026-11-29T09:00:00"),
    ],
)
def test_the_next_moment_of_a_cron_line_in_moscow(line: str, after: str, expected: str) -> None:
    begin = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = following(line, "Europe/Moscow", begin)
    assert found is not None
    assert found.replace(tzinfo=None).isoformat() == expected


@pytest.mark.parametrize(
    "line", ["", "* * *", "61 * * * *", "0 0 31 2 *", "a * * * *", "5-1 * * * *"]
)
def test_a_line_that_says_nothing_comes_never(line: str) -> None:
    assert following(line, "Europe/Moscow", SUNDAY) is None


@pytest.mark.parametrize(
    ("behind", "failed", "running", "expected"),
    [
        (30, None, False, "on_time"),
        (72, None, False, "on_time"),
        (73, None, False, "delayed"),
        (73, None, True, "on_track"),
        (73, "Retryable", False, "delayed"),
        (121, "Retryable", True, "late"),
        (1, "Retryable", False, "on_time"),
        (1, "Refused", False, "attention"),
    ],
)
def test_late_is_more_than_two_periods_behind(
    behind: int, failed: str | None, running: bool, expected: str
) -> None:
    seen = Seen(SUNDAY - timedelta(minutes=behind), failed, running)
    assert freshness(HOURLY, seen, SUNDAY) == expected


def test_a_source_of_workdays_is_not_late_on_sunday() -> None:
    friday = Seen(datetime(2026, 11, 20, 7, tzinfo=UTC))
    assert freshness(Rhythm("0 9 * * 1-5"), friday, SUNDAY) == "on_time"
    assert freshness(Rhythm("0 9 * * *"), friday, SUNDAY) == "late"


def test_without_a_schedule_or_a_success_there_is_nothing_to_be_late_for() -> None:
    assert freshness(Rhythm(), Seen(SUNDAY), SUNDAY) == "by_hand"
    assert freshness(HOURLY, Seen(None), SUNDAY) == "never"
    assert freshness(HOURLY, Seen(None, "Retryable"), SUNDAY) == "attention"
    assert freshness(HOURLY, Seen(SUNDAY, "Refused", paused=True), SUNDAY) == "paused"
