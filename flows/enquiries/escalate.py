"""Escalate: whoever is the head of an enquiry's owner hears once that its answer is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from config.alerts import Alerts
from flows.channels import ByMail, Channel
from schemas.errors import KanonError
from store import enquiries
from store.engine import Store
from store.views import late
from store.views.late import Head

log = structlog.get_logger()
ESCALATED = "escalated_to"
NOBODY = "alerts"  # without a head the usual recipients of alerts are told
_BACK = timedelta(days=7)  # what is later than that is history, not news
_MOST = 200


def escalate(store: Store, settings: Alerts, ways: Sequence[Channel], now: datetime) -> int:
    """Tell of enquiries whose deadline has passed since; how many were told of.

    Sent first, remembered after: who is killed in between tells it again rather than never.
    """
    with store.read() as reader:
        rows = late.untold(reader, now - _BACK, now, ESCALATED, _MOST)
        heads = late.heads(reader, rows, now)
    told: list[tuple[dict[str, Any], str]] = []
    for head in dict.fromkeys(heads.values()):
        own = [row for row in rows if heads[row["id"]] == head]
        if _tell(settings, ways, head, own):
            told += [(row, head.login if head else NOBODY) for row in own]
    if told:
        with store.write() as writer:
            for row, login in told:
                anchor = (row["channel"], row["threads"][0], row["message_id"])
                enquiries.decide(writer, anchor, ESCALATED, login, author="deadline", now=now)
    return len(told)


def _tell(
    settings: Alerts, ways: Sequence[Channel], head: Head | None, rows: Sequence[dict[str, Any]]
) -> bool:
    """Whether anybody was told."""
    russian = settings.language == "ru"
    subject = (
        f"Kanon: обращений просрочено: {len(rows)}"
        if russian
        else f"Kanon: enquiries late: {len(rows)}"
    )
    text = "\n".join(_line(settings, row) for row in rows)
    own = head.email if head else None
    mail = [way.to(own) for way in ways if own and isinstance(way, ByMail)]
    done = False
    for way in mail or ways:
        try:
            way.send(subject, text)
            done = True
        except KanonError as error:
            log.warning("escalation not sent", error=error.en)
    return done


def _line(settings: Alerts, row: dict[str, Any]) -> str:
    """No name, number or word of the client: they are on the page."""
    due = f"{row['deadline_at']:%Y-%m-%d %H:%M} UTC"
    whose = row["owner"] or row["unit"] or "—"
    place = f"{settings.site.rstrip('/')}/enquiries/{row['id']}"
    if settings.language == "ru":
        return f"Ответить надо было до {due}; у кого: {whose}. {place}"
    return f"The answer was due by {due}; who has it: {whose}. {place}"
