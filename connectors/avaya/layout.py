"""Layouts of call records: where each field of a line stands (handbook 5.4).

A layout is data. `fields` tells positions (`dialed-num: 23-37`, several parts joined: `46,27-30`);
`order` tells names and lengths one after another, as the switch's own form does for customized records
(`cond-code 1`); with a `separator` it tells names only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.errors import ConfigError
from schemas.unfit import Unfit
from schemas.yaml_source import read_yaml, validate

PRESETS = Path(__file__).parent / "layouts"
# Fields of the switch's form that only fill a line up.
FILLERS = ("space", "return", "line-feed", "null")
_SPAN = re.compile(r"(\d+)(?:-(\d+))?")
_NAME = re.compile(r"[a-z][a-z0-9_/-]*")

Alphabet = Literal["digits", "letters"]
Duration = Literal["hmmt", "seconds", "hmmss", "h:mm:ss"]
Spans = tuple[tuple[int, int], ...]


class Example(BaseModel):
    """A line and what some of its fields say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: str
    is_: Mapping[str, str] = Field(alias="is")


class Layout(BaseModel):
    """Where the fields of a line stand and how times and lengths are written in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    title: str = ""
    fields: Mapping[str, str] = Field(default_factory=dict)
    order: tuple[str, ...] = ()
    separator: Annotated[str, Field(max_length=1)] = ""
    header: bool = False
    alphabet: Alphabet = "digits"
    date: str = Field("%m%d%y", description="How the field date is written")
    time: str = Field("%H%M", description="How the field time is written")
    dur: Duration = Field("hmmt", description="How the field dur is written")
    sec_dur: Duration = Field("seconds", alias="sec-dur", description="The same of sec-dur")
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Layout:
        if bool(self.fields) == bool(self.order):
            raise Unfit("нужно одно из двух: fields или order", "must tell either fields or order")
        names = self.columns
        _need_names(names)
        spans = () if self.separator else self.spans.values()
        taken = [at for parts in spans for start, end in parts for at in range(start, end)]
        if len(set(taken)) != len(taken):
            raise Unfit("два поля стоят на одном месте", "has two fields in one position")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields, without what only fills a line."""
        named = self.fields or [entry.split()[0] for entry in self.order if entry.split()]
        return tuple(name for name in named if name not in FILLERS)

    @property
    def spans(self) -> dict[str, Spans]:
        """Where each field stands: half-open ranges that begin at 0."""
        if self.fields:
            return {name: _parts(name, told) for name, told in self.fields.items()}
        return dict(_running(self.order))

    @property
    def blanks(self) -> tuple[int, ...]:
        """Positions between fields, which a fitting line leaves blank."""
        taken = {at for parts in self.spans.values() for a, b in parts for at in range(a, b)}
        return tuple(at for at in range(max(taken)) if at not in taken)

    @property
    def dated(self) -> bool:
        """Whether each line tells its own date."""
        return "date" in self.columns


def _need_names(names: Sequence[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise Unfit(f"поле «{name}» — не имя", f"has a field '{name}', which is no name")
    if len(set(names)) != len(names):
        raise Unfit("поле названо дважды", "must name each field once")
    if "dialed-num" not in names or not {"dur", "sec-dur"} & set(names):
        raise Unfit(
            "нужны поля dialed-num и dur или sec-dur", "must name dialed-num, and dur or sec-dur"
        )


def _parts(name: str, told: str) -> Spans:
    found = [_SPAN.fullmatch(part.strip()) for part in told.split(",")]
    spans = [(int(one[1]) - 1, int(one[2] or one[1])) for one in found if one]
    if len(spans) != len(found) or any(not 0 <= a < b for a, b in spans):
        raise Unfit(
            f"у поля {name} нет мест: «{told}»; пишут так: 23-37",
            f"tells no positions for {name}: '{told}'; they are written 23-37",
        )
    return tuple(spans)


def _running(order: Sequence[str]) -> list[tuple[str, Spans]]:
    at = 0
    spans: list[tuple[str, Spans]] = []
    for entry in order:
        name, _, length = entry.partition(" ")
        if not length.strip().isdigit() or not int(length):
            raise Unfit(
                f"в «{entry}» нет длины; пишут так: code-dial 4",
                f"tells no length in '{entry}'; it is written code-dial 4",
            )
        if name not in FILLERS:
            spans.append((name, ((at, at + int(length)),)))
        at += int(length)
    return spans


@cache
def presets() -> Mapping[str, Layout]:
    """The layouts that come with Kanon, by name."""
    files = sorted(PRESETS.glob("*.yaml"))
    return {file.stem: validate(read_yaml(file), Layout) for file in files}


def layout_of(told: str | Layout) -> Layout:
    """A layout by its name or as told; ConfigError lists the known names."""
    if isinstance(told, Layout):
        return told
    found = presets().get(told)
    if found is None:
        known = ", ".join(presets())
        raise ConfigError(
            f"Раскладки «{told}» нет. Есть: {known}; свою опишите полями (docs/connectors/avaya.md).",
            f"There is no layout '{told}'. There are: {known}; or tell your own fields.",
        )
    return found
