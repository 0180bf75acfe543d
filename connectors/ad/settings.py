"""Settings of a company's directory as a source of its people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from connectors.registry import Settings

Address = Annotated[str, Field(pattern=r"^ldaps?://[^/\s]+$")]
Way = Literal["dirsync", "usn", "whole"]


class DirectorySettings(Settings):
    """Which domain controllers to ask, as whom, and how to learn what changed.

    `servers` are asked in order: `ldaps://host` or, for StartTLS, `ldap://host`. `base` is where people,
    departments and groups are looked for. `changes`: `dirsync` needs the right "Replicating Directory
    Changes" (or `object_security`, to see only what the user may see); `usn` needs no right and holds
    for one controller; `whole` reads everything each time. `page`: entries asked for at once.
    `most_gone`: the share of people that may vanish or be switched off in one go; more is refused.
    """

    servers: tuple[Address, ...] = Field(min_length=1)
    base: str = Field(min_length=3)
    user: str = Field(min_length=1)
    password: SecretStr
    ca: Path | None = None
    names: tuple[str, ...] = ()
    changes: Way = "dirsync"
    object_security: bool = False
    page: int = Field(default=500, ge=1, le=1000)
    most_gone: float = Field(default=0.1, gt=0, le=1)
    timeout: float = Field(default=30.0, gt=0, le=600)
