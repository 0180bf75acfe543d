"""The canonical entities: one model each, from which tables, column types and the API are derived.

A source's counterparty record states facts about a legal entity and about one of its units at once, so
canonical keeps them together in `Party`; golden splits them into `LegalEntity` and `Unit`
(design, "Identity has three levels"). Field titles are Russian, descriptions English: screens use both.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

PartyKind = Literal["organization", "sole_trader", "person", "government", "foreign"]
PartyStatus = Literal["active", "inactive", "merged", "deleted"]
ContactKind = Literal["phone", "fax", "email", "web"]
AddressKind = Literal["legal", "actual", "postal", "delivery"]
LegOutcome = Literal["answered", "no_answer", "busy", "failed", "congestion"]
Channel = Literal["email", "telegram", "form", "call", "chat"]
MessageDirection = Literal["inbound", "outbound", "internal"]
LegDirection = Literal["inbound", "outbound", "internal"]
CallEventKind = Literal[
    "queue_entered", "queue_rang", "queue_connected", "queue_abandoned", "queue_left",
    "queue_completed", "agent_joined", "agent_left", "agent_paused", "agent_resumed",
    "channel_begun", "application_begun", "channel_answered", "channel_ended", "call_held",
    "call_resumed", "call_ended",
]  # fmt: skip
MessageNature = Literal["message", "auto_reply", "bounce", "broadcast", "service", "blocked"]


class Canonical(BaseModel):
    """What every canonical record carries: where it comes from and by which mapping.

    (connection, stream, key) is its identity. `landing_id` and `landing_row` point at the verbatim
    payload; `issues` are codes of what was repaired or doubted on the way, such as `inn:lost_zero`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: str = Field(title="Источник", description="Connection the record came through")
    stream: str = Field(title="Поток", description="Stream of that connection")
    key: str = Field(title="Ключ", description="The source's own key")
    changed_at: datetime | None = Field(
        None, title="Изменено", description="When the source changed it"
    )
    deleted: bool = Field(False, title="Удалено", description="The source says it is deleted")
    landing_id: int = Field(title="Партия", description="Landing batch with the verbatim payload")
    landing_row: int = Field(title="Строка партии", description="Row of that batch, from 0")
    mapping_version: str = Field(
        title="Версия отображения", description="Mapping that made this record"
    )
    issues: list[str] = Field(
        default_factory=list, title="Замечания", description="Repairs and doubts"
    )


def text_field(title: str, description: str) -> Any:
    return Field(None, title=title, description=description)


def many_field(title: str, description: str) -> Any:
    return Field(default_factory=list, title=title, description=description)


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


class Item(Canonical):
    """A good or service as one source names it; its structure comes with nomenclature mapping."""

    code: str | None = text_field("Код", "Item code in the source")
    article: str | None = text_field("Артикул", "Manufacturer's article")
    name: str | None = text_field("Наименование", "Name, cleaned of form only")
    unit: str | None = text_field("Единица", "Base unit as the source writes it")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code of the base unit")
    manufacturer: str | None = text_field("Изготовитель", "Manufacturer")
    category: str | None = text_field("Группа", "Group or category of the source")
    barcode: str | None = text_field("Штрихкод", "EAN/GTIN")


class ItemPrice(Canonical):
    """A price of an item in one price list of a source, from a day on (handbook 8.2)."""

    item_key: str | None = text_field("Товар", "Item record of the same connection")
    characteristic: str | None = text_field("Характеристика", "Variant of the item, if it is one's")
    price_kind: str | None = text_field("Код вида цены", "Price list or kind of price, its key")
    price_kind_name: str | None = text_field("Вид цены", "Price list or kind of price, its name")
    currency: str | None = text_field("Валюта", "ISO 4217")
    amount: str | None = text_field("Цена", "Exact decimal, for `factor` units")
    unit: str | None = text_field("Единица", "Unit as the source writes it; empty: the item's own")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code of the unit")
    factor: str | None = text_field("Коэффициент", "How many units the amount is for; empty: one")
    min_quantity: str | None = text_field("От количества", "Least quantity it holds from")
    vat: Literal["included", "excluded"] | None = text_field("НДС", "Whether VAT is in the amount")
    valid_from: datetime | None = text_field("Действует с", "First moment it holds")
    valid_to: datetime | None = text_field("Действует по", "Moment from which it holds no more")


