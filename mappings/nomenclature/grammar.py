"""The classes of goods, read from their YAML files and made ready to be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mappings.nomenclature import values
from mappings.nomenclature.alphabet import fold
from mappings.nomenclature.class_files import FOLDER, read_files
from mappings.nomenclature.declared import (
    DeclaredAttribute,
    DeclaredClass,
    DeclaredFile,
    DeclaredRule,
    DeclaredSet,
    DeclaredSign,
)
from mappings.nomenclature.patterns import INCH, NUMBER, any_of, compiled, phrase
from schemas.errors import ConfigError

# One good is cited with or without these.
FREE = ("standard", "standard2", "standard3", "length_kind", "mill", "article2", "illiquid")
# Which of the goods of a class a name means, told by its head word: a tee is no elbow of the same size.
GOOD = "good"
# Raised by whoever changes what a name means; stored structure is made anew after it.
GRAMMAR_VERSION = 4
_UNITS = f" *(?:{any_of(['мм', 'см', 'метров', 'метра', 'м'])})"
_LETTERS = "(?:[rR][pP]|[rRgG])"
_PLAIN_SIZE = rf"(?:[0-9]+\"? +[0-9]/(?:16|[248])|[0-9]{{1,2}}/(?:16|[248])|{NUMBER})\"?"
_FIRST_SIZE = rf"(?:\b{_LETTERS} *)?{_PLAIN_SIZE}"
_NEXT_SIZE = rf"(?:{_LETTERS} *)?{_PLAIN_SIZE}"
_BODIES: Mapping[str, str] = {
    "number": NUMBER, "inch": INCH, "length": f"{NUMBER}(?:{_UNITS}\\b)",
    "size": rf"(?:{_FIRST_SIZE})(?: *[x*-] *(?:{_NEXT_SIZE}))*",
}  # fmt: skip
_MEANS: Mapping[str, Callable[[str], str | None]] = {
    "number": values.number, "inch": values.inch, "length": values.millimetres, "size": values.size,
    "grade": values.grade, "standard": values.standard, "upper": values.upper, "raw": values.plain, "latin": str.upper, "fire": values.fire,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """`body` is the expression of its characters; `means` what they mean, None for nothing."""

    name: str
    ru: str
    en: str
    unit: str
    kind: str
    body: str
    hidden: bool
    limits: tuple[float, float] | None
    of: str
    dictionary: tuple[tuple[re.Pattern[str], str], ...] = ()

    def means(self, text: str) -> str | None:
        """The value of the captured characters; None if they mean nothing."""
        if self.dictionary:
            return next((told for found, told in self.dictionary if found.fullmatch(text)), None)
        return _MEANS[self.kind](text)


@dataclass(frozen=True, slots=True)
class Rule:
    """`expression` captures `slots` by name; where it is found, `fixed` attributes have their values."""

    expression: str
    slots: tuple[str, ...]
    fixed: Mapping[str, str]
    unless: tuple[str, ...]

    @property
    def silent(self) -> tuple[str, ...]:
        """Attributes of which nothing may be told yet for the rule to be asked."""
        return (*self.slots, *self.fixed, *self.unless)


@dataclass(frozen=True, slots=True)
class Sign:
    """Which class and which good of it a head word means; `by` and `without` are expressions, empty for no
    condition, and `good` is empty where all heads of the class are names of one good."""

    item_class: str
    good: str
    head: re.Pattern[str]
    by: str
    without: str


@dataclass(frozen=True, slots=True)
class ItemClass:
    """A class of goods ready to be asked; `declared` is how it was written."""

    name: str
    declared: DeclaredClass
    attributes: Mapping[str, Attribute]
    rules: tuple[Rule, ...]
    copies: Mapping[str, str]

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the attributes people see, in their order."""
        return tuple(name for name, one in self.attributes.items() if not one.hidden)

    @property
    def telling(self) -> tuple[str, ...]:
        """Attributes whose difference makes two goods."""
        free = {*FREE, *self.declared.free} - {*self.declared.discriminating}
        return tuple(name for name in self.shown if name not in free)


