"""Who may do what: every route's right, in one table. A route that is missing here is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request

from admin import asking, noting
from admin.rights import Right, held_by
from admin.site import site_of
from admin.trouble import Trouble
from schemas.errors import Refused


def _lists(*paths: str) -> dict[tuple[str, str], Right]:
    return {
        ("GET", path + suffix): Right.VIEW for path in paths for suffix in ("", ".json", ".csv")
    }


def _reads(*parts: str) -> dict[tuple[str, str], Right]:
    ids = {"addresses": "address_id", "contact-points": "point_id"}
    own = [f"/v1/{part}/{{{ids.get(part, part.rstrip('s') + '_id')}}}" for part in parts]
    return {("GET", path): Right.VIEW for path in (*(f"/v1/{part}" for part in parts), *own)}


PERMISSIONS: Mapping[tuple[str, str], Right] = MappingProxyType(
    {
        ("GET", "/static/{fingerprint}/{name:path}"): Right.PUBLIC,
        ("GET", "/-/health"): Right.PUBLIC,
        ("GET", "/-/ready"): Right.PUBLIC,
        ("GET", "/-/metrics"): Right.VIEW,
        ("GET", "/-/patterns"): Right.VIEW,
        ("POST", "/preferences"): Right.PUBLIC,
        ("GET", "/sign-in"): Right.PUBLIC,
        ("POST", "/sign-in"): Right.PUBLIC,
        ("POST", "/sign-out"): Right.PUBLIC,
        ("GET", "/welcome"): Right.PUBLIC,
        ("POST", "/welcome"): Right.PUBLIC,
        ("GET", "/account"): Right.OWN,
        ("POST", "/account/password"): Right.OWN,
        ("GET", "/users"): Right.MANAGE,
        ("POST", "/users"): Right.MANAGE,
        ("POST", "/tokens"): Right.MANAGE,
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
        ("GET", "/subscribers"): Right.VIEW,
        ("POST", "/subscribers"): Right.OPERATE,
        **dict.fromkeys(_lists("/journal"), Right.AUDIT),
        ("GET", "/journal/{number:int}"): Right.AUDIT,
        ("POST", "/reveal"): Right.VIEW,
        ("GET", "/api"): Right.VIEW,
        ("GET", "/api/client.py"): Right.VIEW,
        ("GET", "/openapi.json"): Right.VIEW,
        ("GET", "/v1/parties"): Right.VIEW,
        ("GET", "/v1/parties/{party_id}"): Right.VIEW,
        ("GET", "/v1/search"): Right.VIEW,
        ("POST", "/v1/search"): Right.VIEW,
        ("POST", "/v1/parties"): Right.CREATE,
        ("GET", "/v1/changes"): Right.VIEW,
        **_reads("units", "contacts", "contact-points", "addresses", "items"),
        ("POST", "/v1/contact-points/{point_id}/reveal"): Right.VIEW,
        ("GET", "/v1/{kind}.parquet"): Right.VIEW,
        ("GET", "/v1/{kind}.csv"): Right.VIEW,
        ("GET", "/v1/decisions"): Right.VIEW,
        ("POST", "/v1/decisions"): Right.DECIDE,
        ("DELETE", "/v1/decisions/{number}"): Right.DECIDE,
        ("PUT", "/v1/records/{golden_id}/values/{field}"): Right.DECIDE,
        ("DELETE", "/v1/records/{golden_id}/values/{field}"): Right.DECIDE,
        ("GET", "/v1/consumers"): Right.VIEW,
        ("POST", "/v1/consumers"): Right.FOLLOW,
        ("GET", "/v1/consumers/{name}"): Right.VIEW,
        ("GET", "/v1/consumers/{name}/changes"): Right.FOLLOW,
        ("POST", "/v1/consumers/{name}/ack"): Right.FOLLOW,
        ("PUT", "/v1/consumers/{name}/position"): Right.FOLLOW,
        ("DELETE", "/v1/consumers/{name}"): Right.FOLLOW,
        ("GET", "/v1/webhooks"): Right.OPERATE,
        ("POST", "/v1/webhooks"): Right.OPERATE,
        ("GET", "/v1/webhooks/{number}"): Right.OPERATE,
        ("POST", "/v1/webhooks/{number}"): Right.OPERATE,
        ("DELETE", "/v1/webhooks/{number}"): Right.OPERATE,
    }
)


def right_of(method: str, path: str) -> Right | None:
    """The right a route declares; None if it declares none. HEAD is GET."""
    return PERMISSIONS.get(("GET" if method == "HEAD" else method, path))


def gate(request: Request) -> None:
    """Lets the request through; Refused, or 401 where signing in would help. Runs before every route."""
    right = right_of(request.method, request.scope["route"].path)
    if right is Right.PUBLIC or (right and held_by(asking.person(request), right)):
        return
    if not site_of(request).settings.sign_in:
        raise Refused(
            "Вход не настроен, поэтому страницы открыты только на самом сервере. Настроить: kanon user add.",
            "Sign-in is not set up, so pages are served on the machine itself only. Set it up: kanon user add.",
        )
    person = asking.person(request)
    if person is None:
        raise Trouble(401, "sign_in_needed", headers={"WWW-Authenticate": 'Bearer realm="kanon"'})
    noting.later(request, "refused", "route", f"{request.method} {request.scope['route'].path}")
    raise Refused(
        f"Недостаточно прав: роль «{person.role}» этого не может. Попросите администратора.",
        f"Not allowed: the role {person.role} may not do this. Ask an administrator.",
    )
