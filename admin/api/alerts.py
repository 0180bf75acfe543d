"""`/v1/alerts`: troubles that are there, and who has taken note of them."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request

from admin.api import problems
from admin.api.answers import answers
from admin.api.route import api_router
from admin.guard import asking
from admin.guard.security import refuse_foreign_page
from admin.site import site_of
from admin.trouble import Trouble
from store import acknowledged, alerts

router = api_router()
EXAMPLE = {
    "items": [
        {
            "rule": "late",
            "subject": "onec",
            "message": "Source onec is more than two periods late.",
            "first_at": "2026-11-23T09:00:00Z",
            "told_at": "2026-11-23T09:01:00Z",
            "recovered_at": None,
            "noted": {"who": "boss", "at": "2026-11-23T09:20:00Z", "why": "the server moves", "until": None},
        }
    ]
}  # fmt: skip


class Noted(BaseModel):
    """Who has taken note of an alert."""

    who: str
    at: AwareDatetime
    why: str | None
    until: AwareDatetime | None = Field(description="Put off until then; null until it is over")


class Alert(BaseModel):
    """A trouble that is there, or is over but nobody was told yet."""

    rule: str
    subject: str = Field(description="The source it is about")
    message: str = Field(description="In the caller's language")
    first_at: AwareDatetime
    told_at: AwareDatetime | None
    recovered_at: AwareDatetime | None
    noted: Noted | None


class Alerts(BaseModel):
    """All alerts, the newest first."""

    items: list[Alert]


class Acknowledgement(BaseModel):
    """What to do with an alert."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"rule": "late", "subject": "onec", "why": "the server moves"}]
        },
    )

    rule: str = Field(min_length=1, max_length=100)
    subject: str = Field(min_length=1, max_length=200)
    do: Literal["acknowledge", "reopen"] = "acknowledge"
    why: str | None = Field(None, max_length=300)
    until: AwareDatetime | None = Field(None, description="Put it off until then")


@router.get("/v1/alerts", summary="List alerts", responses=answers(example=EXAMPLE))
def listing(request: Request) -> Alerts:
    """What people were told of, or will be, and who has taken note of it."""
    with site_of(request).store.read() as reader:
        found = alerts.every(reader)
        noted = acknowledged.of_notices(reader, found)
    language = problems.language(request)
    return Alerts(
        items=[
            Alert(
                rule=one.rule, subject=one.subject, message=getattr(one, f"message_{language}"),
                first_at=one.first_at, told_at=one.told_at, recovered_at=one.recovered_at,
                noted=_noted(noted.get(one.place)),
            )
            for one in found
        ]
    )  # fmt: skip


def _noted(one: acknowledged.Noted | None) -> Noted | None:
    return None if one is None else Noted(who=one.who, at=one.at, why=one.why, until=one.until)


@router.post(
    "/v1/alerts/acknowledgement",
    summary="Take note of an alert",
    responses=answers(404, 413, 415, example=EXAMPLE),
)
def acknowledge(request: Request, said: Acknowledgement) -> Alerts:
    """Takes note of an alert, for a time if one is given, or takes that back; all alerts as they are then."""
    refuse_foreign_page(request)
    place = (said.rule, said.subject)
    with site_of(request).store.write() as writer:
        if all(one.place != place for one in alerts.every(writer)):
            raise Trouble(404, "record_unknown", "subject")
        if said.do == "reopen":
            acknowledged.reopen(writer, place, asking.login(request))
        else:
            who = asking.login(request)
            acknowledged.acknowledge(writer, place, who, said.why, said.until)
    return listing(request)
