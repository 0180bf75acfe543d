"""One text of a template: its choices made, its gaps filled, and typed as people type."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
# Nominative, genitive and accusative.
GOODS = (
    ("труба 57х3,5", "трубы 57х3,5", "трубу 57х3,5"),
    ("лист 10 мм ст3", "листа 10 мм ст3", "лист 10 мм ст3"),
    ("кран шаровой Ду50", "крана шарового Ду50", "кран шаровой Ду50"),
    ("кабель ВВГнг 3х2,5", "кабеля ВВГнг 3х2,5", "кабель ВВГнг 3х2,5"),
    ("отвод 90 Ду100", "отвода 90 Ду100", "отвод 90 Ду100"),
    ("задвижка 30ч6бр Ду80", "задвижки 30ч6бр Ду80", "задвижку 30ч6бр Ду80"),
    ("насос К 80-50-200", "насоса К 80-50-200", "насос К 80-50-200"),
    ("арматура А500С 12 мм", "арматуры А500С 12 мм", "арматуру А500С 12 мм"),
    ("автомат 3P 25А", "автомата 3P 25А", "автомат 3P 25А"),
    ("швеллер 16П", "швеллера 16П", "швеллер 16П"),
    ("уголок 50х50х5", "уголка 50х50х5", "уголок 50х50х5"),
    ("подшипник 6205", "подшипника 6205", "подшипник 6205"),
)
_CITIES = ("Тула", "Пермь", "Челябинск", "Самара", "Тверь", "Омск", "Казань")
_ORDERS = ("№ {}", "{}", "№{}", "N {}", "ЗК-{}", "КА-00{}")
_NEXT: Mapping[str, str] = MappingProxyType(
    dict(zip("абвгдеиклмнопрстуя", "пьаашкмдлтегтарпкч", strict=True))
)


def written(template: str, dice: random.Random) -> str:
    """The template's text with each choice made and each gap filled."""
    while _CHOICE.search(template):
        template = _CHOICE.sub(lambda found: dice.choice(found.group(1).split("|")), template)
    name, of, to = dice.choice(GOODS)
    day, month = dice.randint(1, 28), dice.randint(1, 12)
    number = dice.choice(_ORDERS).format(dice.randint(100, 99_999))
    text = template.format(
        goods=name, goods_g=of, goods_a=to, n=dice.randint(2, 900), order=number,
        city=dice.choice(_CITIES), date=f"{day:02}.{month:02}",
    )  # fmt: skip
    return text[:1].upper() + text[1:]


def typed(text: str, dice: random.Random) -> str:
    """The text with one to three slips of the fingers."""
    for _ in range(dice.randint(1, 3)):
        places = [n for n in range(1, len(text) - 1) if text[n].isalpha() and text[n + 1].isalpha()]
        if places:
            place = dice.choice(places)
            text = text[:place] + dice.choice(_SLIPS)(text[place : place + 2]) + text[place + 2 :]
    return text


_SLIPS: tuple[Callable[[str], str], ...] = (
    lambda two: two[::-1],
    lambda two: two[1],
    lambda two: two[0] + two,
    lambda two: _NEXT.get(two[0], two[0]) + two[1],
)


def careless(text: str, dice: random.Random) -> str:
    """The text as those write it who care little: no ё, no capitals, no commas, or all capitals."""
    if dice.random() < 0.5:
        text = text.replace("ё", "е")
    drawn = dice.random()
    if drawn < 0.15:
        return text.lower()
    if drawn < 0.25:
        return text.replace(",", "")
    return text.upper() if drawn < 0.27 else text
