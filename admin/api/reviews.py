"""`/v1/reviews` and `/v1/clusters`: what the pages of stewards do, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path as PathPart
from fastapi import Query
from starlette.requests import Request

from admin.actions import Judged
from admin.actions.stewardship import Stewardship
from admin.api.answers import answers
from admin.api.cursors import Cursor, started
from admin.api.models import ID
from admin.api.review_examples import ACT, CLUSTER, DECIDED, PAIRS, PARTING, PREVIEW
from admin.api.review_models import (
    Act,
    ActAnswer,
    Bulk,
    BulkOrder,
    BulkPreview,
    Child,
    ClusterOf,
    Decided,
    Decision,
    FieldChange,
    Leave,
    Member,
    Pair,
    Pairs,
    PartingOf,
    Side,
    Split,
    TieOf,
)
from admin.api.route import api_router
from admin.guard import asking, scoping
from admin.guard.security import refuse_foreign_page
from admin.pages import review_choice
from admin.pages.review_decide import by_whom
from admin.site import site_of
from admin.trouble import Trouble
from store import proposals
from store.views import reviews

router = api_router()
Facet = Annotated[str | None, Query(max_length=300)]
Number = Annotated[int, PathPart(ge=1, le=2**53)]
Company = Annotated[
    str, PathPart(description="Golden id of a living company", examples=[ID], max_length=200)
]


@router.get("/v1/reviews", summary="List waiting pairs", responses=answers(example=PAIRS))
def listing(
    request: Request,
    lane: Annotated[str, Query(pattern="^(wait|later|audit|second)$")] = "wait",
    reason: Facet = None,
    rule: Facet = None,
    sources: Facet = None,
    pattern: Facet = None,
    assignee: Annotated[
        str | None, Query(max_length=64, description="A login; - for the pairs of nobody")
    ] = None,
    age: Annotated[str | None, Query(pattern="^(day|three_days|week|older)$")] = None,
    order: Annotated[str, Query(pattern="^(worth|oldest)$")] = "worth",
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Pairs:
    """Pairs that only a person may decide, those most worth deciding first."""
    told = {
        "lane": lane,
        "reason": reason,
        "rule": rule,
        "sources": sources,
        "pattern": pattern,
        "age": age,
        "assignee": assignee,
    }
    chosen = review_choice.order({"order": order})
    start = started(cursor, chosen)
    filters = {name: value for name, value in told.items() if value}
    with site_of(request).store.read() as reader:
        page = reviews.listing(reader, filters, chosen, start, limit, stamped=True)
    return Pairs(items=[_pair(row) for row in page.rows], next=page.next)


def _pair(row: Mapping[str, Any]) -> Pair:
    sides = {
        side: Side(
            ref=row[f"{side}_source"], party_id=row[f"{side}_golden_id"], name=row[f"{side}_name"],
            inn=row[f"{side}_inn"], kpp=row[f"{side}_kpp"],
        )
        for side in reviews.SIDES
    }  # fmt: skip
    told = {
        n: row[n]
        for n in ("rule", "severity", "reason", "score", "value", "pattern", "lane", "seen")
    }
    whose = row["assignee"] or None
    return Pair(**sides, **told, waits_since=row["since"], opened_by=row["holder"], assignee=whose)


@router.post(
    "/v1/reviews/decisions",
    summary="Answer a pair",
    responses=answers(404, 409, 413, 415, example=DECIDED),
)
def decide(request: Request, answer: Decision) -> Decided:
    """One company, two, or nobody can tell. The same answer again is one decision.

    409 if a record changed since `seen`, or if two valid INN would meet. A grave merge (the INN differ, or
    more than five records come together) becomes a proposal, which another person must confirm.
    """
    refuse_foreign_page(request)
    site = site_of(request)
    scoping.refuse_unseen(asking.person(request), site.store, (answer.left, answer.right))
    said = Judged(answer.verdict, answer.reason, answer.seen, by_whom(request))
    done = _steward(request).answer(answer.left, answer.right, said, answer.picks)
    return Decided(decision=done.decision, proposal=done.proposal)


@router.delete(
    "/v1/reviews/decisions/{number}",
    summary="Take an answer back",
    responses=answers(404, example=DECIDED),
)
def withdraw(request: Request, number: Number) -> Decided:
    """The decision with all that was decided in the same act; everything is as it was before it."""
    refuse_foreign_page(request)
    site_of(request).actions.withdraw(number, by_whom(request))
    return Decided(decision=number, proposal=None)


@router.post(
    "/v1/reviews/bulk/preview",
    summary="Preview one answer to many pairs",
    responses=answers(413, 415, example=PREVIEW),
)
def preview(request: Request, bulk: Bulk) -> BulkPreview:
    """How many pairs it would be about, and which are left out; nothing is decided."""
    refuse_foreign_page(request)
    plan = _steward(request).plan(_some(bulk), bulk.verdict, by_whom(request))
    return BulkPreview(
        pairs=len(plan.pairs), excluded=dict(plan.excluded), more=plan.more,
        needs_second=plan.needs_second, seen=plan.stamp,
    )  # fmt: skip


@router.post(
    "/v1/reviews/bulk", summary="Answer many pairs", responses=answers(409, 413, 415, example=ACT)
)
def begin(request: Request, bulk: BulkOrder) -> Act:
    """Starts what was previewed; 409 if other pairs came or went since."""
    refuse_foreign_page(request)
    by = by_whom(request)
    act = _steward(request).begin(_some(bulk), bulk.verdict, by, bulk.reason, bulk.seen)
    return _act(act)


def _some(bulk: Bulk) -> dict[str, str]:
    filters = bulk.filters()
    if not filters:
        raise Trouble(422, "value_wrong", "pattern")
    return filters


@router.get("/v1/reviews/acts/{number}", summary="One act", responses=answers(404, example=ACT))
def act(request: Request, number: Number) -> Act:
    """A proposal or an act in bulk: who, in which state, and how far."""
    with site_of(request).store.read() as reader:
        found = proposals.one(reader, number)
    if found is None:
        raise Trouble(404, "address_unknown", "number")
    return _act(found)


@router.post(
    "/v1/reviews/acts/{number}",
    summary="Answer an act",
    responses=answers(404, 409, 413, 415, example=ACT),
)
def answer_act(request: Request, number: Number, answer: ActAnswer) -> Act:
    """Confirm or decline a proposal of somebody else, or take back a whole act in bulk."""
    refuse_foreign_page(request)
    steward, by = _steward(request), by_whom(request)
    if answer.do == "confirm":
        steward.confirm(number, by)
    elif answer.do == "decline":
        steward.decline(number, by, answer.reason)
    else:
        steward.undo(number, by)
    return act(request, number)


def _act(found: proposals.Proposal) -> Act:
    told = {name: getattr(found, name) for name in Act.model_fields if name != "refused"}
    return Act(**told, refused=len(found.refused))


@router.get(
    "/v1/clusters/{party_id}",
    summary="A company from inside",
    responses=answers(404, example=CLUSTER),
)
def cluster(request: Request, party_id: Company) -> ClusterOf:
    """The records of a company, how each came there, and what ties them together."""
    scoping.refuse_unseen(asking.person(request), site_of(request).store, [party_id])
    found = _steward(request).cluster(party_id)
    if found is None:
        raise Trouble(404, "party_unknown", "party_id")
    return ClusterOf(
        id=found.golden_id,
        version=found.version,
        members=[Member(**{n: row[n] for n in Member.model_fields}) for row in found.members],
        ties=[
            TieOf(left=t.left, right=t.right, shared=list(t.shared), weak=t.weak)
            for t in found.ties
        ],
    )


@router.post(
    "/v1/clusters/{party_id}/parting",
    summary="Preview a parting",
    responses=answers(409, 413, 415, example=PARTING),
)
def parting(request: Request, party_id: Company, leave: Leave) -> PartingOf:
    """What would become of a company if these records left it; nothing is done."""
    refuse_foreign_page(request)
    found = _steward(request).parting(party_id, leave.records)
    return PartingOf(
        version=found.version,
        fields=[FieldChange(field=f, before=b, after=a) for f, b, a in found.fields],
        children=[Child(entity=entity, what=what) for entity, what in found.children],
        returns=found.returns,
    )


@router.post(
    "/v1/clusters/{party_id}/split",
    summary="Part a company",
    responses=answers(409, 413, 415, example=DECIDED),
)
def split(request: Request, party_id: Company, leave: Split) -> Decided:
    """These records leave and are never joined with the others again, until it is taken back."""
    refuse_foreign_page(request)
    by = by_whom(request)
    done = _steward(request).split(party_id, leave.records, by, leave.reason, leave.version)
    return Decided(decision=done.decision, proposal=done.proposal)


def _steward(request: Request) -> Stewardship:
    return site_of(request).actions.stewardship
