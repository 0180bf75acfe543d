"""Settings of an Asterisk's call records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.asterisk.ami.settings import AmiSettings
from connectors.registry import Settings
from schemas.unfit import NO_ZONE, Unfit

# cdr_csv, handbook 5.1; the names are Asterisk's own.
STANDARD = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
    "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
NEWER = ("peeraccount", "linkedid", "sequence")
# The cdr_custom.conf that Asterisk ships.
CUSTOM = (
    "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start",
    "answer", "end", "duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid",
    "userfield", "sequence",
)  # fmt: skip
BY_WIDTH = {
    16: STANDARD,
    17: (*STANDARD, "uniqueid"),
    18: (*STANDARD, "uniqueid", "userfield"),
    19: CUSTOM,
    20: (*STANDARD, "uniqueid", *NEWER),
    21: (*STANDARD, "uniqueid", "userfield", *NEWER),
}
KNOWN = frozenset((*STANDARD, "uniqueid", "userfield", *NEWER))
NEEDED = ("src", "dst", "start", "end", "disposition")


def _columns(names: tuple[str, ...]) -> tuple[str, ...]:
    lacking = [name for name in NEEDED if name not in names]
    if names and lacking:
        raise Unfit(f"нужны и столбцы {', '.join(lacking)}", f"must name {', '.join(lacking)}")
    if len(set(names)) != len(names):
        raise Unfit("столбец назван дважды", "must name each column once")
    return names


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise Unfit(*NO_ZONE)
    return name


class Tables(Settings):
    """The tables a switch writes into a database; an empty name means there is none."""

    cdr: str = "cdr"
    queue_log: str = ""
    cel: str = ""
    lookback_minutes: int = Field(default=240, ge=0, le=10_080)


class AsteriskSettings(Settings):
    """Where the switch's records lie and how they are written.

    `columns`: the fields of a line of call records in order, by Asterisk's names; empty means by their
    number, which tells the usual layouts of cdr_csv (16 to 21 fields) and of cdr_custom as shipped (19).
    `zone`: the zone of the times; UTC where cdr.conf says usegmtime=yes. `queue_log` and `cel` are the
    folders (or files) of those logs. `url` is a database (SQLAlchemy) in which `tables` stand instead;
    a record written late is found by reading the last `lookback_minutes` again. `ami` is the manager
    interface that `kanon listen` hears.
    """

    path: Path | None = None
    patterns: tuple[str, ...] = Field(default=("Master.csv*",), min_length=1)
    columns: Annotated[tuple[str, ...], AfterValidator(_columns)] = ()
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    queue_log: Path | None = None
    queue_log_patterns: tuple[str, ...] = Field(default=("queue_log*",), min_length=1)
    cel: Path | None = None
    cel_patterns: tuple[str, ...] = Field(default=("Master.csv*", "CELMaster*.csv*"), min_length=1)
    url: SecretStr | None = None
    tables: Tables = Tables()
    ami: AmiSettings | None = None

    @model_validator(mode="after")
    def _reads_something(self) -> Self:
        if not (self.path or self.queue_log or self.cel or self.url or self.ami):
            raise Unfit(
                "нужно одно из: path, queue_log, cel, url, ami",
                "one of path, queue_log, cel, url and ami is needed",
            )
        return self

    @property
    def tz(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.zone)