class ItemStock(Canonical):
    """How much of an item lies in one place, whole or as one lot (handbook 8.2)."""

    item_key: str | None = text_field("Товар", "Item record of the same connection")
    characteristic: str | None = text_field("Характеристика", "Variant of the item, if it is one's")
    warehouse: str | None = text_field("Код склада", "Warehouse, its key")
    warehouse_name: str | None = text_field("Склад", "Warehouse, its name")
    quantity: str | None = text_field("Количество", "Exact decimal; what was oversold is negative")
    reserved: str | None = text_field("В резерве", "Exact decimal, of the quantity")
    unit: str | None = text_field("Единица", "Unit as the source writes it; empty: the item's own")
    okei: str | None = text_field("Код ОКЕИ", "OKEI code of the unit")
    lot: str | None = text_field("Партия товара", "Lot, heat or drum number")
    length: str | None = text_field("Длина", "Length of one piece of the lot, exact decimal")
    length_okei: str | None = text_field("Единица длины", "OKEI code; empty: metres")
    received_on: datetime | None = text_field("Принят", "When the lot was received")
    manager: str | None = text_field("Менеджер", "Who is to sell the lot")


class ItemCode(Canonical):
    """What a customer calls an item of ours: the customer's own code and name."""

    item_key: str | None = text_field("Товар", "Item record of the same connection")
    party_key: str | None = text_field("Контрагент", "Party record of the same connection")
    code: str | None = text_field("Код у клиента", "The customer's own code")
    name: str | None = text_field("Название у клиента", "The customer's own name")


class CallLeg(Canonical):
    """One row a switch wrote of a call: one attempt to connect a caller with a device or a service.

    A call is what its legs tell together (handbook 5.3); `linked` is what they have in common.
    """

    linked: str | None = text_field("Связка", "What all legs of one call share in this switch")
    unique: str | None = text_field("Ид канала", "The switch's id of the calling channel")
    caller: str | None = text_field("Кто", "Number or name that called, as the switch wrote it")
    called: str | None = text_field("Кому", "Number that was dialled, as the switch wrote it")
    caller_name: str | None = text_field("Имя звонящего", "Caller's name and number as shown")
    caller_phone: str | None = text_field("Телефон звонящего", "E.164, if the caller has one")
    called_phone: str | None = text_field(
        "Набранный телефон", "E.164, if the dialled number is one"
    )
    caller_device: str | None = text_field("Канал А", "Channel of the caller")
    called_device: str | None = text_field("Канал Б", "Channel of who was rung, if anybody was")
    context: str | None = text_field("Контекст", "Context of the dial plan")
    application: str | None = text_field("Приложение", "Last application of the dial plan")
    application_data: str | None = text_field("Параметры", "What the application was given")
    outcome: LegOutcome | None = text_field(
        "Исход", "Answered, no answer, busy, failed, congestion"
    )
    started_at: datetime | None = text_field("Начало", "When the leg began")
    answered_at: datetime | None = text_field("Ответ", "When it was answered")
    ended_at: datetime | None = text_field("Конец", "When it ended")
    account: str | None = text_field("Учётный код", "Account code")
    recording: str | None = text_field("Запись разговора", "File of the recording")
    direction: LegDirection | None = text_field(
        "Направление", "Which way it went, where the switch itself says so"
    )
    queue: str | None = text_field("Очередь", "Queue, skill set or hunt group it waited in")
    agent: str | None = text_field(
        "Оператор", "Who of ours took part, where the switch names him: extension, else login"
    )
    trunk: str | None = text_field("Линия", "Trunk and circuit to the outside")
    queued_at: datetime | None = text_field("Встал в очередь", "When it began to wait in the queue")
    ring_s: int | None = text_field("Звонил, с", "Seconds it rang, where the switch counts them")
    hold_s: int | None = text_field("Удержание, с", "Seconds on hold, where the switch counts them")
    after_s: int | None = text_field(
        "Обработка, с", "Seconds of work after the call, where the switch counts them"
    )


