"""Problem documents (RFC 9457): what went wrong, which field, and what to do, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

from admin.api.models import Fault, Problem
from admin.api.sentences import CODES, SENTENCES, TITLES, TITLES_OF_CODES
from admin.words import preferences
from admin.words.language import Language, known

MEDIA_TYPE = "application/problem+json"
BROKE = 500


def language(request: Request) -> Language:
    """`?lang=` if given, else the first language of Accept-Language we speak, else as the pages are."""
    asked = known(request.query_params.get("lang"))
    return (
        asked
        or _accepted(request.headers.get("accept-language"))
        or preferences.of(request).language
    )


def _accepted(header: str | None) -> Language | None:
    """The language we speak that is wanted most; the earlier on a tie."""
    wanted: list[tuple[float, Language]] = []
    for part in (header or "").split(","):
        tag, _, quality = part.partition(";")
        spoken = known(tag.strip().lower().split("-")[0])
        weight = _weight(quality)
        if spoken and weight > 0:
            wanted.append((weight, spoken))
    return max(wanted, key=lambda one: one[0])[1] if wanted else None


def _weight(quality: str) -> float:
    try:
        return float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


def told(request: Request, code: str, words: Mapping[str, object] | None = None) -> str:
    """The sentence of a code, with its cure."""
    ru, en = SENTENCES[code]
    return (ru if language(request) == "ru" else en).format(**(words or {}))


def title(request: Request, status: int, code: str | None = None) -> str:
    """What a status means, or a code that says it better."""
    ru, en = TITLES_OF_CODES.get(code or "") or TITLES.get(status, TITLES[BROKE])
    return ru if language(request) == "ru" else en


def code_of(status: int) -> str:
    """The code of an error that has none of its own."""
    return CODES.get(status, CODES[BROKE])


def problem(
    request: Request,
    status: int,
    error_id: str,
    detail: str,
    *,
    code: str | None = None,
    field: str | None = None,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document with the title of its status."""
    body = Problem(
        type="about:blank",
        title=title(request, status, code),
        status=status,
        detail=detail,
        error_id=error_id,
        code=code or code_of(status),
        field=field,
        errors=list(errors),
    )
    return document(request, body, status, headers)


def document(
    request: Request, body: BaseModel, status: int, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer with this body; says in which language it is, and that it depends on the request's."""
    own = {"Content-Language": language(request), "Vary": "Accept-Language, Cookie"}
    return JSONResponse(
        body.model_dump(), status, media_type=MEDIA_TYPE, headers={**own, **(headers or {})}
    )
