"""People and systems that may ask, and what each of them is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from schemas.errors import ConfigError
from schemas.scopes import Scope

LEAST_PASSWORD, MOST_PASSWORD = 10, 200
_LOGIN = re.compile(r"[a-z0-9а-яё][a-z0-9а-яё._@-]{1,63}")


class Role(StrEnum):
    """Who a person or a system is; what each may do is in `admin.permissions`."""

    VIEWER = "viewer"
    CRM = "crm"
    STEWARD = "steward"
    LEAD = "lead"
    ENGINEER = "engineer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: `login` is what stands under decisions, `account` None for a token or this machine.

    With a `scope` only that part of the base is there for whoever it is. `second`: a second factor is on;
    `of_directory`: the password is the directory's.
    """

    login: str
    role: Role
    name: str | None = None
    account: int | None = None
    scope: Scope | None = None
    second: bool = False
    of_directory: bool = False


# Who runs the hub, or gives rights in it, must see all of it.
UNBOUND = frozenset({Role.ENGINEER, Role.ADMIN})


def refuse_bound(role: Role, scope: Scope | None) -> None:
    """ConfigError if a role that must see the whole base is to see a part of it."""
    if scope is not None and role in UNBOUND:
        raise ConfigError(
            f"Роли «{role}» нужна вся база: часть базы открывают ролям viewer, crm и steward.",
            f"The role {role} needs the whole base: a part of it is for viewer, crm and steward.",
        )


def login_of(text: str) -> str:
    """A login as it is stored, in lower case; ConfigError if it is none.

    >>> login_of(" Anna.Petrova ")
    'anna.petrova'
    """
    found = unicodedata.normalize("NFKC", text).strip().lower()
    if not _LOGIN.fullmatch(found):
        raise ConfigError(
            "имя для входа: от 2 до 64 букв, цифр и знаков . _ @ -, первый знак буква или цифра.",
            "a login is 2 to 64 letters, digits and . _ @ -, beginning with a letter or a digit.",
        )
    return found


def refuse_weak(password: str, login: str) -> None:
    """ConfigError if a password is too short, too long or next to the login."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise ConfigError(
            f"Пароль должен быть от {LEAST_PASSWORD} до {MOST_PASSWORD} знаков: например, четыре слова.",
            f"A password has from {LEAST_PASSWORD} to {MOST_PASSWORD} characters: four words, say.",
        )
    if login in password.lower() or len(set(password)) < 4:
        raise ConfigError(
            "Пароль легко угадать: в нём имя для входа или меньше четырёх разных знаков.",
            "The password is easy to guess: it holds the login, or fewer than four different characters.",
        )
