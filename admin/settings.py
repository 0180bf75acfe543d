"""What the web interface must know about its installation; nothing here is a secret but `secret`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from config.authority import Authority
from config.enquiries import Enquiries, Topic, shipped_enquiries
from config.routing import RoutingTable, shipped_routing
from config.sites import SiteForm
from config.stages import Stages, shipped_stages
from config.stock import Stock, shipped_stock
from config.telephony import Telephony
from flows.freshness import Rhythm
from mappings.nomenclature import Grammar, shipped

Environment = Literal["prod", "test", "demo"]


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A connection as the pages name it: its cron line, or the pause `every` between two runs, if any.

    `trust`: of requisites and of names, the place among all connections, from 1, and the last place there is.
    """

    name: str
    title: str = ""
    kind: str = ""
    every: timedelta | None = None
    schedule: str = ""
    zone: str = "Europe/Moscow"
    trust: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def rhythm(self) -> Rhythm:
        """When it is to be read."""
        return Rhythm(self.schedule, self.zone, self.every)


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Settings of the web interface.

    With `sign_in` everybody signs in or brings a token; without, whoever sits at this machine is the
    administrator and nobody else is answered. `hosts` are the Host headers answered. `secret` signs the form tokens: give one when
    several processes serve the same browsers, otherwise each start draws its own. `body_limit` are
    the bytes a request may carry, `calls_a_minute` the calls to the API one token may make, 0 for any
    number. `exports` is the folder of workbooks made for people; None makes none. `prefect` is the address
    of Prefect's pages, if any; `telephony` says what the reports of calls count as in time. `forms` are the sites whose forms are taken in, `topics` those of enquiries,
    `enquiries` the rules that tell them, `grammar` opens the classes of goods, `stock` says which lots are illiquid, `routing` is the table that sends
    enquiries where no version of it was ever chosen, `authority` says what may be told to whom. `dials` says that a switch can be asked to dial. `second_factor`: administrators must have one.
    """

    environment: Environment = "test"
    version: str = "0.1.0"
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    time_zone: str = "Europe/Moscow"
    sources: tuple[SourceCard, ...] = ()
    body_limit: int = 1_000_000
    calls_a_minute: int = 0
    sign_in: bool = False
    exports: Path | None = None
    stages: Stages = field(default_factory=shipped_stages)
    prefect: str = ""
    telephony: Telephony = field(default_factory=Telephony)
    forms: tuple[SiteForm, ...] = ()
    grammar: Callable[[], Grammar] = shipped
    topics: tuple[Topic, ...] = field(default_factory=lambda: tuple(shipped_enquiries().topics))
    enquiries: Enquiries = field(default_factory=shipped_enquiries)
    stock: Stock = field(default_factory=shipped_stock)
    routing: RoutingTable = field(default_factory=shipped_routing)
    authority: Authority = field(default_factory=Authority)
    dials: bool = False
    second_factor: bool = False
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def source(self, name: str) -> SourceCard:
        """The card of a connection; an unnamed one if the configuration does not list it."""
        return next((card for card in self.sources if card.name == name), SourceCard(name))
