"""What may be told to whom: `authority.yaml`. Without the file the usual rules hold (handbook 1.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_source import read_yaml, validate

Asked = Literal["general", "confidential"]
Level = Literal["none", "general", "confidential"]
Evidence = Literal["company", "inn", "person", "reach", "authority"]


class Representative(BaseModel):
    """Who may hear for a company, on what ground; `none` if he may not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inn: str = Field(pattern=r"^(\d{10}|\d{12})$", description="INN of the company")
    who: str = Field(min_length=3, max_length=200, description="His e-mail, or phone as +7…")
    level: Level
    topics: list[str] = Field(default_factory=list, description="Names of topics; all without them")
    basis: str = Field("", max_length=200, description="Such as the power of attorney")
    until: date | None = Field(None, description="Last day it holds")


class Authority(BaseModel):
    """What must be known of whoever asks, by how far an answer goes, and how far topics go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    general: list[Evidence] = Field(default=["company"])
    confidential: list[Evidence] = Field(default=["company", "person", "reach"])
    topics: Mapping[str, Asked] = Field(
        default={"order_question": "confidential", "claim": "confidential"},
        description="Others are general",
    )
    representatives: list[Representative] = Field(default_factory=list)

    def of(
        self, inn: str | None, ways: Collection[str], topic: str | None, day: date
    ) -> Representative | None:
        """Who of those listed asks: the first of the company with one of these addresses or phones."""
        small = {way.lower() for way in ways}
        return next(
            (
                one for one in self.representatives
                if one.inn == inn and one.who.lower() in small
                and (not one.topics or topic in one.topics)
                and (one.until is None or day <= one.until)
            ),
            None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identified:
    """How far whoever asks may be told, how far his topic goes, and what is missing for that.

    `level` is `none` for one who is unidentified, or who is listed as not to be told.
    """

    level: Level
    asked: Asked
    missing: tuple[str, ...] = ()
    basis: str = ""


def identified(
    rules: Authority, known: Collection[str], topic: str | None, listed: Representative | None
) -> Identified:
    """What may be told to whom so much is known of; an unsure topic may be any, the strictest is feared.

    >>> identified(Authority(), {"company", "person"}, "claim", None)
    Identified(level='general', asked='confidential', missing=('reach',), basis='')
    """
    fearing: Asked = "confidential" if "confidential" in rules.topics.values() else "general"
    asked = fearing if topic is None else rules.topics.get(topic, "general")
    if listed is not None:
        enough = listed.level == "confidential" or listed.level == asked
        return Identified(listed.level, asked, () if enough else ("authority",), listed.basis)
    needed = {"general": rules.general, "confidential": rules.confidential}
    lacking = {
        level: tuple(one for one in all_ if one not in known) for level, all_ in needed.items()
    }
    level: Level = "none" if lacking["general"] else "general"
    return Identified(level if lacking["confidential"] else "confidential", asked, lacking[asked])


def load_authority(folder: Path) -> Authority:
    """The installation's authority.yaml, or the usual rules; ConfigError names file, line and cure."""
    own = folder / "authority.yaml"
    return validate(read_yaml(own), Authority) if own.exists() else Authority()
