"""Steps 5, 8, 10 and 11 of handbook 2.5: what stands in a name besides the name."""

from __future__ import annotations

import polars as pl

from mappings.functions.addressing.regions import CITIES
from mappings.functions.naming.places import NOMINATIVE
from mappings.functions.naming.spellings import ONLY_FORM, TAILS
from mappings.functions.naming.step import BETWEEN, Step, joined
from schemas.patterns import changed, found, occurs
from schemas.rowwise.through import through

TEXT = pl.col("text")
_LETTER = r"\p{L}"

_FORM_IN_BRACKETS = rf"\(\s*({TAILS})\s*\)"
_IN_BRACKETS = r"\([\p{L}.,&/\s-]+\)"


def _bare_forms(texts: pl.Series) -> pl.Series:
    """«(ООО)» without its brackets; only what holds nothing but letters is compared with the forms."""
    inside = texts.str.extract_all(_IN_BRACKETS).explode().drop_nulls().unique()
    forms = inside.filter(found(inside.str.to_lowercase(), _FORM_IN_BRACKETS))
    bare = " " + forms.str.strip_chars("()").str.strip_chars() + " "
    return texts.str.replace_many(forms.to_list(), bare.to_list()) if len(forms) else texts


# «крестьянское (фермерское) хозяйство» is how the law writes the form: not a remark.
_EVEN = changed(
    TEXT.str.replace_many({"[": "(", "{": "(", "<": "(", "]": ")", "}": ")", ">": ")"}),
    (r"(?i)\((фермерск[а-яё]*)\)", "$1"),
    (r"\(([^()]*)\(([^()]*)\)([^()]*)\)", "($1 $2 $3)"),
    (r"^([^()]*)\)", "$1 "),
    (r"\(([^()]*)$", "($1)"),
    (r'\([\s",.;-]*\)', " "),
)
_BRACKETS = changed(
    through(_EVEN, _bare_forms, elementwise=False), (r'"[\s,]*(г\.\s*[А-ЯЁ][А-яЁё -]+)$', '" ($1)')
)

_INN = r"(?i)ИНН[\s:№/-]*([0-9]{12}|[0-9]{10})(?:[^0-9]|$)"
_PAIR = r"(?:^|[^0-9])([0-9]{12}|[0-9]{10})\s*/\s*([0-9]{9})(?:[^0-9]|$)"
_KPP = r"(?i)КПП[\s:№/-]*([0-9]{4}[0-9A-Z]{2}[0-9]{3})(?:[^0-9]|$)"
_SLASHED = r"/\s*([0-9]{12}|[0-9]{10})(?:[^0-9]|$)"
_TAKEN = (
    (r"(?i)(?:ИНН|КПП|ОГРНИП|ОГРН)(?:\s*/\s*КПП)?[\s:№/-]*[0-9]{9,15}(?:\s*/\s*[0-9]{9})?", " "),
    (r"/?\s*\b(?:[0-9]{12}|[0-9]{10})\s*/\s*[0-9]{9}\b", " "),
    (r"/\s*(?:[0-9]{12}|[0-9]{10})\b", " "),
    (r"\(\s*[,;/]*\s*\)", " "),
    ("  +", " "),
)


_INSIDE = TEXT.str.extract_all(r"\([^()]*\)").list.join(BETWEEN)
_REMARKS = (
    _INSIDE.str.replace_all(r"[()]", "")
    .str.replace_all(r"(^|[\s\x1e])г\.([^\s])", "$1г. $2")
    .str.replace_all(r'"', "")
    .str.replace_all(r"\s*\x1e[\s\x1e]*", BETWEEN)
    .str.strip_chars(" ,;\x1e")
)
_CITY_REMARK = _INSIDE.str.extract(r"\((?:г\.?|город)\s*([А-ЯЁ][А-яЁё -]+?)\)")
_OUTSIDE = changed(TEXT, (r"\([^()]*\)", " "), (r"[()]", " "), ("  +", " ")).str.strip_chars(
    " ,;:/|-"
)

# marker → (what shows it, what is cut out of the name; None: only flagged, it may be the name)
_GARBAGE: dict[str, tuple[str, str | None]] = {
    "не использовать": (r"\bне\s*исп(?:ольз\p{L}*|\.)", r"\bне\s*исп(?:ольз\p{L}*|\.)"),
    "дубль": (r"\bдубл(?:ь|и|икат)?\b", r"\bдубл(?:ь|и|икат)?\b"),
    "удален": (r"\b(?:удал[её]н[аоы]?|на удаление)\b", r"\b(?:удал[её]н[аоы]?|на удаление)\b"),
    "закрыт": (r"\bзакрыт[аоы]?\b", r"\bзакрыт[аоы]?\b"),
    "тест": (r"\b(?:тест|test)\b", None),
    "мусор": (
        r'^[\s"]*(?:я{2,}|z{2,})[\s.-]|^[\s"]*[_*.]|!!|\b[хx]{3,}\b',
        r'^[\s"]*(?:я{2,}|z{2,})[\s.-]|!!+|\b[хx]{3,}\b',
    ),
}
_SPACED = changed(TEXT, (r"^[\s_*.]+", ""), ("_", " "))
_MARKED = changed(TEXT, (r"([^\s])_+", "$1 "))


