"""Webhooks as the API and the page change them: one way for both, noted in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from starlette.requests import Request

from admin import noting
from admin.guard import asking
from admin.site import site_of
from schemas.errors import ConfigError
from store import webhooks
from store.webhooks import Webhook

What = Literal["pause", "resume", "replay", "test"]


def add(
    request: Request, name: str, url: str, entities: Sequence[str] | None, position: int | None
) -> Webhook:
    """A new subscription; Refused for an address that may not be sent to."""
    site, person = site_of(request), asking.person(request)
    secret = site.actions.hooks.secret(url)
    with site.store.write() as writer:
        by = person.login if person else ""
        made = webhooks.add(writer, name, url, secret, by, entities, position)
        told = {"name": name, "url": url, "position": made.position}
        noting.note(writer, request, "webhook_added", "webhook", str(made.id), after=told)
    return made


def act(request: Request, number: int, what: What, position: int | None) -> Webhook:
    """Pause, resume, replay or test; ConfigError for a number or position that is not there."""
    site = site_of(request)
    if what == "test":
        site.actions.hooks.ping(number)
        with site.store.read() as reader:
            return webhooks.known(reader, number)
    with site.store.write() as writer:
        if what == "replay":
            if position is None:
                raise ConfigError("Назовите позицию.", "Name the position.")
            before, found = webhooks.replay(writer, number, position)
            was, now = {"position": before}, {"position": position}
            noting.note(
                writer, request, "cursor_moved", "webhook", str(number), before=was, after=now
            )
            return found
        change = webhooks.pause if what == "pause" else webhooks.resume
        webhooks.known(writer, number)
        found = change(writer, number)
        noting.note(writer, request, f"webhook_{what}d", "webhook", str(number))
        return found


def remove(request: Request, number: int) -> None:
    """End a subscription."""
    with site_of(request).store.write() as writer:
        gone = webhooks.remove(writer, number)
        told = {"name": gone.name, "url": gone.url, "position": gone.position}
        noting.note(writer, request, "webhook_removed", "webhook", str(number), before=told)
