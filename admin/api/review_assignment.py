"""`/v1/reviews/assignment`: giving waiting pairs to a steward and taking them back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from admin import assigning
from admin.api.answers import answers
from admin.api.review_models import Facet, Ref
from admin.api.route import api_router
from admin.guard.security import refuse_foreign_page
from admin.trouble import Trouble
from store import assignments
from store.views import reviews

router = api_router()
_FILTERS = ("pattern", "reason_code", "rule", "sources", "assignee")
_MOST = 100


class PairOfRefs(BaseModel):
    """A waiting pair, by its records."""

    model_config = ConfigDict(extra="forbid")

    left: Ref
    right: Ref


class Assignment(BaseModel):
    """Whose which pairs are to be: those named, or all of a lane that the filters choose."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"to": "anna.petrova", "pattern": "ennenne"}},
    )

    to: Annotated[
        str | None, Field(max_length=64, description="Login of a steward; null takes back")
    ]
    pairs: list[PairOfRefs] = Field(default_factory=list, max_length=_MOST)
    lane: Literal["wait", "later", "audit", "second"] = "wait"
    pattern: Facet = None
    reason_code: Facet = Field(None, description="`reason` of the pairs")
    rule: Facet = None
    sources: Facet = None
    assignee: Facet = Field(None, description="Whose they are now; - for nobody's")

    def wanted(self) -> assignments.Wanted:
        """The rows of the desk it is about; Trouble (422) unless it says either pairs or filters."""
        told = {name.removesuffix("_code"): getattr(self, name) for name in _FILTERS}
        chosen = {name: value for name, value in told.items() if value is not None}
        if bool(self.pairs) == bool(chosen):
            raise Trouble(422, "value_wrong", "pairs")
        if self.pairs:
            return assignments.of_pairs([(one.left, one.right) for one in self.pairs])
        return reviews.chosen({**chosen, "lane": self.lane})


class Assigned(BaseModel):
    """What came of it."""

    pairs: int = Field(description="Pairs that changed hands")
    left_out: int = Field(
        description="Pairs that stayed, because the steward does not see their companies"
    )


@router.post(
    "/v1/reviews/assignment",
    summary="Assign pairs to a steward",
    responses=answers(413, 415, example={"pairs": 112, "left_out": 0}),
)
def assign(request: Request, order: Assignment) -> Assigned:
    """They come first to whoever has them and are passed over for others; at most 20 000 at once.

    For role `lead` and above. With `to` null they are nobody's again. The journal tells who assigned whom.
    """
    refuse_foreign_page(request)
    done = assigning.give(request, order.wanted(), order.to or assignments.NOBODY)
    return Assigned(pairs=done.pairs, left_out=done.left_out)
