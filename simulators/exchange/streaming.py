"""Streams of events: what a subscription is told while somebody listens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from simulators.exchange.soap import TYPES, envelope, said

if TYPE_CHECKING:
    from simulators.exchange.server import MailServer

_NAME = "GetStreamingEvents"
_STEP = 0.05


def events(server: MailServer, request: Element) -> Iterator[str]:
    """Envelopes of events of the mailboxes subscribed to, at last that the stream is closed."""
    office = server.office
    asked = [one.text or "" for one in request.iter(f"{{{TYPES}}}SubscriptionId")]
    told = {one: office.heard.get(one, 0) for one in asked}
    yield _told(_status("OK"))
    ends = time.monotonic() + server.stream_seconds
    while server.streams and time.monotonic() < ends:
        with office.news:
            office.news.wait(_STEP)
        for one, seen in told.items():
            now = office.arrivals.get(one.partition("|")[0], 0)
            if now > seen:
                told[one] = now
                office.heard[one] = now
                yield _told(_event(one) + _status("OK"))
    if server.streams:
        yield _told(_status("Closed"))


def _told(body: str) -> str:
    return envelope(_NAME, said(_NAME, body))


def _status(text: str) -> str:
    return f"<m:ConnectionStatus>{text}</m:ConnectionStatus>"


def _event(subscription: str) -> str:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"<m:Notifications><m:Notification><t:SubscriptionId>{subscription}</t:SubscriptionId><t:NewMailEvent>"
        f'<t:Watermark>AA</t:Watermark><t:TimeStamp>{now}</t:TimeStamp><t:ItemId Id="x" ChangeKey="AQ=="/>'
        '<t:ParentFolderId Id="y" ChangeKey="AQ=="/></t:NewMailEvent></m:Notification></m:Notifications>'
    )
