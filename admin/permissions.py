"""Who may do what: every route's right, in one table. A route that is missing here is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from types import MappingProxyType

from starlette.requests import Request

from schemas.errors import Refused


class Right(StrEnum):
    """What a route lets a person do."""

    PUBLIC = "public"
    VIEW = "view"
    REPLAY = "replay"
    OPERATE = "operate"
    CREATE = "create"
    DECIDE = "decide"


class Role(StrEnum):
    """Who a person is."""

    VIEWER = "viewer"
    STEWARD = "steward"
    ENGINEER = "engineer"
    ADMIN = "admin"


GRANTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Right.PUBLIC, Right.VIEW}),
        Role.STEWARD: frozenset(Right) - {Right.OPERATE},
        Role.ENGINEER: frozenset(Right),
        Role.ADMIN: frozenset(Right),
    }
)


def _lists(*paths: str) -> dict[tuple[str, str], Right]:
    return {
        ("GET", path + suffix): Right.VIEW for path in paths for suffix in ("", ".json", ".csv")
    }


PERMISSIONS: Mapping[tuple[str, str], Right] = MappingProxyType(
    {
        ("GET", "/static/{fingerprint}/{name:path}"): Right.PUBLIC,
        ("GET", "/-/health"): Right.PUBLIC,
        ("GET", "/-/ready"): Right.PUBLIC,
        ("GET", "/-/metrics"): Right.VIEW,
        ("GET", "/-/patterns"): Right.VIEW,
        ("POST", "/preferences"): Right.PUBLIC,
        ("GET", "/"): Right.VIEW,
        ("GET", "/find"): Right.VIEW,
        **_lists("/sources", "/runs", "/quarantine", "/reviews", "/parties", "/feed"),
        ("GET", "/reviews/pair"): Right.VIEW,
        ("POST", "/reviews/pair"): Right.DECIDE,
        ("GET", "/reviews/next"): Right.VIEW,
        ("POST", "/reviews/withdraw"): Right.DECIDE,
        ("GET", "/sources/{name}"): Right.VIEW,
        ("POST", "/sources/{name}/sync"): Right.OPERATE,
        ("GET", "/runs/{run_id}"): Right.VIEW,
        ("GET", "/quarantine/{row_id:int}"): Right.VIEW,
        ("POST", "/quarantine/replay"): Right.REPLAY,
        ("GET", "/parties/{party_id}"): Right.VIEW,
        ("GET", "/api"): Right.VIEW,
        ("GET", "/openapi.json"): Right.VIEW,
        ("GET", "/v1/parties"): Right.VIEW,
        ("GET", "/v1/parties/{party_id}"): Right.VIEW,
        ("GET", "/v1/search"): Right.VIEW,
        ("POST", "/v1/search"): Right.VIEW,
        ("POST", "/v1/parties"): Right.CREATE,
        ("GET", "/v1/changes"): Right.VIEW,
    }
)


def right_of(method: str, path: str) -> Right | None:
    """The right a route declares; None if it declares none. HEAD is GET."""
    return PERMISSIONS.get(("GET" if method == "HEAD" else method, path))


def role_of(request: Request) -> Role | None:
    """Who is asking. There is no login yet: whoever sits at this machine is the engineer."""
    host = request.client.host if request.client else ""
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = False
    return Role.ENGINEER if local else None


def gate(request: Request) -> None:
    """Lets the request through, or Refused; runs before every route."""
    right = right_of(request.method, request.scope["route"].path)
    role = role_of(request)
    if right is Right.PUBLIC or (right and role and right in GRANTS[role]):
        return
    raise Refused(
        "Недостаточно прав: входа по паролю ещё нет, страницы открыты только на самом сервере.",
        "Not allowed: there is no login yet, pages are served on the machine itself only.",
    )
