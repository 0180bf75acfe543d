"""Asking a domain controller whether somebody is who he says he is, and which groups he is in.

Found by the service user, then bound as himself, so that the controller alone judges passwords,
locks and expiry (peers.md 1; handbook 6.2). Nothing crosses the network without TLS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from ldap3 import (
    AUTO_BIND_NO_TLS,
    AUTO_BIND_TLS_BEFORE_BIND,
    BASE,
    SUBTREE,
    Connection,
    Server,
)
from ldap3.core.exceptions import LDAPBindError, LDAPException, LDAPExceptionError
from ldap3.utils.conv import escape_filter_chars

from connectors.ad.server import server_at
from schemas.errors import KanonError, Refused, Retryable

_FOUND = TypeVar("_FOUND")
# A living person's account: not a computer, and not switched off (bit 2 of userAccountControl).
_PERSON = "(&(objectCategory=person)(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)){who})"
_WITHIN = "(memberOf:1.2.840.113556.1.4.1941:={group})"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the directory; `groups` are those asked about that he is in, at any depth."""

    dn: str
    login: str
    name: str | None
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Controllers:
    """The controllers of one domain, asked in order; the first that answers is believed.

    A certificate must bear the name in the address, or one of `names`.
    """

    servers: Sequence[str]
    base: str
    user: str
    password: str
    groups: Sequence[str]
    ca: Path | None = None
    names: Sequence[str] = ()
    timeout: float = 3.0

    def admits(self, login: str, password: str) -> Member | None:
        """Who this is, if the password is his; None if not. Retryable if no controller answers."""
        # A bind without a password succeeds as nobody (RFC 4513, 5.1.2).
        if not password or not login.isprintable():
            return None
        return self._asked(lambda server: self._admitted(server, login, password))

    def find(self, login: str) -> Member | None:
        """The member of a login, None if there is none or he is switched off. Retryable as above."""
        return self._asked(lambda server: self._found(server, login))

    def _admitted(self, server: Server, login: str, password: str) -> Member | None:
        member = self._found(server, login)
        if member is None:
            return None
        try:
            with self._bound(server, member.dn, password):
                return member
        except LDAPBindError:
            return None

    def _found(self, server: Server, login: str) -> Member | None:
        name = escape_filter_chars(login)
        who = f"(|(sAMAccountName={name})(userPrincipalName={name}))"
        with self._as_service(server) as connection:
            wanted = ["sAMAccountName", "displayName"]
            connection.search(self.base, _PERSON.format(who=who), SUBTREE, attributes=wanted)
            rows = [row for row in connection.response or () if row["type"] == "searchResEntry"]
            if len(rows) != 1:
                return None
            dn, told = rows[0]["dn"], rows[0]["attributes"]
            groups = frozenset(group for group in self.groups if _within(connection, dn, group))
        return Member(dn, _one(told["sAMAccountName"]), _one(told["displayName"]) or None, groups)

    @contextmanager
    def _as_service(self, server: Server) -> Iterator[Connection]:
        try:
            with self._bound(server, self.user, self.password) as connection:
                yield connection
        except LDAPBindError as error:
            raise Refused(
                "Каталог не принял служебную учётную запись: проверьте user и password в directory.yaml.",
                "The directory refused the service user: check user and password in directory.yaml.",
                detail=type(error).__name__,
            ) from error

    @contextmanager
    def _bound(self, server: Server, user: str, password: str) -> Iterator[Connection]:
        encrypted = AUTO_BIND_NO_TLS if server.ssl else AUTO_BIND_TLS_BEFORE_BIND
        connection = Connection(
            server, user, password, auto_bind=encrypted, auto_referrals=False, read_only=True,
            receive_timeout=ceil(self.timeout),
        )  # fmt: skip
        try:
            yield connection
        finally:
            connection.unbind()

    def _asked(self, ask: Callable[[Server], _FOUND]) -> _FOUND:
        errors = []
        for address in self.servers:
            try:
                return ask(server_at(address, self.ca, self.names, self.timeout))
            except KanonError:
                raise
            except (LDAPException, LDAPExceptionError, OSError) as error:
                errors.append(f"{urlsplit(address).hostname}: {type(error).__name__}")
        raise Retryable(
            "Каталог не отвечает: ни один контроллер домена не ответил вовремя или его сертификату нет доверия.",
            "The directory does not answer: no domain controller answered in time, or its certificate is not trusted.",
            detail="; ".join(errors),
        )


def _within(connection: Connection, dn: str, group: str) -> bool:
    asked = _WITHIN.format(group=escape_filter_chars(group))
    connection.search(dn, asked, BASE, attributes=[])
    return any(row["type"] == "searchResEntry" for row in connection.response or ())


def _one(value: object) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return first.decode() if isinstance(first, bytes) else str(first or "")
