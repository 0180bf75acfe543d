"""Whether a source's record of a company is in use: calls, enquiries and orders of late, by what it bears itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.call_messages import CHANNEL
from store.clock import utc_now
from store.engine import Reader
from store.tables import call, enquiry
from store.views.calls import COUNTS
from store.views.paging import dicts

MONTHS = 12
# Of each number, address or company so many are counted, the newest first.
CAP = 200
# A record of a switchboard may bear a hundred numbers; the statement must not grow with them.
_NUMBERS = 12
_YEAR = timedelta(days=365)
_E = enquiry.c
# A missed call is counted as a call; what nobody wanted to read says nothing of who sent it.
_MEANT = (_E.channel != CHANNEL, _E.state != "spam")
_SAID = ("id", "began_at", "inn", "sender_phone", "sender_email", "company_id", "orders")


@dataclass(frozen=True, slots=True)
class Seen:
    """How often something happened and when last; with `more`, oftener than was counted."""

    count: int = 0
    last: datetime | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """What happened with one record; `months` are calls and enquiries of each of twelve months, the oldest first.

    `months` is empty where more happened than was counted. `alive`: something did within a year.
    """

    calls: Seen = field(default_factory=Seen)
    enquiries: Seen = field(default_factory=Seen)
    orders: Seen = field(default_factory=Seen)
    months: Sequence[int] = ()
    alive: bool = False

    @property
    def last(self) -> datetime | None:
        """When anything happened last."""
        return max((m for m in (self.calls.last, self.enquiries.last) if m), default=None)


def of_records(
    reader: Reader, records: Sequence[Mapping[str, Any]], now: datetime | None = None
) -> list[Life]:
    """The life of each of a few counterparty records, which have `phones`, `emails`, `inn` and `golden_id`.

    A call counts for every record that bears its number; an enquiry, unless it was given to another company,
    for every record whose number, address, INN or company it names. A missed call is a call alone.
    """
    moment = now or utc_now()
    rung = _calls(reader, {phone for row in records for phone in _phones(row)})
    asked = _enquiries(reader, records)
    return [_life(row, rung, asked, moment) for row in records]


def _phones(row: Mapping[str, Any]) -> list[str]:
    """The numbers of a record as calls bear them: without an extension."""
    bare = dict.fromkeys(phone.partition(";")[0] for phone in row["phones"] or ())
    return list(bare)[:_NUMBERS]


def _emails(row: Mapping[str, Any]) -> list[str]:
    return list(row["emails"] or ())[:_NUMBERS]


def _calls(reader: Reader, phones: Iterable[str]) -> dict[str, list[datetime]]:
    """Phone → when it was talked with, the newest first."""
    c = call.c
    found: dict[str, list[datetime]] = {phone: [] for phone in sorted(phones)}
    parts = [
        sa.select(c.phone, c.started_at).where(c.phone == phone, COUNTS).order_by(c.started_at.desc())
        for phone in found
    ]  # fmt: skip
    for row in _together(reader, parts):
        found[row["phone"]].append(row["started_at"])
    return found


def _enquiries(reader: Reader, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Enquiries that any of the records may be meant by, each once."""
    ways = {
        "sender_phone": {phone for row in records for phone in _phones(row)},
        "sender_email": {email for row in records for email in _emails(row)},
        "inn": {row["inn"] for row in records if row["inn"]},
        "company_id": {row["golden_id"] for row in records if row["golden_id"]},
    }
    columns = [_E[name] for name in _SAID]
    parts = [
        sa.select(*columns).where(_E[way] == value, *_MEANT).order_by(_E.began_at.desc())
        for way, values in ways.items()
        for value in sorted(values)
    ]  # fmt: skip
    return list({row["id"]: row for row in _together(reader, parts)}.values())


def _together(reader: Reader, parts: Sequence[sa.Select[Any]]) -> list[dict[str, Any]]:
    """The first rows of each of some selects in one statement: each is read by its own index."""
    if not parts:
        return []
    few = [sa.select(part.limit(CAP + 1).subquery()) for part in parts]
    return dicts(reader, sa.select(sa.union_all(*few).subquery()))


def _life(
    row: Mapping[str, Any],
    rung: Mapping[str, Sequence[datetime]],
    asked: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Life:
    phones = _phones(row)
    calls = [moment for phone in phones for moment in rung[phone]]
    own = [one for one in asked if _is_meant(row, phones, one)]
    begun = [one["began_at"] for one in own]
    ordered = {number: one["began_at"] for one in _oldest_first(own) for number in one["orders"]}
    seen = _seen(calls, any(len(rung[phone]) > CAP for phone in phones)), _seen(begun)
    life = Life(*seen, _seen(list(ordered.values())))
    months = () if any(one.more for one in seen) else _by_month([*calls, *begun], now)
    alive = life.last is not None and life.last > now - _YEAR
    return Life(life.calls, life.enquiries, life.orders, months, alive)


def _is_meant(row: Mapping[str, Any], phones: Sequence[str], asked: Mapping[str, Any]) -> bool:
    if asked["company_id"] is not None:
        return bool(asked["company_id"] == row["golden_id"])
    named = row["inn"] is not None and asked["inn"] == row["inn"]
    return named or asked["sender_phone"] in phones or asked["sender_email"] in _emails(row)


def _oldest_first(asked: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(asked, key=lambda one: one["began_at"])


def _seen(moments: Sequence[datetime], more: bool = False) -> Seen:
    capped = more or len(moments) > CAP
    return Seen(
        min(len(moments), CAP) if capped else len(moments), max(moments, default=None), capped
    )


def _by_month(moments: Sequence[datetime], now: datetime) -> tuple[int, ...]:
    ago = [(now.year - at.year) * 12 + now.month - at.month for at in moments]
    return tuple(ago.count(n) for n in range(MONTHS - 1, -1, -1))
