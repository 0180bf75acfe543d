"""An Aura Contact Center's view of contact detail, laid out as a base has it, with rows told by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
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
LENGTHS = ("PresentingTime", "HandlingTime", "HoldTime", "PCPTime")
Row = Mapping[str, object]


def at(day: str, clock: str, seconds: int = 0) -> str:
    """A stamp as the server writes it."""
    return str(datetime.fromisoformat(f"{day} {clock}") + timedelta(seconds=seconds))


def create(path: Path) -> None:
    """An empty base with the view over a table."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(f"CREATE TABLE csr ({', '.join(COLUMNS)})")
        base.execute("CREATE VIEW eCSRStat AS SELECT * FROM csr")


def insert(path: Path, rows: Iterable[Row]) -> None:
    """Adds rows; what they do not name is empty."""
    places = ", ".join("?" * len(COLUMNS))
    with closing(sqlite3.connect(path)) as base, base:
        base.executemany(
            f"INSERT INTO csr VALUES ({places})",  # noqa: S608  the columns stand above
            [[row.get(name) for name in COLUMNS] for row in rows],
        )
