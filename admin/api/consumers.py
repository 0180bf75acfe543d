"""`/v1/consumers`: a place in the feed that the hub keeps, for who has nowhere to keep it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Header, Query, Response
from fastapi import Path as PathPart
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from admin import noting
from admin.api import changes
from admin.api.answers import answers
from admin.api.models import Changes
from admin.api.models_feed import CONSUMER, Consumer, Consumers, NewConsumer, Place
from admin.api.patterns import NAME
from admin.api.route import api_router, by
from admin.guard import asking, rights
from admin.guard.rights import Right
from admin.site import site_of
from admin.trouble import Trouble
from schemas.errors import ConfigError, Conflict
from store import consumers, feed
from store.engine import Reader, Writer

router = api_router()
Name = Annotated[
    str, PathPart(pattern=NAME, description="Name of the consumer", examples=["crm"], max_length=60)
]
Key = Annotated[str | None, Header(description="The same key again gives the same answer", max_length=200)]  # fmt: skip


@router.get(
    "/v1/consumers", summary="List consumers", responses=answers(example={"items": [CONSUMER]})
)
def listing(request: Request) -> Consumers:
    """Everybody who follows the feed by a name, with the place and the lag."""
    with site_of(request).store.read() as reader:
        head = feed.newest(reader)
        return Consumers(items=[_shown(one, head) for one in consumers.listing(reader)])


@router.post(
    "/v1/consumers", summary="Make a consumer", status_code=201,
    responses=answers(409, 413, 415, example=CONSUMER, good=201),
)  # fmt: skip
def add(
    request: Request, response: Response, new: NewConsumer, idempotency_key: Key = None
) -> Consumer:
    """A name under which the hub keeps how far you have come."""
    del idempotency_key  # answered by the route, for every operation alike
    with site_of(request).store.write() as writer:
        try:
            made = consumers.add(writer, new.name, new.position, by(request))
        except ConfigError as beyond:
            raise Trouble(422, "position_beyond", "position") from beyond
        except Conflict as taken:
            raise Trouble(409, "name_taken", "name") from taken
        noting.note(
            writer,
            request,
            "consumer_added",
            "consumer",
            new.name,
            after={"position": new.position},
        )
        response.headers["Location"] = f"/v1/consumers/{quote(new.name)}"
        return _shown(made, feed.newest(writer))


@router.get(
    "/v1/consumers/{name}", summary="One consumer", responses=answers(404, example=CONSUMER)
)
def one(request: Request, name: Name) -> Consumer:
    """Its place and lag."""
    with site_of(request).store.read() as reader:
        return _shown(_known(reader, name), feed.newest(reader))


@router.get(
    "/v1/consumers/{name}/changes", summary="Read from the consumer's place",
    responses=answers(403, 404, example=changes.EXAMPLE),
)  # fmt: skip
async def read(
    request: Request,
    name: Name,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Most events to answer")] = 1000,
    wait: Annotated[
        float, Query(ge=0, le=30, description="Seconds to wait while there is nothing new")
    ] = 0,
) -> Changes:
    """What comes after the confirmed position; the same again until it is confirmed."""
    place = await run_in_threadpool(_place, request, name)
    return await changes.page(request, place, limit, wait)


def _place(request: Request, name: str) -> int:
    site = site_of(request)
    with site.store.read() as reader:
        found = _known(reader, name)
    if consumers.due(found):
        site.later(lambda writer: consumers.noted(writer, name))
    return found.position


@router.post(
    "/v1/consumers/{name}/ack", summary="Confirm a position",
    responses=answers(403, 404, 409, 413, 415, example=CONSUMER),
)  # fmt: skip
def ack(request: Request, name: Name, place: Place, idempotency_key: Key = None) -> Consumer:
    """Everything up to `position` is done. A position confirmed before changes nothing."""
    del idempotency_key
    with site_of(request).store.write() as writer:
        _own(request, writer, name)
        try:
            found = consumers.ack(writer, name, place.position)
        except ConfigError as beyond:
            raise Trouble(422, "position_beyond", "position") from beyond
        return _shown(found, feed.newest(writer))


@router.put(
    "/v1/consumers/{name}/position", summary="Move a consumer",
    responses=answers(403, 404, 409, 413, 415, example=CONSUMER),
)  # fmt: skip
def move(request: Request, name: Name, place: Place) -> Consumer:
    """Set the place, also backwards: events after it are given again. It stands in the journal."""
    with site_of(request).store.write() as writer:
        _own(request, writer, name)
        try:
            before, found = consumers.move(writer, name, place.position)
        except ConfigError as beyond:
            raise Trouble(422, "position_beyond", "position") from beyond
        was, now = {"position": before}, {"position": place.position}
        noting.note(writer, request, "cursor_moved", "consumer", name, before=was, after=now)
        return _shown(found, feed.newest(writer))


@router.delete(
    "/v1/consumers/{name}",
    summary="Forget a consumer",
    status_code=204,
    responses=answers(403, 404),
)
def remove(request: Request, name: Name) -> None:
    """Its place is forgotten; the feed stays as it is."""
    with site_of(request).store.write() as writer:
        _own(request, writer, name)
        gone = consumers.remove(writer, name)
        told = {"position": gone.position}
        noting.note(writer, request, "consumer_removed", "consumer", name, before=told)


def _known(reader: Reader, name: str) -> consumers.Consumer:
    found = consumers.find(reader, name)
    if found is None:
        raise Trouble(404, "consumer_unknown", "name")
    return found


def _own(request: Request, writer: Writer, name: str) -> None:
    """403 for a consumer of somebody else, but to who runs the hub."""
    found = _known(writer, name)
    person = asking.person(request)
    if found.created_by != by(request) and not rights.held_by(person, Right.OPERATE):
        raise Trouble(403, "consumer_of_another", "name")


def _shown(one: consumers.Consumer, head: int) -> Consumer:
    told = {name: getattr(one, name) for name in consumers.Consumer.__slots__}
    return Consumer(**told, head=head, lag=max(0, head - one.position))
