"""Who of ours an enquiry may be given to, and how their logins and units are spelled: as the directory has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from config.routing import Line, RoutingTable, Target
from flows.enquiries.route import in_force
from schemas.errors import ConfigError
from store import accounts, routes
from store.clock import utc_now
from store.engine import Reader


def at_work(reader: Reader) -> frozenset[str]:
    """Logins in small letters of those in the directory and of accounts in use; empty where nobody is known."""
    people = routes.at_work(reader, utc_now())["owner"].to_list()
    return frozenset([*people, *(a.login for a in accounts.listing(reader) if a.active)])


def spelled(login: str, known: frozenset[str]) -> str:
    """A login as it is stored: in small letters, if it is one of those known."""
    small = login.strip().lower()
    return small if small in known else login


def colleague(reader: Reader, login: str) -> str:
    """The login as it is stored; ConfigError if the directory or the accounts know people, and not this one."""
    known = at_work(reader)
    refuse_stranger(login, known)
    return spelled(login, known)


def refuse_stranger(login: str, known: frozenset[str]) -> None:
    """ConfigError if people are known, and this one is not among them."""
    if known and login.strip().lower() not in known:
        raise ConfigError(
            f"Сотрудника с логином «{login}» нет или он не работает. Проверьте логин на странице «Сотрудники».",
            f"Nobody at work has the login '{login}'. Check it on the page Employees.",
        )


def unit_of(reader: Reader, name: str, folder: Path) -> str:
    """A unit as the directory or the table in force spells it; ConfigError if departments are known and it is neither."""
    departments = routes.departments(reader)
    named = {to.name.lower(): to.name for to in _targets(reader, folder) if to.name}
    found = (named | departments).get(name.strip().lower())
    if found is None and departments:
        raise ConfigError(
            f"Подразделения «{name}» нет ни в каталоге, ни в таблице маршрутов. Выберите из подсказки.",
            f"Neither the directory nor the routing table has the unit '{name}'. Choose one of those offered.",
        )
    return found or name


def _targets(reader: Reader, folder: Path) -> list[Target]:
    lines = in_force(reader, folder).lines
    return [line.to for line in lines if line.to.kind in ("queue", "department", "group")]


def with_known_targets(reader: Reader, table: RoutingTable, now: RoutingTable) -> RoutingTable:
    """The table with targets spelled as the directory has them.

    ConfigError names the line whose employee, department or group the directory has never known; targets that
    stand in `now`, the table in force, stay.
    """
    known, kept = _known(reader), {line.to for line in now.lines}
    lines = []
    for number, line in enumerate(table.lines, 1):
        names, name = known.get(line.to.kind, {}), line.to.name or ""
        found = names.get(name.strip().lower())
        if found is None and names and line.to.kind != "queue" and line.to not in kept:
            raise _unknown(number, line.to)
        lines.append(_to(line, found or name))
    return RoutingTable(lines=lines)


def _known(reader: Reader) -> dict[str, Mapping[str, str]]:
    """Kind of target → name in small letters → name as it is spelled; who has left counts as known."""
    departments = routes.departments(reader)
    listed = routes.staff(reader)["login"].str.to_lowercase().to_list()
    people = {*listed, *at_work(reader)} if listed else set()
    groups = routes.groups(reader).filter(pl.col("name").is_not_null())["name"].to_list()
    return {
        "employee": {login: login for login in people},
        "department": departments,
        "queue": departments,
        "group": {name.lower(): name for name in groups},
    }


def _to(line: Line, name: str) -> Line:
    if not name or name == line.to.name:
        return line
    return line.model_copy(update={"to": line.to.model_copy(update={"name": name})})


def _unknown(number: int, to: Target) -> ConfigError:
    ru, en = {
        "employee": ("сотрудника с логином", "an employee with the login"),
        "department": ("отдела", "a department"),
        "group": ("группы", "a group"),
    }[to.kind]
    return ConfigError(
        f"Строка {number}: {ru} «{to.name}» нет в каталоге. Выберите из подсказки.",
        f"Line {number}: the directory does not know {en} '{to.name}'. Choose one of those offered.",
    )
