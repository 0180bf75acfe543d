"""`POST /v1/parties` and `POST /v1/search`: nobody creates what is there already (design law 7)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Response
from starlette.requests import Request

from admin import failures
from admin.actions import Found, Known
from admin.api import problems
from admin.api.answers import answers
from admin.api.gate_models import (
    CHOICES,
    CREATED,
    SEARCHED,
    Choice,
    Created,
    Draft,
    Evidence,
    Existing,
    Refusal,
    SearchAnswer,
    Similar,
)
from admin.api.models import Fault
from admin.api.route import api_router
from admin.site import site_of
from admin.trouble import Trouble
from schemas.errors import Conflict, RecordRejected

router = api_router()
_TITLES = {
    "duplicate": ("Такой контрагент уже есть", "This company is there already"),
    "contradiction": ("Реквизиты противоречат друг другу", "The requisites contradict each other"),
}


@router.post(
    "/v1/parties",
    summary="Create a company",
    status_code=201,
    response_model=Created,
    responses={
        **answers(409, 413, 415, example=CREATED, good=201),
        200: {"model": Created, "description": "The same attempt again; nothing new was created"},
        409: {
            "model": Refusal,
            "description": "It is there already, or its requisites contradict one that is",
        },
    },
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
    try:
        done = site_of(request).actions.create(draft.fields(), idempotency_key, wait)
    except RecordRejected as rejected:
        return _rejected(request, rejected)
    except Conflict as used:
        raise Trouble(422, "request_key_used", "Idempotency-Key") from used
    if isinstance(done, Found):
        return _refused(request, done)
    response.headers["Location"] = f"/v1/parties/{done.id}"
    if done.repeated:
        response.status_code = 200
    return Created(
        id=done.id,
        source=done.ref,
        joined=done.joined,
        state="ready" if done.ready else "settling",
        similar=_similar(request, done.similar),
    )


@router.post(
    "/v1/search",
    summary="Search before create",
    response_model=SearchAnswer,
    responses=answers(413, 415, example=SEARCHED),
)
def ask(request: Request, draft: Draft) -> SearchAnswer | Response:
    """What `POST /v1/parties` would answer, without creating anything: a verdict and ranked companies.

    `existing` are found by their numbers and decide the verdict. `similar` are companies that a new one
    may be, by name, contacts and address, weighed as in matching; they refuse nothing.
    """
    try:
        found = site_of(request).actions.search(draft.fields())
    except RecordRejected as rejected:
        return _rejected(request, rejected)
    return SearchAnswer(
        verdict=found.verdict,
        cleaned=dict(found.cleaned),
        existing=_existing(request, found.known),
        similar=_similar(request, found.similar),
    )


def _existing(request: Request, known: tuple[Known, ...]) -> list[Existing]:
    russian = problems.language(request) == "ru"
    return [
        Existing(
            id=one.id, name=one.name, inn=one.inn, ogrn=one.ogrn, rule=one.rule, score=one.score,
            why=one.why_ru if russian else one.why_en,
        )
        for one in known
    ]  # fmt: skip


def _similar(request: Request, known: tuple[Known, ...]) -> list[Similar]:
    russian = problems.language(request) == "ru"
    return [
        Similar(
            **existing.model_dump(),
            zone=one.zone,
            evidence=[
                Evidence(field=s.field, bits=s.bits, said=s.ru if russian else s.en)
                for s in one.evidence
            ],
        )
        for existing, one in zip(_existing(request, known), known, strict=True)
    ]


def _refused(request: Request, found: Found) -> Response:
    russian = problems.language(request) == "ru"
    body = Refusal(
        title=_TITLES[found.verdict][0 if russian else 1],
        status=409,
        detail=found.sentence_ru if russian else found.sentence_en,
        error_id=failures.noted(request, 409, "Duplicate", found.verdict),
        code=found.verdict,
        existing=_existing(request, found.known),
        choices=[Choice(code=code, text=ru if russian else en) for code, ru, en in CHOICES],
    )
    return problems.document(request, body, 409)


def _rejected(request: Request, rejected: RecordRejected) -> Response:
    sentence = rejected.for_user(problems.language(request))
    fault = Fault(field=rejected.field, code=rejected.reason, detail=sentence)
    return problems.problem(
        request, 422, failures.noted(request, 422, "RecordRejected", rejected.reason), sentence,
        code=rejected.reason, field=rejected.field, errors=[fault],
    )  # fmt: skip
