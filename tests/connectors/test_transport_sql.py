"""Pacing, reaching, connecting and turning rows into columns."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import column, text

from connectors.pace import Pace
from connectors.reach import reach, skew
from connectors.registry import Kind, build, kind, kinds
from connectors.sql import after, connect_within, frame, one_of, sqlite_engine
from schemas.errors import ConfigError, ContractBroken, Retryable


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_pace_spreads_requests_evenly() -> None:
    clock = Clock()
    pace = Pace(per_second=4, clock=clock.time, sleep=clock.sleep)
    for _ in range(9):
        pace.wait()
    assert clock.now == pytest.approx(102.0)


def test_budget_is_renewed_when_its_period_ends() -> None:
    clock = Clock()
    pace = Pace(budget=2, period=60, clock=clock.time, sleep=clock.sleep)
    pace.wait()
    pace.wait()
    with pytest.raises(Retryable) as caught:
        pace.wait()
    assert caught.value.retry_after == pytest.approx(60)
    clock.sleep(60)
    pace.wait()


def test_reach_tells_open_closed_and_unknown_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert reach("127.0.0.1", port).ok
    closed, unknown = reach("127.0.0.1", port), reach("no-such-host.invalid", 80)
    assert not closed.ok
    assert not unknown.ok
    assert closed.en != unknown.en


def test_skew_beyond_a_minute_is_a_failed_probe() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert skew(now + timedelta(seconds=59), now).ok
    assert not skew(now - timedelta(hours=3), now).ok


class Handle:
    closed = False

    def close(self) -> None:
        self.closed = True


def test_connection_that_comes_too_late_is_closed() -> None:
    go, late = threading.Event(), Handle()

    def slow() -> Handle:
        go.wait()
        return late

    with pytest.raises(Retryable):
        connect_within(0.05, slow, "erp:1521")
    go.set()
    deadline = time.monotonic() + 5
    while not late.closed and time.monotonic() < deadline:
        time.sleep(0.01)
    assert late.closed


def test_connection_in_time_is_given_and_errors_are_raised_here() -> None:
    handle = Handle()
    assert connect_within(5, lambda: handle, "erp") is handle
    assert not handle.closed

    def fails() -> Handle:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        connect_within(5, fails, "erp")


def test_missing_sqlite_file_is_not_created(tmp_path: Path) -> None:
    path = tmp_path / "absent.db"
    with pytest.raises(Exception, match="unable to open"), sqlite_engine(path).connect():
        pass
    assert not path.exists()


def test_sqlite_file_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "база №1.db"
    path.touch()
    with sqlite_engine(path).connect() as base, pytest.raises(Exception, match="readonly"):
        base.execute(text("CREATE TABLE t (a)"))


def test_rows_become_typed_columns() -> None:
    types = {"ID": pl.Int64(), "NAME": pl.String(), "AT": pl.String(), "W": pl.Float64()}
    rows = [
        (Decimal(7), 12, datetime(4712, 12, 31), Decimal("0.5")),  # noqa: DTZ001 - Oracle's DATE
        ("8", None, None, None),
    ]
    made = frame(list(types), rows, types)
    assert made.rows() == [(7, "12", "4712-12-31 00:00:00", 0.5), (8, None, None, None)]
    assert frame(list(types), [], types).schema == pl.Schema(types)


def test_value_of_the_wrong_type_breaks_the_batch_and_is_not_quoted() -> None:
    with pytest.raises(ContractBroken) as caught:
        frame(["ID"], [("Иванов",)], {"ID": pl.Int64()})
    assert "Иванов" not in caught.value.ru + caught.value.detail


def test_rows_after_a_row_are_spelt_column_by_column() -> None:
    spelt = str(after([column("a"), column("b"), column("c")], [1, 2, 3]))
    assert spelt.replace("\n", "") == (
        "a >= :a_1 AND (a > :a_2 OR a = :a_3 AND b > :b_1 OR a = :a_4 AND b = :b_2 AND c > :c_1)"
    )


def test_empty_list_matches_nothing() -> None:
    assert str(one_of(column("a"), [])) == "1 = 0"


def test_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        kind("sap")
    assert all(name in caught.value.ru for name in kinds())


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"url": "sqlite:///x.db"}, "orgs"),
        ({"url": "sqlite:///x.db", "orgs": []}, "orgs"),
        ({"url": "sqlite:///x.db", "orgs": [1], "page": 5}, "page_size"),
        ({"url": "sqlite:///x.db", "orgs": [1], "tables": "all"}, "synonyms, apps, owners"),
        ({"url": "sqlite:///x.db", "orgs": [1], "zone": "Moscow"}, "IANA"),
        ({"url": "sqlite:///x.db", "orgs": [1], "streams": ["items"]}, "master_org"),
        ({"url": "sqlite:///x.db", "orgs": [1], "streams": ["vendors"]}, "parties"),
        ({"url": "oracle://kanon:s3cret@erp", "orgs": [1]}, "service_name"),
        ({"host": "erp", "service_name": "P", "orgs": [1], "user": "kanon"}, "password"),
    ],
)
def test_wrong_setting_is_named_with_what_is_allowed(
    settings: dict[str, object], named: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        build("ebs", "erp", settings)
    assert "erp" in caught.value.ru
    assert named in caught.value.ru
    assert named in caught.value.en
    assert "s3cret" not in caught.value.ru + caught.value.en


def test_a_kind_is_built_without_touching_the_network() -> None:
    found = kind("ebs")
    assert isinstance(found, Kind)
    source = build(
        "ebs",
        "erp",
        {"host": "erp.invalid", "service_name": "P", "user": "u", "password": "p", "orgs": [1]},
    )
    assert next(stream.name for stream in source.discover()) == "parties"
