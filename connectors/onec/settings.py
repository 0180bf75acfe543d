"""Settings of a 1C base published as standard OData."""

from __future__ import annotations

from typing import Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors.registry import Settings
from schemas.records import DeleteMode

# Catalogues and documents are known by their reference; registers name their own key.
REFERENCE = ("Ref_Key",)
REFERENCED = (
    "Catalog_",
    "Document_",
    "ChartOfCharacteristicTypes_",
    "ChartOfAccounts_",
    "ExchangePlan_",
)


class EntitySet(Settings):
    """How one published set is read.

    `key`: its key properties, needed for registers. `date`: read by windows of `window_days` of this
    property instead of whole; each run looks back `lookback_days`, because 1C lets people post into
    the past. `virtual`: the set is a register, read as this virtual table of it: all its rows at once, as
    they are now.
    """

    key: tuple[str, ...] = ()
    virtual: Literal["SliceLast", "Balance"] | None = None
    date: str | None = None
    window_days: int = Field(default=31, ge=1)
    lookback_days: int = Field(default=60, ge=0)
    since: int = Field(default=2000, ge=1980)


class Exchange(Settings):
    """An exchange plan of the base: the node that stands for us, by its code, and what to leave out."""

    plan: str
    node: str
    ignore: tuple[str, ...] = ()


def _default_sets() -> dict[str, EntitySet]:
    names = ("Catalog_Контрагенты", "Catalog_КонтактныеЛицаПартнеров", "Catalog_Номенклатура")
    return {name: EntitySet() for name in names}


class OneCSettings(Settings):
    """Address of the base (`http://host/base`, with or without `/odata/standard.odata`), login, sets to read.

    `timezone` is the server's: 1C writes local time without a zone. `page` is how many objects are
    asked for at once; it is halved by itself when the base runs out of memory. `form` is the wire
    format; Atom is for old platforms whose JSON is broken.
    """

    url: str
    user: str
    password: SecretStr
    sets: dict[str, EntitySet] = Field(default_factory=_default_sets, min_length=1)
    exchange: Exchange | None = None
    deletes: DeleteMode = "key_sweep"
    timezone: str = "Europe/Moscow"
    page: int = Field(default=1000, ge=1, le=50_000)
    form: Literal["json", "atom"] = "json"
    allowed_only: bool = False
    per_second: float | None = Field(default=None, gt=0)
    timeout: float = Field(default=300.0, gt=0)

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("unknown time zone, use e.g. Europe/Moscow")
        return name

    @model_validator(mode="after")
    def _keys_are_known(self) -> Self:
        for name, one in self.sets.items():
            if not one.key and not name.startswith(REFERENCED):
                raise ValueError(f"set {name} needs key")
            if one.virtual and one.date:
                raise ValueError(f"set {name} has virtual, so it cannot be read by date")
        return self

    def key(self, name: str) -> tuple[str, ...]:
        """The key properties of the set."""
        return self.sets[name].key or REFERENCE

    def path(self, name: str) -> str:
        """What is asked for to read the set: its own name, or its virtual table."""
        virtual = self.sets[name].virtual
        return f"{name}/{virtual}()" if virtual else name

    def zone(self) -> ZoneInfo:
        """The server's time zone."""
        return ZoneInfo(self.timezone)
