"""What `kanon dedupe` says of a row: what was mended or doubted, why it stood aside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from admin import vocabulary
from admin.language import Language
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
        "person_unparsed": ("ФИО не разобрано", "the person's name could not be taken apart"),
        "unknown": ("значение не известно справочнику", "the value is not in the classifier"),
    }
)
# Spelling only: nothing a person has to look at.
_OF_ANY_FIELD = frozenset({"mojibake", "too_long"})
QUIET = frozenset(
    {"apostrophe", "float_spelling", "spaces", "label", "combined", "empty_marker", "several"}
)
ASIDE: Mapping[str, Sentence] = MappingProxyType(
    {
        "totals_row": (
            "Строка итогов: не сопоставлялась.",
            "A row of totals: it was not compared.",
        ),
        "repeated_heading": (
            "Повтор заголовка таблицы: не сопоставлялся.",
            "The heading repeated: it was not compared.",
        ),
        "section_row": (
            "Подзаголовок на всю ширину: не сопоставлялся.",
            "A heading across the table: it was not compared.",
        ),
    }
)


def said(language: Language, pair: Sentence) -> str:
    """The sentence in the language."""
    return pair[0] if language == "ru" else pair[1]


def stood_aside(language: Language, code: str) -> str:
    """Why a row was not compared."""
    pair = ASIDE.get(code) or REASONS.get(code)
    return code if pair is None else said(language, pair)


def issue(language: Language, noted: str) -> str | None:
    """A `field:code` as a sentence; None where there is nothing to look at.

    >>> issue("en", "inn:lost_zero"), issue("en", "inn:spaces")
    ('INN: the lost leading zero was put back', None)
    """
    name, _, code = noted.partition(":")
    if code in QUIET:
        return None
    pair = ISSUES.get(code)
    told = said(language, pair) if pair else stood_aside(language, code)
    return f"{label(language, name)}: {told}" if pair or code in _OF_ANY_FIELD else told


_FIELDS: Mapping[str, Sentence] = MappingProxyType(
    {
        "source": ("Источник", "Source"),
        "source_id": ("Код в источнике", "Key in the source"),
        "address": ("Адрес", "Address"),
        "updated_at": ("Дата изменения", "Date of change"),
        "inn_kpp": ("ИНН и КПП", "INN and KPP"),
        "inn": ("ИНН", "INN"),
        "why": ("Почему", "Why"),
    }
)


def label(language: Language, name: str) -> str:
    """The field's name for people."""
    pair = _FIELDS.get(name)
    return said(language, pair) if pair else vocabulary.field(language, name)


# Kind of a shared value → the field it is read from, and its name.
_SHARED: Mapping[str, tuple[str, Sentence]] = MappingProxyType(
    {
        "name": ("name", ("Наименование", "Name")),
        "phone": ("phones", ("Телефон", "Phone")),
        "email": ("emails", ("Почта", "E-mail")),
        "domain": ("emails", ("Домен почты", "Mail domain")),
        "place": ("address", ("Адрес", "Address")),
        "kpp": ("kpp", ("КПП", "KPP")),
        "claimed": ("inn", ("ИНН с ошибкой", "INN with an error")),
    }
)


def shared(language: Language, kind: str) -> tuple[str, str]:
    """The field a kind of shared value stands in, and what it is called."""
    field, pair = _SHARED.get(kind, (kind, (kind, kind)))
    return field, said(language, pair)
