"""Settings of a Communication Manager's call records."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from connectors.avaya.clock import DateOrder
from connectors.avaya.layout import Layout, layout_of
from connectors.registry import Settings


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("must be a zone such as Europe/Moscow or UTC")
    return name


def _layout(told: str | Layout) -> str | Layout:
    layout_of(told)
    return told


def _nets(told: tuple[str, ...]) -> tuple[str, ...]:
    for one in told:
        ip_network(one)
    return told


Zone = Annotated[str, AfterValidator(_zone)]


class Spool(Settings):
    """Where the lines of a switch lie, and where they are listened for.

    `listen` is the port the switch connects to, written as `9000` or `10.0.0.5:9000`; `dial` is the
    address of a switch that is connected to. What comes is written under `path`. `peers` are the
    addresses that may connect; empty means any.
    """

    path: Path
    patterns: tuple[str, ...] = Field(default=("*",), min_length=1)
    zone: Zone = "Europe/Moscow"
    listen: str = Field("", pattern=r"^(|([^:\s]+:)?[0-9]{1,5})$")
    dial: str = Field("", pattern=r"^(|[^:\s]+:[0-9]{1,5})$")
    peers: Annotated[tuple[str, ...], AfterValidator(_nets)] = ()

    @property
    def live(self) -> bool:
        """Whether a listener writes what is read."""
        return bool(self.listen or self.dial)

    @property
    def tz(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.zone)


class AvayaSettings(Spool):
    """Where the records lie and how they are written.

    `layout` is the name of a preset or the layout itself. `date_order` is that of date records, which
    tell month and day without a year. `zone` is the zone of the switch's clock.
    """

    layout: Annotated[str | Layout, AfterValidator(_layout)]
    date_order: DateOrder = "month_first"

    @property
    def read_by(self) -> Layout:
        """The layout itself."""
        return layout_of(self.layout)