class CallEvent(Canonical):
    """One moment a switch noted of a call or of an agent: a line of its queue log, a channel event.

    `linked` is what the legs of its call have in common, or the id of one of their channels.
    """

    linked: str | None = text_field("Связка", "Call it belongs to, or one of the call's channels")
    unique: str | None = text_field("Ид канала", "The switch's id of the channel")
    event: CallEventKind | None = text_field("Событие", "What happened")
    at: datetime | None = text_field("Когда", "The moment")
    queue: str | None = text_field("Очередь", "Queue, if it happened in one")
    agent: str | None = text_field("Оператор", "Agent as the switch names him: device or login")
    device: str | None = text_field("Канал", "Channel it happened to")
    peer: str | None = text_field("С кем", "Another channel: its name or its id")
    number: str | None = text_field("Номер", "Number that called, as the switch wrote it")
    dialled: str | None = text_field("Набрано", "Number that was dialled, as the switch wrote it")
    application: str | None = text_field(
        "Приложение", "Application of the dial plan, its parameters"
    )
    reason: str | None = text_field("Причина", "Why: of a pause, of leaving, of hanging up")
    waited_s: int | None = text_field("Ждал, с", "Seconds in the queue until then")
    talked_s: int | None = text_field("Говорил, с", "Seconds of conversation until then")
    rang_s: int | None = text_field("Звонил, с", "Seconds the agent's phone rang")


class Message(Canonical):
    """One letter, chat message, form or note, as its channel delivered it (handbook 8.2).

    The same message in two mailboxes is two records with one `message_id`. Messages with one `thread`
    of a channel are one conversation; enquiries are assembled from conversations.
    """

    channel: Channel | None = text_field("Канал", "E-mail, Telegram, form, call or chat")
    direction: MessageDirection | None = text_field(
        "Направление", "Inbound (also where nothing is told), outbound or between colleagues"
    )
    nature: MessageNature | None = text_field(
        "Вид", "Message, automatic reply, bounce, broadcast, service note, or: they blocked us"
    )
    box: str | None = text_field("Ящик", "Our mailbox, bot or site that it came through")
    thread: str | None = text_field(
        "Переписка",
        "What all messages of one conversation share in their channel; where nothing is told, the first"
        " message referred to, else its own id",
    )
    message_id: str | None = text_field(
        "Ид сообщения", "The channel's own id, the same in every mailbox; else the record's key"
    )
    reply_to: str | None = text_field("Ответ на", "Id of the message it answers")
    references: list[str] = many_field("Ссылки", "Ids of earlier messages, the first one first")
    album: str | None = text_field("Альбом", "What the messages of one album share")
    sent_at: datetime | None = text_field("Отправлено", "When it was sent")
    sender_name: str | None = text_field("Отправитель", "Name as the sender gives it")
    sender_email: str | None = text_field("Почта отправителя", "Lower-case address")
    sender_phone: str | None = text_field(
        "Телефон отправителя", "E.164, given by the sender as his own"
    )
    sender_chat: str | None = text_field("Чат отправителя", "The sender's id in the messenger")
    forwarded_by: str | None = text_field(
        "Переслал", "Who passed it on; the sender is then whoever wrote it first"
    )
    recipients: list[str] = many_field("Получатели", "Addresses, or ids in the messenger")
    subject: str | None = text_field("Тема письма", "Subject as it was written")
    body: str | None = text_field("Текст", "What the sender wrote, without quotes and signature")
    quoted: str | None = text_field("Цитата", "Earlier messages quoted under it")
    signature: str | None = text_field("Подпись", "The block of name, position and phones")
    attachments: list[str] = many_field(
        "Вложения",
        "One JSON object each: name, size in bytes, type, sha256 or the channel's file id",
    )
    language: str | None = text_field("Язык", "ISO 639-1")
    company: str | None = text_field("Компания", "Company the sender names")
    inn: str | None = text_field("ИНН", "Taxpayer number the sender names, checksum holds")
    topic: str | None = text_field("Тема", "Topic the sender chose, in his channel's words")
    order_number: str | None = text_field("Заказ", "Order or invoice the sender names in a field")
    page: str | None = text_field("Страница", "Page of the site it was sent from")
    tags: list[str] = many_field(
        "Метки источника", "Marks of advertising, such as utm_source=yandex"
    )
    token: str | None = text_field(
        "Код привязки", "One-time code that came with a link to the chat"
    )
    moved_to: str | None = text_field("Переехала в", "Thread that this conversation goes on in")


