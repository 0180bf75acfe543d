"""`/v1/reviews/pair` and `/v1/parties/{party_id}/life`: which of two records is in use, and whether a company is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path as PathPart
from fastapi import Query
from starlette.requests import Request

from admin.api.answers import answers
from admin.api.models import ID
from admin.api.patterns import REF
from admin.api.review_examples import BESIDE, IN_USE
from admin.api.review_models import InUse, PairOfLife, SideOfLife, Trusted
from admin.api.route import api_router
from admin.settings import SiteSettings
from admin.site import site_of
from admin.trouble import Trouble
from store import identity
from store.views import answers as given
from store.views import life, parties, reviews
from store.views.life import Life

router = api_router()
Ref = Annotated[
    str,
    Query(
        pattern=REF, max_length=2_000, description="connection/stream/key",
        examples=["erp/parties/1001"],
    ),
]  # fmt: skip


@router.get(
    "/v1/reviews/pair", summary="Compare two records", responses=answers(404, example=BESIDE)
)
def pair(request: Request, left: Ref, right: Ref) -> PairOfLife:
    """Who the two are, how far their sources are trusted, and what happened with each of late."""
    site = site_of(request)
    with site.store.read() as reader:
        one, other = reviews.records(reader, left, right)
        for name, found in (("left", one), ("right", other)):
            if found is None:
                raise Trouble(404, "record_unknown", name)
        rows = [row for row in (one, other) if row is not None]
        told = life.of_records(reader, rows)
        seen = given.seen(reader, left, right, rows)
    sides = [_side(row, known, site.settings) for row, known in zip(rows, told, strict=True)]
    return PairOfLife(left=sides[0], right=sides[1], seen=seen)


def _side(row: Mapping[str, Any], known: Life, settings: SiteSettings) -> SideOfLife:
    trust = settings.source(row["connection"]).trust
    return SideOfLife.model_validate(
        {
            **asdict(known),
            **{name: row[name] for name in ("name", "inn", "kpp", "changed_at")},
            "ref": "/".join(row[name] for name in ("connection", "stream", "key")),
            "party_id": row["golden_id"],
            "trust": {group: Trusted(place=n, last=last) for group, (n, last) in trust.items()},
        }
    )


@router.get(
    "/v1/parties/{party_id}/life",
    summary="Whether a company is in use",
    responses=answers(404, example=IN_USE),
)
def of_company(
    request: Request,
    party_id: Annotated[str, PathPart(description="Golden id, living or merged", examples=[ID])],
) -> InUse:
    """Calls and enquiries by its numbers and addresses and those of its people, and the orders they name."""
    with site_of(request).store.read() as reader:
        card = parties.card(reader, identity.resolve(reader, party_id) or party_id)
        if card is None:
            raise Trouble(404, "party_unknown", "party_id")
        return InUse.model_validate(asdict(life.of_company(reader, card)))
