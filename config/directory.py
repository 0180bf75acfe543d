"""The company's directory, where people have their passwords: `directory.yaml`, one per installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.secrets import plain_secrets, resolve
from schemas.accounts import Role
from schemas.yaml_source import read_yaml, validate

Address = Annotated[str, Field(pattern=r"^ldaps?://[^/\s]+$")]


class Directory(BaseModel):
    """Which domain controllers to ask, as whom, and which group has which role."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    servers: list[Address] = Field(
        min_length=1,
        description="Domain controllers, asked in this order: `ldaps://host` or, with StartTLS, `ldap://host`",
    )
    base: str = Field(min_length=1, description="Where people are looked for: DC=company,DC=local")
    user: str = Field(min_length=1, description="Who looks them up: a DN or user@company.local")
    password: str = Field(description="The password of that user, by env:NAME or file:PATH")
    ca: Path | None = Field(
        None, description="Certificate of the authority that signs the controllers; the system's"
    )
    names: list[str] = Field(
        default_factory=list,
        description="Names certificates may bear besides those in `servers`, if the whole domain is asked by one address",
    )
    roles: dict[Role, list[str]] = Field(
        min_length=1,
        description="Role: DNs of the groups that have it, members of their groups included; the highest counts",
    )
    timeout: float = Field(3.0, gt=0, le=60, description="Seconds to wait for a controller")
    file: str = Field("", exclude=True)

    def open_password(self) -> str:
        """The password itself; for the connection only, never for a log or a page."""
        return str(resolve(self.password, file=self.file))

    def role(self, groups: frozenset[str]) -> Role | None:
        """The highest role that groups (DNs as configured) give; None if they give none."""
        given = [role for role in Role if groups.intersection(self.roles.get(role, ()))]
        return given[-1] if given else None

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group that has a role."""
        return tuple(dict.fromkeys(group for groups in self.roles.values() for group in groups))


def load_directory(folder: Path) -> Directory | None:
    """The installation's directory.yaml, None without one; ConfigError names file, line and cure."""
    file = folder / "directory.yaml"
    if not file.exists():
        return None
    source = read_yaml(file)
    if isinstance(source.data, dict):
        source.data["file"] = str(file)
    found = validate(source, Directory)
    if plain_secrets({"password": found.password}):
        raise source.error(
            ("password",),
            "пароль записан открыто: дайте ссылку env:ИМЯ или file:ПУТЬ.",
            "the password stands in the open: refer to it by env:NAME or file:PATH.",
        )
    return found
