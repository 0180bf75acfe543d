"""Segments of an address understood: what each piece between commas is, by its type word (handbook 2.6)."""

from __future__ import annotations

from functools import cache

import polars as pl

from mappings.functions.addressing.regions import REGION_OF_CITY, REGION_OF_NAME
from mappings.functions.addressing.words import (
    BUILDING_LETTER,
    INITIALS,
    KIND_OF_WORD,
    PLAIN_STREET,
    SPLITTING,
    TOKENS,
    TYPE_BESIDE_TYPE,
    WORDS,
)
from schemas.code_points import table, translated
from schemas.lookups import Replacing, looked_up, one_of
from schemas.patterns import (
    changed,
    counted,
    found,
    occurs,
    rewritten,
    taken,
)
from schemas.rows import parted, passed, picked, widened
from schemas.rowwise.passes import FEW, Passes

_FOLD = table({"ё": "е", '"': " ", "«": " ", "»": " ", ":": " ", "(": ",", ")": ",", ";": ",", "\t": " ", "\n": ",",
               "–": "-", "—": "-", "№": " ", "\xa0": " ", "\\": "/"}, lower=True)  # fmt: skip
_INSIDE_HOUSE = "литера|литер|лит|строение|стр|корпус|корп|помещение|пом|офис|оф|кв|комната|ком"
# House 22/2, flat 127: «22/2-127».
_NUMBER = r"\d+(?:[\s-]?[а-к])?(?:/\d+[а-я]?)?(?:-\d+[а-я]?)?"
_HOUSE = rf"^(?:{_NUMBER})(?:\s?[кс]\s?\d+[а-я]?)*$"
# «ул. Х. Такташа»: kept together, or the initial would start a hamlet of its own.
_INITIAL_OF_STREET = rf"(^|[\s,])({'|'.join(PLAIN_STREET)}) ([{''.join(INITIALS)}]) ([а-я]{{3,}})"
_SAME_CITY = {
    "спб": "санкт-петербург",
    "с-петербург": "санкт-петербург",
    "петербург": "санкт-петербург",
}
_SEGMENT = pl.col("segment")
_STRIPPED = Passes([_SEGMENT.str.strip_chars(" ,-/")])
_BARE_ENDS = Passes([_SEGMENT.str.strip_chars_end(" ")])
_TOKENS, _DOTS = Replacing(TOKENS), Replacing({".": " "})
TOLD = ("postal", "region", "settlement", "street", "planning", "house", "building", "untyped")
_TELLING = pl.col("kind").is_in(TOLD)


_SPACES = ((" {2,}", " "), (" ?, ?", ","))
_MARKS = (
    (_INITIAL_OF_STREET, "$1$2 $3.$4"),
    (r"([,\s])(д|дом|к|корп|корпус|стр|оф|кв|пом|лит|зд) ?(\d)", ",$2 $3"),
    (r"([\s,])(\d{6})([\s,]|$)", ",$2,"),
    (rf"(\d[а-к]?) ({_INSIDE_HOUSE}) ", "$1,$2 "),
)
_TYPE_WORD = rf"(?:^| )(?:{WORDS})\b"
_ENDS_IN_TYPE = rf" (?:{SPLITTING}|г|п|с)$"
_BEFORE_TYPE = (rf" ({SPLITTING}|г|п|с|х|д|ш) ", ",$1 ")
_AFTER_TYPE = (rf" ({SPLITTING}|г) ", " $1,")
_STREET_AND_HOUSE = (
    rf"^((?:{WORDS}) .*[а-я]|.*[а-я] (?:ул|улица|проспект|пр|пер|ш)) ({_NUMBER}(?:[кс]\d+)?)$",
    "$1,$2",
)
_TYPES_OF_REGION = (
    (r"\b(?:обл|область|край|респ|республика|аокр|аобл|ао)\b", ""),
    ("  +", " "),
)


