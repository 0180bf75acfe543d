"""What the API takes and answers where something is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from admin.api.models import ID

RECORD = "onec/Catalog_Контрагенты/9f2c"
Who = Annotated[str, Field(min_length=1, max_length=300)]
Reason = Annotated[
    str | None, Field(max_length=1000, description="Why, in words; it stands in the journal")
]


class Decision(BaseModel):
    """A judgement about companies (golden ids) or records (connection/stream/key)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "verdict": "same",
                    "who": [ID, RECORD],
                    "reason": "Выписка ЕГРЮЛ от 12.10.2026",
                    "versions": {ID: 3},
                }
            ]
        },
    )

    verdict: Literal["same", "different", "split", "unsure"] = Field(
        description="same: all of `who` are one company; different: these two never are; split: the records "
        "after the first leave the company named first; unsure: nobody can tell about these two now"
    )
    who: list[Who] = Field(min_length=2, max_length=50)
    reason: Reason = None
    versions: dict[Who, Annotated[int, Field(ge=0, le=2**53)]] = Field(
        default_factory=dict,
        max_length=50,
        description="Of same and split: the versions of the companies you saw; 409 if one has changed",
    )


class Decided(BaseModel):
    """What is written now; deciding the same again is one decision."""

    decisions: list[int] = Field(description="Numbers of the decisions that say so")
    written: int = Field(description="How many of them are new")


class Judged(BaseModel):
    """One decision of the ledger."""

    id: int
    act: int = Field(description="Decisions with one `act` were made together")
    kind: str
    verdict: str | None
    entity: str
    field: str | None
    value: str | None
    author: str
    author_kind: str
    reason: str | None
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    left: list[str]
    right: list[str]


class Judgements(BaseModel):
    """A page of the ledger, newest first."""

    items: list[Judged]
    next: int | None = Field(
        None, description="Pass as `before` for the next page; null on the last one"
    )


class NewValue(BaseModel):
    """What a field is to say, whatever sources say."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"value": "ООО «Вектор Плюс»", "reason": "Письмо клиента от 02.11.2026"}]
        },
    )

    value: str = Field(
        min_length=1, max_length=2000, description="As it is typed; the hub cleans it"
    )
    reason: Reason = None
