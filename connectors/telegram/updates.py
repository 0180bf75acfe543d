"""Updates of the Bot API as rows: verbatim, with what the hub asks of them beside (handbook 6.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import polars as pl

from connectors.telegram.settings import TelegramSettings
from schemas.records import CHANGED_AT, DELETED, KEY

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_message",
    "edited_business_message", "my_chat_member",
)  # fmt: skip
COLUMNS = (
    "update_id", "kind", "update", "@thread", "@message_id", "@direction", "@nature", "@sent_at",
    "@sender_name", "@sender_phone", "@sender_chat", "@body", "@reply_to", "@album", "@attachments",
    "@token", "@moved_to", "@language",
)  # fmt: skip
_FILES = ("document", "audio", "voice", "video", "video_note", "animation", "sticker")
_SERVICE = (
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id",
    "pinned_message", "group_chat_created", "supergroup_chat_created", "new_chat_title",
    "new_chat_photo", "message_auto_delete_timer_changed",
)  # fmt: skip
_BLOCKED = ("kicked", "left")
Told = Mapping[str, Any]


def rows(updates: Sequence[Told], settings: TelegramSettings) -> pl.DataFrame:
    """The updates as rows; an edit has the key of what it edits."""
    told = [_row(update, settings) for update in updates]
    names = {name: [row.get(name) for row in told] for name in (*COLUMNS, KEY)}
    frame = pl.DataFrame(names, schema=dict.fromkeys(names, pl.String()))
    moments = pl.Series(
        CHANGED_AT, [_changed(update) for update in updates], pl.Datetime("us", "UTC")
    )
    return frame.with_columns(moments, pl.lit(value=False).alias(DELETED))


def portions(updates: Sequence[Told], settings: TelegramSettings) -> Iterator[Sequence[Told]]:
    """The updates in order, cut so that no portion has a message and its edit: both are kept."""
    begun: list[Told] = []
    keys: set[str] = set()
    for update in updates:
        key = _key(update, settings)
        if key in keys:
            yield begun
            begun, keys = [], set()
        begun.append(update)
        keys.add(key)
    if begun:
        yield begun


def kind_of(update: Told) -> str:
    """The kind of an update: the name of the one part it has beside its number."""
    return next((name for name in update if name != "update_id"), "")


def _part(update: Told) -> Told:
    part = update.get(kind_of(update))
    return part if isinstance(part, Mapping) else {}


def _key(update: Told, settings: TelegramSettings) -> str:
    part, kind = _part(update), kind_of(update)
    chat = part.get("chat")
    if kind not in KINDS or not isinstance(chat, Mapping):
        return f"update/{update.get('update_id')}"
    if kind == "my_chat_member":
        return f"{settings.bot}/{chat.get('id')}/member"
    return f"{settings.bot}/{chat.get('id')}/{part.get('message_id')}"


def _changed(update: Told) -> datetime | None:
    part = _part(update)
    moment = part.get("edit_date") or part.get("date")
    return _instant(moment)


def _instant(moment: object) -> datetime | None:
    if not isinstance(moment, int) or not 0 < moment < 32_503_680_000:
        return None
    return datetime.fromtimestamp(moment, UTC)


def _row(update: Told, settings: TelegramSettings) -> dict[str, str | None]:
    part, kind = _part(update), kind_of(update)
    row: dict[str, str | None] = {
        KEY: _key(update, settings),
        "update_id": str(update.get("update_id")),
        "kind": kind,
        "update": json.dumps(update, ensure_ascii=False, separators=(",", ":")),
    }
    chat = part.get("chat")
    if kind in KINDS and isinstance(chat, Mapping):
        # Of a shape nobody knows yet, it is kept verbatim and refused; those after it are read.
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            row |= _message(kind, part, chat, settings)
    return row


def _message(
    kind: str, part: Told, chat: Told, settings: TelegramSettings
) -> dict[str, str | None]:
    sender = part.get("from") or part.get("sender_chat") or {}
    sent = _instant(part.get("date"))
    place = f"{settings.bot}/{chat.get('id')}"
    reply = part.get("reply_to_message") or {}
    moved = part.get("migrate_to_chat_id")
    return {
        "@thread": place,
        "@message_id": f"{place}/{part.get('message_id', 'member')}",
        "@direction": _direction(sender, settings),
        "@nature": _nature(kind, part, chat),
        "@sent_at": sent.isoformat() if sent else None,
        "@sender_name": _name(sender),
        "@sender_phone": _own_phone(part, sender),
        "@sender_chat": _text(sender.get("id")),
        "@body": _body(part),
        "@reply_to": f"{place}/{reply['message_id']}" if "message_id" in reply else None,
        "@album": _text(part.get("media_group_id")),
        "@attachments": "\n".join(_attachments(part)) or None,
        "@token": _token(part) if chat.get("type") == "private" else None,
        "@moved_to": f"{settings.bot}/{moved}" if moved else None,
        "@language": _text(sender.get("language_code")),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _name(sender: Told) -> str | None:
    parts = (sender.get("first_name"), sender.get("last_name"))
    return " ".join(str(part) for part in parts if part) or _text(sender.get("title"))


def _direction(sender: Told, settings: TelegramSettings) -> str:
    number = sender.get("id")
    ours = str(number) == settings.bot or number in settings.staff
    return "outbound" if ours else "inbound"


def _nature(kind: str, part: Told, chat: Told) -> str:
    if kind == "my_chat_member":
        status = (part.get("new_chat_member") or {}).get("status")
        return "blocked" if status in _BLOCKED else "service"
    if chat.get("type") == "channel":
        return "broadcast"
    commanded = str(part.get("text") or "").startswith("/start")
    return "service" if commanded or any(name in part for name in _SERVICE) else "message"


def _own_phone(part: Told, sender: Told) -> str | None:
    """The number of a shared contact, if it is the sender's own; it comes without a plus."""
    contact = part.get("contact") or {}
    number = _text(contact.get("phone_number"))
    if not number or contact.get("user_id") is None or contact.get("user_id") != sender.get("id"):
        return None
    return number if number.startswith("+") else f"+{number}"


def _body(part: Told) -> str | None:
    """What was written; of somebody's contact its name and number, which prove nothing of the sender."""
    contact = part.get("contact")
    if isinstance(contact, Mapping):
        return " ".join(
            str(contact[name]) for name in ("first_name", "last_name", "phone_number") if contact.get(name)
        )  # fmt: skip
    return _text(part.get("text") or part.get("caption"))


def _token(part: Told) -> str | None:
    command, _, token = str(part.get("text") or "").partition(" ")
    return token.strip() or None if command == "/start" else None


def _attachments(part: Told) -> Iterator[str]:
    for name in _FILES:
        if isinstance(part.get(name), Mapping):
            yield _attachment(name, part[name])
    sizes = part.get("photo")
    if isinstance(sizes, Sequence) and sizes:
        yield _attachment("photo", max(sizes, key=lambda size: size.get("file_size") or 0))


def _attachment(kind: str, file: Told) -> str:
    told = {
        "name": file.get("file_name") or kind,
        "size": file.get("file_size"),
        "type": file.get("mime_type") or ("image/jpeg" if kind == "photo" else None),
        "file_id": file.get("file_id"),
    }
    return json.dumps({k: v for k, v in told.items() if v is not None}, ensure_ascii=False)
