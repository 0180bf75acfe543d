"""Names as evidence: one key for all their spellings, and what else their words tell."""

from __future__ import annotations

import polars as pl

from schemas.code_points import table, translated
from schemas.keys import key_of
from schemas.legal_forms import FORMS
from schemas.name_keys import acronym_key, match_form, sorted_tokens, translit_key, weak_form
from schemas.patterns import extracted, found, rewritten, without
from schemas.rows import nulls, picked, present
from schemas.rowwise.columns import column_of
from schemas.rowwise.passes import FEW, Passes

# The columns of a party that its other names are made of.
NAMED = ("name", "full_name", "name_core")
_LAYOUT = table(
    dict(
        zip(
            "qwertyuiop[]asdfghjkl;'zxcvbnm,.`",
            "йцукенгшщзхъфывапролджэячсмитьбюе",
            strict=True,
        )
    ),
    lower=True,
)
_QUOTED = r'[«"“](.+)[»"”]'
_LATIN_ONLY = r"^[^\p{Cyrillic}]*[A-Za-z][^\p{Cyrillic}]*$"
_SHORT_FORM = r"^(?:ооо|оао|зао|пао|ао|ип|нао|одо) | (?:ооо|оао|зао|пао|ао|ип|нао|одо)$"
_PATRONYMIC = r"\p{L}(?:ович|евич|ьич|овна|евна|ична|инична|ovich|evich|ovna|evna|ichna)(?: |$)|(?:оглы|кызы)$"
_INITIALS = r"^(\p{L}{3,}) (\p{L})(?: (\p{L}))?$"
_PERSON = r"^(\p{L}{3,}) (\p{L})\p{L}+(?: (\p{L})\p{L}+)?$"


def _full_forms() -> str:
    """A pattern of the full legal forms that stand before a name, longest first."""
    spelt = sorted({s for form in FORMS for s in form.full}, key=lambda s: (-len(s), s))
    return r"(?i)^(?:" + "|".join(s.replace(" ", r"\s+") for s in spelt) + r")\s+"


_FULL_FORM = _full_forms()


def name_key(parties: pl.DataFrame) -> pl.Series:
    """The key (Int64) of each name, equal for its Cyrillic and Latin spellings and however spaced."""
    return picked(romanised(parties).to_frame("name"), _NAME_KEY).to_series()


def romanised(parties: pl.DataFrame) -> pl.Series:
    """The name of each record as `NAME_KEY` takes it."""
    return _roman(parties["name_core"])


def other_names(parties: pl.DataFrame) -> pl.DataFrame:
    """Further keys of the kind of `name_key`, row by row: of the full name, and of a name typed in the
    wrong keyboard layout (null for others)."""
    whole = _full_cores(parties["full_name"], parties["name_core"])
    texts = {"full": _roman(whole), "layout": _typed(parties["name"])}
    return picked(pl.DataFrame([text.alias(n) for n, text in texts.items()]), _OTHERS)


def is_human_name(cores: pl.Series) -> pl.Series:
    """Whether only a human being can bear the name: a patronymic, or a surname with initials.

    >>> is_human_name(pl.Series(["иванов иван иванович", "петров п", "ромашка", None])).to_list()
    [True, True, False, None]
    """
    person = cores.str.contains(f"{_PATRONYMIC}|{_INITIALS}")
    return person.set(~person, False)