def _flags() -> pl.Expr:
    found = [
        pl.when(occurs(_MARKED, f"(?i:{shows})")).then(pl.lit(marker))
        for marker, (shows, _) in _GARBAGE.items()
    ]
    return pl.concat_str(found, separator=BETWEEN, ignore_nulls=True)


def _without_garbage() -> pl.Expr:
    cut = "|".join(pattern for _, pattern in _GARBAGE.values() if pattern)
    text = changed(_SPACED, (f"(?i:{cut})", " "), ('"[ ]*"', " "), ("  +", " "))
    text = text.str.strip_chars(" ,;:/|-")
    only_form = occurs(text.str.to_lowercase(), ONLY_FORM)
    return pl.when(only_form).then(_SPACED.str.strip_chars(" ,;:/|-")).otherwise(text)


_MARKER = r"(?:филиал[а-я]*|ф-л|обособленн[а-я]* подразделени[а-я]*|представительств[а-я]*)"
_ADJECTIVE = r"[А-ЯЁ][А-яЁё-]+(?:ск|цк)(?:ий|ое|ая|ого|ой)"
_IN_PLACE = r"(?:в|по)\s+(?:г\.?\s*|городе?\s+|городу\s+)?([А-ЯЁ][А-яЁё]*(?:[ -][А-яЁё]+){0,2})"
_PLACE = TEXT.str.extract(rf"\s{_IN_PLACE}\s*$")
_BEFORE = TEXT.str.extract(rf"({_ADJECTIVE})\s+(?i:{_MARKER})(?:[\s\",]|$)")
_NAMED = TEXT.str.extract(rf'(?i:{_MARKER})\s*"([^"]+)"')
_AFTER = TEXT.str.extract(
    rf"[\s\",](?i:{_MARKER})\s*[,-]?\s*(?:г\.?\s*|город\s+)?((?:№\s*)?[0-9]+|[А-ЯЁ][А-яЁё-]+)\s*$"
)
_NUMBERED = TEXT.str.extract(rf"^(?i:{_MARKER})\s*(№?\s*[0-9]+)\s")
_KIND = (
    TEXT.str.extract(rf"(?i)(?:^|[\s\",])({_MARKER})(?:[\s\",.]|$)")
    .str.to_lowercase()
    .str.slice(0, 4)
    .replace_strict(
        {"фили": "филиал", "ф-л": "филиал", "пред": "представительство"},
        default="обособленное подразделение",
    )
)


_BRANCH_TAKEN = (
    (rf"\s{_IN_PLACE}\s*$", ""),
    (
        rf"([\s\",])(?i:{_MARKER})\s*[,-]?\s*(?:г\.?\s*|город\s+)?((?:№\s*)?[0-9]+|[А-ЯЁ][А-яЁё-]+)?\s*$",
        "$1",
    ),
    (rf'^(?i:{_MARKER})\s*"[^"]+"\s*([^\s].*)$', "$1"),
    (rf"^(?i:{_MARKER})\s*№?\s*[0-9]+\s+", ""),
    (rf"(?:{_ADJECTIVE}\s+)?(?:^|\b)(?i:{_MARKER})(?:[\s,]+|$|(\"))", "$1"),
)


def _without_branch() -> pl.Expr:
    text = changed(TEXT, *_BRANCH_TAKEN, once=True).str.strip_chars(" ,;:/|-")
    text = changed(text, (rf"^(.*[^\s,-])[\s,-]+{_ADJECTIVE}$", "$1"), once=True)
    # «ООО "филиал в г. Туле"»: beside the place, which quotes hide at first, there is only the form.
    bare = changed(text, (rf'"?\s*{_IN_PLACE}\s*"?\s*$', ""), once=True).str.strip_chars(' ",')
    only_form = occurs(bare.str.to_lowercase(), ONLY_FORM)
    return pl.when(only_form).then(TEXT).otherwise(text)


_BRANCH = pl.coalesce(
    _PLACE.replace(NOMINATIVE),
    _BEFORE,
    pl.when(TEXT.str.contains(rf"^(?i:{_MARKER})")).then(_NAMED),
    _AFTER,
    _NUMBERED,
    _KIND,
)

