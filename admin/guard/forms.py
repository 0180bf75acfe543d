"""Reading a posted form: only from our own pages, only with the token drawn for this browser."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request

from admin.guard import security
from admin.site import site_of
from schemas.errors import Conflict, Refused

_LARGEST = 1_000_000


async def form(request: Request) -> dict[str, list[str]]:
    """The fields of a form; Refused unless it was sent by our own page in this browser."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise Conflict("Форма слишком велика.", "The form is too large.")
    fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    token = request.headers.get(security.TOKEN_HEADER) or fields.get(security.TOKEN_FIELD, [""])[0]
    visit = request.cookies.get(security.VISIT)
    holds = security.token_holds(site_of(request).settings.secret, visit, token)
    if not (security.same_origin(request) and holds):
        raise Refused(
            "Форма устарела или пришла не с этой страницы. Обновите страницу и повторите.",
            "The form is stale or did not come from this page. Reload the page and try again.",
        )
    return fields


def one(fields: dict[str, list[str]], name: str) -> str:
    """The first value of a field, empty if absent."""
    return fields.get(name, [""])[0]
