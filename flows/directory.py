"""Who the company's directory says somebody is, and what that makes him here."""

from __future__ import annotations

from dataclasses import dataclass

from config.directory import Directory, load_directory
from config.settings import Settings
from connectors.ad.sign_in import Controllers, Member
from schemas.accounts import Role, login_of
from schemas.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody the directory knows; without a role none of his groups has one here."""

    login: str
    name: str | None
    role: Role | None


@dataclass(frozen=True, slots=True)
class People:
    """The company's directory as the sign-in asks it."""

    directory: Directory
    controllers: Controllers

    def admits(self, typed: str, password: str) -> Colleague | None:
        """Who this is, if the password is his; `typed` may be DOMAIN\\login or login@domain.

        None if it is not. Retryable if no controller answers, Refused if the service user is refused.
        """
        return self._colleague(self.controllers.admits(_bare(typed), password))

    def find(self, login: str) -> Colleague | None:
        """Who has this login; None if nobody, or if he was switched off."""
        return self._colleague(self.controllers.find(_bare(login)))

    def _colleague(self, member: Member | None) -> Colleague | None:
        if member is None:
            return None
        try:
            login = login_of(member.login)
        except ConfigError:
            return None
        return Colleague(login, member.name, self.directory.role(member.groups))


def _bare(typed: str) -> str:
    return typed.strip().rpartition("\\")[2]


def people_of(settings: Settings) -> People | None:
    """The directory of an installation; None if it has none."""
    told = load_directory(settings.config_dir)
    if told is None:
        return None
    return People(
        told,
        Controllers(
            servers=told.servers,
            base=told.base,
            user=told.user,
            password=told.open_password(),
            groups=told.groups,
            ca=told.ca,
            names=told.names,
            timeout=told.timeout,
        ),
    )
