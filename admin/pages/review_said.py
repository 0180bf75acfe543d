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


@dataclass(frozen=True, slots=True)
class Given:
    """How many pairs were just assigned to whom, or taken back if to nobody; how many stayed as they were."""

    given: str = ""
    left_out: str = ""
    to: str = ""


def given(told: Mapping[str, str]) -> Given:
    """What an address tells of it; what it tells wrongly is left out."""
    found = Given(*(told.get(one.name, "")[:64] for one in fields(Given)))
    sound = found.given.isdecimal() and found.left_out.isdecimal() | (not found.left_out)
    return found if sound else Given()


def outcome(told: Mapping[str, str]) -> Outcome:
    """The outcome an address tells; what it tells wrongly is left out."""
    found = Outcome(**{one.name: told.get(one.name, "") for one in fields(Outcome)})
    sound = found.done.isdecimal() and found.was in (*VERDICTS, LATER, PROPOSED)
    return found if sound else replace(found, done="", was="")
