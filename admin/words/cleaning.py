"""What the steps of cleaning are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from admin.words import vocabulary
from admin.words.issues import issue
from admin.words.language import N_, Language

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "door": N_("Refused at the door: no key"),
        "passed_over": N_("Passed over by the mapping"),
        "refused": N_("Refused"),
        "name": N_("Names"),
        "joined": N_("Joined with another record"),
    }
)
SPELLING = N_("%(field)s: spelling made uniform")


def step_words(word: Callable[[str], str], language: Language, step: Mapping[str, Any]) -> str:
    """What a step (see `flows.migrate.cleaning.Step`) is called; `word` gives messages in the language."""
    kind, code = step["kind"], step["code"]
    if kind == "repaired":
        field = vocabulary.field(language, code.partition(":")[0])
        return issue(language, code) or word(SPELLING) % {"field": field}
    more = vocabulary.reason(language, code) if kind == "refused" else step[language]
    return f"{word(KINDS[kind])}: {more}" if more else word(KINDS[kind])