BRACKETS = Step(
    "brackets", "Скобки", "Brackets", {"text": _BRACKETS}, trigger=r'[\[\]{}<>()]|"[ ,]*г\.'
)
REQUISITES = Step(
    "requisites", "Реквизиты в наименовании", "Requisites in the name",
    {
        "inn": pl.coalesce("inn", TEXT.str.extract(_INN), TEXT.str.extract(_PAIR, 1), TEXT.str.extract(_SLASHED)),
        "kpp": pl.coalesce("kpp", TEXT.str.extract(_KPP), TEXT.str.extract(_PAIR, 2)),
        "text": changed(TEXT, *_TAKEN).str.strip_chars(" ,;/"),
    },
    trigger=r"(?i:инн[\s:№/-]*[0-9]{10}|кпп[\s:№/-]*[0-9]{4}|огрн[\s:№/-]*[0-9]{9}|огрнип[\s:№/-]*[0-9]{9}|/\s*[0-9]{10}|[0-9]{10}\s*/)",
)  # fmt: skip
QUALIFIERS = Step(
    "qualifiers", "Уточнения в скобках", "Remarks in brackets",
    {
        "qualifiers": joined("qualifiers", pl.when(_REMARKS != "").then(_REMARKS)),
        "branch": pl.coalesce("branch", _CITY_REMARK),
        "text": _OUTSIDE,
    },
    trigger=r"[()]",
)  # fmt: skip
_GARBAGE_TRIGGER = r'(?i:не\s*исп|дубл|удал|^[\s"]*(?:яя|zz|[_*.])|!!|ххх|xxx|test|тест|закрыт)'
MARKS = Step(
    "marks", "Пометки", "Markers",
    {"flags": joined("flags", _flags())}, trigger=_GARBAGE_TRIGGER,
)  # fmt: skip
GARBAGE = Step(
    "garbage", "Пометки убраны из имени", "Markers cut out of the name",
    {"text": _without_garbage()}, trigger=_GARBAGE_TRIGGER + "|_",
)  # fmt: skip
# «ОП» is a separate unit only before a legal form or at the end, alone or with a city after it:
# «ООО ОП Корвет» is a security firm (охранное предприятие).
_UNIT = "обособленное подразделение"
_CITIES = sorted({*CITIES, *NOMINATIVE})
_CITY_WORD = "[А-ЯЁ][а-яё]+(?:-[А-яЁё]+)*"
_UNIT_AT_END = rf'([^ "][",]? )(?:ОП|ОСП)((?: (?:в )?(?:г\.? ?)?({_CITY_WORD}(?: {_CITY_WORD})*)| № ?[0-9]+)?)$'
_HEADED = TEXT.str.replace(
    r"^(?:ОП|ОСП) ((?i:ООО|АО|ПАО|ОАО|ЗАО|ИП|общество|акционерное)[ \"])", f"{_UNIT} $1"
)
_PLACED = _HEADED.str.extract(_UNIT_AT_END, 3).is_in(_CITIES)
_ENDED = _HEADED.str.replace(_UNIT_AT_END, f"${{1}}{_UNIT}$2")
SEPARATE_UNITS = Step(
    "separate_units", "Сокращение «ОП»", "The abbreviation «ОП»",
    {"text": pl.when(_PLACED.fill_null(value=True)).then(_ENDED).otherwise(_HEADED)},
    trigger=r'(?:^|[ ,"])(?:ОП|ОСП)(?: |$)',
)  # fmt: skip
# In a statement a treasury pays, and whom it pays for stands in brackets with the personal account.
_TREASURY = r'^"?((?i:УФК|ОФК|управление федерального казначейства) по [^()]*)\(([^()]*)\)'
_ORGAN = TEXT.str.extract(_TREASURY, 1).str.strip_chars(' "')
_PAID_FOR = (
    TEXT.str.extract(_TREASURY, 2)
    .str.replace(r"(?i)[\s,;]*(?:л[/.]?\s?с\b|лиц[а-я]*[. ]).*$", "")
    .str.strip_chars(" ,;")
)
_IS_NAME = (
    _PAID_FOR.str.contains(rf"{_LETTER}{{3}}")
    & ~_PAID_FOR.str.contains(r"(?i)^(?:г\.|город |ИНН|КПП|ОГРН)")
    & ~_PAID_FOR.is_in(_CITIES)
)
TREASURY = Step(
    "treasury", "За кого платит казначейство", "Whom a treasury pays for",
    {
        "qualifiers": joined("qualifiers", pl.when(_IS_NAME).then(_ORGAN)),
        "text": pl.when(_IS_NAME).then(_PAID_FOR).otherwise(TEXT),
    },
    trigger=_TREASURY,
)  # fmt: skip
BRANCHES = Step(
    "branch", "Подразделение", "Branch",
    {"branch": pl.coalesce(_BRANCH, "branch"), "text": _without_branch()},
    trigger=r"(?i:(?:^|[\s\",«-])(?:филиал|ф-л|обособленн[а-я]* подразд|представительств))",
)  # fmt: skip
