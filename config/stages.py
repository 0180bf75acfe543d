"""What must be known of a counterparty before each step of work with it, so that a card can remind of it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_source import parse_yaml, read_yaml, validate

FIELDS = (
    "name", "full_name", "legal_form", "inn", "ogrn", "okpo", "kpp", "country", "national_number",
    "legal_address", "actual_address", "region", "phones", "emails", "contacts",
)  # fmt: skip


class Stage(BaseModel):
    """A step of work, named in both languages, and the fields it needs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    ru: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)
    fields: list[str] = Field(min_length=1)


class Stages(BaseModel):
    """The steps in their order, and the fields that a kind of counterparty has not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    stages: list[Stage]
    not_asked: dict[str, list[str]] = Field(default_factory=dict)

    def missing(self, kind: str | None, known: set[str]) -> list[tuple[Stage, list[str]]]:
        """Each step with the fields that it needs and nobody knows."""
        spared = set(self.not_asked.get(kind or "", ()))
        return [
            (stage, [one for one in stage.fields if one not in known and one not in spared])
            for stage in self.stages
        ]

    def share(self, kind: str | None, known: set[str]) -> float:
        """How much of all that is asked for is known: from 0 to 1."""
        spared = set(self.not_asked.get(kind or "", ()))
        asked = {one for stage in self.stages for one in stage.fields} - spared
        return len(asked & known) / len(asked) if asked else 1.0


@cache
def shipped_stages() -> Stages:
    """The steps that ship with the program."""
    text = resources.files("config").joinpath("stages.yaml").read_text(encoding="utf-8")
    return validate(parse_yaml(text, "config/stages.yaml"), Stages)


def load_stages(folder: Path) -> Stages:
    """The installation's stages.yaml, or the shipped ones; ConfigError names a field nobody knows."""
    own = folder / "stages.yaml"
    if not own.exists():
        return shipped_stages()
    source = read_yaml(own)
    told = validate(source, Stages)
    for place, stage in enumerate(told.stages):
        strange = [one for one in stage.fields if one not in FIELDS]
        if strange:
            raise source.error(
                ("stages", place, "fields"),
                f"поля «{strange[0]}» нет. Можно: {', '.join(FIELDS)}.",
                f"there is no field '{strange[0]}'. Fields: {', '.join(FIELDS)}.",
            )
    return told
