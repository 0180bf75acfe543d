"""What the API answers of the parts of companies, and of items."""

from __future__ import annotations

from pydantic import BaseModel, Field

from admin.api.models import ID
from schemas.golden import Contact, GoldenAddress, GoldenContactPoint, GoldenItem, Unit

VERSION = Field(description="Grows by one with every change")
NEXT = Field(None, description="Pass as `cursor` for the next page; null on the last one")
UNIT = {
    "id": "2c9f0f53-61c8-5a0e-8f0e-6f7d1f9d6b11",
    "sources": ["erp/parties/1001"],
    "legal_entity_id": ID,
    "role": "head",
    "kpp": "773601001",
    "name": "ООО «Вектор»",
    "actual_address": "г Москва, ул Вавилова, д 19",
    "region": "77",
    "version": 1,
}
CONTACT = {
    "id": "7b1d52a0-6a2e-5c3b-9d4e-0a1b2c3d4e5f",
    "sources": ["erp/contacts/77"],
    "legal_entity_id": ID,
    "name": "Кузнецова Анна Петровна",
    "last_name": "Кузнецова",
    "first_name": "Анна",
    "middle_name": "Петровна",
    "position": "главный бухгалтер",
    "version": 2,
}
POINT = {
    "id": "0d4b8a52-6f0e-5a39-8c57-1f6f5f7b2c90",
    "sources": ["erp/parties/1001"],
    "owner": "legal_entity",
    "owner_id": ID,
    "kind": "phone",
    "value": "+74952211840",
    "version": 1,
}
ADDRESS = {
    "id": "55e2a1c4-90ab-5d1e-8a77-3c2b1a0f9e8d",
    "sources": ["erp/parties/1001"],
    "legal_entity_id": ID,
    "kind": "legal",
    "text": "г Москва, ул Вавилова, д 19",
    "address_key": "москва вавилова 19",
    "region": "77",
    "version": 1,
}
ITEM = {
    "id": "9a0c7e11-52d3-5b6f-a1e2-7d8c9b0a1f2e",
    "sources": ["onec/Catalog_Номенклатура/1a2b"],
    "code": "00-00012345",
    "article": "КБ-3х2,5",
    "name": "Кабель ВВГнг(А)-LS 3×2,5",
    "unit": "м",
    "okei": "006",
    "manufacturer": None,
    "category": "Кабель силовой",
    "barcode": None,
    "version": 4,
}


class UnitRow(Unit):
    """A registration of a company: head office, branch, another separate unit."""

    version: int = VERSION


class ContactRow(Contact):
    """A person who acts for a company."""

    version: int = VERSION


class ContactPointRow(GoldenContactPoint):
    """A phone, e-mail or site; masked for those who may only look."""

    version: int = VERSION


class AddressRow(GoldenAddress):
    """An address of a company."""

    version: int = VERSION


class ItemRow(GoldenItem):
    """A good or service."""

    version: int = VERSION


class Units(BaseModel):
    """A page of units."""

    items: list[UnitRow]
    next: str | None = NEXT


class Contacts(BaseModel):
    """A page of contacts."""

    items: list[ContactRow]
    next: str | None = NEXT


class ContactPoints(BaseModel):
    """A page of contact points."""

    items: list[ContactPointRow]
    next: str | None = NEXT


class Addresses(BaseModel):
    """A page of addresses."""

    items: list[AddressRow]
    next: str | None = NEXT


class Items(BaseModel):
    """A page of items."""

    items: list[ItemRow]
    next: str | None = NEXT
