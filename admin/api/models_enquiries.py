"""What the API takes and answers about enquiries."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from admin.api.patterns import ONE_LINE, TAG_NAME
from config.authority import Asked, Level
from schemas.enquiries import Enquiry

_SHORT = Field(None, max_length=300)
_ID = "5d0a4c1e9b7f4d2e8a6c3b1f0e9d8c7b"
FORM = {"id": _ID, "repeated": False}
ENQUIRY = {
    "id": _ID, "channel": "form", "thread": "0b8f", "threads": ["0b8f"], "message_id": "0b8f",
    "box": "zavod", "state": "new", "began_at": "2026-11-20T09:00:00Z",
    "last_at": "2026-11-20T09:00:00Z", "answered_at": None, "waits_since": "2026-11-20T09:00:00Z",
    "deadline_at": "2026-11-20T13:00:00Z", "messages": 1, "files": 0, "subject": None,
    "opening": "Сколько стоит труба 57х3,5, нужно 40 метров?", "sender_name": "Анна Орлова",
    "sender_email": "anna@vector.example", "sender_phone": "+79160000001", "sender_chat": None,
    "company": "ООО «Вектор»", "inn": None, "planned_volume": "5000000", "company_id": None, "contact_id": None, "orders": [],
    "topic": "purchase", "topic_text": None, "topic_by": "words",
    "topic_why": ["purchase: сколько стоит +3"], "unit": None, "owner": None, "transferred_to": None,
    "route": None, "route_why": [], "source": "yandex", "tags": ["utm_source=yandex"],
    "page": "https://zavod.example/truby", "same_as": None, "same_why": [], "version": 1,
}  # fmt: skip


CONVERTED = {"deal": "С-118", "manager": "boris", "operator": "anna"}
ASKER = {"level": "general", "asked": "confidential", "missing": ["person"], "basis": ""}
TYPED = {"field": "sender_email", "said": "petrov@mail,ru", "understood": False}
WHOLE = {**ENQUIRY, "identification": ASKER, "conversion": CONVERTED, "as_typed": [TYPED]}


class FormFile(BaseModel):
    """A file sent with a form."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    type: str | None = Field(None, max_length=100)
    content: str = Field(description="The bytes in base64")


class Form(BaseModel):
    """What a visitor of a site filled in; at least a message, a phone, an address or a topic."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = _SHORT
    phone: str | None = _SHORT
    email: str | None = _SHORT
    company: str | None = _SHORT
    inn: str | None = Field(None, max_length=40)
    topic: str | None = _SHORT
    order: str | None = Field(None, max_length=100, description="Number of an order or invoice")
    volume: str | None = Field(
        None, max_length=100, description="What he plans to buy, in roubles a year unless he says a month or a quarter",
        examples=["5 млн руб. в год"],
    )  # fmt: skip
    message: str | None = Field(None, max_length=20_000)
    page: str | None = Field(None, max_length=2000, description="Address of the page with the form")
    tags: dict[
        Annotated[str, Field(pattern=TAG_NAME)],
        Annotated[str, Field(max_length=300, pattern=ONE_LINE)],
    ] = Field(
        default_factory=dict, max_length=40,
        description="utm_source and the like, ids of clicks and of analytics",
        examples=[{"utm_source": "yandex", "yclid": "1234"}],
    )  # fmt: skip
    files: list[FormFile] = Field(default_factory=list, max_length=10)
    website: str | None = Field(
        None, max_length=300, description="A field people do not see; who fills it in is a robot"
    )


class Taken(BaseModel):
    """The enquiry a form became."""

    id: str = Field(description="Id of the enquiry")
    repeated: bool = Field(description="The same form had come before; nothing new was made")


class EnquiryRow(Enquiry):
    """An enquiry."""

    version: int = Field(description="Grows by one with every change")


class Became(BaseModel):
    """The deal an enquiry became."""

    model_config = ConfigDict(extra="forbid")

    deal: str = Field(min_length=1, max_length=100, description="Number of the deal or order")


class Converted(BaseModel):
    """What an enquiry became, and whose work it was."""

    deal: str = Field(description="Number of the deal or order")
    manager: str = Field(
        description="Who gets the deal: whom the enquiry was transferred to, else its owner"
    )
    operator: str = Field(description="Who had the enquiry, which stays his")


class Identification(BaseModel):
    """What may be told to whoever asks."""

    level: Level = Field(description="How far he may be told; none: he is unidentified")
    asked: Asked = Field(description="How far his topic goes; where it is unsure, the strictest")
    missing: list[str] = Field(description="What is to be asked of him before he is told that much")
    basis: str = Field(description="The ground on which he is listed, such as a power of attorney")


class Typed(BaseModel):
    """A field of a form as the visitor typed it, where the hub did not understand it or took a part."""

    field: str = Field(
        description="Field of the enquiry: sender_phone, sender_email, inn or planned_volume"
    )
    said: str = Field(description="What was typed; dots for those who may not see contact data")
    understood: bool = Field(description="Whether something of it stands in the field")


class EnquiryWhole(EnquiryRow):
    """An enquiry with who asks and what became of it."""

    identification: Identification | None = Field(description="Who asks, and what he may be told")
    conversion: Converted | None = Field(description="The deal it became; null while it is none")
    as_typed: list[Typed] = Field(description="What was typed and not understood, or in part only")


class EnquiryPage(BaseModel):
    """A page of enquiries, newest first."""

    items: list[EnquiryRow]
    next: str | None = Field(
        None, description="Pass as `cursor` for the next page; null on the last one"
    )
