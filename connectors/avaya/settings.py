"""Settings of a Communication Manager's call records."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from connectors.avaya.clock import DateOrder
from connectors.avaya.layout import Layout, layout_of
from connectors.registry import Settings
from schemas.errors import ConfigError
from schemas.unfit import NO_ZONE, Unfit, why


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise Unfit(*NO_ZONE)
    return name


def _read(told: Any) -> Any:
    """A layout of one's own read here, so that a fault in it is told as its own."""
    if not isinstance(told, Mapping):
        return told
    try:
        return Layout.model_validate(told)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        ru, en = why(fault, Layout)
        raise Unfit(f"{place}: {ru}" if place else ru, f"{place}: {en}" if place else en) from None


def _layout(told: str | Layout) -> str | Layout:
    try:
        layout_of(told)
    except ConfigError as error:
        raise Unfit(error.ru.rstrip("."), error.en.rstrip(".")) from None
    return told


def _nets(told: tuple[str, ...]) -> tuple[str, ...]:
    for one in told:
        try:
            ip_network(one)
        except ValueError:
            raise Unfit(
                f"«{one}» — не адрес и не сеть: 10.0.0.17 или 10.0.0.0/24",
                f"'{one}' is neither an address nor a network: 10.0.0.17 or 10.0.0.0/24",
            ) from None
    return told


def _port(told: str) -> str:
    if told and int(told.rpartition(":")[2]) > _LAST_PORT:
        raise Unfit(
            f"порт не бывает больше {_LAST_PORT}: 9000 или 10.0.0.5:9000",
            f"a port is {_LAST_PORT} at most: 9000 or 10.0.0.5:9000",
        )
    return told


_LAST_PORT = 65_535
Place = Annotated[str, AfterValidator(_port)]
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
    listen: Place = Field("", pattern=r"^(|([^:\s]+:)?[0-9]{1,5})$")
    dial: Place = Field("", pattern=r"^(|[^:\s]+:[0-9]{1,5})$")
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

    layout: Annotated[str | Layout, BeforeValidator(_read), AfterValidator(_layout)]
    date_order: DateOrder = "month_first"

    @property
    def read_by(self) -> Layout:
        """The layout itself."""
        return layout_of(self.layout)
