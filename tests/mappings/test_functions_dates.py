"""Dates of 1C, Oracle and Russian documents."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.dates import timestamp
from tests.support.examples import examples

NOON = datetime(2026, 1, 31, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 30, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31T12:00:00", NOON),
        ("2026-01-31 12:00:00", NOON),
        ("2026-01-31 12:00:00.000", NOON),
        ("2026-01-31T09:00:00Z", NOON),
        ("2026-01-31T14:00:00+05:00", NOON),
        ("31.01.2026 12:00:00", NOON),
        ("31.1.2026 12:00", NOON),
        ("31-JAN-2026 12:00:00", NOON),
        ("20260131120000", NOON),
        ("/Date(1769850000000)/", NOON),
        ("2026-01-31", MIDNIGHT),
        ("31.01.2026", MIDNIGHT),
        ("31/01/2026", MIDNIGHT),
        ("31 января 2026 г.", MIDNIGHT),
        ("20260131", MIDNIGHT),
    ],
)
def test_spellings_of_one_instant(text: str, instant: datetime) -> None:
    answer = pl.select(timestamp(pl.lit(text))).item()
    assert (answer["value"], answer["reason"], answer["evidence"]) == (instant, None, None)


def test_two_digit_year_is_read_and_told() -> None:
    answer = pl.select(timestamp(pl.lit("31-JAN-26"))).item()
    assert (answer["value"], answer["evidence"]) == (MIDNIGHT, "two_digit_year")


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00", "01.01.0001 0:00:00", "3999-12-31", "4712-12-31 00:00:00", "", "  "],
)
def test_no_date_is_null_without_fault(text: str) -> None:
    assert pl.select(timestamp(pl.lit(text))).item() == {
        "value": None,
        "reason": None,
        "evidence": None,
    }


@pytest.mark.parametrize(
    "text", ["31.02.2026", "вчера", "2026-13-01", "2026-01-31T25:00:00", "0226-01-31"]
)
def test_unreadable_date_is_refused(text: str) -> None:
    answer = pl.select(timestamp(pl.lit(text))).item()
    assert (answer["value"], answer["reason"]) == (None, "date_unreadable")


def test_zone_of_the_source_is_configuration() -> None:
    answer = pl.select(timestamp(pl.lit("2026-01-31T14:00:00"), zone="Asia/Yekaterinburg")).item()
    assert answer["value"] == NOON


def test_hour_skipped_by_the_clocks_is_read_an_hour_later() -> None:
    answer = pl.select(timestamp(pl.lit("2010-03-28T02:30:00"))).item()
    assert answer["value"] == datetime(2010, 3, 27, 23, 30, tzinfo=UTC)


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(631152000, 4102444800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_every_spelling_of_an_instant_reads_the_same(moment: datetime) -> None:
    local = moment.astimezone(ZoneInfo("Europe/Moscow"))
    if local.fold or local.astimezone(UTC) != moment:
        return
    spellings = [
        local.strftime(f) for f in ("%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y%m%d%H%M%S")
    ]
    spellings.append(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    frame = pl.DataFrame({"text": spellings})
    values = frame.select(timestamp(pl.col("text")).struct.field("value")).to_series().to_list()
    assert values == [moment] * 4
