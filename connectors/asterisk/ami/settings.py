"""Where a switch's manager interface is and how to enter it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from connectors.registry import Settings


class AmiSettings(Settings):
    """`login` md5 sends no secret over the wire; `silence` is how long an unanswered Ping may last.

    `records` says where calls are taken from: the records it tells of them (cdr_manager), or, where it tells
    none, the events of their channels. `device` is how an extension is dialled (`{}` stands for it), `context` where its call goes on,
    `prefixes` how the beginnings of numbers are dialled, such as {"+7": "8", "+": "810"}.
    """

    host: str
    port: int = Field(default=5038, ge=1, le=65_535)
    user: str
    secret: SecretStr
    login: Literal["plain", "md5"] = "md5"
    records: Literal["cdr", "channels"] = "cdr"
    events: str = "call,cdr,agent,dialplan"
    connect_timeout: float = Field(default=5.0, gt=0, le=60)
    silence: float = Field(default=10.0, gt=0, le=300)
    device: str = Field(default="PJSIP/{}", pattern=r"^[A-Za-z]+/[^\s]*\{\}[^\s]*$")
    context: str = "from-internal"
    prefixes: dict[str, str] = Field(default_factory=dict)

    def dialled(self, phone: str) -> str:
        """A number (E.164) as this switch dials it: its beginning by `prefixes`, else bare digits."""
        known = sorted((one for one in self.prefixes if phone.startswith(one)), key=len)
        begun = known[-1] if known else "+"
        return self.prefixes.get(begun, "") + phone.removeprefix(begun)
