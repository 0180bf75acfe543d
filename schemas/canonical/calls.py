"""Calls as switches record them: legs, and events of channels and queues."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.canonical.base import Canonical, text_field

LegOutcome = Literal["answered", "no_answer", "busy", "failed", "congestion"]
LegDirection = Literal["inbound", "outbound", "internal"]
CallEventKind = Literal[
    "queue_entered", "queue_rang", "queue_connected", "queue_abandoned", "queue_left",
    "queue_completed", "agent_joined", "agent_left", "agent_paused", "agent_resumed", "agent_counted",
    "channel_begun", "application_begun", "channel_answered", "channel_ended", "call_held",
    "call_resumed", "call_ended",
]  # fmt: skip


class CallLeg(Canonical):
    """One row a switch wrote of a call: one attempt to connect a caller with a device or a service.

    A call is what its legs tell together (handbook 5.3); `linked` is what they have in common.
    """

    linked: str | None = text_field("Связка", "What all legs of one call share in this switch")
    unique: str | None = text_field("Ид канала", "The switch's id of the calling channel")
    caller: str | None = text_field("Кто", "Number or name that called, as the switch wrote it")
    called: str | None = text_field("Кому", "Number that was dialled, as the switch wrote it")
    caller_name: str | None = text_field("Имя звонящего", "Caller's name and number as shown")
    caller_phone: str | None = text_field("Телефон звонящего", "E.164, if the caller has one")
    called_phone: str | None = text_field(
        "Набранный телефон", "E.164, if the dialled number is one"
    )
    caller_device: str | None = text_field("Канал А", "Channel of the caller")
    called_device: str | None = text_field("Канал Б", "Channel of who was rung, if anybody was")
    context: str | None = text_field("Контекст", "Context of the dial plan")
    application: str | None = text_field("Приложение", "Last application of the dial plan")
    application_data: str | None = text_field("Параметры", "What the application was given")
    outcome: LegOutcome | None = text_field(
        "Исход", "Answered, no answer, busy, failed, congestion"
    )
    started_at: datetime | None = text_field("Начало", "When the leg began")
    answered_at: datetime | None = text_field("Ответ", "When it was answered")
    ended_at: datetime | None = text_field("Конец", "When it ended")
    account: str | None = text_field("Учётный код", "Account code")
    recording: str | None = text_field("Запись разговора", "File of the recording")
    direction: LegDirection | None = text_field(
        "Направление", "Which way it went, where the switch itself says so"
    )
    queue: str | None = text_field("Очередь", "Queue, skill set or hunt group it waited in")
    agent: str | None = text_field(
        "Оператор", "Who of ours took part, where the switch names him: extension, else login"
    )
    trunk: str | None = text_field("Линия", "Trunk and circuit to the outside")
    queued_at: datetime | None = text_field("Встал в очередь", "When it began to wait in the queue")
    ring_s: int | None = text_field("Звонил, с", "Seconds it rang, where the switch counts them")
    hold_s: int | None = text_field("Удержание, с", "Seconds on hold, where the switch counts them")
    after_s: int | None = text_field(
        "Обработка, с", "Seconds of work after the call, where the switch counts them"
    )
    noted_by: str | None = text_field("Кто записал", "Colleague who wrote the call down")
    subject: str | None = text_field("Тема", "What the call was about, as he wrote")
    comment: str | None = text_field("Комментарий", "What he wrote about it besides")
    person: str | None = text_field("Собеседник", "Whom he talked with, as he wrote")
    party_key: str | None = text_field(
        "Контрагент", "Key of the counterparty's record that he chose"
    )


class CallEvent(Canonical):
    """One moment a switch noted of a call or of an agent: a line of its queue log, a channel event.

    `linked` is what the legs of its call have in common, or the id of one of their channels.
    """

    linked: str | None = text_field("Связка", "Call it belongs to, or one of the call's channels")
    unique: str | None = text_field("Ид канала", "The switch's id of the channel")
    event: CallEventKind | None = text_field("Событие", "What happened")
    at: datetime | None = text_field("Когда", "The moment")
    queue: str | None = text_field("Очередь", "Queue, if it happened in one")
    agent: str | None = text_field("Оператор", "Agent as the switch names him: device or login")
    device: str | None = text_field("Канал", "Channel it happened to")
    peer: str | None = text_field("С кем", "Another channel: its name or its id")
    number: str | None = text_field("Номер", "Number that called, as the switch wrote it")
    dialled: str | None = text_field("Набрано", "Number that was dialled, as the switch wrote it")
    application: str | None = text_field(
        "Приложение", "Application of the dial plan, its parameters"
    )
    reason: str | None = text_field("Причина", "Why: of a pause, of leaving, of hanging up")
    waited_s: int | None = text_field("Ждал, с", "Seconds in the queue until then")
    talked_s: int | None = text_field("Говорил, с", "Seconds of conversation until then")
    rang_s: int | None = text_field("Звонил, с", "Seconds the agent's phone rang")
    on_duty_s: int | None = text_field(
        "На смене, с", "Seconds on duty since then, where the switch tells sums of intervals"
    )
    paused_s: int | None = text_field(
        "В паузе, с", "Seconds of these in which the agent was paused"
    )