def name_details(parties: pl.DataFrame) -> pl.DataFrame:
    """Names of `parties` row by row, for measuring how alike they are.

    core, text (romanised), full (key of the full name), layout, tokens (words in any order), acronym,
    initials (surname and first letters), initialled, abbreviated, tagged (bears «ТД» and such), digits (and
    the plus of «Кавалер+»).
    """
    others = other_names(parties)
    frame = parties.select(core="name_core")
    if frame["core"].null_count():
        whole = _full_cores(parties["full_name"], parties["name_core"])
        frame = frame.select(pl.coalesce("core", pl.lit(whole)).alias("core"))
    frame = frame.with_columns(
        text=pl.lit(_roman(frame["core"])), letters=pl.lit(_acronym(frame["core"]))
    )
    core = pl.col("core")
    person, short = (core.str.extract_groups(p).struct for p in (_PERSON, _INITIALS))
    initials = pl.coalesce(
        parts.field("1") + parts.field("2") + parts.field("3").fill_null("")
        for parts in (short, person)
    )
    known = {
        "initialled": core.str.contains(_INITIALS),
        "abbreviated": core == pl.col("letters"),
        "tagged": weak_form(core) != core,
    }
    told = frame.select(
        "core",
        "text",
        key_of(sorted_tokens(pl.col("text")), "tokens").alias("tokens"),
        key_of(pl.col("letters"), "acronym").alias("acronym"),
        key_of(initials, "initials").alias("initials"),
        *(flag.fill_null(value=False).alias(name) for name, flag in known.items()),
        core.str.extract_all(r"[0-9]+|\+").list.join(" ").alias("digits"),
    )
    return pl.concat([told, others], how="horizontal")


def _solid(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(" ", "", literal=True)


NAME_KEY = key_of(_solid(pl.col("name")), "name")
_NAME_KEY = Passes([NAME_KEY])
_OTHERS = Passes(key_of(_solid(pl.col(n)), "name").alias(n) for n in ("full", "layout"))
_FOLDED = Passes([match_form(pl.col("name"))])
_ROMANISED = Passes([translit_key(pl.col("name"))])


def _folded(names: pl.Series) -> pl.Series:
    return picked(names.to_frame("name"), _FOLDED).to_series()


def _roman(cores: pl.Series) -> pl.Series:
    if cores.null_count() == len(cores):
        return cores
    return picked(cores.to_frame("name"), _ROMANISED).to_series()


def _acronym(cores: pl.Series) -> pl.Series:
    return pl.select(acronym_key(pl.lit(cores))).to_series()


def _full_cores(names: pl.Series, cores: pl.Series) -> pl.Series:
    """What a full name calls the company: the words in quotes, else what follows the legal form.

    Null if a word of its name stands outside the quotes: «ГК «Миларин»» is not called «Миларин».
    """
    if names.null_count() == len(names):
        return names
    inside = extracted(names, _QUOTED)
    bare = inside
    if inside.null_count() > names.null_count():
        bare = inside.zip_with(present(inside), without(names, _FULL_FORM))
    whole = _folded(bare)
    quoted = present(inside) & found(cores, " ")
    if not quoted.any():
        return whole
    quoted = quoted.fill_null(False)
    outside = _folded(rewritten(names.filter(quoted), [(_QUOTED, " ")], once=True))
    partly = _share_words(outside, cores.filter(quoted))
    return whole.scatter(quoted.arg_true().filter(partly), None) if partly.any() else whole


def _share_words(one: pl.Series, other: pl.Series) -> pl.Series:
    """Where both texts have a word in common; false for nulls."""
    if len(one) > FEW:
        both = one.str.split(" ").list.set_intersection(other.str.split(" "))
        return (both.list.len() > 0).fill_null(value=False)
    pairs = zip(one.to_list(), other.to_list(), strict=True)
    told = [not _words(a).isdisjoint(_words(b)) for a, b in pairs]
    return column_of("", told, pl.Boolean)


def _words(text: str | None) -> set[str]:
    return set() if text is None else set(text.split(" "))


def _typed(names: pl.Series) -> pl.Series:
    """Latin names read as if typed on a Russian keyboard in the wrong layout, romanised; others null."""
    nothing = nulls(len(names))
    whole = found(names, _LATIN_ONLY)
    if not whole.any():
        return nothing
    latin = whole.fill_null(value=False).arg_true()
    name = pl.lit(names[latin])
    inner = pl.select(pl.coalesce(name.str.extract(_QUOTED, 1), name)).to_series()
    russian = _folded(translated(inner, _LAYOUT)).str.replace(_SHORT_FORM, "")
    return nothing.scatter(latin, _roman(russian))
