"""What the API takes and answers about those who follow the feed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from admin.api.patterns import NAME
from schemas.golden import GOLDEN

LAST = 2**63 - 1
Position = Annotated[int, Field(ge=0, le=LAST)]
Entity = Literal["legal_entity", "unit", "contact", "contact_point", "address", "item"]
ENTITIES = tuple(GOLDEN)
CONSUMER = {
    "name": "crm",
    "position": 4812,
    "head": 4820,
    "lag": 8,
    "created_at": "2026-11-20T09:00:00Z",
    "created_by": "token:Bitrix24",
    "read_at": "2026-11-21T11:05:00Z",
    "acked_at": "2026-11-21T11:05:01Z",
}
WEBHOOK = {
    "id": 3,
    "name": "Сайт",
    "url": "https://shop.example/hooks/kanon",
    "entities": ["legal_entity", "contact_point"],
    "state": "active",
    "position": 4812,
    "head": 4820,
    "lag": 8,
    "delivered": 4790,
    "attempts": 0,
    "next_at": None,
    "delivered_at": "2026-11-21T11:05:01Z",
    "error": None,
    "created_at": "2026-11-20T09:00:00Z",
    "created_by": "boss",
}


class NewConsumer(BaseModel):
    """A consumer to be."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "crm", "position": 4812}]}
    )

    name: str = Field(pattern=NAME, description="Letters, digits, spaces and . _ @ : -")
    position: Position = Field(
        0, description="The position read last: `Kanon-Position` of a bulk read, or 0"
    )


class Place(BaseModel):
    """A position of the feed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"position": 4820}]})

    position: Position


class Consumer(BaseModel):
    """A reader of the feed with its place."""

    name: str
    position: int = Field(description="Everything up to here is confirmed")
    head: int = Field(description="The newest position of the feed")
    lag: int = Field(description="Events that wait for it")
    created_at: datetime
    created_by: str
    read_at: datetime | None = Field(description="Last read, to the minute")
    acked_at: datetime | None


class Consumers(BaseModel):
    """All consumers."""

    items: list[Consumer]


class NewWebhook(BaseModel):
    """A subscription to be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Сайт",
                    "url": "https://shop.example/hooks/kanon",
                    "entities": ["legal_entity", "contact_point"],
                }
            ]
        },
    )

    name: str = Field(pattern=NAME)
    url: str = Field(
        min_length=1, max_length=2000, description="https, or http inside the own network"
    )
    entities: list[Entity] | None = Field(
        None, max_length=len(ENTITIES), description="Which events are sent; all without it"
    )
    position: Position | None = Field(
        None, description="Events after this one are sent; what is new from now on, without it"
    )


class Webhook(BaseModel):
    """A subscription and how it fares."""

    id: int
    name: str
    url: str
    entities: list[str] | None
    state: Literal["active", "paused", "dead"]
    position: int = Field(description="Everything up to here was delivered")
    head: int
    lag: int
    delivered: int = Field(description="Events delivered so far")
    attempts: int = Field(description="Failed attempts at the delivery that waits; 0 if none does")
    next_at: datetime | None = Field(description="When it is tried again")
    delivered_at: datetime | None
    error: str | None = Field(description="What went wrong last, in the caller's language")
    created_at: datetime
    created_by: str


class MadeWebhook(Webhook):
    """A new subscription with its secret, which is shown this once."""

    secret: str = Field(description="By which deliveries are signed")


class Webhooks(BaseModel):
    """All subscriptions."""

    items: list[Webhook]


class WebhookAct(BaseModel):
    """What to do with a subscription."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"act": "resume"}, {"act": "replay", "position": 4000}]},
    )

    act: Literal["pause", "resume", "replay", "test"] = Field(
        description="resume goes on where it stopped; replay sends again what is after `position`; test "
        "sends a ping now"
    )
    position: Position | None = Field(None, description="Of replay")
