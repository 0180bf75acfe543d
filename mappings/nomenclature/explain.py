"""One name with the place of every part: which characters gave which attribute, what is left over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from mappings.nomenclature.alphabet import TAKEN, fold
from mappings.nomenclature.finish import SEPARATOR
from mappings.nomenclature.grammar import Grammar, ItemClass, Rule, shipped
from mappings.nomenclature.parse import parse
from mappings.nomenclature.recognise import recognised
from mappings.nomenclature.trouble import UNREADABLE

HEAD = "class"


@dataclass(frozen=True, slots=True)
class Part:
    """Characters `start` to `end` of the name gave `attribute`; `HEAD` for the word of the class."""

    start: int
    end: int
    attribute: str


@dataclass(frozen=True, slots=True)
class Explained:
    """`outcome` is the row `parse` gives; `parts` lie in the order of the name and never overlap."""

    name: str
    outcome: dict[str, str | float | None]
    attributes: dict[str, str]
    parts: tuple[Part, ...]

    def pieces(self) -> list[tuple[str, str]]:
        """The whole name in pieces, each with its attribute or "" for what no attribute came from."""
        out, at = [], 0
        for part in self.parts:
            if part.start > at:
                out.append((self.name[at : part.start], ""))
            out.append((self.name[part.start : part.end], part.attribute))
            at = part.end
        return [*out, (self.name[at:], "")] if at < len(self.name) else out


def explain(name: str, grammar: Grammar | None = None) -> Explained:
    """The structure of one name with places; says of it exactly what `parse` says."""
    return explain_all([name], grammar)[0]


def explain_all(names: Sequence[str], grammar: Grammar | None = None) -> list[Explained]:
    """`explain` of few names at once: what it costs is mostly to begin."""
    known = grammar or shipped()
    told = parse(pl.Series(names, dtype=pl.String), known)
    folded = pl.Series([fold(name.replace("\x00", " ")) for name in names], dtype=pl.String)
    texts = recognised(folded, known)["text"]
    return [
        _explained(name, row, text, known)
        for name, row, text in zip(names, told.iter_rows(named=True), texts, strict=True)
    ]


def _explained(name: str, row: dict[str, Any], text: str, grammar: Grammar) -> Explained:
    pairs = (pair.partition("=") for pair in (row["attributes"] or "").split(SEPARATOR))
    attributes = {key: value for key, _, value in pairs if key}
    if row["item_class"] is None or row["trouble"] in UNREADABLE:
        return Explained(name, row, attributes, ())
    parts = _parts(text, grammar.classes[row["item_class"]])
    return Explained(name, row, attributes, tuple(parts))


def _parts(text: str, item_class: ItemClass) -> list[Part]:
    taken = [at for at in range(len(text)) if text[at] == TAKEN]
    head = [Part(taken[0], taken[-1] + 1, HEAD)] if taken else []
    return sorted([*head, *_read(text, item_class)], key=lambda part: part.start)


@cache
def _ready(expression: str) -> re.Pattern[str]:
    """Compiled for good: there are more rules than `re` itself remembers."""
    return re.compile(expression, re.ASCII)


def _read(text: str, item_class: ItemClass) -> list[Part]:
    """The rules again, one name only, this time for the places."""
    parts: list[Part] = []
    filled: set[str] = set()
    for rule in item_class.rules:
        if filled.intersection(rule.silent):
            continue
        found = _ready(rule.expression).search(text)
        if not found:
            continue
        whole = _ready(rule.expression).fullmatch(found[0]) or found
        text = text[: found.start()] + TAKEN * len(found[0]) + text[found.end() :]
        parts += _places(whole, found.start(), rule, item_class)
        told = {
            slot
            for slot in rule.slots
            if whole[slot] is not None
            and (
                item_class.attributes[slot].kind == "raw"
                or item_class.attributes[slot].means(whole[slot]) is not None
            )
        }
        filled |= told | set(rule.fixed)
    return parts


def _places(whole: re.Match[str], start: int, rule: Rule, item_class: ItemClass) -> list[Part]:
    parts = [
        Part(start + whole.start(slot), start + whole.end(slot), slot)
        for slot in rule.slots
        if whole[slot] and slot in item_class.attributes
    ]
    if not parts and rule.fixed:
        return [Part(start, start + len(whole[0]), next(iter(rule.fixed)))]
    return parts
