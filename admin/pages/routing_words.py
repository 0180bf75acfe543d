"""The words of routing: conditions, targets, and why an enquiry went where it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from admin.pages.routing_form import PICKED, Misfit
from admin.site import site_of
from admin.words.language import N_
from config.routing import CLOSED, OPEN, TARGETS, UNSURE

CONDITIONS: Mapping[str, str] = {
    "topic": N_("topic"),
    "channel": N_("channel"),
    "kind": N_("kind of counterparty"),
    "known": N_("client is known"),
    "owned": N_("counterparty has an owner"),
    "hours": N_("came in hours"),
    "weekday": N_("day of the week"),
    "language": N_("language of the text"),
    "words": N_("words in the text"),
    "segment": N_("segment of the counterparty"),
    "volume": N_("planned volume a year, roubles"),
    "contract": N_("our organisation that holds the contract"),
    "region": N_("region"),
    "box": N_("our mailbox or site"),
    "source": N_("source of attraction"),
    "inn": N_("INN"),
}
TARGET_TITLES: Mapping[str, str] = {
    "queue": N_("common queue of a unit"),
    "department": N_("department: least loaded"),
    "group": N_("group: least loaded"),
    "employee": N_("employee"),
    "owner": N_("owner of the counterparty"),
}
TABS = (
    ("/enquiries", N_("Register")),
    ("/enquiries/hand-over", N_("Hand over")),
    ("/enquiries/routing", N_("Routing")),
    ("/enquiries/topics", N_("Topics")),
)


CELLS: Mapping[str, str] = {
    "to": N_("To whom"),
    "name": N_("Name: of the unit, department, group, or login"),
    "most": N_("Most open enquiries each"),
}
_MISFIT = N_("Line %(n)s, “%(field)s”: %(why)s.")


def misfit(request: Request, found: Misfit) -> str:
    """The sentence that says which line of the form cannot be, in which field, and what would fit."""
    site = site_of(request)
    language = site.language(request)
    say = site.words[language].gettext
    title = CONDITIONS.get(found.field) or CELLS.get(found.field, found.field)
    why = found.ru if language == "ru" else found.en
    return say(_MISFIT) % {"n": found.place, "field": say(title), "why": why}


def words(request: Request) -> dict[str, Any]:
    """What templates of routing need to speak of it."""
    topics = site_of(request).settings.topics
    return {
        "conditions": CONDITIONS,
        "targets": TARGET_TITLES,
        "target_kinds": TARGETS,
        "picked": PICKED,
        "typed": OPEN,
        "choices": {"topic": (*(topic.name for topic in topics), UNSURE), **CLOSED},
        "topics": topics,
        "beside": TABS,
    }
