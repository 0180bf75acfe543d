"""What an integration engineer sets to read Oracle E-Business Suite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors.ebs.tables import (
    CODE_STREAMS,
    ITEM_STREAMS,
    PRICE_STREAMS,
    STOCK_STREAMS,
    TABLES,
    TAX_STREAMS,
)
from connectors.registry import Settings

SQLITE = "sqlite:///"
OrgId = Annotated[int, Field(ge=0)]


class EbsSettings(Settings):
    """Where the database is, whose rows to read, and how to page.

    Either `host` with `service_name` or `sid`, or `url` of an EBS-shaped SQLite file. `orgs` are the
    operating units whose sites are read: there is no default, reading all of them is never silent. So it is
    with `price_lists` (LIST_HEADER_ID) and `stock_orgs` (ORGANIZATION_ID of the plants).
    """

    host: str | None = None
    port: int = 1521
    service_name: str | None = None
    sid: str | None = None
    user: str | None = None
    password: SecretStr | None = None
    url: str | None = None
    orgs: list[OrgId] = Field(min_length=1)
    master_org: OrgId | None = None
    price_lists: list[int] = Field(default_factory=list)
    stock_orgs: list[OrgId] = Field(default_factory=list)
    customer_items: bool = False
    languages: list[str] = Field(default=["RU", "US"], min_length=1)
    streams: list[str] | None = None
    tables: Literal["synonyms", "apps", "owners"] = "synonyms"
    zone: str = "Europe/Moscow"
    lookback_minutes: int = Field(default=120, ge=0)
    page_size: int = Field(default=10_000, ge=1)
    connect_timeout: float = Field(default=20.0, gt=0)
    call_timeout: float = Field(default=600.0, gt=0)
    client_dir: Path | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("a zone of the IANA list, such as Europe/Moscow") from None
        return zone

    @field_validator("streams")
    @classmethod
    def _known_streams(cls, streams: list[str] | None) -> list[str] | None:
        unknown = sorted(set(streams or ()) - set(TABLES))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}; one of: {', '.join(TABLES)}")
        return streams

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if self.url is not None:
            if not self.url.startswith(SQLITE):
                raise ValueError("url must be sqlite:///path; for Oracle set host and service_name")
            return self
        if not self.host or (self.service_name is None) == (self.sid is None):
            raise ValueError("set host and either service_name or sid")
        if not self.user or self.password is None:
            raise ValueError("set user and password")
        return self

    @model_validator(mode="after")
    def _items_have_master(self) -> Self:
        if self.master_org is None and ITEM_STREAMS & set(self.streams or ()):
            raise ValueError("items need master_org: else each item comes once per organization")
        if self.master_org is None and (self.price_lists or self.stock_orgs or self.customer_items):
            raise ValueError("prices, stock and customer items need master_org, as items do")
        return self

    @model_validator(mode="after")
    def _chosen_are_told(self) -> Self:
        for told, streams, setting in (
            (self.price_lists, PRICE_STREAMS, "price_lists"),
            (self.stock_orgs, STOCK_STREAMS, "stock_orgs"),
        ):
            named = sorted(streams & set(self.streams or ()))
            if named and not told:
                raise ValueError(f'{named[0]} needs {setting}: there is no "all"')
        return self

    @property
    def path(self) -> Path | None:
        """The SQLite file, if that is what is read."""
        return None if self.url is None else Path(self.url.removeprefix(SQLITE))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The streams on offer, in the order of `TABLES`.

        By default everything of the customer master; items once `master_org` is known, prices, stock and
        customers' codes once their settings tell which, tax registrations only by name, since few sites
        keep requisites there.
        """
        if self.streams is not None:
            return tuple(name for name in TABLES if name in set(self.streams))
        left_out = TAX_STREAMS
        for told, streams in (
            (self.master_org is not None, ITEM_STREAMS),
            (bool(self.price_lists), PRICE_STREAMS),
            (bool(self.stock_orgs), STOCK_STREAMS),
            (self.customer_items, CODE_STREAMS),
        ):
            left_out = left_out if told else left_out | streams
        return tuple(name for name in TABLES if name not in left_out)
