"""`/v1/webhooks`: changes sent to an address, signed and in order."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Response
from fastapi import Path as PathPart
from starlette.requests import Request

from admin import subscribing
from admin.api import problems
from admin.api.answers import answers
from admin.api.models_feed import WEBHOOK, MadeWebhook, NewWebhook, Webhook, WebhookAct, Webhooks
from admin.api.route import api_router
from admin.site import site_of
from admin.trouble import Trouble
from admin.words.vocabulary import delivery
from schemas.errors import ConfigError, Refused
from store import feed, webhooks

router = api_router()
Number = Annotated[int, PathPart(ge=1, le=2**53, description="Number of the webhook")]
Key = Annotated[
    str | None, Header(description="The same key again gives the same answer", max_length=200)
]
_MADE = {**WEBHOOK, "secret": "whsec_3vZq0m…"}


@router.get(
    "/v1/webhooks", summary="List webhooks", responses=answers(example={"items": [WEBHOOK]})
)
def listing(request: Request) -> Webhooks:
    """Every subscription and how it fares."""
    with site_of(request).store.read() as reader:
        head = feed.newest(reader)
        return Webhooks(items=[_shown(request, one, head) for one in webhooks.listing(reader)])


@router.post(
    "/v1/webhooks", summary="Make a webhook", status_code=201, response_model=MadeWebhook,
    responses=answers(409, 413, 415, example=_MADE, good=201),
)  # fmt: skip
def add(
    request: Request, response: Response, new: NewWebhook, idempotency_key: Key = None
) -> MadeWebhook:
    """Events are sent to `url` in the order of the feed, up to a hundred at once, signed with the secret.

    The secret is answered this once. An answer of 2xx accepts; anything else is repeated with growing
    pauses for two days, then the subscription stops and says why.
    """
    del idempotency_key  # answered by the route, for every operation alike
    try:
        made = subscribing.add(request, new.name, new.url, new.entities, new.position)
    except Refused as unfit:
        raise Trouble(422, "address_unfit", "url") from unfit
    except ConfigError as beyond:
        raise Trouble(422, "position_beyond", "position") from beyond
    response.headers["Location"] = f"/v1/webhooks/{made.id}"
    shown = _now(request, made)
    return MadeWebhook(**shown.model_dump(), secret=made.secret)


@router.get("/v1/webhooks/{number}", summary="One webhook", responses=answers(404, example=WEBHOOK))
def one(request: Request, number: Number) -> Webhook:
    """A subscription and how it fares."""
    with site_of(request).store.read() as reader:
        found = webhooks.find(reader, number)
    if found is None:
        raise Trouble(404, "webhook_unknown", "number")
    return _now(request, found)


@router.post(
    "/v1/webhooks/{number}", summary="Pause, resume, replay or test a webhook",
    response_model=Webhook, responses=answers(404, 409, 413, 415, example=WEBHOOK),
)  # fmt: skip
def act(
    request: Request, number: Number, wanted: WebhookAct, idempotency_key: Key = None
) -> Webhook:
    """What was not delivered waits; a replay sends again what is after a position."""
    del idempotency_key
    one(request, number)
    if wanted.act == "replay" and wanted.position is None:
        raise Trouble(422, "field_missing", "position")
    try:
        found = subscribing.act(request, number, wanted.act, wanted.position)
    except ConfigError as beyond:
        raise Trouble(422, "position_beyond", "position") from beyond
    return _now(request, found)


@router.delete(
    "/v1/webhooks/{number}", summary="End a webhook", status_code=204, responses=answers(404)
)
def remove(request: Request, number: Number) -> None:
    """Nothing is sent any more."""
    try:
        subscribing.remove(request, number)
    except ConfigError as unknown:
        raise Trouble(404, "webhook_unknown", "number") from unknown


def _now(request: Request, found: webhooks.Webhook) -> Webhook:
    with site_of(request).store.read() as reader:
        return _shown(request, found, feed.newest(reader))


def _shown(request: Request, found: webhooks.Webhook, head: int) -> Webhook:
    names = set(Webhook.model_fields) & set(webhooks.Webhook.__slots__) - {"error"}
    told = {name: getattr(found, name) for name in names}
    error = delivery(problems.language(request), found.error, found.error_status)
    return Webhook(**told, error=error, head=head, lag=max(0, head - found.position))
