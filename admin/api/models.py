"""What the API answers: golden entities as `schemas.golden` describes them, joined into one document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from schemas.golden import Contact, GoldenAddress, GoldenContactPoint, LegalEntity, Unit

ID = "6a6c1b1e-8d0f-4c57-9a3e-2f4f0c9a7d11"
PARTY = {
    "id": ID,
    "sources": ["erp/parties/1001", "onec/Catalog_Контрагенты/9f2c"],
    "kind": "organization",
    "name": "ООО «Вектор»",
    "full_name": "Общество с ограниченной ответственностью «Вектор»",
    "legal_form": "ООО",
    "name_core": "вектор",
    "inn": "7707083893",
    "ogrn": "1027700132195",
    "okpo": None,
    "country": "RU",
    "national_number": None,
    "legal_address": "г Москва, ул Вавилова, д 19",
    "region": "77",
    "segment": "VIP",
    "planned_volume": "5000000",
    "status": "active",
    "version": 3,
}


class PartySummary(LegalEntity):
    """A company, without what hangs on it."""

    version: int = Field(description="Grows by one with every change")


class HeldContract(BaseModel):
    """A contract with an organisation of ours."""

    number: str | None = Field(description="Number people know it by")
    signed_at: datetime | None = Field(description="When it was made")
    our_unit: str | None = Field(description="Organisation of ours that holds it")
    stage: Literal["open", "closed"] | None = Field(description="Open or closed")
    amount: str | None = Field(description="Exact decimal, of the whole contract")
    currency: str | None = Field(description="ISO 4217; roubles where nothing is told")
    connection: str = Field(description="The source that tells it")


class Party(PartySummary):
    """A company with its units, people, contact points, addresses and contracts."""

    redirected_from: str | None = Field(None, description="The merged id that was asked for")
    units: list[Unit] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    contact_points: list[GoldenContactPoint] = Field(default_factory=list)
    addresses: list[GoldenAddress] = Field(default_factory=list)
    contracts: list[HeldContract] = Field(default_factory=list)


class Parties(BaseModel):
    """A page of companies."""

    items: list[PartySummary]
    next: str | None = Field(
        None, description="Pass as `cursor` for the next page; null on the last one"
    )


class Found(BaseModel):
    """Companies that fit a search, best first."""

    items: list[PartySummary]


class Change(BaseModel):
    """One event of the feed."""

    pos: int = Field(description="Position: gapless, grows in commit order")
    entity: str
    golden_id: str
    party_id: str | None = Field(
        None,
        description="The company this concerns: the record itself, or whose unit, contact, "
        "contact point or address it is. It may have been merged since; null for an item",
    )
    op: Literal["created", "changed", "merged", "split", "redirected", "retired"]
    version: int
    survivor_id: str | None = Field(None, description="Where a merged id leads")
    new_ids: list[str] | None = Field(
        None, description="Of a split: the ids that came out of this one"
    )
    at: datetime


class Changes(BaseModel):
    """A page of the feed."""

    items: list[Change]
    next: int = Field(description="Pass as `after` for what comes next")


class Fault(BaseModel):
    """One wrong value of a request."""

    field: str = Field(description="Its name, such as `inn` or `phones.0`; `body` for the whole")
    code: str = Field(description="Stable, for programs")
    detail: str = Field(description="What is wrong and what to do, in the caller's language")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="One sentence with the cure, in the caller's language")
    error_id: str = Field(description="Tell this number to the administrator")
    code: str = Field(description="What is wrong; stable, for programs")
    field: str | None = Field(None, description="The first value that is wrong")
    errors: list[Fault] = Field(default_factory=list, description="Every value that is wrong")