def _marked(distinct: pl.Series) -> pl.DataFrame:
    """Columns nth, segment: a comma set wherever a type word starts a part of its own."""
    spaced = _DOTS(_TOKENS(translated(distinct, _FOLD)))
    marked = rewritten(_ends_bare(rewritten(spaced, _SPACES)), _MARKS)
    rows = parted(marked.to_frame("segment").with_row_index("nth"), "segment", ",")
    return widened(rows, _STRIPPED)


def _ends_bare(texts: pl.Series) -> pl.Series:
    return picked(texts.to_frame("segment"), _BARE_ENDS).to_series()


def _resegmented(distinct: pl.DataFrame) -> pl.DataFrame:
    """Segments with several type words cut before each; «кирова ул» keeps its word at the end."""
    segments = distinct["segment"]
    many = counted(segments, _TYPE_WORD) > 1
    if many.any():
        many = many.fill_null(value=False)
        several = segments.filter(many)
        behind, before = rewritten(several, [_AFTER_TYPE]), rewritten(several, [_BEFORE_TYPE])
        cut = behind.zip_with(found(several, _ENDS_IN_TYPE), before)
        segments = segments.scatter(many.arg_true(), cut)
    cut = rewritten(segments, [_STREET_AND_HOUSE], once=True)
    return parted(distinct.hstack([cut.alias("piece")]), "piece", ",")


def _named(pieces: pl.DataFrame) -> pl.DataFrame:
    """Type word and name of each piece, and of what kind it is; a bare number is a house."""
    return passed(pieces, _words_and_kinds())


@cache
def _words_and_kinds() -> Passes:
    piece = pl.col("piece")
    words = [
        taken(piece, rf"^({WORDS}) ").alias("before"),
        taken(piece, rf" ({WORDS})$").alias("after"),
    ]
    return Passes(words, _words_and_names(), [_kind().alias("kind")])


def _words_and_names() -> list[pl.Expr]:
    piece, before, after = pl.col("piece"), pl.col("before"), pl.col("after")
    # «Х. Такташа улица»: an initial, not a hamlet.
    before = pl.when(~(before.is_in(INITIALS) & after.is_in(PLAIN_STREET)).fill_null(False)).then(
        before
    )
    named_by_type = (
        before.is_not_null() & (piece == before + " " + after) & after.is_in(TYPE_BESIDE_TYPE)
    )
    before = pl.when(~named_by_type.fill_null(False)).then(before)
    name = (
        pl.when(before.is_not_null())
        .then(piece.str.slice(before.str.len_chars() + 1))
        .when(after.is_not_null())
        .then(piece.str.head(piece.str.len_chars() - after.str.len_chars() - 1))
        .otherwise(piece)
    ).str.strip_chars(" -/")
    return [pl.coalesce(before, after).alias("word"), name.alias("name")]


def _kind() -> pl.Expr:
    word, name = pl.col("word"), pl.col("name")
    number = occurs(name, r"^\d")
    typed = looked_up(word, KIND_OF_WORD)
    return (
        pl.when(name == "").then(None)
        .when(name.str.ends_with(" район")).then(pl.lit("ignored"))
        .when((word == "д") & ~number).then(pl.lit("settlement"))
        .when((word == "с") & ~number).then(pl.lit("settlement"))
        .when((word == "к") & ~number).then(None)
        .when((word == "дом") & ~number).then(None)
        .when(word.is_not_null()).then(typed)
        .when(occurs(name, r"^\d{6}$")).then(pl.lit("postal"))
        .when(occurs(name, _HOUSE)).then(pl.lit("house"))
        .when(name.is_in(["россия", "рф"])).then(pl.lit("country"))
        .when(one_of(name, REGION_OF_CITY)).then(pl.lit("settlement"))
        .when(one_of(name, REGION_OF_NAME)).then(pl.lit("region"))
        .otherwise(pl.lit("untyped"))
    )  # fmt: skip


