"""Cities as branch markers name them: «в г. Туле» → «Тула»."""

from __future__ import annotations

from mappings.functions.addressing.regions import CITIES

_ENDINGS = (
    ("ий", "ом"),
    ("ый", "ом"),
    ("а", "е"),
    ("я", "е"),
    ("ь", "и"),
    ("о", "о"),
    ("ы", "ах"),
    ("и", "ах"),
)


def prepositional(city: str) -> str:
    """The city after «в»; good for the endings the table of cities has.

    >>> prepositional("Тула"), prepositional("Пермь"), prepositional("Волжский"), prepositional("Иваново")
    ('Туле', 'Перми', 'Волжском', 'Иваново')
    """
    for ending, replacement in _ENDINGS:
        if city.endswith(ending):
            return city[: -len(ending)] + replacement
    return city + "е"


NOMINATIVE: dict[str, str] = {prepositional(city): city for city in CITIES} | {
    "Нижнем Новгороде": "Нижний Новгород",
    "Нижнем Тагиле": "Нижний Тагил",
    "Великом Новгороде": "Великий Новгород",
    "Набережных Челнах": "Набережные Челны",
    "Великих Луках": "Великие Луки",
    "Ростове-на-Дону": "Ростов-на-Дону",
    "Комсомольске-на-Амуре": "Комсомольск-на-Амуре",
    "Орле": "Орел",
    "Южно-Сахалинске": "Южно-Сахалинск",
}