@dataclass(frozen=True, slots=True)
class Grammar:
    """All classes by name; `head` finds a head word, `plain_head` those that are words, `sized_head`
    marks that hold a size: «ВВГ 3х2,5»."""

    classes: Mapping[str, ItemClass]
    signs: tuple[Sign, ...]
    head: str
    plain_head: str
    sized_head: str
    taken_heads: frozenset[str] = field(default_factory=frozenset)


@cache
def shipped() -> Grammar:
    """The classes that come with Kanon."""
    return read_grammar(sorted(FOLDER.glob("*.yaml")))


def read_grammar(files: Sequence[Path], taught: Mapping[str, Any] | None = None) -> Grammar:
    """The grammar of the files together; ConfigError names the file, the line and what is wrong there.

    `taught` are classes beside those of the files, which say more.
    """
    read = read_files(files, taught)
    whole = read.declared
    known: dict[str, str] = {f"{name} as written": text for name, text in whole.words.items()}
    for name, text in whole.words.items():
        known[name] = compiled(text, _no_slot, known)
    declared = whole.classes
    classes: dict[str, ItemClass] = {}
    for name, one in declared.items():
        try:
            classes[name] = _class(name, one, whole, known)
        except ConfigError as error:
            raise read.error(("classes", name), error) from error
    signs = tuple(
        made
        for name, one in declared.items()
        for sign in one.signs
        for made in _signs(name, one, sign, known)
    )
    heads = {head for one in declared.values() for sign in one.signs for head in sign.head}
    plain = [head for head in heads if not _is_pattern(head)]
    marks = [compiled(head, _no_slot, known) for head in sorted(heads) if _is_pattern(head)]
    sized = "|".join(mark for mark in marks if mark.rstrip(")").endswith("[0-9]"))
    words = rf"\b(?:{any_of(plain)})"
    found = "|".join([*marks, words])
    # A sign that asks for another word is surer than one that asks for none.
    signs = tuple(sorted(signs, key=lambda sign: not sign.by))
    return Grammar(classes, signs, found, words, sized)


def _no_slot(name: str) -> str:
    raise _wrong(name, "слово не может содержать признак", "a word cannot hold an attribute")


def _wrong(where: str, ru: str, en: str) -> ConfigError:
    return ConfigError(f"Классы номенклатуры, {where}: {ru}.", f"Classes of goods, {where}: {en}.")


def _class(
    name: str, one: DeclaredClass, whole: DeclaredFile, words: Mapping[str, str]
) -> ItemClass:
    sets = [_shared(name, each, whole) for each in (*one.first, *one.then)]
    declared = {**one.attributes}
    for each in sets:
        declared |= {key: told for key, told in each.attributes.items() if key not in declared}
    attributes = {key: _attribute(key, told, words) for key, told in declared.items()}
    if one.goods is not None:
        attributes[GOOD] = _attribute(GOOD, DeclaredAttribute(kind="word", hidden=True), words)
    before = [rule for each in one.first for rule in whole.shared[each].rules]
    after = [rule for each in one.then for rule in whole.shared[each].rules]
    rules = tuple(_rule(name, r, attributes, words) for r in (*before, *one.rules, *after))
    for key in {*one.required, *one.discriminating, *one.constant, *one.copies, *one.any_order}:
        if key not in attributes:
            raise _wrong(name, f"нет признака «{key}»", f"there is no attribute '{key}'")
    copies: dict[str, str] = {}
    for told in (one.copies, *(each.copies for each in sets)):
        for key, others in told.items():
            copies[key] = f"{copies.get(key, '')} {others}".strip()
    return ItemClass(name, one, attributes, rules, copies)


