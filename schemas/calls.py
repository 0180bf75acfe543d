"""A call as people know one: who rang whom, who answered, how long it took; assembled from its legs.

Handbook 5.3. Times are instants in UTC, lengths whole seconds.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from schemas.canonical.base import text_field
from schemas.entities import dtype_of

Direction = Literal["inbound", "outbound", "internal"]
StageKind = Literal["menu", "queue", "ring", "talk", "hold", "after_call", "unheard"]
SessionKind = Literal["on_duty", "paused"]
DialState = Literal["asked", "ringing", "answered", "failed", "unknown"]
# The channel of a call that the hub dialled bears the id of the request, which begins so.
REQUESTED = "kanon-"
# The application of a leg that tells a stretch which nobody heard: the connection with the switch was broken.
UNHEARD = "Unheard"
# The reason of a session that a switch told as a sum: its length is known, its place within an interval is not.
COUNTED = "counted"
# What of a leg tells of its call; who landed it and by which rules does not.
OF_LEG = (
    "connection", "linked", "stream", "key", "unique", "caller", "called", "caller_phone", "called_phone",
    "caller_device", "called_device", "context", "application", "application_data", "outcome",
    "started_at", "answered_at", "ended_at", "recording", "direction", "queue", "agent", "trunk",
    "queued_at", "ring_s", "hold_s", "after_s",
)  # fmt: skip
Missed = Literal[
    "no_answer",
    "busy",
    "failed",
    "abandoned_in_queue",
    "abandoned_in_ivr",
    "off_hours",
    "short",
    "cut_off",
]


class Call(BaseModel):
    """One call, however many rows the switch wrote of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Id of the call, drawn from its switch and its link")
    connection: str = Field(title="Источник", description="Switch the call came through")
    linked: str = Field(
        title="Связка", description="What all legs of the call share in that switch"
    )
    direction: Direction = Field(title="Направление", description="Inbound, outbound or internal")
    number: str | None = text_field("Номер", "The other side's number, as the switch wrote it")
    phone: str | None = text_field("Телефон", "The other side's number as E.164")
    did: str | None = text_field("Набранный номер", "Which of our numbers an inbound call dialled")
    employee: str | None = text_field("Сотрудник", "Extension of the last who talked long enough")
    operator: str | None = text_field("Принял", "Extension of the first who answered")
    answered: bool = Field(title="Отвечен", description="A person answered, not a machine")
    missed: Missed | None = text_field("Пропущен", "Why an inbound call was not answered")
    started_at: datetime = Field(title="Начало", description="When it began")
    answered_at: datetime | None = text_field("Ответ", "When a person answered")
    ended_at: datetime = Field(title="Конец", description="When it ended")
    wait_s: int = Field(title="Ожидание, с", description="Until a person answered, or till the end")
    talk_s: int = Field(title="Разговор, с", description="While anybody of ours was talking")
    legs: int = Field(title="Попыток", description="How many attempts to reach somebody")
    recording: str | None = text_field("Запись разговора", "File of the recording")
    closed_by: str | None = text_field(
        "Закрыт звонком", "The first later answered call with the same number"
    )
    closed_after_s: int | None = text_field("Закрыт через, с", "How long that took")
    queue: str | None = text_field("Очередь", "Queue it waited in first")
    queued_s: int | None = text_field("В очереди, с", "Seconds in queues, by the switch's own word")
    hold_s: int | None = text_field("Удержание, с", "Seconds the other side was on hold")
    after_s: int | None = text_field("Обработка, с", "Seconds of work after the call")
    request: str | None = text_field("Заявка на звонок", "Request to dial that it came of")
    same_as: str | None = text_field(
        "Тот же, что",
        "The same call as a better source tells it: that one counts, this one does not",
    )


class CallStage(BaseModel):
    """One stretch of a call: the menu, a queue, a phone ringing, talk, hold, work after it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Id of the stage, drawn from what it is")
    call: str = Field(title="Звонок", description="Id of the call")
    kind: StageKind = Field(
        title="Стадия", description="Menu, queue, ring, talk, hold, after call, unheard"
    )
    queue: str | None = text_field("Очередь", "Queue it happened in")
    employee: str | None = text_field("Сотрудник", "Extension of whom it happened to")
    done: bool = Field(title="Удалось", description="It led on: an answer, not a loss")
    started_at: datetime = Field(title="Начало", description="When it began, as far as is known")
    seconds: int = Field(title="Секунд", description="How long it took")


class AgentSession(BaseModel):
    """A stretch of an agent's working time: on duty in a queue, or paused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Id of the session, drawn from who and since when")
    connection: str = Field(title="Источник", description="Switch")
    agent: str = Field(title="Оператор", description="Extension, else login")
    kind: SessionKind = Field(title="Что", description="On duty or paused")
    queue: str | None = text_field("Очередь", "Queue, if the switch says which")
    reason: str | None = text_field("Причина", "Why paused")
    started_at: datetime = Field(title="Начало", description="Since when")
    ended_at: datetime | None = text_field("Конец", "Until when; nothing while it lasts")


@cache
def call_columns() -> dict[str, pl.DataType]:
    """Column name → Polars type of a call."""
    return {name: dtype_of(field.annotation) for name, field in Call.model_fields.items()}


@cache
def stage_columns() -> dict[str, pl.DataType]:
    """Column name → Polars type of a stage of a call."""
    return {name: dtype_of(field.annotation) for name, field in CallStage.model_fields.items()}


@cache
def session_columns() -> dict[str, pl.DataType]:
    """Column name → Polars type of a session of an agent."""
    return {name: dtype_of(field.annotation) for name, field in AgentSession.model_fields.items()}
