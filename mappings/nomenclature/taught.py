"""Words people taught the grammar on its page: another name of a class, or what some characters say.

They become classes as an engineer writes them (`declared`), added to the files as those are to each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from mappings.nomenclature.alphabet import fold
from mappings.nomenclature.grammar import Attribute, Grammar
from schemas.errors import ConfigError

_MOST = 2_000
_STRANGE = re.compile(r"[<>{}]|(?<!\w)\*|\*(?=\S)")
_FREE = ("raw", "upper")  # kinds whose values are taken as they are written
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
Value = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Word(BaseModel):
    """`text` names the class, or says that `attribute` is `value` in names of it; `*` ends a word anyhow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Text
    item_class: str
    attribute: str | None = None
    value: Value | None = None


class Dictionary(BaseModel):
    """The words in the order they were taught."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: list[Word] = Field(default_factory=list, max_length=_MOST)


def as_declared(taught: Dictionary) -> dict[str, Any]:
    """The words as a file of classes says them."""
    classes: dict[str, Any] = {}
    for word in taught.words:
        one = classes.setdefault(word.item_class, {})
        if word.attribute is None:
            one.setdefault("signs", []).append({"head": [word.text]})
        else:
            rule = {"pattern": _literal(word.text), "set": {word.attribute: word.value}}
            one.setdefault("rules", []).append(rule)
    return {"classes": classes}


def _literal(text: str) -> str:
    """A rule that finds just these characters, in whatever letters, as a whole word."""
    marks = [_mark(letter) for letter in text]
    edges = ("<" if text[0].isalnum() else "", ">" if text[-1].isalnum() else "")
    return "".join((edges[0], *marks, edges[1]))


def _mark(letter: str) -> str:
    if letter == "*":
        # Not a list of letters: those of a rule are folded, and the folded alphabet has capitals of its own.
        return r"\w*"
    if letter.isalnum() or letter in " ×":
        return letter
    return "".join(f"\\{one}" for one in fold(letter))


def understood(grammar: Grammar, typed: Iterable[Mapping[str, str]]) -> Dictionary:
    """The dictionary of the lines as they are typed (text, item_class, attribute, value).

    An attribute is known by its name or its title in either language. ConfigError tells which line
    cannot be and why; empty lines are left out.
    """
    words = [_word(grammar, n, line) for n, line in enumerate(typed, 1) if line["text"].strip()]
    once = list(dict.fromkeys(words))
    if len(once) > _MOST:
        raise ConfigError(
            f"В словаре больше {_MOST} строк: опишите класс файлом.",
            f"The dictionary has more than {_MOST} lines: describe the class in a file.",
        )
    return Dictionary(words=once)


def _word(grammar: Grammar, number: int, line: Mapping[str, str]) -> Word:
    found = grammar.classes.get(line["item_class"])
    if found is None:
        raise _wrong(number, "выберите класс", "choose a class")
    _refuse_strange(number, line["text"].strip())
    told: dict[str, str | None] = {"attribute": None, "value": None}
    if line["attribute"].strip() or line["value"].strip():
        named = _attribute(found.attributes.values(), line["attribute"])
        if named is None:
            raise _wrong(
                number,
                f"у класса «{found.declared.ru}» нет признака «{line['attribute'].strip()}»",
                f"class '{found.declared.en}' has no attribute '{line['attribute'].strip()}'",
            )
        told = {"attribute": named.name, "value": _value(number, named, line["value"].strip())}
    try:
        return Word(text=line["text"], item_class=found.name, **told)
    except ValidationError as error:
        raise _wrong(
            number, "слово – от 2 до 60 знаков", "a word has 2 to 60 characters"
        ) from error


def _refuse_strange(number: int, text: str) -> None:
    """What would say nothing, or something in the language of rules, is no word."""
    if sum(letter.isalnum() for letter in text) < 2 or _STRANGE.search(text):
        raise _wrong(
            number,
            f"«{text}» – не слово: нужны хотя бы две буквы или цифры, без знаков < > {{ }}, звёздочка "
            "только в конце слова",
            f"'{text}' is no word: it needs two letters or digits at least, no < > {{ }}, a star only at "
            "the end of a word",
        )


def _attribute(known: Iterable[Attribute], typed: str) -> Attribute | None:
    """The attribute of a name or title, its unit behind a comma or not, or of the beginning of just one title."""
    wanted = typed.strip().casefold().partition(",")[0]
    shown = [one for one in known if not one.hidden]
    for one in shown:
        if wanted in (one.name, one.ru.casefold(), one.en.casefold()):
            return one
    begun = [
        one
        for one in shown
        if wanted and any(title.casefold().startswith(wanted) for title in (one.ru, one.en))
    ]
    return begun[0] if len(begun) == 1 else None


def _value(number: int, attribute: Attribute, typed: str) -> str:
    """The value as the grammar would write it."""
    if not typed:
        raise _wrong(number, "напишите значение признака", "write the value of the attribute")
    if ";" in typed or "=" in typed:
        raise _wrong(number, "в значении не бывает «;» и «=»", "a value holds no ';' and no '='")
    if attribute.kind in _FREE:
        return typed
    if attribute.dictionary:
        same = (v for _, v in attribute.dictionary if v.casefold() == typed.casefold())
        return next(same, typed)
    value = attribute.means(fold(typed)) if attribute.kind != "composed" else None
    if value is None or not _within(attribute, value):
        raise _wrong(
            number,
            f"«{typed}» не может быть значением признака «{attribute.ru}»",
            f"'{typed}' cannot be a value of '{attribute.en}'",
        )
    return value


def _within(attribute: Attribute, value: str) -> bool:
    if attribute.limits is None:
        return True
    try:
        return attribute.limits[0] <= float(value) <= attribute.limits[1]
    except ValueError:
        return False


def _wrong(number: int, ru: str, en: str) -> ConfigError:
    return ConfigError(f"Строка {number}: {ru}.", f"Line {number}: {en}.")
