"""How this company's switches number people, and what counts as a call: `telephony.yaml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas.unfit import NO_ZONE, Unfit
from schemas.yaml_source import read_yaml, validate


def rust_pattern(text: str) -> str:
    """The text, if Polars can read it as a regular expression, else ValueError."""
    try:
        re.compile(text)
    except re.error as error:
        raise Unfit(
            f"это не регулярное выражение: {error}", f"is no regular expression: {error}"
        ) from error
    if re.search(r"\(\?(?!:)|\\[1-9]", text):
        raise Unfit(
            "просмотры вперёд и назад и обратные ссылки не поддерживаются",
            "may have neither look-arounds nor back references",
        )
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise Unfit(*NO_ZONE)
    return name


class Dialplan(BaseModel):
    """Where the questions of dial plans are answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    http: int = Field(8610, ge=1, le=65_535, description="Port of /route?num= and /caller?num=")
    agi: int = Field(4573, ge=1, le=65_535, description="Port of FastAGI")


def _path(text: str) -> str:
    known = dict.fromkeys(("recording", "linked", "number", "did", "employee"), "")
    try:
        text.format(**known, started=datetime(2026, 1, 1, tzinfo=UTC))
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise Unfit(
            "можно назвать {recording}, {linked}, {number}, {did}, {employee} и {started:%Y/%m/%d}",
            "may name {recording}, {linked}, {number}, {did}, {employee} and {started:%Y/%m/%d}",
        ) from error
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    fit = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    if not fit or parts.query or parts.fragment:
        raise Unfit(
            "нужен http(s)://сервер/путь без имени и пароля в нём",
            "must be http(s)://host/path, without a name and a password in it",
        )
    return text.rstrip("/") + "/"


class Recordings(BaseModel):
    """Where a switch keeps the recordings of its calls."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = Field(None, description="The folder in which they lie, at any depth")
    address: Annotated[str, AfterValidator(_address)] | None = Field(
        None, description="Or the address under which a server gives them out, with HTTP ranges"
    )
    path: Annotated[str, AfterValidator(_path)] = Field(
        "{recording}",
        min_length=1,
        description="The file within it, by the call: {recording}, {linked}, {started:%Y/%m/%d}",
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        "Europe/Moscow", description="Zone of {started}"
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.folder is None) == (self.address is None):
            raise Unfit(
                "назовите либо папку folder, либо адрес address записей",
                "name either the folder or the address of the recordings",
            )
        return self


class Telephony(BaseModel):
    """What tells a colleague from a client, and a missed call from a mistake of dialling."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    internal: Annotated[str, AfterValidator(rust_pattern)] = Field(
        r"[0-9]{2,4}", description="Extensions of people and services, as a regular expression"
    )
    missed_from: int = Field(
        3, ge=0, description="Seconds below which an unanswered call is a slip, not a missed one"
    )
    always_on: list[str] = Field(
        default_factory=list,
        description="Queues and dialled numbers answered around the clock: no call to them is out of hours",
    )
    owner_from: int = Field(
        10, ge=0, description="Seconds somebody must have talked for the call to be his"
    )
    after_call: Annotated[str, AfterValidator(rust_pattern)] = Field(
        "(?:wrap|acw|after|обработ)",
        description="Reasons of a pause that is work after a call, as a regular expression",
    )
    answer_within: int = Field(
        20, ge=0, description="Seconds within which an answer counts for the service level"
    )
    deputies: dict[str, str] = Field(
        default_factory=dict, description="Extension: who takes his calls while he is away"
    )
    usual: str = Field(
        "", pattern="^[0-9A-Za-z_-]*$", description="Extension for callers nobody knows, if any"
    )
    recordings: dict[str, Recordings] = Field(
        default_factory=dict, description="Connection: where its recordings lie"
    )
    told_twice: dict[str, str] = Field(
        default_factory=dict,
        description="Connection: the one that tells the same calls better; told by both they count once",
    )
    documents: dict[str, str] = Field(
        default_factory=dict,
        description="Connection whose documents note calls: the one whose calls they note",
    )
    told_twice_within: int = Field(
        120, ge=0, le=3600, description="Seconds by which the beginnings of such calls may differ"
    )
    dial: str = Field(
        "", description="Connection that dials for people; left out, the only switch with `ami`"
    )
    dialplan: Dialplan | None = Field(
        None, description="Answer dial plans in `kanon listen`; left out, nobody is answered"
    )

    @model_validator(mode="after")
    def _told_at_last(self) -> Self:
        """Somebody must tell a call for good."""
        better = {**self.documents, **self.told_twice}
        for begun in better:
            seen, at = {begun}, better[begun]
            while at in better and at not in seen:
                seen.add(at)
                at = better[at]
            if at in seen:
                raise Unfit(
                    f"путь в told_twice и documents ведёт от {begun} назад к {at}: уберите одно из них",
                    f"the way in told_twice and documents leads from {begun} back to {at}: leave one of them out",
                )
        return self


def load_telephony(folder: Path, connections: Collection[str] | None = None) -> Telephony:
    """The installation's telephony.yaml, or the usual numbers; ConfigError names file, line and cure.

    With the names of all connections, those that the file names must be among them.
    """
    file = folder / "telephony.yaml"
    if not file.exists():
        return Telephony()
    source = read_yaml(file)
    rules = validate(source, Telephony)
    for place, name in _named(rules) if connections is not None else ():
        if name not in (connections or ()):
            raise source.error(
                place,
                f"подключения «{name}» нет. Исправьте имя или создайте connections/{name}.yaml.",
                f"there is no connection '{name}'. Mend the name or make connections/{name}.yaml.",
            )
    return rules


def _named(rules: Telephony) -> Iterator[tuple[tuple[str, ...], str]]:
    """The connections the rules name, each with where."""
    for field, pairs in (("told_twice", rules.told_twice), ("documents", rules.documents)):
        for worse, better in pairs.items():
            yield from (((field, worse), name) for name in (worse, better))
    yield from ((("recordings", name), name) for name in rules.recordings)
    if rules.dial:
        yield ("dial",), rules.dial
