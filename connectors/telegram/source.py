"""A bot as a source: its updates, asked for or sent by Telegram."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from connectors.telegram.settings import TelegramSettings
from connectors.telegram.updates import KINDS, portions, rows
from connectors.telegram.wire import Wire
from schemas.errors import ConfigError, ContractBroken, KanonError, Refused
from schemas.records import KEY, Batch, Cursor, Probe, Stream

UPDATES = "updates"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Telegram:
    """What people write to one bot. `transport` replaces the network in tests."""

    name: str
    settings: TelegramSettings
    transport: httpx.AsyncBaseTransport | None = None

    def check(self) -> list[Probe]:
        """Whether the token is taken, and whether updates come the way the settings say."""
        try:
            with self._wire() as wire:
                bot = wire.ask("getMe")
                hook = wire.ask("getWebhookInfo")
        except KanonError as error:
            return [Probe("login", False, error.ru, error.en, error.detail)]
        name = bot.get("username", "") if isinstance(bot, dict) else ""
        return [
            Probe(
                "login", True, f"Токен принят, бот @{name}.", f"The token is taken, bot @{name}."
            ),
            self._probe_way(hook if isinstance(hook, dict) else {}),
        ]

    def _probe_way(self, hook: dict[str, Any]) -> Probe:
        found, waiting = str(hook.get("url") or ""), int(hook.get("pending_update_count") or 0)
        if found == self.settings.webhook:
            ru = f"Способ приёма верен, ждут приёма: {waiting}."
            return Probe(UPDATES, True, ru, f"Updates come as configured, {waiting} wait.")
        return Probe(
            UPDATES, False,
            "Webhook у Telegram не тот, что в настройках. Выполните kanon listen, он поставит нужный.",
            "Telegram has another webhook than the settings. Run kanon listen, it sets the right one.",
        )  # fmt: skip

    def discover(self) -> list[Stream]:
        """One stream: updates, in their order."""
        return [Stream(UPDATES, (KEY,), "message", ordered=False)]

    def clock(self) -> datetime:
        """The clock of this machine; Telegram tells no other."""
        return datetime.now(UTC)

    def read(
        self,
        stream: str,
        cursor: Cursor | None,
        until: datetime,  # noqa: ARG002  see below
    ) -> Iterator[Batch]:
        """Updates after `cursor`, whose asking tells Telegram that the earlier ones are stored.

        With a webhook there is nothing to ask for: Telegram sends them. `until` stops nothing: messages
        are stamped by Telegram's clock, and a hub whose clock is late would not see them.
        """
        if stream != UPDATES:
            raise ConfigError(
                f"Потока «{stream}» у бота нет. Есть: {UPDATES}.",
                f"The bot has no stream '{stream}'. There is: {UPDATES}.",
            )
        if self.settings.webhook:
            return
        last = _last(cursor)
        with self._wire() as wire:
            while updates := self._page(wire, last, 0):
                for some in portions(updates, self.settings):
                    last = int(some[-1]["update_id"])
                    yield Batch(UPDATES, rows(some, self.settings), place_of(last))

    def wait(self, cursor: Cursor | None) -> bool:
        """Whether an update has come after `cursor`, waiting for it some seconds; confirms nothing new."""
        with self._wire() as wire:
            return bool(self._page(wire, _last(cursor), self.settings.wait))

    def received(self, told: Mapping[str, Any], secret: str) -> Batch:
        """One update that Telegram sent by itself, to be landed."""
        agreed = self.settings.webhook_secret
        known = agreed.get_secret_value() if agreed else ""
        if not known or not hmac.compare_digest(known.encode(), secret.encode()):
            raise Refused(
                "Обновление прислано без верного секрета и не принято. Проверьте webhook_secret.",
                "The update came without the right secret and was not taken. Check webhook_secret.",
            )
        if not isinstance(told.get("update_id"), int):
            raise ContractBroken(
                "Прислано не обновление Telegram.", "What was sent is no update of Telegram."
            )
        return Batch(UPDATES, rows([told], self.settings), None)

    def listen_by_settings(self) -> str:
        """Set the webhook of the settings at Telegram, or remove what is there, losing nothing."""
        with self._wire() as wire:
            if not self.settings.webhook:
                wire.ask("deleteWebhook", drop_pending_updates=False)
                return ""
            secret = self.settings.webhook_secret
            wire.ask(
                "setWebhook", url=self.settings.webhook, allowed_updates=list(KINDS),
                secret_token=secret.get_secret_value() if secret else None,
            )  # fmt: skip
            return self.settings.webhook

    def chat_of(self, thread: str) -> str | None:
        """The chat of a conversation with this bot."""
        bot, _, chat = thread.partition("/")
        return chat if chat and bot == self.settings.bot else None

    def say(self, chat: str, text: str) -> Batch:
        """Send a message; the row that tells of it, as if Telegram had sent an update."""
        with self._wire() as wire:
            told = wire.ask("sendMessage", chat_id=chat, text=text)
        return Batch(UPDATES, rows([{"update_id": 0, "message": told}], self.settings), None)

    def file(self, file_id: str) -> bytes:
        """The content of a file of a message."""
        with self._wire() as wire:
            return wire.content(file_id)

    def invitation(self) -> str:
        """The deep link of the bot, to which a token is added."""
        with self._wire() as wire:
            bot = wire.ask("getMe")
        return f"https://t.me/{bot['username']}?start="

    def _page(self, wire: Wire, last: int | None, wait: int) -> list[dict[str, Any]]:
        told = wire.ask(
            "getUpdates", wait=wait, offset=None if last is None else last + 1,
            limit=self.settings.page, timeout=wait, allowed_updates=list(KINDS),
        )  # fmt: skip
        if not isinstance(told, list) or any("update_id" not in one for one in told):
            raise ContractBroken(
                "Telegram ответил не списком обновлений. Проверьте адрес Bot API.",
                "Telegram's answer is no list of updates. Check the address of the Bot API.",
            )
        # What was confirmed may come again; reading it again would never end.
        return told if last is None else [one for one in told if one["update_id"] > last]

    def _wire(self) -> Wire:
        return Wire(self.settings, self.transport)


def place_of(update_id: int) -> Cursor:
    """The cursor after an update."""
    return Cursor({"update": update_id}, VERSION)


def _last(cursor: Cursor | None) -> int | None:
    return None if cursor is None else int(cursor.expect(VERSION)["update"] or 0)
