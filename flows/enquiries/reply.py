"""Reply: what a person writes on an enquiry's page goes to the chat; links that bind a chat to a contact."""

from __future__ import annotations

import polars as pl

from config.enquiries import load_enquiries
from connectors.base import Says
from flows.enquiries.stage import again
from flows.house import House
from flows.map_portion import storable
from schemas.errors import ConfigError, Retryable
from schemas.records import Batch
from store import canonical, chat_tokens, enquiries, golden, journal, landing
from store.engine import Writer

_LONGEST = 4096  # what Telegram takes


def reply(house: House, enquiry_id: str, text: str, by: str) -> bool:
    """Whether there is such an enquiry; its chat was written to, and the answer stands in it.

    ConfigError for a text that is none, and where no chat of ours can be written to. Refused if the person
    blocked the bot; Retryable if nobody knows whether it went out.
    """
    told = text.strip()
    if not told or len(told) > _LONGEST:
        raise ConfigError(
            f"Напишите ответ, до {_LONGEST} знаков.",
            f"Write an answer, up to {_LONGEST} characters.",
        )
    with house.store.read() as reader:
        row = enquiries.find(reader, enquiry_id)
    if row is None:
        return False
    connection, source, chat = _way(house, row["thread"])
    try:
        batch = source.say(chat, told)
    except Retryable as error:
        raise Retryable(
            "Неизвестно, ушёл ли ответ: мессенджер не ответил. Посмотрите в нём самом, прежде чем отправлять снова.",
            "Nobody knows whether the answer went out: the messenger did not answer. Look there before you send it again.",
            detail=error.detail,
        ) from None
    with house.store.write() as writer:
        _keep(house, writer, connection, batch)
        again(writer, load_enquiries(house.settings.config_dir), row["threads"])
        journal.note(writer, journal.Act(by, "enquiry_answered", "enquiry", enquiry_id))
    return True


def can_reply(house: House, thread: str) -> bool:
    """Whether a conversation stands in a chat that can be written to."""
    return any(source.chat_of(thread) for _, source in _messengers(house))


def invite(house: House, contact_id: str, by: str) -> str | None:
    """A link for a contact, shown once: the first private chat that comes by it is his. None: no such contact.

    ConfigError if no messenger is connected.
    """
    with house.store.read() as reader:
        if golden.version(reader, "contact", contact_id) is None:
            return None
    for _, source in _messengers(house):
        link = source.invitation()
        with house.store.write() as writer:
            token = chat_tokens.issue(writer, contact_id, by)
            journal.note(writer, journal.Act(by, "chat_link_made", "contact", contact_id))
        return link + token
    raise ConfigError(
        "Ни один мессенджер не подключён. Подключите бота: docs/connectors/telegram.md.",
        "No messenger is connected. Connect a bot: docs/connectors/telegram.md.",
    )


def _messengers(house: House) -> list[tuple[str, Says]]:
    found = (
        (name, house.source(name)) for name, c in house.connections.items() if c.kind == "telegram"
    )
    return [(name, source) for name, source in found if isinstance(source, Says)]


def _way(house: House, thread: str) -> tuple[str, Says, str]:
    for name, source in _messengers(house):
        if chat := source.chat_of(thread):
            return name, source, chat
    raise ConfigError(
        "Отсюда отвечают только в чаты подключённых ботов. На письмо ответьте из почты, форме позвоните.",
        "Only chats of connected bots are answered from here. Answer a letter from the mailbox, call a form.",
    )


def _keep(house: House, writer: Writer, connection: str, batch: Batch) -> None:
    """What was said, landed and mapped as if the messenger had told of it; the next sync finds it equal."""
    landed = landing.land(writer, connection, None, [batch])
    placed = batch.rows.with_columns(
        pl.lit(landed.batch_ids[0], pl.Int64).alias(landing.LANDING_ID),
        pl.int_range(pl.len(), dtype=pl.Int64).alias(landing.LANDING_ROW),
    )
    mapping = house.mapping(connection, batch.stream)
    canonical.save(writer, mapping.target, mapping.apply(storable(placed), connection).records)
