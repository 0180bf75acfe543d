"""Settings of a bot."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.registry import Settings

_TOKEN = re.compile(r"^[A-Za-z0-9:_-]{1,200}$")
_SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.match(value.get_secret_value()):
        raise ValueError("must be the token that BotFather gave: digits, a colon and letters")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not _SECRET.match(value.get_secret_value()):
        raise ValueError("must be 1 to 256 letters, digits, _ or -")
    return value


class TelegramSettings(Settings):
    """The bot's token, where its API is, and how updates come.

    Without `webhook` the bot is asked (polling). With it Telegram sends updates to that address, which
    ends with /telegram/ and the name of the connection, and shows `webhook_secret` each time. `staff`:
    ids of our own people in groups. `wait`: seconds a question may stay open, waiting for an update.
    """

    token: Annotated[SecretStr, AfterValidator(_token)]
    address: str = "https://api.telegram.org"
    proxy: SecretStr | None = None
    webhook: str = ""
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    staff: frozenset[int] = frozenset()
    page: int = Field(default=100, ge=1, le=100)
    wait: int = Field(default=25, ge=0, le=50)
    timeout: float = Field(default=20, gt=0, le=300)

    @model_validator(mode="after")
    def _with_secret(self) -> TelegramSettings:
        if self.webhook and self.webhook_secret is None:
            raise ValueError("a webhook needs webhook_secret, or anybody could send updates")
        return self

    @property
    def bot(self) -> str:
        """The bot's id: the open half of its token."""
        return self.token.get_secret_value().partition(":")[0]
