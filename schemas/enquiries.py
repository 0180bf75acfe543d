"""An enquiry: what somebody outside wants of us, whatever way it came, and what became of it.

Assembled from the messages of one conversation and from what people decided about it (handbook 1.3, 6.5).
Several open enquiries of one client are normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from schemas.canonical.base import many_field, text_field
from schemas.canonical.messages import Channel
from schemas.entities import dtype_of

EnquiryState = Literal["new", "in_work", "closed", "spam"]
STATES: tuple[EnquiryState, ...] = ("new", "in_work", "closed", "spam")
OVER = ("closed", "spam")
STATE_WORDS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        "new": ("новое", "new"),
        "in_work": ("в работе", "in work"),
        "closed": ("закрыто", "closed"),
        "spam": ("спам", "spam"),
    }
)


class Enquiry(BaseModel):
    """One enquiry, however many messages it took."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Ид", description="Id of the enquiry, drawn from its first message")
    channel: Channel = Field(title="Канал", description="E-mail, Telegram, form, call or chat")
    thread: str = Field(title="Переписка", description="Conversation it stands in")
    threads: list[str] = many_field(
        "Переписки", "All names the conversation has had, that of the first message first"
    )
    message_id: str = Field(title="Первое сообщение", description="Id of its first message")
    box: str | None = text_field("Ящик", "Our mailbox, bot or site that it came through")
    state: EnquiryState = Field(title="Состояние", description="New, in work, closed or spam")
    began_at: datetime = Field(title="Поступило", description="When the first message was sent")
    last_at: datetime = Field(title="Последнее", description="When the last message was sent")
    answered_at: datetime | None = text_field("Ответили", "When we first answered")
    waits_since: datetime | None = text_field(
        "Ждёт с", "The first message we have not answered; empty when over"
    )
    deadline_at: datetime | None = text_field("Срок", "By when the next answer is due")
    messages: int = Field(title="Сообщений", description="How many messages, ours and theirs")
    files: int = Field(title="Вложений", description="How many files came with them")
    subject: str | None = text_field("Предмет", "Subject of the first letter, if it has one")
    opening: str | None = text_field("Начало", "Beginning of what was written first")
    sender_name: str | None = text_field("Отправитель", "Name as the sender gives it")
    sender_email: str | None = text_field("Почта", "Lower-case address")
    sender_phone: str | None = text_field("Телефон", "E.164")
    sender_chat: str | None = text_field("Чат", "The sender's id in the messenger")
    forwarded_by: str | None = text_field("Переслал", "Who passed on what the sender had written")
    company: str | None = text_field("Компания со слов", "Company the sender names")
    inn: str | None = text_field("ИНН", "Taxpayer number the sender names")
    company_id: str | None = text_field("Контрагент", "Golden id, chosen by a person")
    contact_id: str | None = text_field(
        "Контакт", "Golden id, by a link given to him or by a person"
    )
    orders: list[str] = many_field("Заказы", "Numbers of orders and invoices named in it")
    planned_volume: str | None = text_field(
        "Планируемый объём",
        "What the sender plans to buy by his words: roubles a year, exact decimal",
    )
    topic: str | None = text_field("Тема", "Name of a topic; empty where it is not sure")
    topic_text: str | None = text_field("Другое", "What it is about, in words, where no topic fits")
    topic_by: str | None = text_field("Кто решил", "words, model, sender or the person who chose")
    topic_why: list[str] = many_field("Почему", "Words that told the topic, with their weight")
    unit: str | None = text_field("Подразделение", "Unit of ours that it belongs to")
    owner: str | None = text_field("Ответственный", "Account that works on it")
    transferred_to: str | None = text_field("Передано", "Who it was transferred to")
    route: str | None = text_field("Правило", "Line of the routing table that sent it")
    route_why: list[str] = many_field("Почему туда", "What that line asked, and what was found")
    source: str | None = text_field("Откуда узнали", "Source of attraction, such as yandex")
    tags: list[str] = many_field("Метки источника", "Marks of advertising")
    page: str | None = text_field("Страница", "Page of the site it was sent from")
    same_as: str | None = text_field("То же, что", "An earlier enquiry with the same request")
    same_why: list[str] = many_field("Почему то же", "What both have in common")


@cache
def enquiry_columns() -> dict[str, pl.DataType]:
    """Column name → Polars type of an enquiry."""
    return {name: dtype_of(field.annotation) for name, field in Enquiry.model_fields.items()}


# What a person may decide of an enquiry; the last word on each counts.
DECIDED = (
    "state", "topic", "topic_text", "company_id", "contact_id", "unit", "owner", "transferred_to",
    "deadline_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conversion:
    """What an enquiry became: the deal's number, who got the deal, and the operator whose work it came of."""

    deal: str
    manager: str
    operator: str


ACT: MappingProxyType[str, pl.DataType] = MappingProxyType(
    {
        "id": pl.Int64(),
        "channel": pl.String(),
        "thread": pl.String(),
        "message_id": pl.String(),
        "field": pl.String(),
        "value": pl.String(),
        "note": pl.String(),
        "author": pl.String(),
        "at": pl.Datetime("us", "UTC"),
    }
)
"""One thing a person decided of an enquiry, tied to its first message, so that it outlives assembly."""
