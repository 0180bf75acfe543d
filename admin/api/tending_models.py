"""What the API takes and tells of trying sources, reading them again, and putting refused records off."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from admin.api.monitoring_models import LARGEST, MOST

PROBE = {"name": "login", "ok": True, "detail": "Вход принят."}
LOOKED = {
    "stream": "Catalog_Контрагенты",
    "since": "2026-11-20T00:00:00Z",
    "until": "2026-11-21T12:00:00Z",
    "rows": 1234,
}


class Probed(BaseModel):
    """One thing that was tried."""

    name: str
    ok: bool
    detail: str = Field(description="In the caller's language")


class Probes(BaseModel):
    """What a trial of a source found; no data was read."""

    items: list[Probed]


class Since(BaseModel):
    """A stream and the moment from which it is read again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"stream": "Catalog_Контрагенты", "since": "2026-11-20T00:00:00Z"}]
        },
    )

    stream: str = Field(min_length=1, max_length=200)
    since: AwareDatetime


class LookedBack(BaseModel):
    """What reading a stream again would bring; nothing is written twice."""

    stream: str
    since: datetime
    until: datetime
    rows: int | None = Field(description="About so many; null if the source cannot tell")


class PutOff(BaseModel):
    """Rows of the quarantine that nobody is to see for some days."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"ids": [41, 42], "reason": "поправят в понедельник", "days": 7}]
        },
    )

    ids: list[Annotated[int, Field(ge=1, le=LARGEST)]] = Field(min_length=1, max_length=MOST)
    reason: str = Field(min_length=1, max_length=1000)
    days: Literal[1, 7, 30] = 7


class Rows(BaseModel):
    """How many rows it was about."""

    rows: int


class Owners(BaseModel):
    """Whose client a company is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"owners": ["ivanova", "petrov"]}]}
    )

    owners: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(max_length=20)
