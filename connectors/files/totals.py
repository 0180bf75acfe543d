"""Which row under a table is its total, and which one only looks like it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal

Total = Literal["record", "total", "doubtful"]

WORD = r"(итого|всего|итог|total)"
COUNTED = (
    r"(записей|строк|позиций|наименований|товаров|организаций|контрагентов|клиентов|rows|records)"
)
PLAIN = re.compile(rf"^{WORD}(\s+{COUNTED})?\s*[:=–—-]?\s*[\d\s.,]*$", re.IGNORECASE)
GROUPED = re.compile(rf"^{WORD}\s+(по|за|for)\s", re.IGNORECASE)
# A phone is no amount: whole numbers of ten digits and more, and digits not in threes, are not taken.
AMOUNT = re.compile(r"^-?(\d{1,9}|\d+[.,]\d+|\d{1,3}(\s\d{3})+([.,]\d+)?)\s*%?$")
REQUISITE_HEADING = re.compile(
    r"(^|[^а-яёa-z])(инн|кпп|огрн|огрнип|окпо|бик|inn|kpp|ogrn|ogrnip|okpo|bik)([^а-яёa-z]|$)",
    re.IGNORECASE,
)
REQUISITE = re.compile(r"^(\d{10}|\d{12}|\d{13}|\d{15})$")


def total_of(cells: Sequence[str | None], names: Sequence[str], key: Collection[str]) -> Total:
    """`total` for a row of nothing but a total word and amounts, `doubtful` if text stands beside it.

    A row with a key (in another column than the word) or with a requisite is a record, whatever it is
    called: «Итого» and «Total» are names of real companies. So is a row that goes on after the word,
    as «Всего хорошего ООО» does, unless it says «по …» or «за …».

    >>> total_of(["Итого:", None, "10,5"], ["Артикул", "Имя", "Цена"], ["Артикул"])
    'total'
    >>> total_of(["Итого по складу", None, "10,5"], ["Артикул", "Имя", "Цена"], ["Артикул"])
    'doubtful'
    >>> total_of(["Всего хорошего ООО", "10"], ["Имя", "Сумма"], [])
    'record'
    """
    words = [(cell or "").strip() for cell in cells]
    label = next((word for word in words if word), "")
    plain = PLAIN.match(label) is not None
    if not plain and not GROUPED.match(label):
        return "record"
    # A merged cell repeats its text in every column it covers.
    beside = [(at, word) for at, word in enumerate(words) if word not in ("", label)]
    if any(_identifies(word, names[at] if at < len(names) else "", key) for at, word in beside):
        return "record"
    return "total" if plain and all(AMOUNT.match(word) for _, word in beside) else "doubtful"


def _identifies(word: str, name: str, key: Collection[str]) -> bool:
    return name in key or bool(REQUISITE_HEADING.search(name)) or bool(REQUISITE.match(word))
