"""A bot's side of Telegram in memory: what was written to it, what it was told, what it wrote.

Shapes of the Bot API 9; ids, names and texts are invented.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

BEGUN = 1_763_300_000  # seconds since 1970, a Monday in November 2025
LONGEST_TEXT = 4096
LARGEST_FILE = 20 * 1024 * 1024

Update = dict[str, Any]


class RefusalError(Exception):
    """An answer that is no success: HTTP status, description, and what else Telegram tells."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Bot:
    """One bot: its token, the updates that wait, its webhook, its files and what it has sent.

    `busy` seconds make every call 429; `revoked` makes every call 401; chats in `blocked` refuse it;
    `keeps` forgets nothing that was confirmed, so that it can be read again.
    """

    token: str = "7000000001:AAsimulatedBotTokenForTestsOnly000"  # noqa: S105  a simulator's own, invented
    waiting: list[Update] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    busy: int = 0
    revoked: bool = False
    repeats: int = 0
    keeps: bool = False
    now: int = BEGUN
    _updates: Any = field(default_factory=lambda: itertools.count(901))
    _messages: Any = field(default_factory=lambda: itertools.count(11))

    @property
    def id(self) -> int:
        """The number in front of the token."""
        return int(self.token.partition(":")[0])

    @property
    def me(self) -> dict[str, Any]:
        """The bot as a user."""
        return {
            "id": self.id, "is_bot": True, "first_name": "Отдел продаж", "username": "zavod_sales_bot",
            "can_join_groups": True, "can_read_all_group_messages": False,
            "supports_inline_queries": False, "can_connect_to_business": False, "has_main_web_app": False,
        }  # fmt: skip

    def arrive(self, kind: str, part: dict[str, Any]) -> Update:
        """A new update waits for the bot."""
        update = {"update_id": next(self._updates), kind: part}
        self.waiting.append(update)
        return update

    def write(
        self, sender: dict[str, Any], chat: dict[str, Any], after: int = 1, **told: Any
    ) -> dict[str, Any]:
        """A message `after` so many seconds; it is returned so that it can be edited or answered."""
        self.now += after
        message = {
            "message_id": next(self._messages), "from": sender, "chat": chat, "date": self.now, **told,
        }  # fmt: skip
        self.arrive("channel_post" if chat["type"] == "channel" else "message", message)
        return message

    def edit(self, message: dict[str, Any], text: str, after: int = 5) -> None:
        """Its sender puts another text into a message."""
        self.now += after
        self.arrive("edited_message", {**message, "text": text, "edit_date": self.now})

    def block(self, sender: dict[str, Any], chat: dict[str, Any], status: str = "kicked") -> None:
        """The person blocks the bot, or lets it write again with status `member`."""
        self.now += 1
        (self.blocked.add if status == "kicked" else self.blocked.discard)(chat["id"])
        user = self.me
        old = "member" if status == "kicked" else "kicked"
        self.arrive(
            "my_chat_member",
            {
                "chat": chat, "from": sender, "date": self.now,
                "old_chat_member": {"user": user, "status": old, **({"until_date": 0} if old == "kicked" else {})},
                "new_chat_member": {"user": user, "status": status, **({"until_date": 0} if status == "kicked" else {})},
            },
        )  # fmt: skip

    def updates(self, offset: int | None, limit: int) -> list[Update]:
        """Those that wait from `offset` on, which confirms the earlier ones; `repeats` gives so many twice."""
        if self.webhook.get("url"):
            raise RefusalError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook",
            )
        begin = (offset or 0) - self.repeats
        if not self.keeps:
            self.waiting = [one for one in self.waiting if one["update_id"] >= begin]
        return [one for one in self.waiting if one["update_id"] >= begin][:limit]

    def deliver(self) -> list[Update]:
        """What would be sent to the webhook, first come first."""
        return list(self.waiting) if self.webhook.get("url") else []

    def delivered(self, update: Update) -> None:
        """The webhook has answered 2xx; anything else and the update comes again."""
        self.waiting.remove(update)

    def say(self, chat_id: int, text: str, **told: Any) -> dict[str, Any]:
        """The bot writes; Telegram's refusals for who blocked it, and for long and empty texts."""
        if chat_id in self.blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        if not text:
            raise RefusalError(400, "Bad Request: message text is empty")
        if len(text) > LONGEST_TEXT:
            raise RefusalError(400, "Bad Request: message is too long")
        self.now += 1
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "group", "title": "Чат"}
        if chat_id > 0:
            chat = {"id": chat_id, "type": "private", "first_name": "Клиент"}
        message = {
            "message_id": next(self._messages), "from": self.me, "chat": chat, "date": self.now,
            "text": text, **told,
        }  # fmt: skip
        self.sent.append(message)
        return message

    def file(self, file_id: str) -> dict[str, Any]:
        """Where a file can be fetched; none beyond 20 MB."""
        if file_id not in self.files:
            raise RefusalError(400, "Bad Request: invalid file_id")
        size = len(self.files[file_id])
        if size > LARGEST_FILE:
            raise RefusalError(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": size,
            "file_path": f"documents/{file_id}",
        }
