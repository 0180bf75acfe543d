"""The words of a file of classes, as an engineer writes them; anything else is refused by name."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "number",
    "length",
    "inch",
    "size",
    "grade",
    "standard",
    "upper",
    "raw",
    "word",
    "listed",
    "fire",
    "latin",
    "composed",
]


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeclaredAttribute(Declared):
    """`range` is inclusive; `values` are canonical words with their spellings; a `hidden` attribute
    only serves others; a `listed` one is spelled as in the word its pattern names, or as `values` say; a `composed` one is put together from them by `of`, absent parts left out."""

    kind: Kind
    ru: str = ""
    en: str = ""
    unit: str = ""
    range: tuple[float, float] | None = None
    values: dict[str, list[str]] = Field(default_factory=dict)
    pattern: str = ""
    of: str = ""
    hidden: bool = False


class DeclaredRule(Declared):
    """`set` gives attributes values of its own where `pattern` was found; the rule is not asked where
    an attribute of `unless` is told."""

    pattern: str
    unless: list[str] = Field(default_factory=list)
    set: dict[str, str] = Field(default_factory=dict)


class DeclaredSign(Declared):
    """The class is meant where a head word stands, one of `by` with it and none of `without`."""

    head: list[str]
    by: list[str] = Field(default_factory=list)
    without: list[str] = Field(default_factory=list)


class DeclaredSet(Declared):
    """Attributes and rules that several classes share."""

    attributes: dict[str, DeclaredAttribute] = Field(default_factory=dict)
    rules: list[str | DeclaredRule] = Field(default_factory=list)
    copies: dict[str, str] = Field(default_factory=dict)


class DeclaredClass(Declared):
    """`first` and `then` name shared sets whose rules go before and after those of the class.

    Every attribute seen tells goods apart but those of `free`, and standards, which the same good may
    cite or not; `discriminating` names those that do in any case.
    The goods of an `open` class differ by words that no attribute holds, such as the name of a paint.
    `ascending`: attributes whose numbers may stand in any order; the smallest is the first named.
    `any_order`: attributes of several sizes, told as they stand and compared in any order, for those goods of the class that are named,
    for all if none is.
    `copies`: an absent attribute equals the first present of others, as the legs of an equal angle. `constant`: the same
    for every good of the class. `less`: the first number must be smaller than the second.
    `goods`, empty or not: head words of the class name several goods and tell them apart; spellings of one stand together,
    a word that stands nowhere is a good of its own. Without it all head words are names of one good.
    """

    ru: str
    en: str
    group: str
    signs: list[DeclaredSign]
    first: list[str] = Field(default_factory=list)
    then: list[str] = Field(default_factory=list)
    attributes: dict[str, DeclaredAttribute] = Field(default_factory=dict)
    rules: list[str | DeclaredRule] = Field(default_factory=list)
    required: list[str]
    discriminating: list[str]
    canonical: str
    unit: str = "796"
    open: bool = False
    free: list[str] = Field(default_factory=list)
    goods: dict[str, list[str]] | None = None
    constant: dict[str, str] = Field(default_factory=dict)
    ascending: list[list[str]] = Field(default_factory=list)
    any_order: dict[str, list[str]] = Field(default_factory=dict)
    copies: dict[str, str] = Field(default_factory=dict)
    less: list[tuple[str, str]] = Field(default_factory=list)
    examples: list[dict[str, str]]


class DeclaredFile(Declared):
    words: dict[str, str] = Field(default_factory=dict)
    shared: dict[str, DeclaredSet] = Field(default_factory=dict)
    classes: dict[str, DeclaredClass] = Field(default_factory=dict)
