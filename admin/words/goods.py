"""What is said of goods: classes and attributes in the reader's language, and what was not understood."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from admin.words.language import Language
from flows.catalogue.doubt import LACKS, LEFT, TROUBLE, WORD
from mappings.nomenclature import Grammar, ItemClass, mass
from mappings.nomenclature.explain import HEAD
from mappings.nomenclature.finish import SEPARATOR
from mappings.nomenclature.spelled import NUMBERS

TROUBLES: Mapping[str, tuple[str, str]] = {
    "empty": ("пустое наименование", "empty name"),
    "too_long": ("слишком длинный текст: это не наименование", "too long a text: no name of a good"),
    "not_a_name": ("вместо наименования число", "a number where a name should be"),
    "size_became_date": ("размер превратился в дату", "a size became a date"),
    "two_products": ("два товара в одном наименовании", "two goods in one name"),
    "senseless_value": ("значение вне допустимого", "a value outside what is possible"),
}  # fmt: skip
RULES: Mapping[str, tuple[str, str]] = {
    "attributes": (
        "Класс и все признаки, которые различают товары этого класса, совпадают.",
        "Their class and all attributes that tell goods of this class apart are equal.",
    ),
    "article": (
        "Артикул и изготовитель совпадают, и ни один признак не противоречит другому.",
        "Their article and manufacturer are equal, and no attribute contradicts another.",
    ),
    "guid": (
        "Это один объект одной 1С: идентификатор совпадает, и ни один признак не противоречит другому.",
        "They are one object of one 1C: its identifier is equal, and no attribute contradicts another.",
    ),
    "barcode": (
        "Штрихкод совпадает, и ни один признак не противоречит другому.",
        "Their barcode is equal, and no attribute contradicts another.",
    ),
    "person": (
        "Так решил человек, и ни один признак этому не противоречит.",
        "A person said so, and no attribute contradicts it.",
    ),
    "alone": (
        "Больше ни один источник не назвал товар с тем же артикулом, штрихкодом, идентификатором или признаками.",
        "No other source has a good of the same article, barcode, identifier or attributes.",
    ),
}
_UNITS: Mapping[str, tuple[str, str]] = {
    "003": ("мм", "mm"), "004": ("см", "cm"), "006": ("м", "m"), "008": ("км", "km"),
    "018": ("пог. м", "running m"), "055": ("м²", "m²"), "112": ("л", "l"), "113": ("м³", "m³"),
    "163": ("г", "g"), "166": ("кг", "kg"), "168": ("т", "t"), "616": ("боб", "reel"),
    "625": ("лист", "sheet"), "704": ("набор", "set"), "715": ("пара", "pair"), "728": ("пачка", "pack"),
    "736": ("рулон", "roll"), "778": ("упак", "package"), "796": ("шт", "pcs"), "839": ("компл", "kit"),
}  # fmt: skip


def said(language: Language, pair: tuple[str, str]) -> str:
    """The text in the language of the reader."""
    return pair[0] if language == "ru" else pair[1]


def unit(language: Language, code: str | None) -> str:
    """A unit by its OKEI code; a code we have no word for is shown as it is."""
    return said(language, _UNITS.get(code or "", (code or "", code or "")))


def class_title(language: Language, grammar: Grammar, item_class: str | None) -> str | None:
    """The name of a class; None for no class or one that is no more."""
    found = grammar.classes.get(item_class or "")
    return said(language, (found.declared.ru, found.declared.en)) if found else item_class


def attribute(language: Language, grammar: Grammar, item_class: str | None, name: str) -> str:
    """The name of an attribute of a class, its unit with it."""
    if name == HEAD:
        return said(language, ("класс", "class"))
    found = grammar.classes.get(item_class or "")
    one = found.attributes.get(name) if found else None
    if found and one and one.hidden:
        one = next((found.attributes[w] for w in _wholes(found, name)), None)
        name = said(language, ("прочитано", "read"))
    if one is None:
        return name
    title = said(language, (one.ru, one.en))
    return f"{title}, {one.unit}" if one.unit else title


def value(
    language: Language, grammar: Grammar, item_class: str | None, name: str, text: str
) -> str:
    """The value of an attribute as the reader writes numbers: «2,5» in Russian."""
    found = grammar.classes.get(item_class or "")
    one = found.attributes.get(name) if found else None
    numeric = one is not None and one.kind in NUMBERS
    return text.replace(".", ",") if numeric and language == "ru" else text


def reading(
    language: Language, grammar: Grammar, item_class: str | None, attributes: str | None
) -> str | None:
    """What was read of a name, «d=40; grade=45» of a class, in words; None if no class was known.

    >>> from mappings.nomenclature import shipped
    >>> reading("en", shipped(), "steel_round", "d=40; grade=45")
    'Steel round bar: Diameter, мм: 40; Steel grade: 45'
    """
    title = class_title(language, grammar, item_class)
    pairs = (pair.partition("=") for pair in (attributes or "").split(SEPARATOR) if pair)
    told = [
        f"{attribute(language, grammar, item_class, name)}: "
        f"{value(language, grammar, item_class, name, text)}"
        for name, _, text in pairs
    ]
    return f"{title}: {SEPARATOR.join(told)}" if title and told else title


def _wholes(item_class: ItemClass, part: str) -> list[str]:
    """The shown attributes that a hidden one serves, directly or through another hidden one."""
    found = [
        name
        for name, one in item_class.attributes.items()
        if f"{{{part}}}" in one.of or part in item_class.copies.get(name, "").split()
    ]
    deeper = [each for name in found if name != part for each in _wholes(item_class, name)]
    return [name for name in (*found, *deeper) if not item_class.attributes[name].hidden]


def doubt(language: Language, grammar: Grammar, code: str) -> str:
    """What was not understood of names that are doubted alike, in a phrase.

    >>> from mappings.nomenclature import shipped
    >>> doubt("en", shipped(), "left:steel_sheet:#")
    'Steel sheet: «#» is left over'
    """
    kind, _, rest = code.partition(":")
    item_class, _, what = rest.partition(":")
    title = class_title(language, grammar, item_class) if item_class != "-" else ""
    names = ", ".join(attribute(language, grammar, item_class, name) for name in what.split(","))
    told = {
        WORD: ("класс не узнан: «{what}»", "class unknown: '{what}'"),
        LACKS: ("не найдено: {names}", "not found: {names}"),
        LEFT: ("осталось «{what}»", "«{what}» is left over"),
        TROUBLE: ("{trouble}", "{trouble}"),
    }.get(kind, ("{what}", "{what}"))
    trouble = said(language, TROUBLES.get(what, (what, what)))
    text = said(language, told).format(what=what, names=names, trouble=trouble)
    return f"{title}: {text}" if title else text[:1].upper() + text[1:]


def lit(name: str, rest: str) -> list[tuple[str, bool]]:
    """A name in pieces, each with whether it is of the `rest` that was not understood.

    >>> lit("Лист 20 кл. 44", "кл. 44")
    [('Лист 20 ', False), ('кл. 44', True)]
    """
    pieces: list[tuple[str, bool]] = []
    at = 0
    for word in rest.split():
        found = name.find(word, at)
        if found < 0:
            continue
        between = name[at:found]
        if pieces and not between.strip():
            pieces[-1] = (pieces[-1][0] + between + word, True)
        else:
            pieces += [(between, False), (word, True)]
        at = found + len(word)
    return [(text, lost) for text, lost in [*pieces, (name[at:], False)] if text]


def masses(item_class: str | None, attributes: Mapping[str, str]) -> dict[str, Decimal]:
    """Theoretical kilograms of a metre, a square metre and a piece, those that are known."""
    known = {
        "metre": mass.per_metre(item_class or "", attributes),
        "square": mass.per_square_metre(item_class or "", attributes),
        "piece": mass.per_piece(item_class or "", attributes),
    }
    return {name: round(value, 3) for name, value in known.items() if value is not None}
