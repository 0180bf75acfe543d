"""Six sources of one world: an ERP database, a 1C server, exchange files, a spreadsheet, a switch, a mailbox.

Beside them stands the list of the firm's own people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from simulators.commerceml import write_packets
from simulators.ebs import Ebs, build_ebs
from simulators.exchange import Office, Post, serve_mail
from simulators.exchange.server import MailServer
from simulators.legacy import write_csv, write_workbook
from simulators.onec import OneC, Publication, build_base, serve
from simulators.staff import write_staff
from simulators.telephony.day import Day
from simulators.telephony.office import write_office
from simulators.world import World

_CALLING = 150
MAILBOX = "zakaz@company.example"
LETTERS, _APART = 120, timedelta(minutes=55)


@dataclass(frozen=True)
class Demo:
    """Where each source is and how to enter it; `truth` says what every record really is."""

    world: World
    ebs: Ebs
    onec: OneC
    commerceml: Path
    spreadsheet: Path
    csv: Path
    switch: Path
    mail: MailServer
    staff: Path
    days: Sequence[Day] = ()

    @property
    def truth(self) -> pl.DataFrame:
        """source, stream, key → legal entity, unit and labels of what is wrong with the record."""
        return self.world.truth()

    def change_onec(self, n: int = 3) -> list[str]:
        """Ref_Keys of `n` counterparties edited in 1C just now, registered in its exchange plan."""
        return self.onec.base.change(n)


@contextmanager
def start_demo(
    folder: Path,
    seed: int = 1,
    companies: int = 10_000,
    port: int = 0,
    today: date | None = None,
) -> Iterator[Demo]:
    """Builds all six sources under `folder`, and serves 1C and the mail on loopback until the block ends.

    With the default size about 22 000 counterparty records: EBS 8 800 parties, 1C 6 900, CommerceML
    2 900, spreadsheet 1 900. The switch tells of the five working days before `today`, the mailbox of as
    many days.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = World(seed, companies)
    day = today or datetime.now(UTC).date()
    ebs = build_ebs(world, folder / "ebs.sqlite", today=day)
    write_packets(world, folder / "commerceml", parts=2)
    spreadsheet = write_workbook(world, folder / "files" / "clients.xlsx")
    listing = write_csv(world, folder / "csv" / "clients.csv")
    switch = folder / "asterisk"
    days = write_office(switch, _numbers(world), day, seed=seed)
    packets = folder / "commerceml"
    staff = write_staff(folder / "staff" / "staff.csv")
    with (
        serve(Publication(build_base(world, day, days)), port) as onec,
        serve_mail(_mail(world, day)) as mail,
    ):
        yield Demo(world, ebs, onec, packets, spreadsheet, listing, switch, mail, staff, days)


def posted(world: World, today: date, now: datetime) -> Post:
    """The letters of the days before a morning, none of them later than now."""
    last = min(datetime.combine(today, time(6), UTC), now)
    return Post(world, last - LETTERS * _APART, _APART)


def _mail(world: World, today: date) -> Office:
    office = Office(posted(world, today, datetime.now(UTC)))
    office.open(MAILBOX)
    for number in range(LETTERS):
        office.deliver(MAILBOX, number)
    return office


def _numbers(world: World) -> list[str]:
    """The numbers of those who telephone: every tenth company 1C knows, some hundreds at most."""
    known = (
        world.cards("onec")
        .filter(pl.col("phones").is_not_null())["phone"]
        .unique(maintain_order=True)
    )
    return known.gather_every(max(1, min(10, known.len() // 40)))[:_CALLING].to_list()
