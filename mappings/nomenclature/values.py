"""What the captured characters mean: numbers, lengths, words of dictionaries, grades, standards.

Every function takes folded text and gives the value as text, or None where the text means nothing.
They are asked once per distinct text, however many rows have it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from mappings.nomenclature.alphabet import cyrillic, fold

_MM = {fold("мм"): 1, fold("см"): 10, fold("м"): 1000, fold("метров"): 1000, fold("метра"): 1000}
_GRADE_ST = re.compile(r"^ct *\.? *(?=[0-6](?:[^0-9]|$))")
_KILLED = re.compile(r"(?<=[0-9])(КП|ПС|СП)")
_STANDARD = re.compile(r"^([a-zA-Z]+(?: +[a-zA-Z]+)?) *\.? *([0-9].*)$")
_LATIN_BODIES = {"eh": "EN", "din": "DIN", "iso": "ISO", "astm": "ASTM", "ico": "ISO"}


_SMOKE = {fold(word): word for word in ("FRLS", "FRHF", "LSLTx", "HFLTx", "LTx", "LS", "HF", "FR")}


def number(text: str) -> str | None:
    """A decimal without needless zeros.

    >>> number("3,0"), number("0,50"), number("010")
    ('3', '0.5', '10')
    """
    try:
        told = Decimal(text.replace(",", "."))
    except ArithmeticError:
        return None
    plain = f"{told:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain.lstrip("0") if plain.lstrip("0")[:1].isdigit() else plain if told else "0"


def millimetres(text: str) -> str | None:
    """A length with its unit, in millimetres; without one it is in metres up to 24, as steel is sold.

    >>> millimetres(fold("11,7м")), millimetres("6000"), millimetres("12")
    ('11700', '6000', '12000')
    """
    found = re.match(r"([0-9.,]+) *([a-zA-Z]*)", text)
    if not found or (told := number(found[1])) is None:
        return None
    factor = _MM.get(found[2]) if found[2] else (1000 if Decimal(told) <= 24 else 1)
    return number(str(Decimal(told) * factor)) if factor else None


def inch(text: str) -> str:
    """A pipe thread in inches; one glued as «11/4» is 1 1/4.

    >>> inch("1  1/4"), inch("11/4"), inch("3/4")
    ('1 1/4', '1 1/4', '3/4')
    """
    plain = re.sub(r" +", " ", text.replace('"', " ").strip())
    glued = re.fullmatch(r"([1-9])([13])/([248])", plain)
    return f"{glued[1]} {glued[2]}/{glued[3]}" if glued else plain


def size(text: str) -> str:
    """Several sizes in the order they stand, threads with their letters.

    >>> size(fold("20-Rp 3/4")), size(fold("25 х25х 16")), size(fold("20xG 1/2"))
    ('20×Rp 3/4', '25×25×16', '20×G 1/2')
    """
    parts = re.split(r" *[x*] *| *- *(?=[0-9rRgG])", text.strip())
    return "×".join(_one_size(part) for part in parts)


def _one_size(part: str) -> str:
    found = re.match(r"(rp|rр|r|g)? *(.*)", part.strip().lower() if part[:1] in "rg" else part)
    letters, rest = (found[1] or "", found[2]) if found else ("", part)
    told = inch(rest.strip(" \"'")) if "/" in rest or letters else number(rest) or rest
    return f"{letters.capitalize()} {told}".strip()


def grade(text: str) -> str:
    """A grade of steel in its proper letters; «ст» stays only before the old numbers 0 to 6.

    >>> grade(fold("ст.3сп5")), grade(fold("Ст09Г2C")), grade(fold("cт45")), grade(fold("08ПС"))
    ('Ст3сп5', '09Г2С', '45', '08пс')
    """
    old = _GRADE_ST.sub("", text)
    if old != text:
        return "Ст" + _KILLED.sub(lambda m: m[1].lower(), cyrillic(old.replace(" ", "")))
    told = re.sub(r"^ct(?:aL[a-zA-Z]*)? *\.? *", "", text).replace(" ", "")
    return _KILLED.sub(lambda m: m[1].lower(), cyrillic(told))


def standard(text: str) -> str:
    """A standard as it is cited; a bare number after another is a ГОСТ as well.

    >>> standard(fold("гост8639-82")), standard("4543-2016"), standard(fold("ТУ14-1-2118-98"))
    ('ГОСТ 8639-82', 'ГОСТ 4543-2016', 'ТУ 14-1-2118-98')
    """
    found = _STANDARD.match(text.strip())
    if not found:
        return "ГОСТ " + text.strip(" ,;/")
    body = _LATIN_BODIES.get(found[1]) or re.sub(r" +", " ", cyrillic(found[1]))
    told = re.sub(r" *- *", "-", cyrillic(found[2]))
    return f"{body} {told}".rstrip(" ,;/")


def upper(text: str) -> str:
    """Cyrillic capitals without spaces, decimals with a point.

    >>> upper(fold("0,6/1")), upper(fold("2 гп"))
    ('0.6/1', '2ГП')
    """
    return re.sub(r"(?<=[0-9]),(?=[0-9])", ".", cyrillic(re.sub(r" +", "", text)))


def plain(text: str) -> str:
    """The text itself, for values that are taken from the raw name."""
    return text.strip()


def fire(text: str) -> str:
    """What a mark says of fire, as the standards write it: ГОСТ 31565.

    >>> fire(fold("нг(A)-ls")), fire(fold("-hf")), fire(fold("нг"))
    ('нг(А)-LS', '-HF', 'нг')
    """
    found = re.fullmatch(r" *-? *(hG)? *(?:\(([a-z])(F/r)?\))? *-? *([a-zA-Z]*)", text)
    if not found:
        return text
    group = f"({cyrillic(found[2])}{' F/R' if found[3] else ''})" if found[2] else ""
    smoke = f"-{_SMOKE.get(found[4], found[4].upper())}" if found[4] else ""
    return f"{'нг' if found[1] else ''}{group}{smoke}"
