"""Questions to the Bot API over python-telegram-bot's own transport, and its errors as sentences.

The answers are kept as they came: the library's objects would leave out fields it does not know yet. No
message holds an address, for the token stands in it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
from telegram import error as told
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from connectors.telegram.settings import TelegramSettings
from schemas.errors import Conflict, ContractBroken, KanonError, Refused, Retryable

# What the library logs of an answer it cannot read is told as a sentence; without a handler Python prints its traceback.
logging.getLogger("telegram").addHandler(logging.NullHandler())
LARGEST_FILE = 20 * 1024 * 1024  # what getFile gives out


class Wire:
    """An open way to one bot; a context manager. Not for several threads at once."""

    def __init__(
        self, settings: TelegramSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.settings = settings
        self._transport = transport
        self._runner = asyncio.Runner()
        self._request: HTTPXRequest | None = None

    def __enter__(self) -> Self:
        options: dict[str, Any] = {"trust_env": False}
        if self._transport is not None:
            options["transport"] = self._transport
        own = self.settings
        self._request = HTTPXRequest(
            connection_pool_size=1, read_timeout=own.timeout, connect_timeout=own.timeout,
            proxy=own.proxy.get_secret_value() if own.proxy else None, httpx_kwargs=options,
        )  # fmt: skip
        self._runner.run(self._request.initialize())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._request is not None:
            self._runner.run(self._request.shutdown())
        self._runner.close()

    def ask(self, method: str, wait: float = 0, **values: Any) -> Any:
        """The result of a method of the Bot API; the errors of `raised` for a refusal."""
        assert self._request is not None  # noqa: S101  entered before it is asked
        asked = RequestData(_parameters(values))
        patience = self.settings.timeout + wait
        return self._told(
            self._request.post(self._address("bot", method), asked, read_timeout=patience)
        )

    def content(self, file_id: str) -> bytes:
        """The bytes of a file somebody sent, up to LARGEST_FILE; Refused if it is larger or gone."""
        try:
            path = str(self.ask("getFile", file_id=file_id)["file_path"])
        except (ContractBroken, KeyError, TypeError) as error:
            raise Refused(
                "Telegram не отдаёт этот файл программам: он больше 20 МБ или его больше нет. Откройте переписку в Telegram.",
                "Telegram does not give this file to programs: it is larger than 20 MB or gone. Open the conversation in Telegram.",
                detail=type(error).__name__,
            ) from None
        assert self._request is not None  # noqa: S101  entered before it is asked
        found: bytes = self._told(
            self._request.retrieve(
                self._address("file/bot", quote(path)), read_timeout=self.settings.timeout
            )
        )
        return found

    def _address(self, kind: str, what: str) -> str:
        root = self.settings.address.rstrip("/")
        return f"{root}/{kind}{self.settings.token.get_secret_value()}/{what}"

    def _told(self, asking: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self._runner.run(asking)
        except told.TelegramError as error:
            # Its text and its cause may quote the address.
            raise raised(error) from None


def _parameters(values: Mapping[str, Any]) -> list[RequestParameter]:
    told = {name: value for name, value in values.items() if value is not None}
    return [RequestParameter.from_input(name, value) for name, value in told.items()]


def raised(error: told.TelegramError) -> KanonError:
    """What an error of the library means here, and what to do."""
    detail = type(error).__name__
    match error:
        case told.InvalidToken():
            return Refused(
                "Telegram не принимает токен бота: он отозван или записан с ошибкой. Возьмите у BotFather новый и замените секрет.",
                "Telegram refuses the bot's token: it was revoked or mistyped. Get a new one from BotFather and replace the secret.",
                detail=detail,
            )
        case told.RetryAfter():
            seconds = _seconds(error)
            return Retryable(
                f"Telegram просит подождать {seconds:.0f} с: слишком частые запросы. Чтение продолжится само.",
                f"Telegram asks to wait {seconds:.0f} s: too many requests. Reading goes on by itself.",
                retry_after=seconds,
                detail=detail,
            )
        case told.Conflict():
            return Conflict(
                "Бота уже слушает другая программа или у него включён webhook. Остановите её или уберите webhook: kanon listen без webhook в настройках.",
                "Another program listens to the bot, or it has a webhook. Stop that program, or remove the webhook: kanon listen without webhook in the settings.",
            )
        case told.Forbidden():
            return Refused(
                "Написать нельзя: собеседник заблокировал бота или бот исключён из группы. Свяжитесь другим путём.",
                "The bot may not write there: the person blocked it, or it was removed from the group. Use another way.",
                detail=detail,
            )
        case told.ChatMigrated():
            return Refused(
                "Группа стала супергруппой и имеет новый номер. Обновите переписку и отправьте снова.",
                "The group became a supergroup with a new id. Refresh the conversation and send again.",
                detail=detail,
            )
        case told.BadRequest():
            return ContractBroken(
                f"Telegram не понял запрос: {error.message}. Проверьте настройки бота.",
                f"Telegram did not understand the request: {error.message}. Check the bot's settings.",
                detail=detail,
            )
        case _:
            return Retryable(
                "Telegram не отвечает. Проверьте сеть и прокси; чтение продолжится само.",
                "Telegram does not answer. Check the network and the proxy; reading goes on by itself.",
                detail=detail,
            )


def _seconds(error: told.RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()
