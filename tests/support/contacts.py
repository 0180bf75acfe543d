"""An Aura Contact Center's views, laid out as a base has them, with rows told by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

COLUMNS = (
    "SequenceID", "GUID", "CCMID", "ContactTypeName", "Originator", "Address", "RoutePoint",
    "ApplicationName", "ApplicationStartStamp", "SkillsetName", "SkillsetQueuedStamp", "AgentID",
    "AgentSurName", "OriginatedStamp", "ContactOriginatedStamp", "ServiceStamp", "HandlingTime",
    "ConsultTime", "HoldTime", "NumberOfTimesOnHold", "NumberOfTimesRTQ", "PresentingTime", "PCPTime",
    "SksAbandonDelay", "AppAbandonDelay", "FinalDisposition", "FinalDispositionStamp",
    "NextSegmentID", "DisconnectSource",
)  # fmt: skip
AGENT_COLUMNS = (
    "Timestamp", "AgentLogin", "AgentSurName", "LoggedInTime", "NotReadyTime", "BreakTime", "TalkTime",
    "HoldTime", "RingTime", "WaitingTime", "PostCallProcessingTime", "CallsOffered", "CallsAnswered",
    "CallsReturnedToQ",
)  # fmt: skip
LENGTHS = ("PresentingTime", "HandlingTime", "HoldTime", "PCPTime")
Row = Mapping[str, object]


def at(day: str, clock: str, seconds: int = 0) -> str:
    """A stamp as the server writes it."""
    return str(datetime.fromisoformat(f"{day} {clock}") + timedelta(seconds=seconds))


def create(path: Path) -> None:
    """An empty base with its views over tables."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(f"CREATE TABLE csr ({', '.join(COLUMNS)})")
        base.execute("CREATE VIEW eCSRStat AS SELECT * FROM csr")
        base.execute(f"CREATE TABLE performance ({', '.join(AGENT_COLUMNS)})")
        base.execute("CREATE VIEW iAgentPerformanceStat AS SELECT * FROM performance")


def insert(path: Path, rows: Iterable[Row]) -> None:
    """Adds contacts; what they do not name is empty."""
    _insert(path, "csr", COLUMNS, rows)


def insert_intervals(path: Path, rows: Iterable[Row]) -> None:
    """Adds intervals of agents; what they do not name is empty."""
    _insert(path, "performance", AGENT_COLUMNS, rows)


def _insert(path: Path, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    places = ", ".join("?" * len(columns))
    with closing(sqlite3.connect(path)) as base, base:
        base.executemany(
            f"INSERT INTO {table} VALUES ({places})",  # noqa: S608  the columns stand above
            [[row.get(name) for name in columns] for row in rows],
        )
