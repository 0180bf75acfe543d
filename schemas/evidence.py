"""Why records are one, and why only a person may say so: code → one sentence in Russian and in English.

The one table for every screen, report and message; a code that matching can produce stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from schemas.reasons import Sentence

# Why only a person may say whether two records are one, with the cure.
DOUBTS: Mapping[str, Sentence] = MappingProxyType(
    {
        "names_differ": (
            "Реквизиты равны, а имена разные. Проверьте по выписке, чей это ИНН, и исправьте чужую запись.",
            "The requisites agree, but the names differ. See in the register whose INN it is and mend the other record.",
        ),
        "copied_requisites": (
            "Реквизиты те же, а имя, контакты и место другие: карточку могли скопировать с чужой. Проверьте, чей это ИНН.",
            "The requisites agree; name, contacts and place do not: a card may be a copy of another's. See whose INN it is.",
        ),
        "inn_with_two_ogrn": (
            "ИНН один, а ОГРН разные. Сверьте ОГРН с выпиской и исправьте неверный в источнике.",
            "One INN comes with two OGRN. Compare the OGRN with the register and mend the wrong one in its source.",
        ),
        "ogrn_with_two_inn": (
            "ОГРН один, а ИНН разные. Сверьте ИНН с выпиской и исправьте неверный в источнике.",
            "One OGRN comes with two INN. Compare the INN with the register and mend the wrong one in its source.",
        ),
        "source_joins_two_inn": (
            "Источник считает записи одной организацией, а ИНН у них разные. Исправьте ИНН или связь в источнике.",
            "The source says the records are one company, but their INN differ. Mend the INN or the link in the source.",
        ),
        "source_joins_two_kinds": (
            "Источник считает записи одним лицом, а вид у них разный. Исправьте вид или связь в источнике.",
            "The source says the records are one, but their kinds differ. Mend the kind or the link in the source.",
        ),
        "source_joins_two_countries": (
            "Источник считает записи одним лицом, а страны у них разные. Исправьте страну или связь в источнике.",
            "The source says the records are one, but their countries differ. Mend the country or the link in the source.",
        ),
        "two_heads": (
            "У организации два головных КПП: это переезд или ошибка. Проверьте КПП по выписке и закройте прежний.",
            "The company has two head office KPP: a move or an error. See the register and close the former one.",
        ),
        "unit_open": (
            "КПП не указан, а подразделений несколько: неясно, к какому относится запись. Внесите КПП.",
            "The KPP is missing and there are several units: it is unclear which one is meant. Enter the KPP.",
        ),
        "evidence_changed": (
            "О паре уже решали, но с тех пор изменились реквизиты или имя. Подтвердите решение или отзовите его.",
            "This pair was decided, but requisites or a name have changed since. Confirm the decision or withdraw it.",
        ),
        "audit": (
            "Выборочная проверка: запись присоединили совпавшие признаки. Решите, та ли это компания.",
            "A spot check: evidence joined this record to the company. Say whether it is the right one.",
        ),
        "two_candidates": (
            "Записи подходят сразу две компании. Внесите в неё ИНН, и она найдёт свою.",
            "Two companies fit this record equally well. Enter its INN, and it will find its own.",
        ),
        "claimed_inn": (
            "Имя то же, а ИНН с опиской похож на верный, но других признаков мало. Исправьте ИНН по выписке.",
            "The name is the same and the mistyped INN is near a valid one, but little else agrees. Mend the INN by the register.",
        ),
        "name_and_contacts": (
            "Совпали имя и телефон или почта, но до уверенности не хватает. Сверьте ИНН или адрес.",
            "The name and a phone or an e-mail agree, which is almost enough. Compare the INN or the address.",
        ),
        "name_and_place": (
            "Совпали имя и адрес, но до уверенности не хватает. Сверьте ИНН или телефон.",
            "The name and the address agree, which is almost enough. Compare the INN or the phone.",
        ),
        "name_and_kpp": (
            "Совпали имя и КПП, но до уверенности не хватает. Сверьте ИНН.",
            "The name and the KPP agree, which is almost enough. Compare the INN.",
        ),
        "short_name": (
            "Одно имя — сокращение другого, контакты или адрес общие. Сверьте ИНН: так называют и разные фирмы.",
            "One name is short for the other, and contacts or the address agree. Compare the INN: other firms are named so too.",
        ),
        "coined_and_town": (
            "Совпали редкое имя, форма и город, но до уверенности не хватает. Сверьте ИНН или адрес.",
            "A rare name, the form and the town agree, which is almost enough. Compare the INN or the address.",
        ),
        "coined_and_registered": (
            "Совпали редкое имя, форма и регион регистрации, но до уверенности не хватает. Сверьте ИНН.",
            "A rare name, the form and the region of registration agree, which is almost enough. Compare the INN.",
        ),
        "listed_twice": (
            "Один список называет обеих: то же имя и тот же дом, а другого о них не сказано. Сверьте ИНН.",
            "One list holds both at one house under one name and says nothing else of them. Compare the INN.",
        ),
        "name_alone": (
            "Совпало только имя: этого мало. Сверьте ИНН.",
            "Only the name agrees, which is not enough. Compare the INN.",
        ),
        "name_in_part": (
            "Одно имя входит в другое: так называют компании одной группы. Сверьте ИНН.",
            "One name is part of the other, as in companies of one group. Compare the INN.",
        ),
        "contacts_alone": (
            "Контакты или адрес общие, а имена разные. Проверьте, одно ли это лицо.",
            "Contacts or the address are shared, but the names differ. See whether both are one.",
        ),
        "forms_differ": (
            "Имя то же, а правовая форма другая. Проверьте по выписке, не сменилась ли форма.",
            "The name is the same, the legal form is not. See in the register whether the form was changed.",
        ),
        "claimed_differs": (
            "Имена похожи, а записанный с опиской ИНН совсем другой. Сверьте его с выпиской.",
            "The names are alike, but the mistyped INN is quite another. Compare it with the register.",
        ),
        "vetoed": (
            "ИНН, ОГРН или вид исключают друг друга: это разные лица. Если это ошибка, исправьте реквизит в источнике.",
            "The INN, OGRN or kinds exclude each other: these are two. If that is an error, mend it in its source.",
        ),
    }
)

# By which rule a record came to its company; where evidence decided, by its reason.
LINKED: Mapping[str, Sentence] = MappingProxyType(
    {
        "new": ("Повторов не нашлось.", "No repeats were found."),
        "R1": (
            "ИНН и КПП совпадают с другой записью.",
            "INN and KPP equal those of another record.",
        ),
        "R2": ("ОГРН совпадает с другой записью.", "The OGRN equals that of another record."),
        "R3": (
            "ИНН совпадает, КПП в записи нет.",
            "The INN equals that of another record; this one has no KPP.",
        ),
        "R4": (
            "ИНН совпадает с другой записью, такого КПП у других нет.",
            "The INN equals that of another record; no other one has this KPP.",
        ),
        "R5": (
            "ИНН предпринимателя совпадает с другой записью.",
            "The INN of the sole trader equals that of another record.",
        ),
        "R7": (
            "Имя совпадает, а в ИНН описка: он почти равен верному.",
            "The name agrees, and the INN is one slip away from a valid one.",
        ),
        "R8": (
            "Имя и другие признаки совпадают с другой записью.",
            "The name and other evidence agree with another record.",
        ),
        "source_head": (
            "Источник указал головную организацию этой записи.",
            "The source names the head company of this record.",
        ),
        "source_merge": (
            "Источник сам слил эту запись с другой.",
            "The source itself merged this record into another.",
        ),
        "decided": ("Так решил человек.", "A person decided so."),
        "P1": (
            "Имя и контакты человека совпадают с другой записью.",
            "The person's name and contacts agree with another record.",
        ),
        "I1": (
            "Артикул и производитель совпадают с другой записью.",
            "The article and the manufacturer equal those of another record.",
        ),
        "claimed_inn": (
            "Имя совпадает, а в ИНН описка: он почти равен верному.",
            "The name agrees, and the INN is one slip away from a valid one.",
        ),
        "name_and_contacts": (
            "Совпадают имя и телефон или почта.",
            "The name agrees, and so does a phone or an e-mail.",
        ),
        "name_and_place": ("Совпадают имя и адрес.", "The name and the address agree."),
        "name_and_kpp": ("Совпадают имя и редкий КПП.", "The name and a rare KPP agree."),
        "coined_and_town": (
            "Совпадают редкое имя, правовая форма и город.",
            "A rare name, the legal form and the town agree.",
        ),
        "coined_and_registered": (
            "Совпадают редкое имя, правовая форма и регион регистрации по ИНН и ОГРН.",
            "A rare name, the legal form and the region of registration by INN and OGRN agree.",
        ),
        "short_name": (
            "Имя сокращено, но контакты или адрес совпадают.",
            "The name is shortened, but contacts or the address agree.",
        ),
    }
)

_UNSCORED = 0.499


def rank() -> pl.Expr:
    """Where a pair (severity, score) stands among those that wait: grave ones first, then the surer.

    A sure pair lacks least, so it takes a person least time. What exact rules found has no score; it
    comes after all that evidence makes likely.

    >>> pairs = pl.DataFrame({"severity": ["high", "normal", "normal", "normal"],
    ...                       "score": [None, 0.97, 0.6, None]})
    >>> pairs.select(rank())["rank"].is_sorted()
    True
    """
    severity = pl.col("severity").replace_strict(
        {"high": 0, "low": 2}, default=1, return_dtype=pl.Int64
    )
    doubt = ((1 - pl.col("score").fill_null(_UNSCORED)) * 100_000).round().cast(pl.Int64)
    return (severity * 1_000_000 + doubt).alias("rank")


def worth() -> pl.Expr:
    """How much a person's time on a pair (severity, score, value) is worth, in thousandths.

    Value times uncertainty, 1 - |2p - 1|: nothing is gained where the answer is all but known. What exact
    rules found has no score and is wholly uncertain. A grave pair counts fourfold, a slight one a quarter.
    """
    sure = (2 * pl.col("score") - 1).abs()
    weight = pl.col("severity").replace_strict({"high": 4.0, "low": 0.25}, default=1.0)
    told = pl.col("value") * (1 - sure).fill_null(1.0) * weight * 1_000
    return told.round().cast(pl.Int64).alias("worth")
