"""Letters, chats and forms as channels give them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.canonical.base import Canonical, many_field, text_field

Channel = Literal["email", "telegram", "form", "call", "chat"]
MessageDirection = Literal["inbound", "outbound", "internal"]
MessageNature = Literal["message", "auto_reply", "bounce", "broadcast", "service", "blocked"]


class Message(Canonical):
    """One letter, chat message, form or note, as its channel delivered it (handbook 8.2).

    The same message in two mailboxes is two records with one `message_id`. Messages with one `thread`
    of a channel are one conversation; enquiries are assembled from conversations.
    """

    channel: Channel | None = text_field("Канал", "E-mail, Telegram, form, call or chat")
    direction: MessageDirection | None = text_field(
        "Направление", "Inbound (also where nothing is told), outbound or between colleagues"
    )
    nature: MessageNature | None = text_field(
        "Вид", "Message, automatic reply, bounce, broadcast, service note, or: they blocked us"
    )
    box: str | None = text_field("Ящик", "Our mailbox, bot or site that it came through")
    thread: str | None = text_field(
        "Переписка",
        "What all messages of one conversation share in their channel; where nothing is told, the first"
        " message referred to, else its own id",
    )
    message_id: str | None = text_field(
        "Ид сообщения", "The channel's own id, the same in every mailbox; else the record's key"
    )
    reply_to: str | None = text_field("Ответ на", "Id of the message it answers")
    references: list[str] = many_field("Ссылки", "Ids of earlier messages, the first one first")
    album: str | None = text_field("Альбом", "What the messages of one album share")
    sent_at: datetime | None = text_field("Отправлено", "When it was sent")
    sender_name: str | None = text_field("Отправитель", "Name as the sender gives it")
    sender_email: str | None = text_field("Почта отправителя", "Lower-case address")
    sender_phone: str | None = text_field(
        "Телефон отправителя", "E.164, given by the sender as his own"
    )
    sender_chat: str | None = text_field("Чат отправителя", "The sender's id in the messenger")
    forwarded_by: str | None = text_field(
        "Переслал", "Who passed it on; the sender is then whoever wrote it first"
    )
    recipients: list[str] = many_field("Получатели", "Addresses, or ids in the messenger")
    subject: str | None = text_field("Тема письма", "Subject as it was written")
    body: str | None = text_field("Текст", "What the sender wrote, without quotes and signature")
    quoted: str | None = text_field("Цитата", "Earlier messages quoted under it")
    signature: str | None = text_field("Подпись", "The block of name, position and phones")
    attachments: list[str] = many_field(
        "Вложения",
        "One JSON object each: name, size in bytes, type, sha256 or the channel's file id",
    )
    language: str | None = text_field("Язык", "ISO 639-1")
    company: str | None = text_field("Компания", "Company the sender names")
    inn: str | None = text_field("ИНН", "Taxpayer number the sender names, checksum holds")
    topic: str | None = text_field("Тема", "Topic the sender chose, in his channel's words")
    order_number: str | None = text_field("Заказ", "Order or invoice the sender names in a field")
    planned_volume: str | None = text_field(
        "Планируемый объём", "What the sender says he plans to buy: roubles a year, exact decimal"
    )
    page: str | None = text_field("Страница", "Page of the site it was sent from")
    tags: list[str] = many_field(
        "Метки источника", "Marks of advertising, such as utm_source=yandex"
    )
    token: str | None = text_field(
        "Код привязки", "One-time code that came with a link to the chat"
    )
    moved_to: str | None = text_field("Переехала в", "Thread that this conversation goes on in")
