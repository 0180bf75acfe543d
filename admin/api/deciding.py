"""Deciding about enquiries and goods: what the buttons of their pages do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Path as PathPart
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from admin.api import enquiries as api_enquiries
from admin.api import goods as api_goods
from admin.api.answers import answers
from admin.api.decisions import IfMatch
from admin.api.models_enquiries import WHOLE, EnquiryWhole
from admin.api.models_goods import GOOD_CARD, GoodCard
from admin.api.monitoring_models import LARGEST
from admin.api.route import api_router
from admin.api.tagged import tags
from admin.guard import asking
from admin.guard.security import refuse_foreign_page
from admin.pages.enquiry import is_seen, pressed
from admin.site import site_of
from admin.trouble import Trouble
from schemas.years import refuse_odd_year
from store import enquiries
from store.views.which_company import meant

router = api_router()
Text = Annotated[str, Field(max_length=200)]
Number = Annotated[int, PathPart(ge=1, le=LARGEST)]


class EnquiryAct(BaseModel):
    """A button of the page of an enquiry, or values for its fields; null lets the hub say again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"act": "take"}, {"topic": "claim", "owner": "ivanova"}]},
    )

    act: Literal["take", "route", "close", "open", "spam"] | None = None
    topic: Text | None = None
    topic_text: Text | None = None
    owner: Text | None = Field(None, description="A login")
    unit: Text | None = None
    transferred_to: Text | None = None
    company_id: Text | None = Field(
        None, description="An id; an INN or a name does, too, if it fits one counterparty alone"
    )
    deadline_at: AwareDatetime | None = None


class SameGood(BaseModel):
    """Another good that is the same."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"same_as": "26d83337c15a37ad632f7cbd846892db"}]},
    )

    same_as: str = Field(min_length=1, max_length=100)


class OtherGood(BaseModel):
    """A record of a good that is another good."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"record": "26d83337c15a37ad632f7cbd846892db"}]},
    )

    record: str = Field(min_length=1, max_length=100)


@router.post(
    "/v1/enquiries/{enquiry_id}/decision",
    summary="Decide about an enquiry",
    response_model=EnquiryWhole,
    responses=answers(304, 404, 409, 412, 413, 415, example=WHOLE),
)
def enquiry(
    request: Request, enquiry_id: str, said: EnquiryAct, if_match: IfMatch = None
) -> Response:
    """Takes it, sends it by the table, closes or opens it, or sets fields; holds whatever comes later.

    With `If-Match` nothing is done if somebody was faster: 412, or 409 if he was so at the same moment.
    """
    refuse_foreign_page(request)
    by, actions = asking.login(request), site_of(request).actions
    if not is_seen(request, enquiry_id):
        raise Trouble(404, "enquiry_unknown", "enquiry_id")
    version = _seen(request, enquiry_id, if_match)
    if said.act == "route":
        done = actions.routing.again(enquiry_id, by, version)
    else:
        told = {**_fields(said), **pressed(said.act or "", by)}
        if company := told.get("company_id"):
            told["company_id"] = _meant(request, company)
        done = actions.enquiring.decide(enquiry_id, told, by, {}, version)
    if not done:
        raise Trouble(404, "enquiry_unknown", "enquiry_id")
    return api_enquiries.single(request, enquiry_id)


def _seen(request: Request, enquiry_id: str, if_match: str | None) -> int | None:
    """The version in If-Match, if the enquiry still has it; None where the caller names none."""
    if not if_match:
        return None
    with site_of(request).store.read() as reader:
        row = enquiries.find(reader, enquiry_id)
    if row is None:
        raise Trouble(404, "enquiry_unknown", "enquiry_id")
    if str(row["version"]) not in {one.strip('"').partition("-")[0] for one in tags(if_match)}:
        raise Trouble(412, "version_old", "If-Match", now=row["version"])
    return int(row["version"])


def _meant(request: Request, company: str) -> str:
    with site_of(request).store.read() as reader:
        return meant(reader, company)


def _fields(said: EnquiryAct) -> dict[str, str | None]:
    given = said.model_dump(exclude_unset=True, exclude={"act"})
    return {
        name: _in_utc(value) if isinstance(value, datetime) else value or None
        for name, value in given.items()
    }


def _in_utc(moment: datetime) -> str:
    refuse_odd_year(moment)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@router.post(
    "/v1/goods/{good_id}/join",
    summary="Say that two goods are one",
    response_model=GoodCard,
    responses=answers(304, 404, 409, 413, 415, example=GOOD_CARD),
)
def join(request: Request, good_id: str, said: SameGood) -> Response:
    """409 where an attribute differs that both have: two sizes are never one good."""
    refuse_foreign_page(request)
    act = site_of(request).actions.cataloguing.join
    return _shown(request, good_id, known=act(good_id, said.same_as, asking.login(request)))


@router.post(
    "/v1/goods/{good_id}/part",
    summary="Say that a record is another good",
    response_model=GoodCard,
    responses=answers(304, 404, 413, 415, example=GOOD_CARD),
)
def part(request: Request, good_id: str, said: OtherGood) -> Response:
    """The record leaves the good and is never joined with it by itself."""
    refuse_foreign_page(request)
    act = site_of(request).actions.cataloguing.part
    return _shown(request, good_id, known=act(good_id, said.record, asking.login(request)))


def _shown(request: Request, good_id: str, *, known: bool) -> Response:
    if not known:
        raise Trouble(404, "good_unknown", "good_id")
    return api_goods.single(request, good_id)


@router.delete(
    "/v1/goods/decisions/{number}",
    summary="Take back what was said of goods",
    status_code=204,
    responses=answers(404),
)
def withdraw(request: Request, number: Number) -> None:
    """The catalogue is put together as if it had not been said."""
    refuse_foreign_page(request)
    if not site_of(request).actions.cataloguing.withdraw(number, asking.login(request)):
        raise Trouble(404, "decision_unknown", "number")
