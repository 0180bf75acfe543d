"""One line for the journal: the caller says what was done, who asks and from where is known.

noting.note(writer, request, "cursor_moved", "consumer", name, before=…, after=…)   # with the act
noting.later(request, "export", "list", "/parties")                                 # of a mere read
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from admin import failures
from admin.guard import asking
from admin.site import site_of
from store import journal
from store.engine import Writer

Told = Mapping[str, Any] | str | None


class Caller:
    """ASGI middleware: whatever is noted while a request is answered bears its address and number."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        was = journal.CALLER.set((asking.address(Request(scope)), failures.error_id()))
        try:
            await self.app(scope, receive, send)
        finally:
            journal.CALLER.reset(was)


def note(
    writer: Writer,
    request: Request,
    act: str,
    object_kind: str | None = None,
    object_id: str | None = None,
    *,
    before: Told = None,
    after: Told = None,
    reason: str | None = None,
) -> None:
    """Add what is done to the journal, in the transaction that does it; take it last."""
    journal.note(
        writer, journal.Act(_who(request), act, object_kind, object_id, before, after, reason)
    )


def later(
    request: Request,
    act: str,
    object_kind: str | None = None,
    object_id: str | None = None,
    *,
    after: Told = None,
    who: str | None = None,
    reason: str | None = None,
) -> None:
    """Add what wrote nothing by itself, such as an export or a refusal, behind the answer."""
    address, number = journal.CALLER.get()
    told = journal.Act(
        who or _who(request), act, object_kind, object_id, None, after, reason, address, number
    )
    site_of(request).later(lambda writer: journal.note(writer, told))


def _who(request: Request) -> str:
    person = asking.person(request)
    return person.login if person else ""
