"""Who may do what: every route's right, in one table. A route that is missing here is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request

from admin import noting
from admin.guard import asking, scoping, second
from admin.guard.rights import Right, held_by
from admin.site import site_of
from admin.trouble import Trouble
from schemas.accounts import Person
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
        ("POST", "/sign-in/code"): Right.PUBLIC,
        ("POST", "/sign-out"): Right.PUBLIC,
        ("GET", "/welcome"): Right.PUBLIC,
        ("POST", "/welcome"): Right.PUBLIC,
        ("GET", "/account"): Right.OWN,
        ("POST", "/account/password"): Right.OWN,
        ("POST", "/account/sessions"): Right.OWN,
        ("GET", "/account/second"): Right.OWN,
        ("POST", "/account/second"): Right.OWN,
        ("GET", "/users"): Right.MANAGE,
        ("POST", "/users"): Right.MANAGE,
        ("POST", "/tokens"): Right.MANAGE,
        ("GET", "/"): Right.VIEW,
        ("GET", "/find"): Right.VIEW,
        **_lists("/sources", "/runs", "/quarantine", "/reviews", "/parties", "/calls", "/feed"),
        ("GET", "/calls/report"): Right.VIEW,
        ("GET", "/calls/report.xlsx"): Right.VIEW,
        ("GET", "/calls/missed"): Right.VIEW,
        ("POST", "/calls/dial"): Right.VIEW,
        ("GET", "/calls/{call_id}"): Right.VIEW,
        ("GET", "/calls/{call_id}/recording"): Right.LISTEN,
        ("GET", "/calls/requests/{request_id}"): Right.VIEW,
        **_lists(
            "/sources",
            "/runs",
            "/quarantine",
            "/reviews",
            "/parties",
            "/calls",
            "/feed",
            "/enquiries",
            "/goods",
            "/goods/lots",
            "/goods/prices",
        ),
        **_lists("/employees"),
        ("GET", "/employees/{connection}/{key}"): Right.VIEW,
        ("POST", "/employees/{connection}/{key}"): Right.DECIDE,
        ("GET", "/enquiries/hand-over"): Right.DECIDE,
        ("POST", "/enquiries/hand-over"): Right.DECIDE,
        ("GET", "/enquiries/topics"): Right.VIEW,
        ("GET", "/enquiries/routing"): Right.VIEW,
        ("POST", "/enquiries/routing"): Right.RULE,
        ("GET", "/enquiries/routing/new"): Right.RULE,
        ("GET", "/enquiries/routing/{version:int}"): Right.VIEW,
        ("POST", "/enquiries/routing/{version:int}"): Right.RULE,
        ("POST", "/enquiries/routing/back"): Right.RULE,
        ("GET", "/goods/lots/managers.xlsx"): Right.VIEW,
        ("GET", "/goods/dictionary"): Right.VIEW,
        ("POST", "/goods/dictionary"): Right.RULE,
        ("GET", "/goods/dictionary/new"): Right.RULE,
        ("GET", "/goods/dictionary/{version:int}"): Right.VIEW,
        ("POST", "/goods/dictionary/{version:int}"): Right.RULE,
        ("POST", "/goods/dictionary/back"): Right.RULE,
        ("GET", "/goods/{good_id}"): Right.VIEW,
        ("POST", "/goods/{good_id}"): Right.DECIDE,
        ("GET", "/enquiries/{enquiry_id}"): Right.VIEW,
        ("POST", "/enquiries/{enquiry_id}"): Right.DECIDE,
        ("GET", "/enquiries/{enquiry_id}/files/{key}"): Right.DECIDE,
        ("POST", "/telegram/{connection}"): Right.PUBLIC,
        ("GET", "/find/suggest"): Right.VIEW,
        ("GET", "/reviews/pair"): Right.VIEW,
        ("POST", "/reviews/pair"): Right.DECIDE,
        ("GET", "/reviews/next"): Right.VIEW,
        ("POST", "/reviews/withdraw"): Right.DECIDE,
        ("POST", "/reviews/hold"): Right.DECIDE,
        ("GET", "/reviews/unsure"): Right.VIEW,
        ("GET", "/reviews/groups"): Right.VIEW,
        ("GET", "/reviews/assignment"): Right.ASSIGN,
        ("POST", "/reviews/assignment"): Right.ASSIGN,
        ("GET", "/reviews/bulk"): Right.DECIDE,
        ("POST", "/reviews/bulk"): Right.DECIDE,
        ("GET", "/reviews/second"): Right.VIEW,
        ("GET", "/reviews/acts/{number:int}"): Right.VIEW,
        ("POST", "/reviews/acts/{number:int}"): Right.DECIDE,
        ("GET", "/reviews/statistics"): Right.VIEW,
        ("GET", "/clusters/{golden_id}"): Right.VIEW,
        ("GET", "/clusters/{golden_id}/parting"): Right.VIEW,
        ("POST", "/clusters/{golden_id}/split"): Right.DECIDE,
        ("POST", "/clusters/{golden_id}/undo"): Right.DECIDE,
        ("GET", "/sources/{name}"): Right.VIEW,
        ("GET", "/alerts"): Right.VIEW,
        ("POST", "/alerts/test"): Right.OPERATE,
        ("POST", "/alerts/acknowledge"): Right.OPERATE,
        ("POST", "/sources/{name}/sync"): Right.OPERATE,
        ("POST", "/sources/{name}/probe"): Right.OPERATE,
        ("POST", "/sources/{name}/pause"): Right.OPERATE,
        ("POST", "/sources/{name}/resume"): Right.OPERATE,
        ("POST", "/sources/{name}/again"): Right.OPERATE,
        ("GET", "/runs/{run_id}"): Right.VIEW,
        ("POST", "/runs/{run_id}/stop"): Right.OPERATE,
        ("GET", "/migrations"): Right.VIEW,
        ("GET", "/migrations/{number:int}"): Right.VIEW,
        ("GET", "/migrations/{number:int}/act.xlsx"): Right.VIEW,
        ("POST", "/migrations/{number:int}/sign"): Right.OPERATE,
        ("POST", "/migrations/{number:int}/threads"): Right.OPERATE,
        ("GET", "/runs/{run_id}/act"): Right.VIEW,
        ("GET", "/runs/{run_id}/act.xlsx"): Right.VIEW,
        ("GET", "/quarantine/{row_id:int}"): Right.VIEW,
        ("POST", "/quarantine/replay"): Right.REPLAY,
        ("POST", "/quarantine/{row_id:int}"): Right.REPLAY,
        ("POST", "/quarantine/{row_id:int}/check"): Right.REPLAY,
        ("GET", "/quarantine/alike"): Right.REPLAY,
        ("POST", "/quarantine/alike"): Right.REPLAY,
        ("GET", "/quarantine/letter"): Right.REPLAY,
        ("POST", "/quarantine/put-off"): Right.REPLAY,
        ("POST", "/quarantine/bring-back"): Right.REPLAY,
        **_lists("/quarantine/corrections"),
        ("POST", "/quarantine/corrections/withdraw"): Right.REPLAY,
        ("GET", "/parties/{party_id}"): Right.VIEW,
        ("POST", "/parties/{party_id}/owners"): Right.DECIDE,
        **_lists("/contacts", "/units", "/items"),
        ("GET", "/contacts/{record_id}"): Right.VIEW,
        ("GET", "/units/{record_id}"): Right.VIEW,
        ("GET", "/items/{record_id}"): Right.VIEW,
        ("POST", "/lists"): Right.OWN,
        ("POST", "/lists/drop"): Right.OWN,
        ("POST", "/exports"): Right.VIEW,
        ("GET", "/exports/{job_id:int}"): Right.VIEW,
        ("GET", "/exports/{job_id:int}/file"): Right.VIEW,
        ("GET", "/values/edit"): Right.DECIDE,
        ("GET", "/values/check"): Right.DECIDE,
        ("POST", "/values"): Right.DECIDE,
        ("POST", "/values/release"): Right.DECIDE,
        ("POST", "/values/take-back"): Right.DECIDE,
        ("GET", "/rules"): Right.VIEW,
        ("GET", "/rules/compare"): Right.VIEW,
        ("GET", "/rules/new"): Right.RULE,
        ("POST", "/rules"): Right.RULE,
        ("GET", "/rules/drafts/{draft_id:int}"): Right.VIEW,
        ("POST", "/rules/drafts/{draft_id:int}"): Right.RULE,
        ("POST", "/rules/back"): Right.RULE,
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
        ("GET", "/v1/parties/{party_id}/life"): Right.VIEW,
        ("GET", "/v1/goods"): Right.VIEW,
        ("GET", "/v1/goods/lots"): Right.VIEW,
        ("GET", "/v1/goods/lots/managers"): Right.VIEW,
        ("GET", "/v1/goods/prices"): Right.VIEW,
        ("GET", "/v1/goods/{good_id}"): Right.VIEW,
        ("GET", "/v1/absences"): Right.VIEW,
        ("POST", "/v1/absences"): Right.DECIDE,
        ("DELETE", "/v1/absences/{number}"): Right.DECIDE,
        ("GET", "/v1/enquiries"): Right.VIEW,
        ("GET", "/v1/enquiries/{enquiry_id}"): Right.VIEW,
        ("POST", "/contacts/{record_id}/chat-link"): Right.DECIDE,
        ("POST", "/v1/enquiries/{enquiry_id}/conversion"): Right.DECIDE,
        ("POST", "/v1/enquiries/{enquiry_id}/decision"): Right.DECIDE,
        ("POST", "/v1/goods/{good_id}/join"): Right.DECIDE,
        ("POST", "/v1/goods/{good_id}/part"): Right.DECIDE,
        ("DELETE", "/v1/goods/decisions/{number}"): Right.DECIDE,
        ("POST", "/v1/enquiries"): Right.PUBLIC,
        ("OPTIONS", "/v1/enquiries"): Right.PUBLIC,
        ("GET", "/v1/search"): Right.VIEW,
        ("POST", "/v1/search"): Right.VIEW,
        ("POST", "/v1/parties"): Right.CREATE,
        ("GET", "/v1/parties/{party_id}/owners"): Right.VIEW,
        ("PUT", "/v1/parties/{party_id}/owners"): Right.DECIDE,
        ("GET", "/v1/overview"): Right.VIEW,
        ("GET", "/v1/reviews"): Right.VIEW,
        ("GET", "/v1/reviews/pair"): Right.VIEW,
        ("POST", "/v1/reviews/assignment"): Right.ASSIGN,
        ("POST", "/v1/reviews/decisions"): Right.DECIDE,
        ("DELETE", "/v1/reviews/decisions/{number}"): Right.DECIDE,
        ("POST", "/v1/reviews/bulk/preview"): Right.DECIDE,
        ("POST", "/v1/reviews/bulk"): Right.DECIDE,
        ("GET", "/v1/reviews/acts/{number}"): Right.VIEW,
        ("POST", "/v1/reviews/acts/{number}"): Right.DECIDE,
        ("GET", "/v1/clusters/{party_id}"): Right.VIEW,
        ("POST", "/v1/clusters/{party_id}/parting"): Right.DECIDE,
        ("POST", "/v1/clusters/{party_id}/split"): Right.DECIDE,
        ("GET", "/v1/changes"): Right.VIEW,
        ("GET", "/v1/alerts"): Right.VIEW,
        ("POST", "/v1/alerts/acknowledgement"): Right.OPERATE,
        ("GET", "/v1/sources"): Right.VIEW,
        ("POST", "/v1/sources/{name}/sync"): Right.OPERATE,
        ("POST", "/v1/sources/{name}/pause"): Right.OPERATE,
        ("POST", "/v1/sources/{name}/resume"): Right.OPERATE,
        ("POST", "/v1/sources/{name}/probe"): Right.OPERATE,
        ("POST", "/v1/sources/{name}/again/preview"): Right.OPERATE,
        ("POST", "/v1/sources/{name}/again"): Right.OPERATE,
        ("GET", "/v1/runs"): Right.VIEW,
        ("GET", "/v1/migrations"): Right.VIEW,
        ("PUT", "/v1/migrations/{number}/threads"): Right.OPERATE,
        ("GET", "/v1/migrations/{number}/act"): Right.VIEW,
        ("POST", "/v1/migrations/{number}/act/signatures"): Right.OPERATE,
        ("GET", "/v1/runs/{run_id}"): Right.VIEW,
        ("GET", "/v1/runs/{run_id}/lines"): Right.VIEW,
        ("POST", "/v1/runs/{run_id}/stop"): Right.OPERATE,
        ("GET", "/v1/calls"): Right.VIEW,
        ("POST", "/v1/calls"): Right.CREATE,
        ("GET", "/v1/calls/requests/{request_id}"): Right.CREATE,
        ("GET", "/v1/calls/{call_id}"): Right.VIEW,
        ("GET", "/v1/callers"): Right.VIEW,
        ("GET", "/v1/call-reports"): Right.VIEW,
        ("GET", "/v1/quarantine"): Right.VIEW,
        ("GET", "/v1/quarantine/groups"): Right.VIEW,
        ("POST", "/v1/quarantine/replay"): Right.REPLAY,
        ("POST", "/v1/quarantine/put-off"): Right.REPLAY,
        ("POST", "/v1/quarantine/bring-back"): Right.REPLAY,
        ("POST", "/v1/quarantine/{row_id}/correct"): Right.REPLAY,
        ("POST", "/v1/quarantine/withdraw"): Right.REPLAY,
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
    path = request.scope["route"].path
    right = right_of(request.method, path)
    person = asking.person(request) if right is not Right.PUBLIC else None
    if right is Right.PUBLIC or (right and held_by(person, right)):
        if person is not None:
            scoping.refuse_whole(person, request.method, path)
        if right not in (Right.PUBLIC, Right.OWN):
            _refuse_without_second(request, person)
        return
    if not site_of(request).settings.sign_in:
        raise Refused(
            "Вход не настроен, поэтому страницы открыты только на самом сервере. Настроить: kanon user add.",
            "Sign-in is not set up, so pages are served on the machine itself only. Set it up: kanon user add.",
        )
    if person is None:
        raise Trouble(401, "sign_in_needed", headers={"WWW-Authenticate": 'Bearer realm="kanon"'})
    noting.later(request, "refused", "route", f"{request.method} {request.scope['route'].path}")
    raise Refused(
        f"Недостаточно прав: роль «{person.role}» этого не может. Попросите администратора.",
        f"Not allowed: the role {person.role} may not do this. Ask an administrator.",
    )


def _refuse_without_second(request: Request, person: Person | None) -> None:
    """Refused if an administrator must switch a second factor on before anything else."""
    if second.is_missing(person, obligatory=site_of(request).settings.second_factor):
        raise Refused(
            "Администратору здесь нужен второй фактор. Включите его: Мой вход → Второй фактор (/account/second).",
            "An administrator needs a second factor here. Switch it on: My account, Second factor (/account/second).",
        )
