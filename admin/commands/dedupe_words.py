"""What `kanon dedupe` says of a row: what was mended or doubted, why it stood aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from admin.words import issues, vocabulary
from admin.words.language import Language
from flows.dedupe_file import FileTable
from schemas.reasons import REASONS, Sentence

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
    return said(language, ASIDE.get(code) or REASONS.get(code) or issues.DOUBTED)


def issue(language: Language, noted: str) -> str | None:
    """A `field:code` as a sentence; None where there is nothing to look at."""
    return issues.issue(language, noted, label)


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
        "doorplate": ("address", ("Адрес и первая буква", "Address and first letter")),
        "kpp": ("kpp", ("КПП", "KPP")),
        "claimed": ("inn", ("ИНН с ошибкой", "INN with an error")),
    }
)


def shared(language: Language, kind: str) -> tuple[str, str]:
    """The field a kind of shared value stands in, and what it is called."""
    field, pair = _SHARED.get(kind, (kind, (kind, kind)))
    return field, said(language, pair)


def choices(language: Language, table: FileTable) -> Iterator[str]:
    """What was chosen in the file and could have been chosen otherwise, with the cure."""
    for field, rivals in table.recognised.rivals.items():
        taken, other = table.recognised.columns[field][0], rivals[0]
        listed = ", ".join(f"«{name}»" for name in rivals)
        name = label(language, field)
        ru = f"{name}: взят столбец «{taken}», но подходит и {listed}. Чтобы взять другой:"
        en = f"{name}: the column «{taken}» is taken, but {listed} would fit, too. To take the other:"
        yield f'{said(language, (ru, en))} --columns "{taken}=-,{other}={field}".'
    if table.others:
        listed = ", ".join(f"«{name}»" for name in table.others)
        ru = f"Прочитан один лист, «{table.sheet}». Остальные: {listed}; их выбирает --sheet."
        en = (
            f"One sheet was read, «{table.sheet}». The others: {listed}; --sheet picks one of them."
        )
        yield said(language, (ru, en))
