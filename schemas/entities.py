"""The canonical entities: one model each, from which tables, column types and the API are derived.

A source's counterparty record states facts about a legal entity and about one of its units at once, so
canonical keeps them together in `Party`; golden splits them into `LegalEntity` and `Unit`
(design, "Identity has three levels"). Field titles are Russian, descriptions English: screens use both.
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

PartyKind = Literal["organization", "sole_trader", "person", "government", "foreign"]
PartyStatus = Literal["active", "inactive", "merged", "deleted"]
ContactKind = Literal["phone", "fax", "email", "web"]
AddressKind = Literal["legal", "actual", "postal", "delivery"]


class Canonical(BaseModel):
    """What every canonical record carries: where it comes from and by which mapping.

    (connection, stream, key) is its identity. `landing_id` and `landing_row` point at the verbatim
    payload; `issues` are codes of what was repaired or doubted on the way, such as `inn:lost_zero`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: str = Field(title="Источник", description="Connection the record came through")
    stream: str = Field(title="Поток", description="Stream of that connection")
    key: str = Field(title="Ключ", description="The source's own key")
    changed_at: datetime | None = Field(None, title="Изменено", description="When the source changed it")
    deleted: bool = Field(False, title="Удалено", description="The source says it is deleted")
    landing_id: int = Field(title="Партия", description="Landing batch with the verbatim payload")
    landing_row: int = Field(title="Строка партии", description="Row of that batch, from 0")
    mapping_version: str = Field(title="Версия отображения", description="Mapping that made this record")
    issues: list[str] = Field(default_factory=list, title="Замечания", description="Repairs and doubts")


def _text(title: str, description: str) -> Any:
    return Field(None, title=title, description=description)


def _many(title: str, description: str) -> Any:
    return Field(default_factory=list, title=title, description=description)


class Party(Canonical):
    """A counterparty as one source describes it: a legal entity and one of its units."""

    kind: PartyKind | None = _text("Вид", "Organization, sole trader, person, government or foreign")
    name: str | None = _text("Наименование", "Display name: legal form and core, original case")
    full_name: str | None = _text("Полное наименование", "Full legal name as the source gives it, cleaned")
    legal_form: str | None = _text("ОПФ", "Legal form, canonical abbreviation (handbook 2.4)")
    name_core: str | None = _text("Ядро имени", "Match form of the name without legal form")
    branch: str | None = _text("Подразделение", "Branch marker split off the name, such as «Тула»")
    qualifiers: list[str] = _many("Уточнения", "What stood in brackets: city, former name, manager")
    flags: list[str] = _many("Пометки", "Garbage markers found in the name: дубль, тест, не использовать")
    inn: str | None = _text("ИНН", "Taxpayer number, 10 or 12 digits, checksum holds")
    kpp: str | None = _text("КПП", "Registration reason code, 9 characters")
    ogrn: str | None = _text("ОГРН", "OGRN (13) or OGRNIP (15), checksum holds")
    okpo: str | None = _text("ОКПО", "Statistics code, 8, 10 or 14 digits")
    country: str | None = _text("Страна", "ISO 3166 alpha-2")
    national_number: str | None = _text("Национальный номер", "Foreign registration number")
    legal_address: str | None = _text("Юридический адрес", "Legal address, cleaned text")
    actual_address: str | None = _text("Фактический адрес", "Actual or delivery address, cleaned text")
    address_key: str | None = _text("Ключ адреса", "Match key of the legal, else of the actual address")
    region: str | None = _text("Регион", "Region code 01-99")
    phones: list[str] = _many("Телефоны", "E.164, extension after ';ext='")
    emails: list[str] = _many("Почта", "Lower-case addresses")
    head_key: str | None = _text("Головной", "Key, in the same stream, of the record this one is part of")
    merged_into: str | None = _text("Слит с", "Key, in the same stream, of the record the source merged it into")
    status: PartyStatus | None = _text("Статус", "Active, inactive, merged or deleted in the source")


class Person(Canonical):
    """A contact: a person who acts for a counterparty."""

    party_key: str | None = _text("Контрагент", "Key of the party record of the same connection")
    name: str | None = _text("ФИО", "Full name in the order surname, name, patronymic")
    last_name: str | None = _text("Фамилия", "Surname")
    first_name: str | None = _text("Имя", "Given name")
    middle_name: str | None = _text("Отчество", "Patronymic")
    position: str | None = _text("Должность", "Job title")
    phones: list[str] = _many("Телефоны", "E.164, extension after ';ext='")
    emails: list[str] = _many("Почта", "Lower-case addresses")


class ContactPoint(Canonical):
    """A phone, e-mail or site that a source keeps as a record of its own."""

    owner: Literal["party", "person"] | None = _text("Чей", "What the owner key names")
    owner_key: str | None = _text("Владелец", "Key of the owning record of the same connection")
    kind: ContactKind | None = _text("Вид", "Phone, fax, e-mail or web")
    value: str | None = _text("Значение", "E.164, lower-case address or URL")
    raw: str | None = _text("Как в источнике", "The text before normalising")


class Address(Canonical):
    """An address that a source keeps as a record of its own."""

    owner_key: str | None = _text("Владелец", "Key of the owning party record of the same connection")
    kind: AddressKind | None = _text("Вид", "Legal, actual, postal or delivery")
    text: str | None = _text("Адрес", "Cleaned text")
    postal_code: str | None = _text("Индекс", "Six digits")
    region: str | None = _text("Регион", "Region code 01-99")
    address_key: str | None = _text("Ключ адреса", "region | settlement | street | house")


class Item(Canonical):
    """A good or service as one source names it; its structure comes with nomenclature mapping."""

    code: str | None = _text("Код", "Item code in the source")
    article: str | None = _text("Артикул", "Manufacturer's article")
    name: str | None = _text("Наименование", "Name, cleaned of form only")
    unit: str | None = _text("Единица", "Base unit as the source writes it")
    okei: str | None = _text("Код ОКЕИ", "OKEI code of the base unit")
    manufacturer: str | None = _text("Изготовитель", "Manufacturer")
    category: str | None = _text("Группа", "Group or category of the source")
    barcode: str | None = _text("Штрихкод", "EAN/GTIN")


ENTITIES: MappingProxyType[str, type[Canonical]] = MappingProxyType(
    {"party": Party, "person": Person, "contact_point": ContactPoint, "address": Address, "item": Item}
)
ENVELOPE_FIELDS = tuple(Canonical.model_fields)

_DTYPES: dict[Any, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    bool: pl.Boolean(),
    datetime: pl.Datetime("us", "UTC"),
    list[str]: pl.List(pl.String()),
}


def _dtype(annotation: Any) -> pl.DataType:
    if get_origin(annotation) in (Union, UnionType):
        return _dtype(next(a for a in get_args(annotation) if a is not type(None)))
    if get_origin(annotation) is Annotated:
        return _dtype(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return pl.String()
    return _DTYPES[annotation]


def columns(entity: str) -> dict[str, pl.DataType]:
    """Column name → Polars type of a canonical entity, envelope first; KeyError if unknown."""
    return {name: _dtype(f.annotation) for name, f in ENTITIES[entity].model_fields.items()}


def content_columns(entity: str) -> list[str]:
    """The columns that make two versions of a record differ: all but where and how it was read."""
    where = {"landing_id", "landing_row", "mapping_version", "changed_at", "connection", "stream", "key"}
    return [name for name in columns(entity) if name not in where]
