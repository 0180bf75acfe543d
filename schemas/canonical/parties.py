"""Counterparties as sources describe them, their people, contact points and addresses."""

from __future__ import annotations

from typing import Literal

from schemas.canonical.base import Canonical, many_field, text_field

PartyKind = Literal["organization", "sole_trader", "person", "government", "foreign"]
PartyStatus = Literal["active", "inactive", "merged", "deleted"]
ContactKind = Literal["phone", "fax", "email", "web"]
AddressKind = Literal["legal", "actual", "postal", "delivery"]


class Party(Canonical):
    """A counterparty as one source describes it: a legal entity and one of its units."""

    kind: PartyKind | None = text_field(
        "Вид", "Organization, sole trader, person, government or foreign"
    )
    name: str | None = text_field(
        "Наименование", "Display name: legal form and core, original case"
    )
    full_name: str | None = text_field(
        "Полное наименование", "Full legal name as the source gives it, cleaned"
    )
    legal_form: str | None = text_field("ОПФ", "Legal form, canonical abbreviation (handbook 2.4)")
    name_core: str | None = text_field("Ядро имени", "Match form of the name without legal form")
    branch: str | None = text_field(
        "Подразделение", "Branch marker split off the name, such as «Тула»"
    )
    qualifiers: list[str] = many_field(
        "Уточнения", "What stood in brackets: city, former name, manager"
    )
    flags: list[str] = many_field(
        "Пометки", "Garbage markers found in the name: дубль, тест, не использовать"
    )
    inn: str | None = text_field("ИНН", "Taxpayer number, 10 or 12 digits, checksum holds")
    kpp: str | None = text_field("КПП", "Registration reason code, 9 characters")
    claimed_inn: str | None = text_field(
        "ИНН с ошибкой", "Digits of an INN whose checksum fails: evidence, never a key"
    )
    ogrn: str | None = text_field("ОГРН", "OGRN (13) or OGRNIP (15), checksum holds")
    okpo: str | None = text_field("ОКПО", "Statistics code, 8, 10 or 14 digits")
    country: str | None = text_field("Страна", "ISO 3166 alpha-2")
    national_number: str | None = text_field("Национальный номер", "Foreign registration number")
    legal_address: str | None = text_field("Юридический адрес", "Legal address, cleaned text")
    actual_address: str | None = text_field(
        "Фактический адрес", "Actual or delivery address, cleaned text"
    )
    address_key: str | None = text_field(
        "Ключ адреса", "Match key of the legal, else of the actual address"
    )
    region: str | None = text_field("Регион", "Region code 01-99")
    segment: str | None = text_field(
        "Сегмент", "Class of the client, such as VIP, as the source calls it"
    )
    planned_volume: str | None = text_field(
        "Планируемый объём", "What the client plans to buy: roubles a year, exact decimal"
    )
    phones: list[str] = many_field("Телефоны", "E.164, extension after ';ext='")
    emails: list[str] = many_field("Почта", "Lower-case addresses")
    head_key: str | None = text_field(
        "Головной", "Key, in the same stream, of the record this one is part of"
    )
    merged_into: str | None = text_field(
        "Слит с", "Key, in the same stream, of the record the source merged it into"
    )
    status: PartyStatus | None = text_field(
        "Статус", "Active, inactive, merged or deleted in the source"
    )


class Person(Canonical):
    """A contact: a person who acts for a counterparty."""

    party_key: str | None = text_field(
        "Контрагент", "Key of the party record of the same connection"
    )
    name: str | None = text_field("ФИО", "Full name in the order surname, name, patronymic")
    last_name: str | None = text_field("Фамилия", "Surname")
    first_name: str | None = text_field("Имя", "Given name")
    middle_name: str | None = text_field("Отчество", "Patronymic")
    position: str | None = text_field("Должность", "Job title")
    phones: list[str] = many_field("Телефоны", "E.164, extension after ';ext='")
    emails: list[str] = many_field("Почта", "Lower-case addresses")


class ContactPoint(Canonical):
    """A phone, e-mail or site that a source keeps as a record of its own."""

    owner: Literal["party", "person"] | None = text_field("Чей", "What the owner key names")
    owner_key: str | None = text_field(
        "Владелец", "Key of the owning record of the same connection"
    )
    kind: ContactKind | None = text_field("Вид", "Phone, fax, e-mail or web")
    value: str | None = text_field("Значение", "E.164, lower-case address or URL")
    raw: str | None = text_field("Как в источнике", "The text before normalising")


class Address(Canonical):
    """An address that a source keeps as a record of its own."""

    owner_key: str | None = text_field(
        "Владелец", "Key of the owning party record of the same connection"
    )
    kind: AddressKind | None = text_field("Вид", "Legal, actual, postal or delivery")
    text: str | None = text_field("Адрес", "Cleaned text")
    postal_code: str | None = text_field("Индекс", "Six digits")
    region: str | None = text_field("Регион", "Region code 01-99")
    address_key: str | None = text_field("Ключ адреса", "region | settlement | street | house")
