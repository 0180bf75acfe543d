"""Delivery of webhooks: signed, in the order of the feed, repeated until accepted or given up.

Headers and signature are those of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.house import House
from flows.outward import Answered, post
from schemas.errors import Conflict
from store import leases, webhooks
from store.clock import utc_now
from store.engine import Reader
from store.views import feed
from store.webhooks import Webhook

PREFIX = "whsec_"
MOST = 100
PAUSES = tuple(
    timedelta(seconds=n)
    for n in (5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 43_200)
)
LEASE = timedelta(minutes=2)
_GONE = 410
_AT_ONCE = 8
Send = Callable[[str, bytes, Mapping[str, str]], Answered]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One attempt: to which subscription, how many events, up to where, and what stood in the way."""

    webhook: int
    events: int
    position: int
    error: str | None = None
    status: int | None = None


def new_secret() -> str:
    """A secret to sign by, 32 random bytes, as receivers expect it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def deliver(house: House, send: Send | None = None, now: datetime | None = None) -> list[Delivered]:
    """One delivery to every subscription that is due; killed anywhere, the next call repeats what was
    not confirmed and skips nothing."""
    with house.store.read() as reader:
        waiting = webhooks.due(reader, now)
    sender = send or _sender(house)
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # a slow receiver holds up nobody else's delivery
        done = list(pool.map(lambda one: _in_turn(house, one, sender, now), waiting))
    return [one for one in done if one is not None]


def drain(house: House, send: Send | None = None) -> list[Delivered]:
    """Deliveries until nothing is due now."""
    done: list[Delivered] = []
    while portion := deliver(house, send):
        done += portion
    return done


def ping(house: House, number: int, send: Send | None = None) -> Delivered:
    """A delivery without events, sent now; it moves nothing."""
    with house.store.read() as reader:
        one = webhooks.known(reader, number)
    body = _body(one, [], one.position, "ping")
    answered = _post(one, f"ping_{secrets.token_hex(8)}", body, send or _sender(house))
    error = _trouble(answered)
    with house.store.write() as writer:
        webhooks.tried(writer, number, error, answered.status)
    return Delivered(one.id, 0, one.position, error, answered.status)


def _sender(house: House) -> Send:
    allowed = frozenset(house.settings.webhook_host_names)
    return lambda url, body, headers: post(url, body, headers, allowed)


def _in_turn(house: House, one: Webhook, send: Send, now: datetime | None) -> Delivered | None:
    """One delivery, unless another process is at it."""
    name, owner = f"webhook/{one.id}", secrets.token_hex(8)
    try:
        with leases.held(house.store, name, owner, LEASE):
            return _delivered(house, one.id, send, now)
    except Conflict:
        return None


def _delivered(house: House, number: int, send: Send, now: datetime | None) -> Delivered | None:
    with house.store.read() as reader:
        one = next((w for w in webhooks.due(reader, now) if w.id == number), None)
        if one is None:
            return None
        rows, end = webhooks.following(reader, one, MOST)
        items = _items(reader, rows)
    if not items:
        with house.store.write() as writer:
            webhooks.accepted(writer, one, end, 0, now)
        return Delivered(one.id, 0, end)
    body = _body(one, items, end, "changes")
    answered = _post(one, f"{one.id}_{one.position + 1}_{end}", body, send)
    error = _trouble(answered)
    with house.store.write() as writer:
        if error is None:
            webhooks.accepted(writer, one, end, len(items), now)
        else:
            again = _again(one, error, now or utc_now())
            webhooks.failed(writer, one, end, error, answered.status, again, now)
    return Delivered(one.id, len(items), end, error, answered.status)


def _again(one: Webhook, error: str, now: datetime) -> datetime | None:
    """When to try again; None to give up."""
    if error == "gone" or one.attempts >= len(PAUSES):
        return None
    return now + PAUSES[one.attempts]


def _items(reader: Reader, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    owners = feed.parties_of(reader, [(row["entity"], row["golden_id"]) for row in rows])
    told = ("pos", "entity", "golden_id", "op", "version", "survivor_id", "new_ids")
    return [
        {
            **{name: row[name] for name in told},
            "party_id": owners.get(row["golden_id"]),
            "at": row["at"].astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }
        for row in rows
    ]


def _body(one: Webhook, items: Sequence[Mapping[str, Any]], end: int, kind: str) -> bytes:
    told = {"type": kind, "webhook": one.id, "items": items, "next": end}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _post(one: Webhook, message: str, body: bytes, send: Send) -> Answered:
    at = int(utc_now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Kanon",
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(one.secret, message, at, body),
    }
    return send(one.url, body, headers)


def _trouble(answered: Answered) -> str | None:
    status = answered.status
    if status is None or answered.error:
        return answered.error or "unreachable"
    if 200 <= status < 300:
        return None
    return "gone" if status == _GONE else "redirected" if 300 <= status < 400 else "answered"
