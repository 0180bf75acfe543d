"""How this company's switches number people, and what counts as a call: `telephony.yaml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.yaml_source import read_yaml, validate


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    if "(?" in text or re.search(r"\\[1-9]", text):
        raise ValueError("may have neither look-arounds nor back references")
    return text


class Telephony(BaseModel):
    """What tells a colleague from a client, and a missed call from a mistake of dialling."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    internal: Annotated[str, AfterValidator(_pattern)] = Field(
        r"[0-9]{2,4}", description="Extensions of people and services, as a regular expression"
    )
    missed_from: int = Field(
        3, ge=0, description="Seconds below which an unanswered call is a slip, not a missed one"
    )
    owner_from: int = Field(
        10, ge=0, description="Seconds somebody must have talked for the call to be his"
    )


def load_telephony(folder: Path) -> Telephony:
    """The installation's telephony.yaml, or the usual numbers; ConfigError names file, line and cure."""
    file = folder / "telephony.yaml"
    return validate(read_yaml(file), Telephony) if file.exists() else Telephony()
