"""Who is told of trouble, how and when not: `alerts.yaml` in the configuration folder."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from config.secrets import plain_secrets, resolve
from schemas.errors import Language
from schemas.yaml_source import read_yaml, validate


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mail(_Part):
    """A mail server and who gets the letters; the password by reference."""

    host: str
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    sender: str
    to: Annotated[list[str], Field(min_length=1)]


class Telegram(_Part):
    """A bot and the chat it writes to; the token by reference."""

    token: str
    chat: str
    address: str = "https://api.telegram.org"


class Quiet(_Part):
    """Hours in which nobody is told anything; what happens then is told when they end."""

    since: time
    until: time
    zone: str = "Europe/Moscow"

    def covers(self, moment: datetime) -> bool:
        """Whether a moment is inside, also where the hours span midnight."""
        now = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.since <= self.until:
            return self.since <= now < self.until
        return now >= self.since or now < self.until


class Alerts(_Part):
    """What is told and to whom."""

    mail: Mail | None = None
    telegram: Telegram | None = None
    quiet: Quiet | None = None
    language: Language = "ru"
    late: bool = Field(True, description="Tell of sources more than two periods behind")
    red: bool = Field(True, description="Tell of runs that ended red")
    balance: bool = Field(True, description="Tell of runs whose counts do not add up")
    escalate: bool = Field(
        True, description="Tell the head of whoever has an enquiry that its answer is late, once"
    )
    quarantine_rows: int = Field(
        100, ge=1, description="Tell when so many records of a source were refused within a day"
    )
    site: str = Field("", description="Address of the pages, for links in messages")


def load_alerts(folder: Path) -> Alerts | None:
    """The settings of `folder`/alerts.yaml with secrets filled in; None without the file.

    ConfigError names file, line and cure; a secret that stands in the open is refused.
    """
    file = folder / "alerts.yaml"
    if not file.exists():
        return None
    source = read_yaml(file)
    for place in plain_secrets(source.data):
        raise source.error(
            tuple(place.split(".")),
            f"секрет «{place}» записан открыто: дайте ссылку env:ИМЯ или file:ПУТЬ.",
            f"the secret '{place}' stands in the open: refer to it by env:NAME or file:PATH.",
        )
    told = validate(source, Alerts)
    return Alerts.model_validate(resolve(told.model_dump(), file=str(file)))
