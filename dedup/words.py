"""What levels, reasons and zones are called, in Russian and English."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

FIELD_WORDS: Words = {
    "name": ("название", "name"),
    "form": ("правовая форма", "legal form"),
    "phone": ("телефон", "phone"),
    "email": ("почта", "e-mail"),
    "place": ("адрес", "address"),
    "registered": ("регион регистрации", "region of registration"),
    "kpp": ("КПП", "KPP"),
    "claimed": ("ИНН с ошибкой", "mistyped INN"),
    "okpo": ("ОКПО", "OKPO"),
}
LEVEL_WORDS: Words = {
    "different": ("разные", "different"),
    "part": ("одно входит в другое", "one is part of the other"),
    "short": ("одно — сокращение другого", "one is short for the other"),
    "misspelt": ("отличаются опиской", "one slip apart"),
    "equal": ("совпадает", "equal"),
    "equal_common": ("совпадает, встречается очень часто", "equal, very common"),
    "equal_50": ("совпадает, у десятков компаний", "equal, dozens of companies have it"),
    "equal_20": ("совпадает, у многих компаний", "equal, many companies have it"),
    "equal_10": ("совпадает, до десяти компаний", "equal, up to ten companies have it"),
    "equal_5": ("совпадает, до пяти компаний", "equal, up to five companies have it"),
    "equal_3": ("совпадает, до трёх компаний", "equal, up to three companies have it"),
    "equal_2": ("совпадает, больше почти ни у кого", "equal, hardly anybody else has it"),
    "equal_1": ("совпадает, больше ни у кого", "equal, nobody else has it"),
    "coined": (
        "совпадает, больше ни у кого, и придумано, а не взято из обихода",
        "equal, nobody else has it, and coined rather than common",
    ),
    "domain_20": ("общий домен у многих компаний", "a domain many companies share"),
    "domain_3": ("общий домен компании", "a domain of the company's own"),
    "other_region": ("другой регион", "another region"),
    "same_region": ("тот же регион, другой дом", "the same region, another house"),
    "same_town": ("тот же город, дом неизвестен", "the same town, house unknown"),
    "other_room": ("тот же дом, другое помещение", "the same house, other premises"),
    "street": ("та же улица, дом неизвестен", "the same street, house unknown"),
    "far": ("ИНН не похожи", "the INN are not alike"),
    "near": ("отличается одной цифрой", "one digit apart"),
}
REASON_WORDS: Words = {
    "vetoed": ("реквизиты или вид исключают друг друга", "requisites or kinds exclude each other"),
    "forms_differ": ("правовые формы разные", "the legal forms differ"),
    "claimed_inn": (
        "название то же, ИНН с ошибкой в одной цифре",
        "the name is the same, the INN is one digit off",
    ),
    "claimed_differs": ("ошибочный ИНН не похож", "the mistyped INN is not alike"),
    "name_and_contacts": (
        "совпали название и телефон или почта",
        "the name and a phone or e-mail agree",
    ),
    "name_and_place": ("совпали название и адрес", "the name and the address agree"),
    "name_and_kpp": ("совпали название и КПП", "the name and the KPP agree"),
    "coined_and_town": (
        "совпали редкое название, правовая форма и город",
        "a rare name, the legal form and the town agree",
    ),
    "coined_and_registered": (
        "совпали редкое название, правовая форма и регион регистрации по ИНН и ОГРН",
        "a rare name, the legal form and the region of registration by INN and OGRN agree",
    ),
    "listed_twice": (
        "один список называет обеих, а связывают их лишь название и дом",
        "one list holds both, and only name and house tie them",
    ),
    "short_name": (
        "название сокращено, а телефон, почта или адрес совпали",
        "the name is shortened, a phone, e-mail or address agrees",
    ),
    "name_alone": (
        "совпало только название, этого мало",
        "only the name agrees, which is not enough",
    ),
    "name_in_part": (
        "название одной входит в название другой: так называют компании группы",
        "one name is part of the other: companies of a group are named so",
    ),
    "contacts_alone": (
        "совпали контакты или адрес, а названия разные",
        "contacts or the address agree, the names differ",
    ),
    "two_candidates": ("подходят две компании", "two companies fit"),
    "decided": ("так решил человек", "a person decided so"),
}
ZONE_WORDS: Words = {
    "auto": ("Одна компания", "One company"),
    "review": ("Возможно, одна компания", "Possibly one company"),
    "distinct": ("Разные компании", "Different companies"),
}
FLAG_WORDS: Words = {
    "two_inn": ("у записей разные действительные ИНН", "the records have two valid INN"),
    "two_ogrn": ("у записей разные ОГРН", "the records have two OGRN"),
    "two_kinds": (
        "одна запись о человеке, другая об организации",
        "one is a person, one a company",
    ),
    "two_forms": ("правовые формы несовместимы", "the legal forms are incompatible"),
    "copied": (
        "реквизиты те же, а имя, контакты или место другие: карточку могли скопировать",
        "the requisites agree, but name, contacts or place do not: a card may have been copied",
    ),
    "two_names": ("названия разные", "the names differ"),
    "group_name": ("похоже на компании одной группы", "it looks like companies of one group"),
    "claimed_far": ("указанные ИНН не похожи", "the INN given are not alike"),
}
