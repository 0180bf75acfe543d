"""Whether a record or a company is in use: calls, enquiries and orders of late, by what it bears itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.call_messages import CHANNEL
from store.clock import utc_now
from store.engine import Reader
from store.tables import call, enquiry
from store.views import orders
from store.views.calls import COUNTS
from store.views.newest import led_to, place
from store.views.parties import Party

MONTHS = 12
# Of each number, address or company so many are counted, the newest first.
CAP = 200
# A record of a switchboard may bear a hundred numbers; the statement must not grow with them.
_NUMBERS = 40
_YEAR = timedelta(days=365)
_E = enquiry.c
_SAID = (
    "id",
    "began_at",
    "inn",
    "sender_phone",
    "sender_email",
    "company_id",
    "contact_id",
    "orders",
    "channel",
    "state",
)
_RUNG = (
    sa.select(call.c.phone, call.c.started_at)
    .where(call.c.phone == place(), COUNTS)
    .order_by(call.c.started_at.desc())
)
_ASKED = {
    way: sa.select(*(_E[name] for name in _SAID)).where(_E[way] == place()).order_by(_E.began_at.desc())
    for way in ("sender_phone", "sender_email", "inn", "company_id", "contact_id")
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """How often something happened and when last; with `more`, oftener than was counted."""

    count: int = 0
    last: datetime | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """What happened with a record or a company; `months` are calls and enquiries of each of twelve months, the oldest first.

    `orders` are those that sources tell of it, and numbers that its enquiries name beside them. `months` is empty
    where more happened than was counted. `alive`: something did within a year. `events`
    are all calls and enquiries, those too that tell of a missed call, or that nobody wanted.
    """

    calls: Seen = field(default_factory=Seen)
    enquiries: Seen = field(default_factory=Seen)
    orders: Seen = field(default_factory=Seen)
    months: Sequence[int] = ()
    alive: bool = False
    events: int = 0

    @property
    def kinds(self) -> Mapping[str, Seen]:
        """What was counted, by name."""
        return {"calls": self.calls, "enquiries": self.enquiries, "orders": self.orders}

    @property
    def last(self) -> datetime | None:
        """When anything happened last."""
        return max((seen.last for seen in self.kinds.values() if seen.last), default=None)


@dataclass(frozen=True, slots=True)
class Marks:
    """By what calls and enquiries are known to be of a record or a company."""

    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    inn: str | None = None
    company: str | None = None
    contacts: Sequence[str] = ()
    records: Sequence[tuple[str, str]] = ()

    def means(self, asked: Mapping[str, Any]) -> bool:
        """Whether an enquiry is of this one; what was given to a company is of no other."""
        if asked["company_id"] is not None:
            return bool(asked["company_id"] == self.company)
        named = self.inn is not None and asked["inn"] == self.inn
        reached = asked["sender_phone"] in self.phones or asked["sender_email"] in self.emails
        return named or reached or asked["contact_id"] in self.contacts


def speaks(enquiry: Mapping[str, Any]) -> bool:
    """Whether an enquiry is a sign of life: a missed call is counted as a call, and spam is of nobody."""
    return bool(enquiry["channel"] != CHANNEL and enquiry["state"] != "spam")


def of_records(
    reader: Reader, records: Sequence[Mapping[str, Any]], now: datetime | None = None
) -> list[Life]:
    """The life of each of a few counterparty records, which have `phones`, `emails`, `inn` and `golden_id`.

    A call counts for every record that bears its number; an enquiry, unless it was given to another company,
    for every record whose number, address, INN or company it names. A missed call is a call alone.
    """
    marks = [
        Marks(
            _bare(row["phones"]),
            _few(row["emails"]),
            row["inn"],
            row["golden_id"],
            (),
            records_of([row]),
        )
        for row in records
    ]
    return _lives(reader, marks, now or utc_now())


def of_company(reader: Reader, card: Party, now: datetime | None = None) -> Life:
    """The life of a company, by all numbers and addresses of its own and of its people."""
    told = {
        kind: [one["value"] for one in card.points if one["kind"] == kind]
        for kind in ("phone", "email")
    }
    people = _few([one["id"] for one in card.contacts])
    marks = Marks(
        _bare(told["phone"]), _few(told["email"]), card.row["inn"], card.row["id"], people,
        records_of(card.records),
    )  # fmt: skip
    return _lives(reader, [marks], now or utc_now())[0]


def records_of(records: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The records as orders name them."""
    told = [(row["connection"], f"{row['stream']}:{row['key']}") for row in records]
    return tuple(told[:_NUMBERS])


def _bare(phones: Sequence[str] | None) -> tuple[str, ...]:
    """Numbers as calls bear them: without an extension."""
    return _few([phone.partition(";")[0] for phone in phones or ()])


def _few(values: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values or ()))[:_NUMBERS]


def _lives(reader: Reader, marks: Sequence[Marks], now: datetime) -> list[Life]:
    rung = _calls(reader, {phone for one in marks for phone in one.phones})
    asked = _enquiries(reader, marks)
    made = orders.newest(reader, {record for one in marks for record in one.records}, CAP + 1)
    return [_life(one, rung, asked, made, now) for one in marks]


def _calls(reader: Reader, phones: Iterable[str]) -> dict[str, list[datetime]]:
    """Phone → when it was talked with, the newest first."""
    found: dict[str, list[datetime]] = {phone: [] for phone in sorted(phones)}
    for row in led_to(reader, [(_RUNG, [(phone,) for phone in found])], CAP + 1):
        found[row["phone"]].append(row["started_at"])
    return found


def _enquiries(reader: Reader, marks: Sequence[Marks]) -> list[dict[str, Any]]:
    """Enquiries that any of them may be meant by, each once."""
    ways = {
        "sender_phone": {phone for one in marks for phone in one.phones},
        "sender_email": {email for one in marks for email in one.emails},
        "inn": {one.inn for one in marks if one.inn},
        "company_id": {one.company for one in marks if one.company},
        "contact_id": {contact for one in marks for contact in one.contacts},
    }
    told = [(_ASKED[way], [(value,) for value in sorted(values)]) for way, values in ways.items()]
    return list({row["id"]: row for row in led_to(reader, told, CAP + 1)}.values())


def _life(
    marks: Marks,
    rung: Mapping[str, Sequence[datetime]],
    asked: Sequence[Mapping[str, Any]],
    made: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Life:
    calls = [moment for phone in marks.phones for moment in rung[phone]]
    meant = [one for one in asked if marks.means(one)]
    own = [one for one in meant if speaks(one)]
    begun = [one["began_at"] for one in own]
    ordered = {number: one["began_at"] for one in _oldest_first(own) for number in one["orders"]}
    ordered |= {
        one["number"] or one["key"]: one["at"]
        for one in made
        if (one["connection"], one["party_key"]) in marks.records and one["at"] is not None
    }
    seen = _seen(calls, any(len(rung[phone]) > CAP for phone in marks.phones)), _seen(begun)
    life = Life(*seen, _seen(list(ordered.values())))
    months = () if any(one.more for one in seen) else _by_month([*calls, *begun], now)
    alive = life.last is not None and life.last > now - _YEAR
    return replace(life, months=months, alive=alive, events=len(calls) + len(meant))


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
