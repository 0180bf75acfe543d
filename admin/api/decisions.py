"""`/v1/decisions` and `/v1/records/{id}/values`: what people judge, through the flows' one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Header, Query, Response
from fastapi import Path as PathPart
from starlette.requests import Request

from admin import failures
from admin.actions.decisions import Said, Wanted
from admin.api import problems
from admin.api.answers import answers
from admin.api.models import ID
from admin.api.models_acts import Decided, Decision, Judged, Judgements, NewValue
from admin.api.route import api_router, by
from admin.api.tagged import tagged, tags
from admin.guard.bodies import is_text
from admin.site import site_of
from admin.trouble import Trouble
from schemas.errors import ConfigError
from store import decisions
from store.views import parts

router = api_router()
MOST = 2**53
_DECIDED = {"decisions": [41], "written": 1}
_JUDGED = {
    "items": [
        {
            "id": 41, "act": 41, "kind": "same", "verdict": "same", "entity": "legal_entity", "field": None,
            "value": None, "author": "anna", "author_kind": "person", "reason": "Выписка ЕГРЮЛ",
            "at": "2026-11-21T11:05:00Z", "withdrawn_at": None, "withdrawn_by": None,
            "left": ["erp/parties/1001"], "right": ["onec/Catalog_Контрагенты/9f2c"],
        }
    ],
    "next": 41,
}  # fmt: skip
Key = Annotated[
    str | None,
    Header(description="The same key again gives the same answer, for a day", max_length=200),
]
GoldenId = Annotated[
    str, PathPart(description="Golden id of a company, unit, contact or item", examples=[ID], max_length=300)
]  # fmt: skip
FieldName = Annotated[
    str, PathPart(description="Field, such as `name`", examples=["name"], max_length=100)
]
IfMatch = Annotated[
    str | None,
    Header(description='The version you saw, such as `"3"`, or the `ETag` of the record', max_length=200),
]  # fmt: skip


@router.post(
    "/v1/decisions",
    summary="Decide what is one company",
    status_code=201,
    response_model=Decided,
    responses={
        **answers(409, 413, 415, example=_DECIDED, good=201),
        200: {"model": Decided, "description": "It was decided already; nothing new was written"},
    },
)
def decide(
    request: Request, response: Response, decision: Decision, idempotency_key: Key = None
) -> Decided | Response:
    """Write down a judgement; matching acts on it within seconds and the feed tells what came of it.

    Nothing is merged by the call itself, so it can be taken back: `DELETE /v1/decisions/{number}`.
    """
    del idempotency_key  # answered by the route, for every operation alike
    wanted = Wanted(decision.verdict, decision.who, by(request), decision.reason, decision.versions)
    said = _said(request, lambda: site_of(request).actions.acts.decide(wanted), "who")
    if isinstance(said, Response):
        return said
    response.status_code = 201 if said.written else 200
    return Decided(decisions=list(said.ids), written=said.written)


@router.get(
    "/v1/decisions",
    summary="List decisions",
    response_model=Judgements,
    responses=answers(304, example=_JUDGED),
)
def listing(
    request: Request,
    golden_id: Annotated[
        str | None, Query(description="Only about the records of this id", max_length=100)
    ] = None,
    before: Annotated[
        int | None, Query(ge=1, le=MOST, description="`next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Everything ever decided, the newest first, also what was withdrawn."""
    with site_of(request).store.read() as reader:
        if golden_id:
            found = decisions.history(reader, golden_id)
            found = found.filter(found["decision_id"] < (before or MOST)).head(limit)
        else:
            found = decisions.listing(reader, limit, before)
    rows = [_judged(row) for row in found.iter_rows(named=True)]
    following = rows[-1].id if len(rows) == limit else None
    return tagged(request, Judgements(items=rows, next=following))


def _judged(row: Mapping[str, Any]) -> Judged:
    told = {name: row[name] for name in Judged.model_fields if name in row}
    sides = {"left": row["left"] or [], "right": row["right"] or []}
    return Judged(**{**told, "id": row["decision_id"], "at": row["created_at"], **sides})


@router.delete(
    "/v1/decisions/{number}",
    summary="Take a decision back",
    response_model=Decided,
    responses=answers(404, example={"decisions": [41], "written": 1}),
)
def withdraw(
    request: Request,
    number: Annotated[int, PathPart(ge=1, le=MOST, description="Number of the decision")],
    reason: Annotated[str | None, Query(max_length=1000)] = None,
) -> Decided | Response:
    """What was joined comes apart again, with everything decided in the same act; once is like twice."""
    try:
        said = site_of(request).actions.acts.withdraw(number, by(request), reason)
    except ConfigError as unknown:
        raise Trouble(404, "decision_unknown", "number") from unknown
    return Decided(decisions=list(said.ids), written=said.written)


_VALUE = answers(404, 409, 412, 413, 415, 428, example=_DECIDED)


@router.put(
    "/v1/records/{golden_id}/values/{field}",
    summary="Set a value",
    response_model=Decided,
    responses=_VALUE,
)
def set_value(
    request: Request, golden_id: GoldenId, field: FieldName, new: NewValue, if_match: IfMatch = None
) -> Decided | Response:
    """A field of a company, unit, contact or item says this, whatever sources say, until it is released.

    `phones` and `emails` are added to those of the sources.
    """
    version = _seen(request, golden_id, if_match)
    acts, who = site_of(request).actions.acts, by(request)
    said = _said(
        request,
        lambda: acts.set_value(golden_id, field, new.value, who, new.reason, version),
        field,
    )
    return said if isinstance(said, Response) else _decided(said)


@router.delete(
    "/v1/records/{golden_id}/values/{field}",
    summary="Release a value",
    response_model=Decided,
    responses=answers(404, 409, 412, 428, example=_DECIDED),
)
def release_value(
    request: Request,
    golden_id: GoldenId,
    field: FieldName,
    if_match: IfMatch = None,
    reason: Annotated[str | None, Query(max_length=1000)] = None,
) -> Decided | Response:
    """Sources have their say again about a field that was set."""
    version = _seen(request, golden_id, if_match)
    acts, who = site_of(request).actions.acts, by(request)
    said = _said(request, lambda: acts.release_value(golden_id, field, who, reason, version), field)
    return said if isinstance(said, Response) else _decided(said)


def _decided(said: Said) -> Decided:
    return Decided(decisions=list(said.ids), written=said.written)


def _seen(request: Request, golden_id: str, if_match: str | None) -> int:
    """The version in If-Match, if the record still has it."""
    if not if_match:
        raise Trouble(428, "if_match_needed", "If-Match")
    with site_of(request).store.read() as reader:
        found = parts.entity_of(reader, golden_id)
    if found is None:
        raise Trouble(404, "record_unknown", "golden_id")
    numbers = {one.strip('"').partition("-")[0] for one in tags(if_match)}
    if str(found[1]) not in numbers:
        raise Trouble(412, "version_old", "If-Match", now=found[1])
    return found[1]


def _said(request: Request, act: Callable[[], Said], field: str) -> Said | Response:
    """What was decided, or the sentence why it cannot be."""
    try:
        return act()
    except ConfigError as wrong:
        sentence = wrong.for_user(problems.language(request))
        number = failures.noted(request, 422, "ConfigError", wrong.detail)
        told = field if is_text(field) else "field"
        return problems.problem(request, 422, number, sentence, code="value_wrong", field=told)
