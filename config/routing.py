"""To whom enquiries go: an ordered decision table (handbook 8.6), first as `routing.yaml`, then as versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from config.working_time import WEEKDAYS
from schemas.canonical.messages import Channel
from schemas.errors import ConfigError
from schemas.unfit import Unfit
from schemas.volumes import bounds
from schemas.yaml_source import parse_yaml, read_yaml, validate

UNSURE = "unsure"
YES, NO = "yes", "no"
Condition = Literal[
    "channel", "topic", "box", "source", "inn", "region", "kind", "known", "owned", "hours", "weekday",
    "words", "segment", "volume", "contract", "language",
]  # fmt: skip
TargetKind = Literal["owner", "employee", "department", "group", "queue"]
TARGETS: tuple[TargetKind, ...] = ("queue", "department", "group", "employee", "owner")
# Conditions with a closed list of values; `topic` has that of the topics, the rest take any text.
CLOSED: Mapping[Condition, tuple[str, ...]] = MappingProxyType(
    {
        "channel": get_args(Channel),
        "kind": ("commercial", "budget", "sole_trader", "person", "foreign"),
        "known": (YES, NO),
        "owned": (YES, NO),
        "hours": ("working", "outside"),
        "weekday": WEEKDAYS,
        "language": ("ru", "en", "other"),
    }
)
OPEN: tuple[Condition, ...] = (
    "words",
    "segment",
    "volume",
    "contract",
    "region",
    "box",
    "source",
    "inn",
)
MOST_LINES = 200


def _word(value: object) -> object:
    """YAML reads yes and no as truth."""
    return {True: YES, False: NO}[value] if isinstance(value, bool) else value


Value = Annotated[str, BeforeValidator(_word)]


class Target(BaseModel):
    """Who gets it: a person, the least loaded of several, or a unit's common queue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: TargetKind
    name: str | None = Field(None, min_length=1, max_length=120)
    most: int | None = Field(None, ge=1, le=10_000, description="Open enquiries one may have")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.name is None) != (self.kind == "owner"):
            raise Unfit(
                "имя нужно всем, кроме ответственного за контрагента",
                "needs a name, unless it is the company's owner",
            )
        return self

    def __str__(self) -> str:
        return self.kind if self.name is None else f"{self.kind}: {self.name}"


class Line(BaseModel):
    """One line: all conditions must hold, each by one of its values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: Mapping[Condition, list[Value]] = Field(default_factory=dict)
    to: Target

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name, values in self.when.items():
            try:
                refuse_unfit(name, values)
            except Unfit as error:
                raise Unfit(f"{name}: {error.ru}", f"{name}: {error.en}") from None
        return self


def refuse_unfit(name: Condition, values: Sequence[str]) -> None:
    """Unfit for values that a condition cannot have."""
    if not values or not all(value.strip() for value in values):
        raise Unfit("нужно хотя бы одно значение", "needs a value")
    if name in CLOSED:
        strange, fit = [v for v in values if v not in CLOSED[name]], ", ".join(CLOSED[name])
        if strange:
            raise Unfit(
                f"значения «{strange[0]}» нет, есть {fit}",
                f"there is no '{strange[0]}', there are {fit}",
            )
    if name == "volume":
        for value in values:
            bounds(value)


class RoutingTable(BaseModel):
    """The lines in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lines: list[Line] = Field(min_length=1, max_length=MOST_LINES)

    def refuse_unknown_topics(self, topics: list[str]) -> None:
        """ConfigError if a line asks for a topic that enquiries do not have."""
        for number, line in enumerate(self.lines, 1):
            strange = [t for t in line.when.get("topic", ()) if t not in (*topics, UNSURE)]
            if strange:
                raise ConfigError(
                    f"Строка {number}: темы «{strange[0]}» нет. Есть: {', '.join(topics)}.",
                    f"Line {number}: there is no topic '{strange[0]}'. There are: {', '.join(topics)}.",
                )

    def refuse_no_words(self) -> None:
        """ConfigError if a line asks for words without any letter or digit: no text has those.

        Tables that are stored already may have them, so that this is no part of reading one.
        """
        for number, line in enumerate(self.lines, 1):
            empty = [w for w in line.when.get("words", ()) if not any(c.isalnum() for c in w)]
            if empty:
                raise ConfigError(
                    f"Строка {number}: в словах «{empty[0]}» нет ни буквы, ни цифры. Напишите начало слова.",
                    f"Line {number}: the words '{empty[0]}' have no letter or digit. Write the beginning of a word.",
                )


def load_routing(folder: Path) -> RoutingTable:
    """The installation's routing.yaml, or the shipped table; ConfigError names file, line and cure."""
    own = folder / "routing.yaml"
    if not own.exists():
        return shipped_routing()
    table = validate(read_yaml(own), RoutingTable)
    table.refuse_no_words()
    return table


def parse_routing(text: str) -> RoutingTable:
    """The table of a stored version, or of a form as JSON; ConfigError for what is none."""
    return validate(parse_yaml(text, ""), RoutingTable)


@cache
def shipped_routing() -> RoutingTable:
    """The table that ships with the program."""
    shipped = resources.files("config").joinpath("routing.yaml").read_text(encoding="utf-8")
    return validate(parse_yaml(shipped, "config/routing.yaml"), RoutingTable)
