"""One mailbox over EWS: its folders, a page of changes of one, letters as MIME."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from exchangelib import (
    BASIC,
    DELEGATE,
    IMPERSONATION,
    NTLM,
    OAUTH2,
    Account,
    Configuration,
    Credentials,
    EWSTimeZone,
    Identity,
    OAuth2Credentials,
    Version,
)
from exchangelib.fields import FieldPath
from exchangelib.folders import (
    ConversationHistory,
    DeletedItems,
    Drafts,
    JunkEmail,
    Outbox,
    SentItems,
    SyncIssues,
)
from exchangelib.items import ID_ONLY, Message
from exchangelib.protocol import BaseProtocol, FailFast, Protocol
from exchangelib.services import GetItem, SyncFolderItems
from exchangelib.version import EXCHANGE_2013_SP1

from connectors.exchange.settings import ExchangeSettings, OAuth
from connectors.exchange.trouble import EXPIRED, exchange_trouble

_LETTERS = "IPF.Note"
_NOT_LETTERS = (JunkEmail, Drafts, Outbox, DeletedItems, SyncIssues, ConversationHistory)
# The names these folders have in a Russian Exchange that does not tell their ids.
_SKIPPED_NAMES = frozenset(
    {"нежелательная почта", "черновики", "исходящие", "удаленные", "удалённые", "ошибки синхронизации",
     "проблемы синхронизации", "журнал бесед", "junk email", "drafts", "outbox", "deleted items", "sync issues"}
)  # fmt: skip
_SENT_NAMES = frozenset({"отправленные", "sent items"})
_CHEAP = (
    "item_class", "size", "datetime_received", "datetime_sent", "message_id", "conversation_id",
    "author", "subject",
)  # fmt: skip
_BLOCK = 1 << 16
_METHODS = {"ntlm": NTLM, "basic": BASIC, "oauth": OAUTH2}
_AUTHORITIES: dict[str, str] = {}


# It would write whole requests, with names and texts, where the hub writes what happened.
logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)


class TrustingAdapter(requests.adapters.HTTPAdapter):
    """Certificates are checked by the authority a connection names, else by the system's."""

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        super().cert_verify(conn, url, _AUTHORITIES.get(urlsplit(url).netloc, verify), cert)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder: its id, where it stands in the mailbox, and whether letters in it were sent by us."""

    id: str
    path: str
    sent: bool
    folder: Any


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes of one folder, oldest first, and the state after them; `more` follow."""

    created: list[Any]
    state: str
    more: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox."""

    address: str
    account: Account
    settings: ExchangeSettings

    def places(self) -> list[Place]:
        """Its folders of letters, in the order of their paths; junk, drafts and the like are left out."""
        root = self.account.msg_folder_root
        found = [self._place(folder) for folder in root.walk()]
        return sorted((one for one in found if one is not None), key=lambda one: (one.path, one.id))

    def _place(self, folder: Any) -> Place | None:
        above = [folder, *_parents(folder)]
        names = [str(one.name) for one in above]
        skipped = {*_SKIPPED_NAMES, *(name.lower() for name in self.settings.skip)}
        if (folder.folder_class or _LETTERS) != _LETTERS:
            return None
        if any(isinstance(one, _NOT_LETTERS) for one in above) or skipped & {
            n.lower() for n in names
        }:
            return None
        sent = any(
            isinstance(one, SentItems) or str(one.name).lower() in _SENT_NAMES for one in above
        )
        return Place(folder.id, "/".join(reversed(names)), sent, folder)

    def page(self, place: Place, state: str) -> Page:
        """What came into a folder after a state (empty: from the beginning); from there too if it expired."""
        try:
            return self._page(place, state)
        except EXPIRED:
            if not state:
                raise
            return self._page(place, "")

    def _page(self, place: Place, state: str) -> Page:
        service = _Changes(account=self.account)
        changes = service.call(
            folder=place.folder, shape=ID_ONLY, additional_fields=_paths(_CHEAP), sync_state=state or None,
            ignore=None, max_changes_returned=self.settings.page, sync_scope="NormalItems",
        )  # fmt: skip
        created = [one for kind, one in _known(changes) if kind == SyncFolderItems.CREATE]
        return Page(created, str(service.sync_state), not service.includes_last_item_in_range)

    def letters(self, items: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """Each item with itself in full, or with the reason why the server cannot give it."""
        for part in _portions(items, self.settings.megabytes << 20):
            service = _Letters(account=self.account)
            found = service.call(
                items=part, additional_fields=_paths(("mime_content",)), shape=ID_ONLY
            )
            yield from zip(part, found, strict=True)


class _InBlocks:
    """Answers are read by blocks: the library walks them byte by byte, a minute for 25 MB."""

    @classmethod
    def _get_soap_parts(cls, response: requests.Response) -> Any:
        response.iter_content = partial(response.iter_content, _BLOCK)  # type: ignore[method-assign]  # its default is one byte
        return super()._get_soap_parts(response)  # type: ignore[misc]  # the library has no types


class _Changes(_InBlocks, SyncFolderItems):  # type: ignore[misc]  # the library has no types
    """A page of changes of a folder."""


class _Letters(_InBlocks, GetItem):  # type: ignore[misc]  # the library has no types
    """Letters in full."""


def _known(changes: Iterator[Any]) -> Iterator[Any]:
    for one in changes:
        if isinstance(one, Exception):
            raise one
        yield one


def _parents(folder: Any) -> Iterator[Any]:
    above = folder.parent
    while above is not None and above != folder.root.tois:
        yield above
        above = above.parent


def _paths(names: Sequence[str]) -> set[FieldPath]:
    return {FieldPath(field=Message.get_field_by_fieldname(name)) for name in names}


def _portions(items: Sequence[Any], limit: int) -> Iterator[list[Any]]:
    held: list[Any] = []
    size = 0
    for one in items:
        if held and (size + (one.size or 0) > limit or len(held) == 100):
            yield held
            held, size = [], 0
        held.append(one)
        size += one.size or 0
    if held:
        yield held


def _credentials(settings: ExchangeSettings, mailbox: str) -> Credentials | OAuth2Credentials:
    if settings.auth != "oauth" or settings.oauth is None:
        user, password = settings.user, settings.password.get_secret_value()
        return (
            Credentials(*map(_octets, (user, password)))
            if settings.auth == "basic"
            else Credentials(user, password)
        )
    return Application(settings.oauth, mailbox)


class Application(OAuth2Credentials):  # type: ignore[misc]  # the library has no types
    """Client credentials, asked for where the settings say, else at the tenant."""

    def __init__(self, told: OAuth, mailbox: str) -> None:
        super().__init__(
            client_id=told.client,
            client_secret=told.secret.get_secret_value(),
            tenant_id=told.tenant or None,
            identity=Identity(primary_smtp_address=mailbox),
        )
        self.own_url, self.own_scope = told.token_url, told.scope

    @property
    def token_url(self) -> str:
        return self.own_url or str(super().token_url)

    @property
    def scope(self) -> list[str]:
        return [self.own_scope] if self.own_scope else list(super().scope)


def _octets(text: str) -> str:
    """UTF-8 as the Latin letters of its bytes: the library sends nothing else by Basic (RFC 7617, 2.1)."""
    return text.encode().decode("latin-1")


@contextmanager
def opened(settings: ExchangeSettings, mailbox: str, *, apart: str = "") -> Iterator[Box]:
    """A mailbox that is asked until the block ends; the library's pool of connections is closed with it.

    Who holds a connection open for long asks `apart` under a name of its own: the library shares one
    pool among all who have equal credentials.
    """
    if settings.ca is not None:
        _AUTHORITIES[urlsplit(settings.url).netloc] = str(settings.ca)
    BaseProtocol.HTTP_ADAPTER_CLS = TrustingAdapter
    credentials = _credentials(settings, mailbox)
    credentials.apart = apart
    with exchange_trouble():
        config = Configuration(
            service_endpoint=settings.url, credentials=credentials,
            auth_type=_METHODS[settings.auth], version=Version(EXCHANGE_2013_SP1),
            retry_policy=FailFast(), max_connections=1,
        )  # fmt: skip
        account = Account(
            mailbox, config=config, autodiscover=False, default_timezone=EWSTimeZone("UTC"),
            access_type=IMPERSONATION if settings.access == "impersonation" else DELEGATE,
        )  # fmt: skip
        try:
            yield Box(mailbox, account, settings)
        finally:
            account.protocol.close()
            if apart:
                with suppress(KeyError):
                    del Protocol[config]
