"""What the gate takes and answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from admin.api.models import ID, Problem

# What whoever is refused may do: correct the requisites, or give the creation up for what is there.
CHOICES = (
    ("correct_requisites", "Исправить реквизиты", "Correct the requisites"),
    ("give_up", "Отказаться и взять существующего", "Give it up and take the existing one"),
)
CREATED = {
    "id": ID, "source": "hub/parties/5b1f0c44-8f0a-5c6e-b7a3-0f5a9d1c2e77", "joined": False,
    "state": "ready", "similar": [],
}  # fmt: skip
SEARCHED = {
    "verdict": "duplicate",
    "cleaned": {"name": "ООО «Вектор»", "inn": "7707083893", "country": "RU", "status": "active"},
    "existing": [
        {
            "id": ID, "name": "ООО «Вектор»", "inn": "7707083893", "ogrn": None, "rule": "R3",
            "why": "the same INN", "score": 1.0,
        }
    ],
    "similar": [],
}  # fmt: skip
Verdict = Literal["new", "new_unit", "duplicate", "contradiction"]
MANY = 50
Contact = Annotated[str, Field(max_length=320)]


def _text(description: str, most: int = 500) -> Any:
    return Field(None, max_length=most, description=description)


class Draft(BaseModel):
    """A company as somebody typed it; every field is text as it came, the hub cleans it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "ООО «Вектор»", "inn": "7707083893", "kpp": "773601001"}]
        },
    )

    name: str | None = _text("Name, with or without the legal form")
    full_name: str | None = _text("Full legal name", 2000)
    inn: str | None = _text("INN, 10 or 12 digits", 40)
    kpp: str | None = _text("KPP, 9 characters", 40)
    ogrn: str | None = _text("OGRN or OGRNIP", 40)
    okpo: str | None = _text("OKPO", 40)
    country: str | None = _text("Country, as a word or a code", 100)
    national_number: str | None = _text("Registration number in that country", 100)
    segment: str | None = _text("Class of the client, such as VIP", 100)
    planned_volume: str | None = _text("What it plans to buy in a year, such as 5 млн", 100)
    legal_address: str | None = _text("Legal address", 2000)
    actual_address: str | None = _text("Actual address", 2000)
    phones: list[Contact] = Field(default_factory=list, max_length=MANY)
    emails: list[Contact] = Field(default_factory=list, max_length=MANY)

    def fields(self) -> dict[str, str | None]:
        """The fields as one row of a source: many values in one cell, as files have them."""
        typed = self.model_dump()
        for many in ("phones", "emails"):
            typed[many] = "; ".join(typed[many]) or None
        return typed


class Existing(BaseModel):
    """A company that is there already."""

    id: str
    name: str | None
    inn: str | None
    ogrn: str | None
    rule: str = Field(description="Rule of the glossary by which it was found, such as R1")
    why: str = Field(description="One sentence, in the language of the caller")
    score: float = Field(description="Probability that it is the same company")


class Evidence(BaseModel):
    """What one field says: bits for one company, or against it if below zero."""

    field: str
    bits: float
    said: str = Field(description="One phrase, in the language of the caller")


class Similar(Existing):
    """A company that a new one may be; it refuses nothing."""

    zone: str = Field(
        description="auto: matching will join them; review: a person decides; distinct: hardly the same"
    )
    evidence: list[Evidence] = Field(description="What the score is made of, the strongest first")


class Choice(BaseModel):
    """What the caller may do next."""

    code: str
    text: str


class Refusal(Problem):
    """Why nothing was created (RFC 9457, with what to do next)."""

    type: str = "about:blank"
    code: str = Field(description="duplicate or contradiction")
    existing: list[Existing] = Field(default_factory=list)
    choices: list[Choice] = Field(default_factory=list)


class SearchAnswer(BaseModel):
    """What creating this company would come to."""

    verdict: Verdict
    cleaned: dict[str, Any] = Field(description="The company as the hub understood it")
    existing: list[Existing] = Field(description="Found by their numbers")
    similar: list[Similar] = Field(
        default_factory=list, description="What a new company may be, likeliest first"
    )


class Created(BaseModel):
    """A company that was created, or the unit of a known one."""

    id: str = Field(
        description="Golden id of the legal entity: for ever once ready, promised while settling",
        examples=[ID],
    )
    source: str = Field(description="The source record behind it")
    joined: bool = Field(description="It became a unit of a company that was known already")
    state: Literal["ready", "settling"] = Field(
        description="ready: GET /v1/parties/{id} answers; settling: it will in a moment"
    )
    similar: list[Similar] = Field(
        default_factory=list, description="What it may be, likeliest first; nobody was refused"
    )
