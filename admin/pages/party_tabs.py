"""The tabs of a company's card, how much is under each, and what those of its activity show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin.words.language import N_
from store.engine import Reader
from store.views import calls, enquiries, timeline
from store.views.life import Life, speaks
from store.views.parties import Party
from store.views.staff import by_extension

TABS = (
    ("golden", N_("Golden record")),
    ("sources", N_("Sources")),
    ("units", N_("Units and people")),
    ("calls", N_("Calls")),
    ("enquiries", N_("Enquiries")),
    ("orders", N_("Orders")),
    ("history", N_("History")),
)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the card: `count` is None where there is nothing to count, `more` says that there are more."""

    name: str
    title: str
    count: int | None = None
    more: bool = False


def tabs(reader: Reader, card: Party, life: Life) -> list[Tab]:
    """All tabs of a card, each with how much is under it."""
    happened = life.events + timeline.changes_of(reader, card.row["id"])
    counts: dict[str, tuple[int, bool]] = {
        "sources": (len(card.records), False),
        "units": (len(card.units) + len(card.contacts), False),
        "history": (happened, life.calls.more or life.enquiries.more),
        **{n: (seen.count, seen.more) for n, seen in life.kinds.items()},
    }
    return [Tab(name, title, *counts.get(name, (None, False))) for name, title in TABS]


def activity(reader: Reader, tab: str, party_id: str) -> dict[str, Any]:
    """What the tabs of calls, enquiries and orders show, the newest first; nothing for another tab."""
    if tab == "calls":
        rows = calls.of_company(reader, party_id, SHOWN)
        return {"calls": rows, "staff": by_extension(reader, [row["employee"] for row in rows])}
    if tab in ("enquiries", "orders"):
        asked = [row for row in enquiries.of_company(reader, party_id, SHOWN) if speaks(row)]
        return {"enquiries": asked, "orders": _orders(asked)}
    return {}


def _orders(asked: list[dict[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each number that enquiries name, with the newest of them."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in asked:
        for number in row["orders"] or ():
            found.setdefault(number, row)
    return list(found.items())
