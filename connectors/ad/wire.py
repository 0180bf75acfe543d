"""A bound connection to the first domain controller that answers, and the few searches made over it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from ldap3 import (
    AUTO_BIND_NO_TLS,
    AUTO_BIND_TLS_BEFORE_BIND,
    BASE,
    SUBTREE,
    Connection,
)
from ldap3.core.exceptions import LDAPBindError, LDAPException, LDAPOperationResult
from ldap3.protocol.microsoft import extended_dn_control, show_deleted_control

from connectors.ad.entries import GUID, Entry, Sort
from connectors.ad.server import server_at
from connectors.ad.settings import DirectorySettings
from connectors.ad.trouble import directory_trouble

_AT_ONCE = 100
_ANSWER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Controller:
    """What a controller tells of itself: the domain's root, its own id and its last change."""

    root: str
    invocation: str
    highest: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Wire:
    """Searches of one bound connection."""

    connection: Connection
    settings: DirectorySettings

    def controller(self) -> Controller:
        """Who answers."""
        wanted = ["defaultNamingContext", "dsServiceName", "highestCommittedUSN", "currentTime"]
        told = self._one("", "(objectClass=*)", wanted)
        [service] = told["dsServiceName"]
        own = self._one(service.decode(), "(objectClass=*)", ["invocationId"])
        now = datetime.strptime(told["currentTime"][0].decode()[:14], "%Y%m%d%H%M%S")  # noqa: DTZ007  UTC by RFC 4517
        return Controller(
            told["defaultNamingContext"][0].decode(),
            str(uuid.UUID(bytes_le=own["invocationId"][0])),
            int(told["highestCommittedUSN"][0]),
            now.replace(tzinfo=UTC),
        )

    def _one(self, base: str, asked: str, wanted: Sequence[str]) -> dict[str, list[bytes]]:
        self.connection.search(base, asked, BASE, attributes=list(wanted))
        [found] = _entries(self.connection.response)
        return dict(found["raw_attributes"])

    def search(
        self, base: str, asked: str, wanted: Sequence[str], *, deleted: bool = False
    ) -> Iterator[Entry]:
        """Everything below `base` that answers a filter, page by page; DNs come with their GUIDs."""
        controls = [extended_dn_control()]
        if deleted:
            controls.append(show_deleted_control(criticality=True))
        found = self.connection.extend.standard.paged_search(
            base, asked, SUBTREE, attributes=[GUID, *wanted], paged_size=self.settings.page,
            controls=controls, generator=True,
        )  # fmt: skip
        yield from _entries(found)

    def by_key(self, sort: Sort, keys: Sequence[str], base: str = "") -> Iterator[Entry]:
        """The living entries of a sort with these keys."""
        for start in range(0, len(keys), _AT_ONCE):
            wanted = "".join(
                f"(objectGUID={_octets(key)})" for key in keys[start : start + _AT_ONCE]
            )
            asked = f"(&{sort.alive}(|{wanted}))"
            yield from self.search(base or self.settings.base, asked, sort.attributes)

    def changed(
        self, root: str, asked: str, cookie: bytes | None, wanted: Sequence[str]
    ) -> Iterator[tuple[list[Entry], bytes, bool]]:
        """Changes since a cookie, portion by portion: entries, the cookie after them, whether more follow.

        The control reads from the domain's root only, deletions included (MS-ADTS 3.1.1.3.4.1.3).
        """
        reading = self.connection.extend.microsoft.dir_sync(
            root, asked, attributes=list(wanted), cookie=cookie,
            object_security=self.settings.object_security, max_length=_ANSWER_BYTES,
        )  # fmt: skip
        while reading.more_results:
            found = list(_entries(reading.loop()))
            yield found, reading.cookie, bool(reading.more_results)


def _entries(found: Any) -> Iterator[Entry]:
    return (one for one in found or () if one["type"] == "searchResEntry")


def _octets(key: str) -> str:
    return "".join(f"\\{byte:02x}" for byte in uuid.UUID(key).bytes_le)


@contextmanager
def wired(settings: DirectorySettings) -> Iterator[Wire]:
    """A connection bound to the first controller that answers; Refused, Retryable or ConfigError if none."""
    with directory_trouble():
        connection = _bound(settings)
        try:
            yield Wire(connection, settings)
        finally:
            connection.unbind()


def _bound(settings: DirectorySettings) -> Connection:
    last: Exception | None = None
    for address in settings.servers:
        server = server_at(address, settings.ca, settings.names, settings.timeout)
        encrypted = AUTO_BIND_NO_TLS if server.ssl else AUTO_BIND_TLS_BEFORE_BIND
        try:
            return Connection(
                server, settings.user, settings.password.get_secret_value(), auto_bind=encrypted,
                auto_referrals=False, read_only=True, raise_exceptions=True,
                receive_timeout=ceil(settings.timeout),
            )  # fmt: skip
        except (LDAPOperationResult, LDAPBindError):
            raise
        except (LDAPException, OSError) as error:
            last = error
    raise last or OSError("no controller")
