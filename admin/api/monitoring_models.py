"""What the API tells of sources, runs and refused records, and takes to put these right."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LARGEST = 2**63 - 1
MOST = 10_000
GROUP = {
    "reason": "inn_checksum",
    "connection": "onec",
    "stream": "Catalog_Контрагенты",
    "count": 12,
    "first_seen": "2026-11-21T09:00:00Z",
}
ROW = {
    "id": 41,
    "state": "open",
    "stage": "map",
    "connection": "onec",
    "stream": "Catalog_Контрагенты",
    "key": "9f2c",
    "reason": "inn_checksum",
    "field": "inn",
    "value": "7707083894",
    "detail": "Контрольное число ИНН не сходится: проверьте цифры по выписке ЕГРЮЛ/ЕГРИП.",
    "attempts": 2,
    "first_seen": "2026-11-21T09:00:00Z",
    "last_seen": "2026-11-21T12:00:00Z",
    "run": 318,
}
RUN = {
    "id": 318,
    "flow": "sync",
    "connection": "onec",
    "state": "succeeded",
    "started_at": "2026-11-21T12:00:00Z",
    "finished_at": "2026-11-21T12:00:41Z",
    "seconds": 41.2,
    "received": 1200,
    "inserted": 3,
    "updated": 14,
    "unchanged": 1183,
    "quarantined": 0,
    "rate": 29,
    "error": None,
    "by": "boss",
    "stop_by": None,
    "versions": {"mapping Catalog_Контрагенты": "3/7f0c21"},
}
SOURCE = {
    "name": "onec",
    "kind": "onec",
    "freshness": "on_time",
    "last_success": "2026-11-21T12:00:41Z",
    "next_run": "2026-11-21T12:15:00Z",
    "lag": 134,
    "quarantined": 12,
    "off": 0,
    "paused": None,
}


class Refusals(BaseModel):
    """Open rows refused alike."""

    reason: str
    connection: str
    stream: str
    count: int
    first_seen: datetime


class RefusalGroups(BaseModel):
    """The quarantine, largest groups first."""

    items: list[Refusals]


class Refused(BaseModel):
    """One refused record."""

    id: int
    state: Literal["open", "put_off", "fixed", "replayed", "discarded"]
    stage: str
    connection: str
    stream: str
    key: str
    reason: str = Field(description="Stable, for programs")
    field: str | None
    value: str | None
    detail: str = Field(description="Why, and what to do, in the caller's language")
    attempts: int
    first_seen: datetime
    last_seen: datetime
    run: int | None


class RefusedRows(BaseModel):
    """A page of refused records, newest first."""

    items: list[Refused]
    next: str | None = Field(None, description="Pass as `cursor` for the next page")


class Correction(BaseModel):
    """Other values of the source's fields, as somebody says they should read."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"fields": {"ИНН": "7707083893"}, "reason": "по выписке"}]},
    )

    fields: dict[
        Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=100_000)]
    ] = Field(min_length=1, max_length=200, description="Field of the source: value")
    reason: str | None = Field(None, max_length=1000, description="Kept with the correction")


class Corrected(BaseModel):
    """What became of a correction."""

    batch: str = Field(description="Takes it back")
    passed: int
    refused: int
    waiting: bool = Field(description="A run holds the source and will apply it")


class Chosen(BaseModel):
    """Rows of the quarantine."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"ids": [41, 42]}]})

    ids: list[Annotated[int, Field(ge=1, le=LARGEST)]] = Field(min_length=1, max_length=MOST)


class Replayed(BaseModel):
    """What a replay came to."""

    passed: int
    refused: int


class Batch(BaseModel):
    """A batch of corrections."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"batch": "0f1e2d3c4b5a"}]}
    )

    batch: str = Field(pattern=r"^[0-9a-z]{1,40}$")


class Run(BaseModel):
    """One run and its main counts; a count nobody took is null."""

    id: int
    flow: str
    connection: str | None
    state: Literal["running", "succeeded", "failed", "unbalanced", "cancelled"]
    started_at: datetime
    finished_at: datetime | None
    seconds: float
    received: int | None
    inserted: int | None
    updated: int | None
    unchanged: int | None
    quarantined: int | None
    rate: int | None = Field(description="Rows a second")
    error: str | None = Field(description="In the caller's language")
    by: str | None = Field(description="Who started it; null for the hub itself")
    stop_by: str | None = Field(description="Who asked it to stop")
    versions: dict[str, str] = Field(description="Mappings by stream, or rules, and their versions")


class Runs(BaseModel):
    """A page of runs, newest first."""

    items: list[Run]
    next: str | None = Field(None, description="Pass as `cursor` for the next page")


class Source(BaseModel):
    """How a source is doing against its schedule."""

    name: str
    kind: str
    freshness: Literal[
        "on_time", "on_track", "delayed", "late", "attention", "never", "by_hand", "paused"
    ]
    last_success: datetime | None
    next_run: datetime | None
    lag: int | None = Field(description="Seconds behind the source's clock, of its slowest stream")
    quarantined: int = Field(description="Open refused records, counted up to 10001")
    off: int = Field(description="By how many records the last 24 hours do not add up")
    paused: str | None = Field(description="Why it is paused")


class Sources(BaseModel):
    """All sources."""

    items: list[Source]


class Why(BaseModel):
    """A reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "переезд сервера"}]}
    )

    reason: str = Field(min_length=1, max_length=1000)
