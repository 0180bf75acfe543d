"""Which letters are answered at once with «we have got it»: `acknowledge.yaml`. Without the file none is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.yaml_source import read_yaml, validate

UNSURE = "unsure"
_GAPS = ("number", "topic", "deadline")
_NOBODY = re.compile(
    r"^(?:no-?_?reply|do-?not-?reply|donotreply|mailer-daemon|postmaster|robot|bounces?|notifications?|"
    r"auto|automat\w*|daemon|nobody|noanswer)\b|[-_.+](?:no-?reply|bounces?)@",
    re.IGNORECASE,
)


def _has_known_gaps(text: str) -> str:
    try:
        text.format_map(dict.fromkeys(_GAPS, ""))
    except (KeyError, ValueError, IndexError, AttributeError):
        known = ", ".join(f"{{{name}}}" for name in _GAPS)
        raise ValueError(f"only {known} can stand in braces") from None
    return text


Text = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_has_known_gaps)]


class Acknowledgement(BaseModel):
    """One text and the letters it answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mailboxes: list[str] = Field(default_factory=list, description="Ours that were written to; any")
    topics: list[str] = Field(
        default_factory=list, description="Names of topics, or `unsure`; any without them"
    )
    subject: Text = Field(description="May hold {number}, {topic}, {deadline}")
    text: Text = Field(description="May hold {number}, {topic}, {deadline}")

    def answers(self, enquiry: Mapping[str, Any]) -> bool:
        """Whether an enquiry is answered by this text."""
        box, topic = (enquiry["box"] or "").lower(), enquiry["topic"] or UNSURE
        boxes = [one.lower() for one in self.mailboxes]
        return (not boxes or box in boxes) and (not self.topics or topic in self.topics)


class Acknowledgements(BaseModel):
    """The texts, the first that fits counts, and who is never written to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    letters: list[Acknowledgement] = Field(min_length=1)
    hours: float = Field(24, gt=0, le=240, description="What came longer ago is not acknowledged")
    a_day: int = Field(1, ge=1, le=100, description="Most to one address within a day")
    silent: list[str] = Field(
        default_factory=list, description="Addresses and @domains that are never written to"
    )

    def is_silent(self, address: str) -> bool:
        """Whether nobody reads what is sent there, or must not get it."""
        small = address.lower()
        named = {one.lower() for one in self.silent}
        return (
            bool(_NOBODY.search(small)) or small in named or f"@{small.partition('@')[2]}" in named
        )


def load_acknowledgements(folder: Path) -> Acknowledgements | None:
    """The installation's acknowledge.yaml; None without one; ConfigError names file, line and cure."""
    file = folder / "acknowledge.yaml"
    return validate(read_yaml(file), Acknowledgements) if file.exists() else None
