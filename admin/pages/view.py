"""Language, theme, density and keys: one form, kept in a cookie."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import preferences, security
from admin.forms import form, one
from admin.site import remember

router = APIRouter(include_in_schema=False)


@router.post("/preferences")
async def choose(request: Request) -> Response:
    """Keeps what was chosen and goes back to where the reader was."""
    fields = await form(request)
    chosen = preferences.of(request)
    for name in preferences.CHOICES:
        chosen = chosen.with_choice(name, one(fields, name))
    response = RedirectResponse(security.local_path(one(fields, "next")), status_code=303)
    remember(response, request, chosen)
    return response
