"""`/v1/absences`: who of ours is away, since when and until when, and who stands in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Path as PathPart
from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request

from admin.api.answers import answers
from admin.api.monitoring_models import LARGEST
from admin.api.route import api_router
from admin.guard import asking
from admin.guard.security import refuse_foreign_page
from admin.pages.hand_over import is_whole
from admin.site import site_of
from admin.trouble import Trouble
from schemas.absences import AbsenceKind, Away
from store import absences

router = api_router()
EXAMPLE = {
    "id": 12, "login": "anna", "kind": "holiday", "since": "2026-12-01", "until": "2026-12-14",
    "deputy": "boris", "note": None, "author": "boss", "made_at": "2026-11-20T09:00:00Z",
}  # fmt: skip
Login = Annotated[str, Field(min_length=1, max_length=200)]


class NewAbsence(BaseModel):
    """Who is away, and when; both days count."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"login": "anna", "kind": "holiday", "since": "2026-12-01", "until": "2026-12-14"}
            ]
        },
    )

    login: Login
    kind: AbsenceKind
    since: date = Field(description="First day")
    until: date = Field(description="Last day")
    deputy: Login | None = Field(None, description="Login of who takes what comes meanwhile")
    note: str | None = Field(None, max_length=200)


class Absence(NewAbsence):
    """An absence that stands."""

    model_config = ConfigDict(extra="ignore")

    id: int
    author: str
    made_at: AwareDatetime


class Absences(BaseModel):
    """A page of absences, the last told first."""

    items: list[Absence]
    next: int | None = Field(description="Pass as `before` for the next page; null on the last one")


@router.get(
    "/v1/absences", summary="List absences", responses=answers(example={"items": [EXAMPLE], "next": None})
)  # fmt: skip
def listing(
    request: Request,
    login: Annotated[str | None, Query(max_length=200, description="Of this colleague")] = None,
    at: Annotated[AwareDatetime | None, Query(description="Who is away at this moment")] = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")] = 100,
) -> Absences:  # fmt: skip
    """Those that stand; what was taken back is in the journal."""
    with site_of(request).store.read() as reader:
        rows = absences.listing(reader, login, at, before, limit)
    more = rows[-1]["id"] if len(rows) == limit else None
    return Absences(items=[_shown(row) for row in rows], next=more)


def _shown(row: dict[str, Any]) -> Absence:
    return Absence.model_validate(row)


@router.post(
    "/v1/absences", summary="Write down an absence", status_code=201,
    responses=answers(404, 413, 415, example=EXAMPLE, good=201),
)  # fmt: skip
def add(request: Request, said: NewAbsence) -> Absence:
    """Meanwhile routing sends him nothing: his deputy gets it, else the next line; the same again is the same one."""
    refuse_foreign_page(request)
    act, by = site_of(request).actions.enquiring.be_away, asking.login(request)
    number = act(Away(**said.model_dump()), by, is_whole(request))
    with site_of(request).store.read() as reader:
        row = absences.find(reader, number)
    if row is None:
        raise Trouble(404, "record_unknown", "number")
    return _shown(row)


@router.delete(
    "/v1/absences/{number}", summary="Take an absence back", status_code=204, responses=answers(404)
)  # fmt: skip
def withdraw(request: Request, number: Annotated[int, PathPart(ge=1, le=LARGEST)]) -> None:
    """He is there again, from the next enquiry on."""
    refuse_foreign_page(request)
    act = site_of(request).actions.enquiring.be_back
    if not act(number, asking.login(request), is_whole(request)):
        raise Trouble(404, "record_unknown", "number")
