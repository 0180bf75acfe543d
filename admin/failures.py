"""What people and systems see when something goes wrong: a page or a problem document, never a stack."""

from __future__ import annotations

import secrets
import traceback

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from admin import preferences
from admin.language import N_, Language
from admin.site import site_of
from schemas.errors import Conflict, KanonError, Refused, Retryable

log = structlog.get_logger("kanon.admin")
PROBLEM = "application/problem+json"
_STATUS: tuple[tuple[type[KanonError], int], ...] = (
    (Refused, 403),
    (Conflict, 409),
    (Retryable, 503),
)
_SAYS = {
    403: N_("This is not allowed"),
    404: N_("There is no such page"),
    405: N_("This address does not take that kind of request"),
    409: N_("Someone else was faster"),
    410: N_("This company has been retired: no source has it any more"),
    422: N_("The address has a value that cannot be read"),
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


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, KanonError)  # noqa: S101  registered for this class only
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return _answer(
        request, status, error.for_user(_language(request)), type(error).__name__, error.detail
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class only
    return _answer(request, error.status_code, "", "HTTPException")


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class only
    places = ", ".join(sorted({str(fault["loc"][-1]) for fault in error.errors()}))
    return _answer(request, 422, "", "RequestValidationError", places)


async def _unexpected(request: Request, error: Exception) -> Response:
    # Messages of foreign exceptions may quote data, so only the type and the places are logged.
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames[-6:]))
    return _answer(request, 500, "", type(error).__name__, where)


def _language(request: Request) -> Language:
    return preferences.of(request).language


def _answer(request: Request, status: int, sentence: str, kind: str, detail: str = "") -> Response:
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
    words = site_of(request).words[_language(request)]
    say = words.gettext(_SAYS.get(status, _BROKE))
    cure = words.gettext(_CURES.get(status, _CALL))
    if request.url.path.startswith("/v1/"):
        body = {"type": "about:blank", "title": say, "status": status, "detail": sentence or cure}
        if status == 422:
            body["detail"] = f"{cure} ({detail})"
        return JSONResponse({**body, "error_id": number}, status, media_type=PROBLEM)
    context = {"status": status, "say": say, "cure": sentence or cure, "error_id": number}
    return site_of(request).render(request, "error.html", context, status)


def _route(request: Request) -> str:
    route = request.scope.get("route")
    return str(getattr(route, "path", ""))
