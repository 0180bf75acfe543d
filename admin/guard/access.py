"""One-time links and tokens: what the pages and the command line both hand out."""

from __future__ import annotations

from datetime import timedelta

from admin.guard import passwords
from flows.directory import People
from schemas.accounts import Role
from schemas.errors import ConfigError
from schemas.scopes import Scope
from store import Store, accounts, journal, tokens

_SHOWN = 6
_LONGEST_NAME = 60


def invite(store: Store, login: str, by: str = "") -> str:
    """The path of a new one-time link by which an account chooses its password."""
    secret = passwords.new_secret()
    with store.write() as writer:
        held = accounts.known(writer, login)
        accounts.refuse_of_directory(held)
        accounts.offer(writer, held.id, passwords.digest(secret))
        journal.note(writer, journal.Act(by, "link_made", "account", held.login))
    return f"/welcome?key={secret}"


def first_administrator(store: Store, by: str) -> str | None:
    """The path of the link of a newly made administrator; None if there is any account."""
    with store.write() as writer:
        writer.next("account", 0)  # its lock lets one of two first starts be the first
        if accounts.exist(writer):
            return None
        accounts.add(writer, "admin", Role.ADMIN, by)
    return invite(store, "admin", by)


def new_token(
    store: Store, name: str, role: Role, by: str, lasts: timedelta, scope: Scope | None = None
) -> str:
    """A new token, to be shown once: only its digest is kept."""
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise ConfigError(
            f"Назовите систему, которой даёте токен: от 1 до {_LONGEST_NAME} знаков.",
            f"Name the system the token is for: 1 to {_LONGEST_NAME} characters.",
        )
    secret = passwords.TOKEN_PREFIX + passwords.new_secret()
    hint = secret[: len(passwords.TOKEN_PREFIX) + _SHOWN]
    with store.write() as writer:
        made = tokens.add(writer, passwords.digest(secret), hint, name, role, by, lasts, scope)
        told = {"name": name, "role": role.value, "until": made.expires_at}
        told |= {"scope": scope.dumps()} if scope else {}
        journal.note(writer, journal.Act(by, "token_made", "token", str(made.id), after=told))
    return secret


def confirm(store: Store, people: People, login: str) -> None:
    """Ask the directory again about somebody who signed in by it; he is signed out if he lost his role."""
    found = people.find(login)
    with store.write() as writer:
        if found is None or found.role is None or found.login != login:
            accounts.end_all(writer, accounts.known(writer, login).id)
        else:
            accounts.confirm(writer, login, found.role, found.name)
