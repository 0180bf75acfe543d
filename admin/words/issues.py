"""What cleaning noted about a value, in words: mended, doubted, or left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from admin.words import vocabulary
from admin.words.language import Language
from schemas.reasons import REASONS, Sentence

ISSUES: Mapping[str, Sentence] = MappingProxyType(
    {
        "lost_zero": ("возвращён потерянный ноль впереди", "the lost leading zero was put back"),
        "look_alike": (
            "похожие буквы другого алфавита заменены",
            "look-alike letters of another alphabet were replaced",
        ),
        "scientific": (
            "число было в виде 7,7E+09 и могло потерять цифры",
            "the number was spelled like 7.7E+09 and may have lost digits",
        ),
        "from_name": ("взят из наименования", "taken from the name"),
        "entry_number": (
            "это номер записи ГРН, а не ОГРН",
            "this is the number of a register entry, not an OGRN",
        ),
        "sole_trader_has_none": (
            "у предпринимателя КПП не бывает, значение не взято",
            "a sole trader has no KPP; the value was not taken",
        ),
        "two_digit_year": ("год из двух цифр", "a year of two digits"),
        "phone_local": ("в номере нет кода города", "the number has no area code"),
        "digits_cut": (
            "Excel сократил число до вида 7,7E+09, и цифры потеряны: сохраните столбец числом без дробной части",
            "Excel cut the number to the form 7.7E+09 and digits are lost: save the column as whole numbers",
        ),
        "inferred": ("код города подставлен", "the area code was supplied"),
        "phone_internal": ("это внутренний номер", "this is an internal number"),
        "phone_hidden": ("номер скрыт", "the number is hidden"),
        "unit_unknown": (
            "единица не узнана и оставлена пустой",
            "the unit is not known and was left empty",
        ),
        "unknown_value": ("такое значение не предусмотрено", "this value is not provided for"),
        "person_unparsed": ("ФИО не разобрано", "the person's name could not be taken apart"),
        "unknown": ("значение не известно справочнику", "the value is not in the classifier"),
    }
)
# Spelling only: nothing a person has to look at.
QUIET = frozenset(
    {"apostrophe", "float_spelling", "spaces", "label", "combined", "empty_marker", "several"}
)
_OF_ANY_FIELD = frozenset({"mojibake", "too_long"})
DOUBTED: Sentence = ("значение под сомнением", "the value is in doubt")


def issue(
    language: Language, noted: str, label: Callable[[Language, str], str] = vocabulary.field
) -> str | None:
    """A `field:code` as a sentence; None where there is nothing to look at.

    >>> issue("ru", "inn:lost_zero"), issue("en", "inn:spaces")
    ('ИНН: возвращён потерянный ноль впереди', None)
    """
    name, _, code = noted.partition(":")
    if code in QUIET:
        return None
    mended, refused = ISSUES.get(code), REASONS.get(code)
    told = vocabulary.said(language, mended or refused or DOUBTED, code)
    names_its_field = refused and not mended and code not in _OF_ANY_FIELD
    return told if names_its_field else f"{label(language, name)}: {told}"
