"""A party's name taken apart: legal form, core, branch, remarks, markers and requisites."""

from __future__ import annotations

from functools import cache

import polars as pl

from mappings.functions.naming.forms import SIGNIFICANT
from mappings.functions.naming.plain import chevrons, is_plain, is_written, plain_parts
from mappings.functions.naming.rows import on_rows
from mappings.functions.naming.shapes import undressed
from mappings.functions.naming.step import BETWEEN
from mappings.functions.naming.steps import UNSETTLED, run, working, write
from schemas.legal_forms import legal_form_group
from schemas.name_keys import match_form
from schemas.outcome import EVIDENCE, REASON, VALUE, outcome
from schemas.patterns import changed, found
from schemas.rows import apart, on_distinct, picked, widened
from schemas.rowwise.passes import Passes
from schemas.rowwise.through import through

_FIELDS: dict[str, pl.DataType] = {
    "name": pl.String(),
    "full_name": pl.String(),
    "legal_form": pl.String(),
    "name_core": pl.String(),
    "branch": pl.String(),
    "qualifiers": pl.List(pl.String),
    "flags": pl.List(pl.String),
    "inn": pl.String(),
    "kpp": pl.String(),
    "reason": pl.String(),
}
PARTY_NAME = pl.Struct(_FIELDS)
WRITTEN = pl.Struct(dict.fromkeys((VALUE, REASON, EVIDENCE), pl.String))
TEXT, FORM = pl.col("text"), pl.col("legal_form")
_READABLE = Passes(
    [(pl.col("reason").is_null() & TEXT.str.contains(SIGNIFICANT)).alias("readable")]
)
_SETTLING_ROUNDS = 8


def _quoted(text: pl.Expr) -> pl.Expr:
    return changed(text, (r'(^|[\s(-])"', "$1«"), ('"', "»"))


def _unquoted(text: pl.Expr) -> pl.Expr:
    bare = text.str.replace_all('"', " ", literal=True)
    return changed(bare, ("  +", " ")).str.strip_chars(" ,;:/|-")


def _shown() -> pl.Expr:
    """Legal form and «core» in the original case; persons and numbered institutions stand unquoted."""
    core, group = pl.col("bare"), pl.col("group")
    bare = (group == "sole_trader") | core.str.starts_with("№")
    return (
        pl.when(FORM.is_null())
        .then(_quoted(TEXT))
        .when(group == "foreign")
        .then(pl.concat_str(core, FORM, separator=" "))
        .when(bare)
        .then(pl.concat_str(FORM, core, separator=" "))
        .otherwise(pl.concat_str(FORM, pl.lit(" «"), core, pl.lit("»")))
    )


def _finished(frame: pl.DataFrame) -> pl.DataFrame:
    kept = [name for name in frame.columns if name not in ("name", "bare", "group")]
    return widened(widened(frame, _BARED), _SHOWN)[[*kept, "name"]]


_BARED = Passes([_unquoted(TEXT).alias("bare"), legal_form_group(FORM).alias("group")])
_SHOWN = Passes([_shown().replace("", None).alias("name")])


def _again(frame: pl.DataFrame) -> pl.DataFrame:
    """The name as shown, read once more; what the first reading found stays, new finds are added."""
    before = frame.with_columns(text="name").drop("name")
    kept = {name: pl.col(name) for name in ("full_name", "reason")}
    return _finished(run(before).with_columns(before.select(**kept).get_columns()))


def _settled(frame: pl.DataFrame, given: pl.Series) -> pl.DataFrame:
    """Names read again until they read the same; only those that some step may still change."""
    for _ in range(_SETTLING_ROUNDS):
        loose = found(frame["name"], UNSETTLED)
        loose = frame["name"].ne_missing(given) & loose if loose.any() else loose
        if not loose.any():
            return frame
        given = frame["name"]
        frame = on_rows(frame, loose, _again)
    return frame


def _list(column: str) -> pl.Expr:
    items = pl.col(column).str.split(BETWEEN).list.unique(maintain_order=True)
    return pl.when(pl.col(column).is_null()).then(pl.lit([], pl.List(pl.String))).otherwise(items)


def _clean(names: pl.DataFrame) -> pl.DataFrame:
    given = names.to_series()
    frame = _settled(_finished(run(working(given))), given)
    return picked(widened(frame, _READABLE), _answers())