@cache
def _core() -> pl.Expr:
    """A street or place name without «имени», ordinals in front and without endings, one spelling."""
    name = changed(
        pl.col("name").str.replace_all(".", " ", literal=True),
        (r"(^| )(?:им|имени) ", "$1"),
        (r"(\d)-?(?:я|й|ая|ый|ой|е|ое|го)\b", "$1"),
    )
    return changed(name, (r"^(.*[а-я]) (\d+)$", "$2 $1")).replace(_SAME_CITY)


@cache
def _region_code() -> pl.Expr:
    name = changed(pl.col("name"), *_TYPES_OF_REGION).str.strip_chars(" -")
    head = changed(name, (" ?[-/(] .*$| [/(].*$", ""), once=True).str.strip_chars(" -/")
    by_name = pl.coalesce(looked_up(name, REGION_OF_NAME), looked_up(head, REGION_OF_NAME))
    by_city = looked_up(pl.col("name"), REGION_OF_CITY)
    kind = pl.col("kind")
    return (
        pl.when(kind == "region")
        .then(pl.coalesce(by_name, by_city))
        .when(kind == "settlement")
        .then(by_city)
    )


# A bare number between commas: a postal code or a house, and nothing else to understand.
_BARE = "^(?:, ?)?([0-9]+(?:/[0-9]+)?(?:-[0-9]+)?)$"
_LINE = ("nth", "kind", "name", "core", "code", "number", "inner", "building")


def understood(written: pl.Series) -> pl.DataFrame:
    """The pieces of each distinct segment: kind, core name, region code, house and building numbers.

    Column `nth` is the place in `written`, ascending; a segment that says nothing has no line.
    """
    if len(written) <= FEW:
        return read_closely(written)[list(_LINE)]
    frame = pl.DataFrame({"segment": written, "name": written.str.extract(_BARE)})
    frame = frame.with_row_index("nth")
    bare = frame["name"].is_not_null()
    rest = frame.filter(~bare)
    close = read_closely(rest["segment"])
    close = close.with_columns(rest["nth"].gather(close["nth"])).select(_LINE)
    if not bare.any():
        return close
    number = frame.filter(bare).select(
        "nth",
        "name",
        kind=pl.when(pl.col("name").str.contains("^[0-9]{6}$"))
        .then(pl.lit("postal"))
        .otherwise(pl.lit("house")),
        core="name",
        number="name",
        **{name: pl.lit(None, pl.String) for name in ("code", "inner", "building")},
    )
    return pl.concat([close, number.select(_LINE)]).sort("nth", maintain_order=True)


def read_closely(written: pl.Series) -> pl.DataFrame:
    """What `understood` answers, by every rule, and more columns beside."""
    return widened(_telling(_named(_resegmented(_marked(written)))), _said())


def _telling(pieces: pl.DataFrame) -> pl.DataFrame:
    if pieces.height > FEW:
        return pieces.filter(_TELLING)
    kinds = pieces["kind"].to_list()
    telling = [nth for nth, kind in enumerate(kinds) if kind in TOLD]
    return pieces if len(telling) == len(kinds) else pieces[telling]


@cache
def _said() -> Passes:
    compact = pl.col("name").str.to_uppercase().str.replace_all(" ", "", literal=True)
    compact = changed(compact, (r"^(\d+)-([А-К])", "$1$2"))
    # «12К2»: the letter belongs to what follows; twice, as one match may hide the next
    apart = changed(compact, *[(r"(\d)([КС])(\d)", "$1|$2$3")] * 2)
    letter = looked_up(pl.col("word"), BUILDING_LETTER)
    inner = taken(apart, r"((?:\|[КС]\d+[А-Я]?)+)$").str.replace_all("|", "", literal=True)
    return Passes(
        [
            _core().alias("core"),
            _region_code().alias("code"),
            taken(apart, r"^(\d+(?:[А-К]|[А-Я]\b)?(?:/\d+[А-Я]?)?(?:-\d+[А-Я]?)?)").alias("number"),
            inner.alias("inner"),
            pl.concat_str(letter, compact).alias("building"),
        ]
    )
