"""Intervals of agents are read like contacts: page by page, resumed after any of them, from either kind of base."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from connectors.aacc import Aacc
from connectors.registry import build
from schemas.errors import ConfigError, ContractBroken
from schemas.records import KEY
from tests.support.contacts import AGENT_COLUMNS, create, insert_intervals

UNTIL = datetime(2026, 11, 22, tzinfo=UTC)
MOMENTS = [
    datetime(2026, 11, 20, hour, minute)  # noqa: DTZ001  the server's own time
    for hour in (9, 10)
    for minute in (0, 15, 30, 45)
]
ROWS = [
    {"AgentLogin": agent, "LoggedInTime": 900, "NotReadyTime": 60}
    for agent in ("201", "202", "0201")
]


def source(url: str, **told: object) -> Aacc:
    made = build("aacc", "cc", {"url": url, **told})
    assert isinstance(made, Aacc)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "aacc.db"
    create(path)
    insert_intervals(path, [{"Timestamp": str(at), **row} for at in MOMENTS for row in ROWS])
    return path


def read(reached: Aacc) -> pl.DataFrame:
    return pl.concat(batch.rows for batch in reached.read("agents", None, UNTIL))


def test_every_interval_comes_once_however_the_pages_are_cut(path: Path) -> None:
    whole = read(source(f"sqlite:///{path}", owner=""))
    assert whole[KEY].n_unique() == whole.height == 24
    assert whole[KEY][0] == "2026-11-20 09:00:00|0201", (
        "a login is a text: zeros before it are its own"
    )
    assert whole["@at"][0] == "2026-11-20T06:00:00Z"
    for size in (1, 5, 24):
        reached = source(f"sqlite:///{path}", owner="", page_size=size)
        assert read(reached).equals(whole)
    for batch in source(f"sqlite:///{path}", owner="", page_size=5).read("agents", None, UNTIL):
        rest = [*source(f"sqlite:///{path}", owner="").read("agents", batch.cursor, UNTIL)]
        keys = pl.concat([one.rows for one in rest])[KEY].to_list() if rest else []
        last = whole[KEY].to_list().index(batch.rows[KEY][-1])
        assert keys[: 23 - last] == whole[KEY].to_list()[last + 1 :]


def test_a_base_that_keeps_moments_as_such_is_read_alike(
    path: Path, empty_postgres_url: str
) -> None:
    table = sa.Table(
        "iAgentPerformanceStat",
        sa.MetaData(),
        *(sa.Column(n, sa.DateTime() if n == "Timestamp" else sa.Text()) for n in AGENT_COLUMNS),
        schema="dbo",
    )
    engine = sa.create_engine(empty_postgres_url, poolclass=sa.pool.NullPool)
    with engine.begin() as base:
        base.execute(sa.text("CREATE SCHEMA dbo"))
        table.create(base)
        told = [
            {"Timestamp": at, **{n: str(v) for n, v in row.items()}}
            for at in MOMENTS
            for row in ROWS
        ]
        base.execute(table.insert(), told)
    on_a_server = read(source(empty_postgres_url, page_size=5))
    assert set(on_a_server[KEY]) == set(read(source(f"sqlite:///{path}", owner=""))[KEY])
    assert on_a_server["@at"].to_list() == sorted(on_a_server["@at"].to_list())


def test_a_centre_without_the_view_is_told_so_and_may_do_without(path: Path) -> None:
    reached = source(f"sqlite:///{path}", owner="", agents="csr")
    with pytest.raises(ContractBroken, match=r"AgentLogin.*agents.*agent_key"):
        read(reached)
    assert [(probe.name, probe.ok) for probe in reached.check()] == [
        ("login", True), ("contacts", True), ("agents", False),
    ]  # fmt: skip
    without = source(f"sqlite:///{path}", owner="", agents="")
    assert [stream.name for stream in without.discover()] == ["contacts"]
    with pytest.raises(ConfigError, match="agents"):
        without.read("agents", None, UNTIL)