@cache
def _answers() -> Passes:
    read = {
        "name": pl.col("name"),
        "full_name": _quoted(pl.col("full_name")),
        "legal_form": FORM,
        "name_core": match_form(TEXT).replace("", None),
        "branch": pl.col("branch"),
    }
    lists = [_list(name).alias(name) for name in ("qualifiers", "flags")]
    told = [pl.when("readable").then(value).alias(name) for name, value in read.items()]
    return Passes([*told, *lists, *(pl.col(name) for name in ("inn", "kpp", "reason"))])


def clean_series(names: pl.Series) -> pl.Series:
    """Struct `PARTY_NAME` of each name; null fields for a null name or one in a wrong encoding."""
    empty = names.null_count()
    if not empty:
        return _named(names).rename(names.name)
    if empty == len(names):
        return _nameless(names).rename(names.name)
    return apart(names, names.is_null(), _nameless, _named)


def _nameless(names: pl.Series) -> pl.Series:
    return _nobody().new_from_index(0, len(names))


@cache
def _nobody() -> pl.Series:
    return _completed(pl.DataFrame({"name": [None]}, schema={"name": pl.String}))


def _named(names: pl.Series) -> pl.Series:
    return apart(names, is_plain(names), _plain, _dressed)


def _plain(names: pl.Series) -> pl.Series:
    return _completed(plain_parts(names)).rename(names.name)


def _dressed(names: pl.Series) -> pl.Series:
    found = undressed(names)
    if found.is_empty():
        return on_distinct(names, clean_all)
    known = pl.repeat(False, len(names), eager=True).scatter(found["row"], values=True)
    return apart(
        names, known, lambda _: _completed(found), lambda rest: on_distinct(rest, clean_all)
    )


def _completed(parts: pl.DataFrame) -> pl.Series:
    absent = [
        _absent(name).new_from_index(0, parts.height)
        for name in _FIELDS
        if name not in parts.columns
    ]
    return parts.hstack(absent)[list(_FIELDS)].to_struct()


@cache
def _absent(name: str) -> pl.Series:
    kind = _FIELDS[name]
    return pl.Series(name, [[] if kind == pl.List else None], dtype=kind)


def clean_all(names: pl.Series) -> pl.Series:
    """Struct `PARTY_NAME` of each name, by the whole pipeline."""
    return _clean(names.to_frame("raw")).to_struct(names.name)


_CHEVRONS = Passes([outcome(chevrons(pl.col("name")))])


def written_series(names: pl.Series) -> pl.Series:
    """Struct {value, reason, evidence}: each name cleaned of writing only, nothing taken out of it."""
    return apart(
        names, is_written(names), _written_plainly, lambda rest: on_distinct(rest, written_all)
    )


def _written_plainly(names: pl.Series) -> pl.Series:
    return picked(names.to_frame("name"), _CHEVRONS).to_series()


def written_all(names: pl.Series) -> pl.Series:
    """What `written_series` answers, by the whole pipeline."""
    frame = write(working(names))
    return picked(widened(frame, _READABLE), _written_answer()).to_series().rename(names.name)


@cache
def _written_answer() -> Passes:
    full = pl.when("readable").then(_quoted(pl.col("full_name")))
    return Passes([outcome(full, pl.col("reason"))])


def party_name(expr: pl.Expr) -> pl.Expr:
    """Struct `PARTY_NAME` of a party's name as a source writes it (handbook 2.5).

    `name` is for people, `name_core` for comparing; `inn` and `kpp` stood in the name and are not
    checked; `reason` is `mojibake` for a text read in a wrong encoding, which is not guessed at.

    >>> import polars as pl
    >>> raw = pl.DataFrame({"n": ["РОМАШКА, OOO (г.Пермь", 'Филиал АО «Прибор» в г. Туле']})
    >>> got = raw.select(party_name(pl.col("n")).struct.unnest())
    >>> got.select("name", "name_core", "branch").rows()
    [('ООО «РОМАШКА»', 'ромашка', 'Пермь'), ('АО «Прибор»', 'прибор', 'Тула')]
    """
    return through(expr, clean_series, PARTY_NAME, elementwise=False)


def clean_names(names: pl.DataFrame, column: str = "name") -> pl.DataFrame:
    """One row per row of `names`, with the fields of `PARTY_NAME` as columns."""
    return clean_series(names[column].cast(pl.String)).struct.unnest()
