"""Patterns that recognise a legal form at either end of a name, built from the table of forms."""

from __future__ import annotations

import re
from functools import cache

from schemas.legal_forms import FORMS, INSTITUTION, UNITARY, LegalForm

_WORD_INITIALS = {
    "федеральн": "Ф", "государствен": "Г", "муниципальн": "М", "областн": "О", "краев": "К",
    "республиканск": "Р", "санкт": "СПБ", "бюджетн": "Б", "казенн": "К", "казённ": "К", "автономн": "А",
    "образовательн": "О", "общеобразовательн": "О", "дошкольн": "Д", "профессиональн": "П",
    "научн": "Н", "учрежден": "У", "здравоохранен": "З", "культур": "К", "наук": "Н",
    "унитарн": "У", "предприят": "П", "лечебн": "Л",
}  # fmt: skip
_INSTITUTION_TAILS = (
    (r"дополнительн\w* профессиональн\w* образован\w*", " ДПО"),
    (r"средн\w* профессиональн\w* образован\w*", " СПО"),
    (r"высш\w* профессиональн\w* образован\w*", " ВПО"),
    (r"высш\w* образован\w*", " ВО"),
    (r"дополнительн\w* образован\w*", " ДО"),
    (r"социальн\w* обслуживан\w*", "СО"),
    (r"здравоохранен\w*", "З"),
    (r"культур\w*", "К"),
    (r"наук\w*", "Н"),
)
_OWNERS = r"(?:федеральн|государствен|муниципальн|областн|краев|республиканск|казенн|казённ|санкт-петербургск)"
_MANNERS = r"(?:бюджетн|казенн|казённ|автономн)"
_SPHERES = r"(?:общеобразовательн|образовательн|дошкольн|профессиональн|научн|лечебн)"
FULL_INSTITUTION = (
    rf"(?:{_OWNERS}[а-яё]*\s+)+(?:{_MANNERS}[а-яё]*\s+)?(?:{_SPHERES}[а-яё]*\s+)*учрежден[а-яё]*"
    r"(?:\s+(?:"
    + "|".join(p.replace(r"\w*", "[а-яё]*").replace(" ", r"\s+") for p, _ in _INSTITUTION_TAILS)
    + "))?"
)
FULL_UNITARY = rf"(?:{_OWNERS}[а-яё]*\s+)+(?:унитарн[а-яё]*\s+)?предприят[а-яё]*"


def inflected(phrase: str) -> str:
    """A pattern of the phrase in any case, number and with the spaces between its words lost."""
    words = (w if len(w) < 4 else w[: max(3, len(w) - 3)] + "[а-яёa-z]*" for w in phrase.split())
    return r"[\s-]*".join(words)


def abbreviated(short: str) -> str:
    """A pattern of the abbreviation; from three letters on also dotted and spaced (two are initials)."""
    if short.isalpha() and short.isupper() and len(short) > 2:
        return r"\.?\s?".join(short)
    return r"\s+".join(map(re.escape, short.split()))


def _spellings(form: LegalForm) -> list[str]:
    full = [inflected(phrase) for phrase in form.full]
    short = [abbreviated(text) for text in (*form.short, *form.latin)]
    return [*full, *short, *(["L\\.\\s?L\\.\\s?C"] if "LLC" in form.latin else [])]


def _joined(patterns: list[str]) -> str:
    return "|".join(sorted(patterns, key=len, reverse=True)).lower()


def _strong(form: LegalForm) -> list[str]:
    return [p for p in _spellings(form) if p != "IP"]


_FAMILIES = [FULL_INSTITUTION, FULL_UNITARY, INSTITUTION, UNITARY]
_AT_HEAD_ONLY = {"ЧУ", "УП", "ЧП", "AO", "TOO", "NAO", "ODO", "ANO"}
HEADS = _joined([*_FAMILIES, *(p for form in FORMS for p in _strong(form))])
TAILS = _joined(
    [
        *(p for form in FORMS for p in _strong(form) if p not in _AT_HEAD_ONLY),
        *(abbreviated(t).replace(r"\.", r"\.?") for form in FORMS for t in form.tail),
        INSTITUTION.replace("Г|М|Ф", "Г|М"),
        UNITARY,
    ]
)
WEAK_HEADS = _joined([*(inflected(t) if t.islower() else t for f in FORMS for t in f.head), "IP"])

# For texts in lower case: patterns as long as these take three times as long to compile for any case.
HEAD = rf'^[ "]*(?:{HEADS})\.?(?:[ ",.:/-]|$)'
TAIL = rf'[ ",./-](?:{TAILS})\.?[ "]*$'
WEAK_HEAD = rf'^(?:{WEAK_HEADS})[ "]'
ONLY_FORM = rf'^[\s"]*(?:(?:{HEADS})\.?[\s"]*)?$'


@cache
def _compiled() -> list[tuple[str, re.Pattern[str]]]:
    table = []
    for form in FORMS:
        tails = (abbreviated(t).replace(r"\.", r"\.?") for t in form.tail)
        heads = (inflected(t) if t.islower() else t for t in form.head)
        pattern = "|".join([*_spellings(form), *tails, *heads])
        table.append((form.canon, re.compile(rf"(?:{pattern})\.?", re.IGNORECASE)))
    return table


def _initials(phrase: str) -> str:
    tail = ""
    for pattern, letters in _INSTITUTION_TAILS:
        phrase, found = re.subn(rf"\s+{pattern}$", "", phrase)
        if found:
            tail = letters
            break
    words = re.split(r"[\s-]+", phrase)
    return (
        "".join(next((v for k, v in _WORD_INITIALS.items() if w.startswith(k)), "") for w in words)
        + tail
    )


@cache
def canonical(spelling: str) -> str | None:
    """The canonical abbreviation of a recognised spelling; None if it is no legal form.

    >>> canonical("обществом с ограниченной ответственностью"), canonical("О.О.О."), canonical("L.L.C.")
    ('ООО', 'ООО', 'ООО')
    >>> canonical("Муниципальное бюджетное общеобразовательное учреждение"), canonical("гбуз")
    ('МБОУ', 'ГБУЗ')
    """
    text = re.sub(r"\s+", " ", spelling.strip(' ",:/-')).lstrip(".")
    for canon, pattern in _compiled():
        if pattern.fullmatch(text):
            return canon
    if re.fullmatch(f"(?:{FULL_INSTITUTION}|{FULL_UNITARY})", text, re.IGNORECASE):
        return _initials(text.lower())
    upper = text.upper().rstrip(".")
    return upper if re.fullmatch(f"{INSTITUTION}|{UNITARY}", upper) else None