def _shared(name: str, each: str, whole: DeclaredFile) -> DeclaredSet:
    if each not in whole.shared:
        raise _wrong(name, f"нет общего набора «{each}»", f"there is no shared set '{each}'")
    return whole.shared[each]


def _attribute(name: str, told: DeclaredAttribute, words: Mapping[str, str]) -> Attribute:
    spellings = {**told.values}
    if told.kind == "listed":
        listed = words[f"{told.pattern} as written"].split("|")
        other = {text for texts in told.values.values() for text in texts}
        spellings |= {
            text: [text, *told.values.get(text, [])] for text in listed if text not in other
        }
        body = "|".join(phrase(text) for text in sorted(listed, key=lambda t: (-len(t), t)))
    elif told.kind == "word":
        body = any_of([text for texts in told.values.values() for text in texts])
    else:
        body = (
            compiled(told.pattern, _no_slot, words) if told.pattern else _BODIES.get(told.kind, "")
        )
    pairs = [(text, value) for value, texts in spellings.items() for text in texts]
    pairs.sort(key=lambda pair: ("*" in pair[0], -len(pair[0])))
    dictionary = tuple((re.compile(phrase(text), re.ASCII), value) for text, value in pairs)
    return Attribute(
        name, told.ru or name, told.en or name, told.unit, told.kind, body, told.hidden, told.range,
        told.of, dictionary,
    )  # fmt: skip


def _rule(
    where: str,
    rule: str | DeclaredRule,
    attributes: Mapping[str, Attribute],
    words: Mapping[str, str],
) -> Rule:
    told = DeclaredRule(pattern=rule) if isinstance(rule, str) else rule
    pattern = told.pattern
    slots: list[str] = []

    def slot(name: str) -> str:
        if name not in attributes or not attributes[name].body:
            raise _wrong(where, f"нет признака «{name}»", f"there is no attribute '{name}'")
        slots.append(name)
        return f"(?P<{name}>{attributes[name].body})"

    expression = compiled(pattern, slot, words)
    try:
        if re.compile(expression, re.ASCII).fullmatch(""):
            raise _wrong(
                where, f"правило «{pattern}» ничего не требует", f"'{pattern}' needs nothing"
            )
    except re.error as error:
        raise _wrong(
            where, f"правило «{pattern}»: {error}", f"rule '{pattern}': {error}"
        ) from error
    return Rule(expression, tuple(slots), told.set, tuple(told.unless))


def _signs(
    name: str, one: DeclaredClass, sign: DeclaredSign, words: Mapping[str, str]
) -> list[Sign]:
    by, without = (_conditions(texts, words) for texts in (sign.by, sign.without))
    heads = {
        head: compiled(head, _no_slot, words) if _is_pattern(head) else phrase(head)
        for head in sign.head
    }
    return [
        Sign(name, _good(one, head), re.compile(found, re.ASCII), by, without)
        for head, found in heads.items()
    ]


def _good(one: DeclaredClass, head: str) -> str:
    """The good a head word names: the one it is a spelling of, else the word itself."""
    if one.goods is None or _is_pattern(head):
        return ""
    spelled = (good for good, spellings in one.goods.items() if head in spellings)
    return next(spelled, head[:1].upper() + head[1:])


def _is_pattern(text: str) -> bool:
    """A rule of the language rather than a word or phrase."""
    return text.startswith("<") or "{" in text


def _conditions(texts: Sequence[str], words: Mapping[str, str]) -> str:
    plain = [text for text in texts if not _is_pattern(text)]
    parts = [compiled(text, _no_slot, words) for text in texts if _is_pattern(text)]
    if plain:
        parts.append(rf"\b(?:{any_of(plain)})")
    return "|".join(parts)


__all__ = [
    "FOLDER",
    "GRAMMAR_VERSION",
    "Attribute",
    "Grammar",
    "ItemClass",
    "Rule",
    "fold",
    "shipped",
]
