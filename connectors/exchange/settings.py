"""Settings of the mailboxes of an Exchange server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from connectors.registry import Settings

Mailbox = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class OAuth(Settings):
    """An application of the tenant, for servers that no longer take passwords.

    `token_url` and `scope` are those of the tenant unless told: an own identity server has others.
    """

    tenant: str = ""
    client: str
    secret: SecretStr
    token_url: Annotated[str, Field(pattern=r"^(?:https?://\S+)?$")] = ""
    scope: str = ""


class ExchangeSettings(Settings):
    """The server's EWS address, who asks, and whose letters are read.

    `url`: https://mail.company.local/EWS/Exchange.asmx. `mailboxes` by their SMTP addresses; `access`:
    `delegate` where the user was given the mailbox, `impersonation` where he has the role
    ApplicationImpersonation. `skip`: names of folders that are not read, with all beneath them.
    `listen`: `kanon listen` reads letters as the server tells of them, the schedule beside it.
    `page`: changes asked for at once, 512 at most by the server's own limit; `megabytes` of letters
    fetched by one request.
    """

    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    mailboxes: tuple[Mailbox, ...] = Field(min_length=1)
    user: str = ""
    password: SecretStr = SecretStr("")
    auth: Literal["ntlm", "basic", "oauth"] = "ntlm"
    oauth: OAuth | None = None
    access: Literal["delegate", "impersonation"] = "delegate"
    ca: Path | None = None
    skip: tuple[str, ...] = ()
    listen: bool = False
    page: int = Field(default=256, ge=1, le=512)
    megabytes: int = Field(default=16, ge=1, le=100)
    timeout: int = Field(default=120, ge=1, le=600)

    @model_validator(mode="after")
    def _credentials_are_whole(self) -> Self:
        if self.auth == "oauth" and (
            self.oauth is None or not (self.oauth.tenant or self.oauth.token_url)
        ):
            raise ValueError("auth oauth needs oauth: tenant or token_url, client, secret")
        if self.auth != "oauth" and not self.user:
            raise ValueError("user is needed, such as CORP\\\\kanon")
        return self