class Employee(Canonical):
    """Somebody who works in our own firm, as its directory knows him; key = objectGUID."""

    login: str | None = text_field("Учётная запись", "Login, without the domain")
    name: str | None = text_field("ФИО", "Full name in the order surname, name, patronymic")
    last_name: str | None = text_field("Фамилия", "Surname")
    first_name: str | None = text_field("Имя", "Given name")
    middle_name: str | None = text_field("Отчество", "Patronymic")
    position: str | None = text_field("Должность", "Job title")
    department: str | None = text_field("Отдел", "Department as written on his card")
    company: str | None = text_field("Компания", "Company as written on his card")
    office: str | None = text_field("Офис", "Office or room")
    path: str | None = text_field(
        "Место в каталоге", "Units of the directory he is in, from the top"
    )
    manager_key: str | None = text_field("Руководитель", "Key of his manager's record")
    extension: str | None = text_field("Внутренний номер", "Digits that ring his desk")
    phones: list[str] = many_field("Телефоны", "E.164, extension after ';ext='")
    emails: list[str] = many_field("Почта", "Lower-case addresses, his own first")
    status: Literal["active", "inactive"] | None = text_field(
        "Состояние", "Active, or inactive: his account is switched off"
    )
    expires_at: datetime | None = text_field(
        "Срок учётной записи", "From when the account is of no use; null: for ever"
    )


class Department(Canonical):
    """A unit of the directory's tree; `path` places employees in it."""

    name: str | None = text_field("Отдел", "Name")
    path: str | None = text_field("Место в каталоге", "Units from the top down to this one")
    description: str | None = text_field("Описание", "What it is for")
    head_key: str | None = text_field("Начальник", "Key of the employee who manages it")


class StaffGroup(Canonical):
    """A group of the directory; its members may be groups themselves."""

    name: str | None = text_field("Группа", "Name")
    description: str | None = text_field("Описание", "What it is for")
    email: str | None = text_field("Почта", "Its own address")
    members: list[str] = many_field("Участники", "Keys of employees and groups that are in it")


ENTITIES: MappingProxyType[str, type[Canonical]] = MappingProxyType(
    {
        "party": Party,
        "person": Person,
        "contact_point": ContactPoint,
        "address": Address,
        "item": Item,
        "item_price": ItemPrice,
        "item_stock": ItemStock,
        "item_code": ItemCode,
        "call_leg": CallLeg,
        "message": Message,
        "call_event": CallEvent,
        "employee": Employee,
        "department": Department,
        "staff_group": StaffGroup,
    }
)
ENVELOPE_FIELDS = tuple(Canonical.model_fields)

_DTYPES: dict[Any, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    datetime: pl.Datetime("us", "UTC"),
    list[str]: pl.List(pl.String()),
}


def dtype_of(annotation: Any) -> pl.DataType:
    if get_origin(annotation) in (Union, UnionType):
        return dtype_of(next(a for a in get_args(annotation) if a is not type(None)))
    if get_origin(annotation) is Annotated:
        return dtype_of(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return pl.String()
    return _DTYPES[annotation]


def columns(entity: str) -> dict[str, pl.DataType]:
    """Column name → Polars type of a canonical entity, envelope first; KeyError if unknown."""
    return dict(_columns(entity))


@cache
def _columns(entity: str) -> dict[str, pl.DataType]:
    return {name: dtype_of(f.annotation) for name, f in ENTITIES[entity].model_fields.items()}


def content_columns(entity: str) -> list[str]:
    """The columns that make two versions of a record differ: all but where and how it was read."""
    where = {
        "landing_id",
        "landing_row",
        "mapping_version",
        "changed_at",
        "connection",
        "stream",
        "key",
    }
    return [name for name in _columns(entity) if name not in where]
