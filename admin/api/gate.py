"""`POST /v1/parties` and `POST /v1/search`: nobody creates what is there already (design law 7)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from starlette.requests import Request
from starlette.responses import JSONResponse

from admin import failures, preferences
from admin.actions import Found, Known
from admin.api.gate_models import (
    CHOICES,
    Choice,
    Created,
    Draft,
    Existing,
    Refusal,
    SearchAnswer,
)
from admin.security import refuse_foreign_page
from admin.site import site_of
from schemas.errors import RecordRejected

router = APIRouter()
_ERRORS: dict[int | str, dict[str, Any]] = {
    409: {"model": Refusal, "description": "It is there already, or its requisites contradict"},
    422: {"model": Refusal, "description": "A field cannot be accepted"},
}
_TITLES = {
    "duplicate": ("Такой контрагент уже есть", "This company is there already"),
    "contradiction": ("Реквизиты противоречат друг другу", "The requisites contradict each other"),
}


@router.post(
    "/v1/parties",
    summary="Create a company",
    status_code=201,
    response_model=Created,
    responses=_ERRORS,
)
def create(
    request: Request,
    response: Response,
    draft: Draft,
    idempotency_key: Annotated[
        str | None,
        Header(description="The same key again creates nothing", max_length=200),
    ] = None,
    wait: Annotated[
        float, Query(ge=0, le=60, description="Seconds to wait until the record can be read")
    ] = 5.0,
) -> Created | Response:
    """A new company, a new unit of a known one, or a refusal with the one that is there.

    The record is cleaned by the same mapping and asked for by the same rules as every import. Of
    simultaneous creations of one company exactly one succeeds.
    """
    refuse_foreign_page(request)
    try:
        done = site_of(request).actions.create(draft.fields(), idempotency_key, wait)
    except RecordRejected as rejected:
        return _rejected(request, rejected)
    if isinstance(done, Found):
        return _refused(request, done)
    response.headers["Location"] = f"/v1/parties/{done.id}"
    if done.repeated:
        response.status_code = 200
    return Created(
        id=done.id, source=done.ref, joined=done.joined, state="ready" if done.ready else "settling"
    )


@router.post(
    "/v1/search",
    summary="Search before create",
    response_model=SearchAnswer,
    responses={422: _ERRORS[422]},
)
def ask(request: Request, draft: Draft) -> SearchAnswer | Response:
    """What `POST /v1/parties` would answer, without creating anything: a verdict and ranked companies."""
    refuse_foreign_page(request)
    try:
        found = site_of(request).actions.search(draft.fields())
    except RecordRejected as rejected:
        return _rejected(request, rejected)
    return SearchAnswer(
        verdict=found.verdict, cleaned=dict(found.cleaned), existing=_existing(request, found.known)
    )


def _existing(request: Request, known: tuple[Known, ...]) -> list[Existing]:
    russian = preferences.of(request).language == "ru"
    return [
        Existing(
            id=one.id, name=one.name, inn=one.inn, ogrn=one.ogrn, rule=one.rule, score=one.score,
            why=one.why_ru if russian else one.why_en,
        )
        for one in known
    ]  # fmt: skip


def _refused(request: Request, found: Found) -> JSONResponse:
    russian = preferences.of(request).language == "ru"
    body = Refusal(
        title=_TITLES[found.verdict][0 if russian else 1],
        status=409,
        detail=found.sentence_ru if russian else found.sentence_en,
        error_id=failures.error_id(),
        code=found.verdict,
        existing=_existing(request, found.known),
        choices=[Choice(code=code, text=ru if russian else en) for code, ru, en in CHOICES],
    )
    return JSONResponse(body.model_dump(), 409, media_type=failures.PROBLEM)


def _rejected(request: Request, rejected: RecordRejected) -> JSONResponse:
    body = Refusal(
        title=rejected.for_user(preferences.of(request).language),
        status=422,
        detail=rejected.field,
        error_id=failures.error_id(),
        code=rejected.reason,
        field=rejected.field,
    )
    return JSONResponse(body.model_dump(), 422, media_type=failures.PROBLEM)
