"""Keys by which names are compared (handbook 2.5, steps 12 and 13): pure columnar text work."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl

from schemas.code_points import Codes, initials, one_translated, table, translated
from schemas.lookups import Replacing
from schemas.rows import apart, only_where
from schemas.rowwise.through import through

NAME_KEYS = ("strict", "weak", "sorted_tokens", "translit", "phonetic", "acronym")

_SEPARATORS = dict.fromkeys(
    string.punctuation.replace("&", "").replace("+", "") + "«»„“”№—–…·•\t\n\r", " "
)
_FOLD = table(_SEPARATORS | {"ё": "е"}, lower=True)
_AND = {"&": " и ", "+": " и "}

# What companies put in front of a name: kept in the strict key, dropped in the weak one.
TAGS = (
    "группа компаний", "торговый дом", "торговая компания", "производственная компания", "компания",
    "фирма", "тд", "тк", "пк", "гк", "нпо", "нпп", "нпф", "пкф", "пкп", "ук", "завод", "холдинг",
    "group", "company", "trading", "trade house",
)  # fmt: skip
_TAG = "(?:^| )(?:" + "|".join(tag.replace(" ", " +") for tag in TAGS) + ")(?: |$)"

# Sounds of two Latin letters are one capital in the key; \x01 is dropped.
_LATIN = table(
    dict(zip("абвгдезийклмнопрстуфхцыэюяіїєґў", "abvgdeziiklmnoprstufhcieuaiiegu", strict=True))
    | {"ж": "Z", "ч": "C", "ш": "S", "щ": "S", "ъ": "\x01", "ь": "\x01", "'": "\x01"}
)
# Every usual romanisation of one Russian letter, made one; longer ones stand first and win.
_ROMAN = Replacing({
    "shch": "S", "tsch": "C", "iya": "a", "ija": "a", "iia": "a", "iyu": "u", "iju": "u", "iiu": "u", "iye": "e",
    "ije": "e", "iie": "e", "sch": "S", "tch": "C", "sh": "S", "ch": "C", "zh": "Z", "kh": "h", "ts": "c",
    "tz": "c", "yu": "u", "iu": "u", "ju": "u", "ya": "a", "ia": "a", "ja": "a", "yo": "e", "jo": "e", "io": "e",
    "ye": "e", "je": "e", "ie": "e", "iy": "i", "ij": "i", "yi": "i", "ii": "i", "ph": "f", "ck": "k", "x": "ks",
    "q": "k", "w": "v", "y": "i", "j": "i", "\x01": "",
})  # fmt: skip
_DOUBLED = Replacing({letter * 2: letter for letter in string.ascii_letters})
_FEW = 64  # texts up to here are looked through one by one
_SOUND = table(dict(zip("bvgdzoeychZCS", "pfktsaiiskSSS", strict=True)))
_SMALL_WORDS = "(?:^| )(?:и|по|в|на|для|им|имени|of|the|and)(?: |$)"


def _only_where(text: pl.Expr, pattern: str, work: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """`work` done on the rows with the pattern alone; it is costly, and few rows have it."""

    def gated(texts: pl.Series) -> pl.Series:
        if len(texts) <= _FEW and not _occurs(texts, pattern):
            return texts
        hit = texts.str.contains(pattern).fill_null(value=False)
        return texts.scatter(hit.arg_true(), work(texts.filter(hit))) if hit.any() else texts

    def one(text: str) -> Any:
        return NotImplemented if _compiled(pattern).search(text) else text

    return through(text, gated, one=one)


def _occurs(texts: pl.Series, pattern: str) -> bool:
    look = _compiled(pattern).search
    return any(text is not None and look(text) for text in texts.to_list())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("$", r"\Z"))


def _translated(text: pl.Expr, codes: Codes) -> pl.Expr:
    return through(text, lambda s: translated(s, codes), one=one_translated(codes))


def match_form(name: pl.Expr) -> pl.Expr:
    """The name for comparing: lower case, ё as е, `&` and `+` as «и», punctuation as single spaces.

    >>> import polars as pl
    >>> pl.select(match_form(pl.lit("Иванова А.С. & Ко"))).item()
    'иванова а с и ко'
    """
    return through(name, _matched, one=_one_matched)


# What only has to be made small: three names in four.
_DRESSED = "[^а-яА-Я0-9 ]|^ |  | $"


def _matched(names: pl.Series) -> pl.Series:
    dressed = names.str.contains(_DRESSED).fill_null(value=False)
    return apart(names, dressed, _folded, lambda bare: bare.str.to_lowercase())


def _folded(names: pl.Series) -> pl.Series:
    ands = only_where(names, "[&+]", lambda s: s.str.replace_many(_AND))
    return translated(ands, _FOLD).str.replace_all("  +", " ").str.strip_chars(" ")


def _one_matched(name: str) -> str:
    for sign, word in _AND.items():
        name = name.replace(sign, word)
    return re.sub("  +", " ", _one_folded(name)).strip(" ")


_one_folded = one_translated(_FOLD)


def weak_form(core: pl.Expr) -> pl.Expr:
    """The match form without tags such as «торговый дом»; of tags alone, unchanged.

    >>> import polars as pl
    >>> pl.select(weak_form(pl.lit("торговый дом ромашка"))).item()
    'ромашка'
    """

    def untagged(texts: pl.Series) -> pl.Series:
        wide = texts.str.replace_all(" ", "  ", literal=True)
        bare = wide.str.replace_all(_TAG, " ").str.replace_all("  +", " ").str.strip_chars(" ")
        return bare.zip_with(bare != "", texts)

    return _only_where(core, _TAG, untagged)


def translit_key(core: pl.Expr) -> pl.Expr:
    """One Latin key for a name written in Cyrillic or in any usual romanisation.

    >>> import polars as pl
    >>> pl.select(a=translit_key(pl.lit("rutektor")), b=translit_key(pl.lit("рутектор"))).row(0)
    ('rutektor', 'rutektor')
    """
    return through(core, _romanised, pl.String)


def _romanised(cores: pl.Series) -> pl.Series:
    return _DOUBLED(_ROMAN(translated(cores, _LATIN)))


def phonetic_key(translit: pl.Expr) -> pl.Expr:
    """How a name sounds, roughly, from its `translit_key`: unvoiced consonants, two vowels.

    >>> import polars as pl
    >>> pl.select(phonetic_key(translit_key(pl.lit("авангард")))).item()
    'afankart'
    """
    return through(_translated(translit, _SOUND), _DOUBLED, pl.String)


def acronym_key(core: pl.Expr) -> pl.Expr:
    """First letters of the words; a name of one short word is its own acronym, other single words null.

    >>> import polars as pl
    >>> names = pl.DataFrame({"n": ["магнитогорский металлургический комбинат", "ммк", "ромашка"]})
    >>> names.select(acronym_key(pl.col("n")))["n"].to_list()
    ['ммк', 'ммк', None]
    """

    return through(core, _acronyms, pl.String)


def _without_small_words(texts: pl.Series) -> pl.Series:
    wide = texts.str.replace_all(" ", "  ", literal=True)
    return wide.str.replace_all(_SMALL_WORDS, " ").str.replace_all("  +", " ").str.strip_chars(" ")


def _acronyms(cores: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"core": cores})
    frame = frame.select(words=_only_where(pl.col("core"), _SMALL_WORDS, _without_small_words))
    words = pl.col("words")
    short = (words.str.len_chars() <= 6) & (words != "")
    many = words.str.contains(" ", literal=True)
    frame = frame.with_columns(letters=initials(frame["words"]))
    chosen = pl.when(many).then("letters").when(short).then(words)
    return frame.select(chosen.alias(cores.name)).to_series()


def sorted_tokens(core: pl.Expr) -> pl.Expr:
    """The words in alphabetical order, for names whose words are swapped."""
    return core.str.split(" ").list.sort().list.join(" ")


_KEYS = pl.Struct(dict.fromkeys(NAME_KEYS, pl.String))


def _keys(cores: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"strict": cores}).select(strict=match_form(pl.col("strict")))
    strict = pl.col("strict")
    frame = frame.with_columns(
        weak=weak_form(strict),
        sorted_tokens=sorted_tokens(strict),
        translit=translit_key(strict),
        acronym=acronym_key(strict),
    ).with_columns(phonetic=phonetic_key(pl.col("translit")))
    return frame.select(NAME_KEYS).to_struct(cores.name)


def name_keys(core: pl.Expr) -> pl.Expr:
    """Struct of the keys `NAME_KEYS` of a match form (the `name_core` of a party); null in, nulls out.

    >>> import polars as pl
    >>> pl.select(name_keys(pl.lit("тд металл сервис"))).item()["weak"]
    'металл сервис'
    """
    return through(core, _keys, _KEYS)
