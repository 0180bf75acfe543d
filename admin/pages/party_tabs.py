"""The tabs of a company's card, how much is under each, and what those of its activity show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin.words.language import N_
from store.engine import Reader
from store.views import calls, enquiries, orders, timeline
from store.views.life import Life, records_of, speaks
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


def activity(reader: Reader, tab: str, card: Party) -> dict[str, Any]:
    """What the tabs of calls, enquiries and orders show, the newest first; nothing for another tab."""
    party_id = card.row["id"]
    if tab == "calls":
        rows = calls.of_company(reader, party_id, SHOWN)
        return {"calls": rows, "staff": by_extension(reader, [row["employee"] for row in rows])}
    if tab in ("enquiries", "orders"):
        asked = [row for row in enquiries.of_company(reader, party_id, SHOWN) if speaks(row)]
        made = orders.newest(reader, records_of(card.records), SHOWN) if tab == "orders" else []
        made = sorted(made, key=lambda row: str(row["at"]), reverse=True)[:SHOWN]
        return {"enquiries": asked, "orders": made, "named": _named(asked, made)}
    return {}


def _named(
    asked: list[dict[str, Any]], made: list[dict[str, Any]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Each number that enquiries name and no source tells of, with the newest of them."""
    known = {row["number"] for row in made}
    found: dict[str, Mapping[str, Any]] = {}
    for row in asked:
        for number in row["orders"] or ():
            if number not in known:
                found.setdefault(number, row)
    return list(found.items())
