"""The golden records: what survives of the canonical records of one identity.

Golden is never edited; it is recomputed from canonical records, decisions and rules (design 1). Its
identity ids are UUIDs that resolve for ever: a merged one points at its survivor.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from schemas.canonical.base import many_field, text_field
from schemas.canonical.parties import AddressKind, ContactKind, PartyKind, PartyStatus
from schemas.entities import dtype_of

UnitRole = Literal["head", "branch", "largest_taxpayer", "unknown"]


class Golden(BaseModel):
    """What every golden record carries; `sources` are `connection/stream/key` of its records, sorted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(title="Идентификатор", description="UUID, resolves for ever")
    sources: list[str] = many_field("Источники", "Source records behind this one")


class LegalEntity(Golden):
    """One company, sole trader or person: OGRN, else INN."""

    kind: PartyKind | None = text_field(
        "Вид", "Organization, sole trader, person, government or foreign"
    )
    name: str | None = text_field("Наименование", "Display name")
    full_name: str | None = text_field("Полное наименование", "Full legal name")
    legal_form: str | None = text_field("ОПФ", "Legal form")
    name_core: str | None = text_field("Ядро имени", "Match form of the name")
    inn: str | None = text_field("ИНН", "Taxpayer number")
    ogrn: str | None = text_field("ОГРН", "OGRN or OGRNIP")
    okpo: str | None = text_field("ОКПО", "Statistics code")
    country: str | None = text_field("Страна", "ISO 3166 alpha-2")
    national_number: str | None = text_field("Национальный номер", "Foreign registration number")
    legal_address: str | None = text_field("Юридический адрес", "Legal address")
    region: str | None = text_field("Регион", "Region code")
    segment: str | None = text_field(
        "Сегмент", "Class of the client, such as VIP, as the source calls it"
    )
    planned_volume: str | None = text_field(
        "Планируемый объём", "What the client plans to buy: roubles a year, exact decimal"
    )
    status: PartyStatus | None = text_field("Статус", "Active if any living source record says so")


class Unit(Golden):
    """A registration of the entity: head office, branch, another separate unit (INN+KPP)."""

    legal_entity_id: str | None = text_field("Юридическое лицо", "The legal entity")
    role: UnitRole | None = text_field("Роль", "Head, branch, largest taxpayer or unknown")
    kpp: str | None = text_field("КПП", "Registration reason code")
    name: str | None = text_field("Наименование", "Name of the unit")
    actual_address: str | None = text_field("Адрес", "Actual address")
    region: str | None = text_field("Регион", "Region code")


class Contact(Golden):
    """A person who acts for one legal entity."""

    legal_entity_id: str | None = text_field("Юридическое лицо", "The legal entity")
    name: str | None = text_field("ФИО", "Full name")
    last_name: str | None = text_field("Фамилия", "Surname")
    first_name: str | None = text_field("Имя", "Given name")
    middle_name: str | None = text_field("Отчество", "Patronymic")
    position: str | None = text_field("Должность", "Job title")


class GoldenContactPoint(Golden):
    """A phone, e-mail or site, once per owner however many sources wrote it."""

    owner: Literal["legal_entity", "contact"] | None = text_field("Чей", "What the owner id names")
    owner_id: str | None = text_field("Владелец", "Golden id of the owner")
    kind: ContactKind | None = text_field("Вид", "Phone, fax, e-mail or web")
    value: str | None = text_field("Значение", "Normal form")


class GoldenAddress(Golden):
    """An address of a legal entity, once per match key and kind."""

    legal_entity_id: str | None = text_field("Юридическое лицо", "The legal entity")
    kind: AddressKind | None = text_field("Вид", "Legal, actual, postal or delivery")
    text: str | None = text_field("Адрес", "Text of the most trusted source")
    address_key: str | None = text_field("Ключ адреса", "Match key")
    region: str | None = text_field("Регион", "Region code")


class GoldenItem(Golden):
    """A good or service."""

    code: str | None = text_field("Код", "Item code")
    article: str | None = text_field("Артикул", "Article")
    name: str | None = text_field("Наименование", "Name")
    unit: str | None = text_field("Единица", "Base unit")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code")
    manufacturer: str | None = text_field("Изготовитель", "Manufacturer")
    category: str | None = text_field("Группа", "Category")
    barcode: str | None = text_field("Штрихкод", "EAN/GTIN")


GOLDEN: MappingProxyType[str, type[Golden]] = MappingProxyType(
    {
        "legal_entity": LegalEntity,
        "unit": Unit,
        "contact": Contact,
        "contact_point": GoldenContactPoint,
        "address": GoldenAddress,
        "item": GoldenItem,
    }
)


def golden_columns(entity: str) -> dict[str, pl.DataType]:
    """Column name → Polars type of a golden record; KeyError if unknown."""
    fields: dict[str, Any] = GOLDEN[entity].model_fields
    return {name: dtype_of(field.annotation) for name, field in fields.items()}
