"""What enquiries are about, and when messages are one enquiry: `enquiries.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config.telephony import rust_pattern
from config.working_time import WorkingTime, load_working_time, shipped_working_time
from schemas.canonical.messages import Channel
from schemas.yaml_source import parse_yaml, read_yaml, validate

Pattern = Annotated[str, AfterValidator(rust_pattern)]


class Topic(BaseModel):
    """One thing enquiries are about, and the words that tell it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    ru: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=60)
    answer_hours: float = Field(24, gt=0, le=2000, description="Working hours to the answer")
    words: dict[str, int] = Field(
        default_factory=dict, description="Beginning of a word or phrase, and its weight"
    )


class Learning(BaseModel):
    """When a model of topics is learned from what people said, and when it is sure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    least: int = Field(200, ge=2, description="Fewest topics said by people")
    each: int = Field(20, ge=1, description="Fewest of each topic")
    again: int = Field(20, ge=1, description="Learned anew after so many more")
    sure: float = Field(0.6, gt=0, le=1, description="Least probability of a sure topic")


FormField = Literal[
    "name", "phone", "email", "company", "inn", "topic", "order", "volume", "message", "page"
]  # fmt: skip


class FormLetters(BaseModel):
    """The letters in which an old site sends its form: who sends them, and how they call each field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", description="Address of the site's robot")
    fields: dict[FormField, str] = Field(
        min_length=1, description="Field, and the label before its value"
    )


class Enquiries(BaseModel):
    """The rules by which messages become enquiries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1, description="Raised by the author when the meaning changes")
    topics: list[Topic] = Field(min_length=1)
    enough: int = Field(2, ge=1, description="Least weight of a sure topic")
    apart: int = Field(1, ge=0, description="How much more it must have than the next one")
    order_numbers: list[Pattern] = Field(
        default_factory=list, description="How numbers of orders are written; one group each"
    )
    idle_days: Mapping[Channel, float] = Field(
        default_factory=dict,
        description="Days of silence after which a conversation is a new enquiry",
    )
    missed_calls: bool = Field(True, description="Missed calls are enquiries, too")
    unknown_callers: int | None = Field(
        None,
        ge=1,
        description="Calls taken of numbers nobody bears are enquiries, from so many seconds of talk",
    )
    same_hours: float = Field(
        72, ge=0, description="Hours within which one sender's requests may be one"
    )
    alike: float = Field(0.6, gt=0, le=1, description="Share of words two such requests have")
    learning: Learning | None = Field(
        default_factory=lambda: Learning.model_validate({}),
        description="The model that speaks where the words are not sure; null for none",
    )
    form_letters: list[FormLetters] = Field(
        default_factory=list, description="Letters of sites whose labels are not the usual ones"
    )
    working_time: WorkingTime = Field(
        default_factory=shipped_working_time, description="From working_time.yaml"
    )

    @property
    def hears_calls(self) -> bool:
        """Whether any call is an enquiry."""
        return self.missed_calls or self.unknown_callers is not None

    def topic(self, name: str) -> Topic | None:
        """The topic of that name."""
        return next((one for one in self.topics if one.name == name), None)


def load_enquiries(folder: Path) -> Enquiries:
    """The installation's enquiries.yaml, or the shipped rules; ConfigError names file, line and cure."""
    own = folder / "enquiries.yaml"
    told = validate(read_yaml(own), Enquiries) if own.exists() else shipped_enquiries()
    return told.model_copy(update={"working_time": load_working_time(folder)})


@cache
def shipped_enquiries() -> Enquiries:
    """The rules that ship with the program."""
    shipped = resources.files("config").joinpath("enquiries.yaml").read_text(encoding="utf-8")
    return validate(parse_yaml(shipped, "config/enquiries.yaml"), Enquiries)
