"""When people work, by weekdays and holidays: `working_time.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.yaml_source import parse_yaml, read_yaml, validate

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _hours(text: str) -> str:
    since, until = (time.fromisoformat(part) for part in text.split("-"))
    if since >= until:
        raise ValueError("must end after it begins")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone; write it like Europe/Moscow") from error
    return name


Hours = Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$"), AfterValidator(_hours)]


class WorkingTime(BaseModel):
    """The hours of each weekday, days without work, and days with hours of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(1, ge=1)
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    week: Mapping[Weekday, Hours] = Field(min_length=1)
    closed: list[date] = Field(default_factory=list)
    days: Mapping[date, Hours] = Field(default_factory=dict)


def load_working_time(folder: Path) -> WorkingTime:
    """The installation's working_time.yaml, or the shipped one; ConfigError names file, line and cure."""
    own = folder / "working_time.yaml"
    return validate(read_yaml(own), WorkingTime) if own.exists() else shipped_working_time()


@cache
def shipped_working_time() -> WorkingTime:
    """Monday to Friday with the holidays of Russia."""
    shipped = resources.files("config").joinpath("working_time.yaml").read_text(encoding="utf-8")
    return validate(parse_yaml(shipped, "config/working_time.yaml"), WorkingTime)
