"""Windows of the EBS connector: no change is ever skipped, interrupted reads move on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.ebs.source import EbsSource
from connectors.window import beginning, earlier, local, utc, windows
from schemas.errors import ContractBroken
from schemas.records import CHANGED_AT, KEY, Cursor
from tests.connectors.ebs_file import create, insert
from tests.connectors.ebs_sql import settings
from tests.support.examples import examples

MOSCOW = ZoneInfo("Europe/Moscow")
LOOKBACK = timedelta(hours=2)
NOON = "2024-03-01 12:00:00"


def test_first_read_has_no_beginning() -> None:
    (window,) = windows(None, NOON, LOOKBACK)
    assert (window.since, window.key, window.to) == (None, None, NOON)


def test_next_read_begins_before_the_end_of_the_last() -> None:
    done = Cursor({"at": NOON, "key": None, "to": NOON})
    (window,) = windows(done, "2024-03-02 00:00:00", LOOKBACK)
    assert window.since == "2024-03-01 10:00:00"


def test_interrupted_read_is_continued_where_it_stopped_then_overlaps() -> None:
    half = Cursor({"at": "2024-03-01 08:00:00", "key": "17", "to": NOON})
    rest, following = windows(half, "2024-03-02 00:00:00", LOOKBACK)
    assert (rest.since, rest.key, rest.to) == ("2024-03-01 08:00:00", "17", NOON)
    assert (following.since, following.key) == ("2024-03-01 10:00:00", None)


def test_nothing_is_read_beyond_until() -> None:
    ahead = Cursor({"at": "2025-01-01 00:00:00", "key": None, "to": "2025-01-01 00:00:00"})
    assert windows(ahead, NOON, LOOKBACK) == []


def test_cursor_of_another_version_is_refused() -> None:
    with pytest.raises(ContractBroken):
        windows(Cursor({"at": NOON, "key": None, "to": NOON}, version=2), NOON, LOOKBACK)


@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds carry no zone
    st.integers(0, 10_000),
)
def test_beginning_at_a_moment_includes_exactly_that_second(moment: datetime, minutes: int) -> None:
    lookback = timedelta(minutes=minutes)
    cursor = beginning(moment, MOSCOW, lookback)
    text = local(moment, MOSCOW)
    (window,) = windows(cursor, "9999-01-01 00:00:00", lookback)
    assert window.since == earlier(text, timedelta(seconds=1))
    assert utc(text, MOSCOW) == moment.replace(microsecond=0)


@hypothesis.settings(deadline=None, max_examples=examples(40))
@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=25),
    st.integers(1, 5),
    st.integers(0, 4),
)
def test_no_row_is_lost_however_often_reading_is_interrupted(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[int], size: int, cut: int
) -> None:
    """Rows in ties of any shape, pages of any size, stopped after every `cut` batches."""
    path = tmp_path_factory.mktemp("ebs") / "ebs.db"
    create(path, ["accounts"])
    rows = [
        {"CUST_ACCOUNT_ID": n, "LAST_UPDATE_DATE": f"2024-03-01 10:00:{second:02}"}
        for n, second in enumerate(seconds)
    ]
    insert(path, "accounts", rows)
    source = EbsSource("erp", settings(url=f"sqlite:///{path}", page_size=size, lookback_minutes=0))
    until, seen, cursor = datetime(2024, 4, 1, tzinfo=UTC), set[str](), None
    for _ in range(len(rows) + 1):
        for place, batch in enumerate(source.read("accounts", cursor, until)):
            seen |= set(batch.rows[KEY])
            cursor = batch.cursor
            if place >= cut:
                break
    assert seen == {str(n) for n in range(len(rows))}


def test_row_committed_late_with_an_old_date_is_read_by_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "ebs.db"
    create(path, ["accounts"])
    insert(path, "accounts", [{"CUST_ACCOUNT_ID": 1, "LAST_UPDATE_DATE": "2024-03-01 09:00:00"}])
    source = EbsSource("erp", settings(url=f"sqlite:///{path}"))
    noon = utc(NOON, MOSCOW)
    cursor = list(source.read("accounts", None, noon))[-1].cursor
    insert(path, "accounts", [{"CUST_ACCOUNT_ID": 2, "LAST_UPDATE_DATE": "2024-03-01 10:30:00"}])
    again = list(source.read("accounts", cursor, noon + timedelta(hours=1)))
    assert [key for batch in again for key in batch.rows[KEY]] == ["2"]


def test_change_time_is_utc_even_for_an_hour_that_never_was(tmp_path: Path) -> None:
    """Moscow skipped 02:00-03:00 on 27 March 2011."""
    path = tmp_path / "ebs.db"
    create(path, ["accounts"])
    for key, text in enumerate(("2011-03-27 02:30:00", "2024-07-01 12:00:00")):
        insert(path, "accounts", [{"CUST_ACCOUNT_ID": key, "LAST_UPDATE_DATE": text}])
    source = EbsSource("erp", settings(url=f"sqlite:///{path}"))
    rows = pl.concat([b.rows for b in source.read("accounts", None, datetime.now(UTC))])
    assert rows[CHANGED_AT].to_list() == [
        datetime(2011, 3, 26, 23, 30, tzinfo=UTC),
        datetime(2024, 7, 1, 9, 0, tzinfo=UTC),
    ]
