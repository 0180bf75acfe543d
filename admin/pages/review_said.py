"""What an answer came to, as it stands above the next pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

VERDICTS = ("same", "different", "unsure")
LATER, PROPOSED = "later", "proposed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done just before: the decision with its answer and its pair, or the one taken back."""

    done: str = ""
    was: str = ""
    of_left: str = ""
    of_right: str = ""
    taken_back: str = ""


def outcome(told: Mapping[str, str]) -> Outcome:
    """The outcome an address tells; what it tells wrongly is left out."""
    found = Outcome(**{one.name: told.get(one.name, "") for one in fields(Outcome)})
    sound = found.done.isdecimal() and found.was in (*VERDICTS, LATER, PROPOSED)
    return found if sound else replace(found, done="", was="")
