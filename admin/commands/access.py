"""`kanon user` and `kanon token`: who may sign in, and which systems may ask."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from admin.account import account
from admin.commands.inspect import Json
from admin.commands.shell import house, say, show
from admin.guard.access import invite, new_token
from config.settings import Settings
from flows.directory import people_of
from flows.house import House
from schemas.accounts import Role
from schemas.errors import ConfigError
from schemas.scopes import scope_of
from store import accounts, journal, second_factors, tokens
from store.clock import utc_now
from store.engine import Writer

Address = Annotated[
    str,
    Parameter(
        name="--address",
        show_default=False,
        help="Where people open the UI; this machine, port 8600, by default.",
    ),
]
_HERE = "http://127.0.0.1:8600"
Regions = Annotated[
    tuple[str, ...],
    Parameter(
        name="--region", negative="", help="Companies of this region only, by its two-digit code."
    ),
]
Owners = Annotated[
    tuple[str, ...],
    Parameter(name="--owner", negative="", help="Companies of this owner only; see `kanon owner`."),
]


def user_add(
    login: str, *, role: Role = Role.VIEWER, name: str | None = None, address: Address = _HERE
) -> int:
    """Add somebody who may sign in, and print a link by which they choose their password.

    The link works once, within a day. Roles: viewer reads; crm reads and creates; steward also decides
    and replays; engineer also runs; admin also gives rights.
    """
    with house() as opened:
        with opened.store.write() as writer:
            made = accounts.add(writer, login, role, account(), name)
            _note(writer, "account_added", "account", made.login, {"role": role.value})
        return _print_link(opened, login, address)


def user_link(login: str, *, address: Address = _HERE) -> int:
    """Print a new one-time link for somebody who lost the old one or the password."""
    with house() as opened:
        return _print_link(opened, login, address)


def _print_link(opened: House, login: str, address: str) -> int:
    link = address.rstrip("/") + invite(opened.store, login, account())
    say(
        "Ссылка на сутки и на один раз, передайте её лично:",
        "A link for a day and for once; hand it over in person:",
    )
    sys.stdout.write(link + "\n")
    return 0


def user_list(*, json: Json = False) -> int:
    """List the accounts: login, name, role, whether it is on and has a password."""
    with house() as opened, opened.store.read() as reader:
        found = accounts.listing(reader)
    rows = [
        {
            "login": one.login,
            "name": one.name,
            "role": one.role.value,
            "regions": _listed(one.scope.regions if one.scope else ()),
            "owners": _listed(one.scope.owners if one.scope else ()),
            "active": one.active,
            "password": one.password is not None,
            "directory": one.of_directory,
            "created_at": _moment(one.created_at),
        }
        for one in found
    ]
    empty = (
        "Входов нет. Добавить: kanon user add ВХОД",
        "No accounts. To add one: kanon user add LOGIN",
    )
    show(rows, as_json=json, empty=empty)
    return 0


def user_who(login: str) -> int:
    """Ask the company's directory who a login is and which role its groups give. Nothing is written.

    The directory is named in config/directory.yaml. Exit code 1 if it does not know the login or gives no role.
    """
    people = people_of(Settings())
    if people is None:
        raise ConfigError(
            "Каталога нет: опишите его в config/directory.yaml (docs/configuration.md).",
            "There is no directory: describe it in config/directory.yaml (docs/configuration.md).",
        )
    found = people.find(login)
    if found is None:
        say(
            f"Каталог не знает «{login}», или он там выключен.",
            f"The directory does not know {login}, or it is switched off there.",
        )
        return 1
    role = found.role.value if found.role else "—"
    say(
        f"{found.login}: {found.name or '—'}, роль {role}",
        f"{found.login}: {found.name or '—'}, role {role}",
    )
    return 0 if found.role else 1


def user_role(login: str, role: Role) -> int:
    """Give an account another role; it is signed out everywhere."""
    return _changed(login, role=role)


def user_scope(login: str, *, region: Regions = (), owner: Owners = ()) -> int:
    """Open only companies of some regions or owners to somebody; without any, the whole base again.

    With both, a company must be of one of the regions and of one of the owners. Roles viewer, crm and steward.
    """
    scope = scope_of(region, owner)
    with house() as opened, opened.store.write() as writer:
        held = accounts.known(writer, login)
        accounts.narrow(writer, held, scope)
        told: dict[str, object] = {"scope": scope.dumps() if scope else None}
        _note(writer, "account_changed", "account", held.login, told)
    say(f"Готово: {login}.", f"Done: {login}.")
    return 0


def _listed(values: tuple[str, ...]) -> str | None:
    return ", ".join(values) if values else None


def user_off(login: str) -> int:
    """Switch an account off: it is signed out everywhere and cannot sign in."""
    return _changed(login, active=False)


def user_second_off(login: str) -> int:
    """Switch the second factor of an account off, for somebody who lost phone and codes."""
    with house() as opened, opened.store.write() as writer:
        held = accounts.known(writer, login)
        done = second_factors.drop(writer, held.id)
        if done:
            _note(writer, "second_factor_off", "account", held.login, None)
    if done:
        say(f"Второй фактор выключен: {login}.", f"The second factor of {login} is off.")
    else:
        say(f"Второй фактор и не был включён: {login}.", f"{login} had no second factor.")
    return 0


def user_on(login: str) -> int:
    """Switch an account on again."""
    return _changed(login, active=True)


def _changed(login: str, *, role: Role | None = None, active: bool | None = None) -> int:
    with house() as opened, opened.store.write() as writer:
        held = accounts.known(writer, login)
        accounts.change(writer, held, role=role, active=active)
        told: dict[str, object] = {"role": role.value} if role else {"active": active}
        _note(writer, "account_changed", "account", held.login, told)
    say(f"Готово: {login}.", f"Done: {login}.")
    return 0


def token_add(
    name: str,
    *,
    role: Role = Role.CRM,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=3650))] = 365,
    region: Regions = (),
    owner: Owners = (),
) -> int:
    """Make a token for the system NAME and print it; it cannot be shown again.

    The system sends it as the header `Authorization: Bearer kanon_…`.
    """
    with house() as opened:
        lasts = timedelta(days=days)
        scope = scope_of(region, owner)
        secret = new_token(opened.store, name, role, account(), lasts, scope)
    say(
        "Токен показан один раз: сохраните его в хранилище секретов.",
        "The token is shown this once: keep it in your vault.",
    )
    sys.stdout.write(secret + "\n")
    return 0


def token_list(*, json: Json = False) -> int:
    """List the tokens: number, system, role, first characters, until when, last use."""
    with house() as opened, opened.store.read() as reader:
        found = tokens.listing(reader)
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "role": one.role.value,
            "regions": _listed(one.scope.regions if one.scope else ()),
            "owners": _listed(one.scope.owners if one.scope else ()),
            "hint": one.hint + "…",
            "expires_at": _moment(one.expires_at),
            "used_at": _moment(one.used_at),
            "state": _state(one),
        }
        for one in found
    ]
    empty = (
        "Токенов нет. Выдать: kanon token add ИМЯ",
        "No tokens. To make one: kanon token add NAME",
    )
    show(rows, as_json=json, empty=empty)
    return 0


def _state(one: tokens.Token) -> str:
    if one.revoked_at:
        return "revoked"
    return "active" if one.expires_at > utc_now() else "expired"


def token_revoke(number: int) -> int:
    """End the token NUMBER at once."""
    with house() as opened, opened.store.write() as writer:
        tokens.revoke(writer, number)
        _note(writer, "token_revoked", "token", str(number), None)
    say(f"Токен {number} больше не действует.", f"Token {number} no longer holds.")
    return 0


def _note(writer: Writer, act: str, kind: str, named: str, after: dict[str, object] | None) -> None:
    journal.note(writer, journal.Act(account(), act, kind, named, after=after))


def _moment(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone():%d.%m.%Y %H:%M}"
