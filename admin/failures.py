"""What people and systems see when something goes wrong: a page or a problem document, never a stack."""

from __future__ import annotations

import math
import secrets
import traceback
from collections.abc import Mapping
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from admin.api import faults, problems
from admin.api.models import Fault
from admin.guard import security
from admin.guard.bodies import API
from admin.site import site_of
from admin.trouble import Trouble
from admin.words import preferences
from admin.words.language import N_, Language
from schemas.errors import (
    ConfigError,
    Conflict,
    KanonError,
    RecordRejected,
    Refused,
    Retryable,
    Unbalanced,
)

log = structlog.get_logger("kanon.admin")
_STATUS: tuple[tuple[type[KanonError], int], ...] = (
    (Refused, 403),
    (Conflict, 409),
    (Unbalanced, 409),
    (Retryable, 503),
)
_SAYS = {
    403: N_("This is not allowed"),
    404: N_("There is no such page"),
    405: N_("This address does not take that kind of request"),
    409: N_("Someone else was faster"),
    410: N_("This company has been retired: no source has it any more"),
    413: N_("The form is too large"),
    422: N_("This cannot be accepted as it is"),
    503: N_("The database is busy"),
}
_BROKE = N_("Something broke on our side")
_CALL = N_("Nothing is lost. Tell the error number to your administrator.")
_CURES = {
    403: N_("Reload the page and try again. If it stays so, ask the administrator."),
    404: N_(
        "The record may never have existed, or the address has a typing error. Your data is safe."
    ),
    409: N_("Reload the page to see what changed."),
    410: N_("Stop using this id. If a source brings the records back, the feed will say so."),
    413: N_("Send less at once."),
    503: N_("Nothing is lost. Wait a moment and reload the page."),
}


def install(app: FastAPI) -> None:
    """Registers the handlers."""
    app.add_exception_handler(KanonError, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _unexpected)


def error_id() -> str:
    """Eight characters that a person can read out on the phone."""
    return secrets.token_hex(4).upper()


def noted(request: Request, status: int, kind: str, detail: str = "") -> str:
    """The error's number, under which the log now tells the kind of error and the route."""
    number = error_id()
    level = log.error if status >= 500 else log.info
    level(
        "request_failed",
        error_id=number,
        status=status,
        kind=kind,
        detail=detail,
        path=_route(request),
    )
    return number


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, KanonError)  # noqa: S101  registered for this class only
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    if type(error) is ConfigError and not error.file:
        # Not a file of ours is wrong, but what was typed.
        status = 422
    if isinstance(error, RecordRejected):
        return _rejected(request, error)
    number = noted(request, status, type(error).__name__, error.detail)
    if _is_api(request):
        wait = error.retry_after if isinstance(error, Retryable) else None
        headers = {"Retry-After": str(math.ceil(wait))} if wait else {}
        sentence = error.for_user(problems.language(request))
        return problems.problem(request, status, number, sentence, headers=headers)
    return _page(request, status, number, error.for_user(_language(request)))


def _rejected(request: Request, error: RecordRejected) -> Response:
    number = noted(request, 422, type(error).__name__, error.reason)
    if not _is_api(request):
        return _page(request, 422, number, error.for_user(_language(request)))
    sentence = error.for_user(problems.language(request))
    fault = Fault(field=error.field, code=error.reason, detail=sentence)
    return problems.problem(
        request, 422, number, sentence, code=error.reason, field=error.field, errors=[fault]
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class only
    headers = dict(error.headers or {})
    words: dict[str, object] = {}
    code, field = problems.code_of(error.status_code), None
    if isinstance(error, Trouble):
        code, field, words = error.code, error.field, error.words
    if error.status_code == 405:
        words["allowed"] = headers["Allow"] = ", ".join(_allowed(request))
    number = noted(request, error.status_code, type(error).__name__, code)
    if error.status_code == 401 and not _is_api(request):
        return _door(request)
    if not _is_api(request):
        if error.status_code == 404 and request.url.path.endswith("/") and request.method == "GET":
            return RedirectResponse(security.local_path(request.url.path.rstrip("/")), 307)
        return _page(request, error.status_code, number, headers=headers)
    return problems.problem(
        request, error.status_code, number, problems.told(request, code, words),
        code=code, field=field, headers=headers,
    )  # fmt: skip


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class only
    wrong = faults.faults(request, error)
    places = ", ".join(sorted({one.field for one in wrong if one.code != "field_unknown"}))
    number = noted(request, 422, type(error).__name__, places)
    if not _is_api(request):
        return _page(request, 422, number)
    first = wrong[0]
    return problems.problem(
        request, 422, number, first.detail, code=first.code, field=first.field, errors=wrong
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    # Messages of foreign exceptions may quote data, so only the type and the places are logged.
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames[-6:]))
    number = noted(request, 500, type(error).__name__, where)
    if _is_api(request):
        return problems.problem(request, 500, number, problems.told(request, "broke"))
    return _page(request, 500, number)


def _door(request: Request) -> Response:
    """To the sign-in page, and from there back to what was asked for."""
    came = (
        request.url
        if request.method in {"GET", "HEAD"}
        else URL(request.headers.get("referer", ""))
    )
    query = {"next": came.path + (f"?{came.query}" if came.query else "")}
    target = f"/sign-in?{urlencode(query)}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def _is_api(request: Request) -> bool:
    return f"{request.url.path}/".startswith(API)


def _language(request: Request) -> Language:
    return preferences.of(request).language


def _page(
    request: Request,
    status: int,
    number: str,
    sentence: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    words = site_of(request).words[_language(request)]
    say = words.gettext(_SAYS.get(status, _BROKE))
    cure = sentence or words.gettext(_CURES.get(status, _CALL))
    context = {"status": status, "say": say, "cure": cure, "error_id": number}
    page = site_of(request).render(request, "error.html", context, status)
    page.headers.update(headers or {})
    return page


def _allowed(request: Request) -> list[str]:
    """The methods of all routes with this path; a router answers with those of the first one only."""
    methods: set[str] = set()
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            methods.add(method)
    return sorted(methods)


def _route(request: Request) -> str:
    route = request.scope.get("route")
    return str(getattr(route, "path", ""))
