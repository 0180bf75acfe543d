"""Who is asking: a person by a session, a system by a token, or, where no sign-in is set up, this machine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from ipaddress import ip_address

from starlette.requests import Request

from admin.account import account
from admin.guard import passwords
from admin.site import site_of
from flows.started import started_by
from schemas.accounts import Person, Role
from store import accounts, tokens

_PLAIN, _OVER_TLS = "kanon_session", "__Host-kanon"


def person(request: Request) -> Person | None:
    """Who sends this request; None if nobody we know. Found once per request."""
    if not hasattr(request.state, "person"):
        request.state.person = _found(request)
    known: Person | None = request.state.person
    return known


def login(request: Request) -> str:
    """Who sends this request, by login; empty if nobody we know."""
    known = person(request)
    return known.login if known else ""


def acting(request: Request) -> AbstractContextManager[None]:
    """Within it, runs that are begun name who asks for them."""
    return started_by(login(request))


def cookie_name(request: Request) -> str:
    """What the session's cookie is called: browsers keep `__Host-` ones to this host and to TLS."""
    return _OVER_TLS if request.url.scheme == "https" else _PLAIN


def session_digest(request: Request) -> str:
    """What is kept of the session this request comes by."""
    return passwords.digest(request.cookies.get(cookie_name(request), ""))


def address(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


def _found(request: Request) -> Person | None:
    if not site_of(request).settings.sign_in:
        return Person(account(), Role.ADMIN) if _is_local(request) else None
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _by_token(request, secret.strip())
    held = request.cookies.get(cookie_name(request))
    return _by_session(request, held) if held else None


def _is_local(request: Request) -> bool:
    try:
        return ip_address(address(request)).is_loopback
    except ValueError:
        return False


def _by_session(request: Request, secret: str) -> Person | None:
    site, digest = site_of(request), passwords.digest(secret)
    with site.store.read() as reader:
        found = accounts.session(reader, digest)
    if found is None:
        return None
    if accounts.due(found):
        site.later(lambda writer: accounts.seen(writer, digest))
    if site.people is not None and accounts.to_confirm(found):
        site.confirm(found.person.login)
    return found.person


def _by_token(request: Request, secret: str) -> Person | None:
    site = site_of(request)
    with site.store.read() as reader:
        found = tokens.of(reader, passwords.digest(secret))
    if found is None:
        return None
    if found.due():
        site.later(lambda writer: tokens.used(writer, found.id))
    return found.person
