"""Phone cells → E.164 numbers with extensions (handbook 2.7).

Most cells hold one plainly written Russian number and are read at once. The others are cut into pieces
(several numbers, labels, extensions, local numbers that inherit the prefix of the one before), and only
what the Russian rule does not know is asked of the library, once per distinct piece.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from mappings.functions.phone_numbers import (
    EXTENSION,
    ask_library,
    russian,
    squeezed,
    with_extension,
)
from mappings.functions.phone_plain import plain_numbers
from schemas.outcome import EVIDENCE, REASON, VALUE, outcome
from schemas.requisites.spelling import EMPTY_MARKERS
from schemas.rows import picked
from schemas.rowwise.passes import Passes
from schemas.rowwise.through import through

INVALID, LOCAL, INTERNAL = "phone_invalid", "phone_local", "phone_internal"
HIDDEN, INFERRED, SEVERAL = "phone_hidden", "inferred", "several"
_NUMBERS = pl.List(pl.String)
_OUTCOME = pl.Struct({VALUE: _NUMBERS, REASON: pl.String, EVIDENCE: pl.String})

_FOUND = Passes([outcome(pl.col("numbers")).cast(_OUTCOME)])
_ONE = pl.Struct({VALUE: pl.String, REASON: pl.String, EVIDENCE: pl.String})

_HIDDEN = r"anonym|unknown|private|restricted|withheld|скрыт|неизвест|аноним"
_EXTENSION_WORD = (
    r"[\s(,;/]*(?:доб(?:ав(?:очный)?)?|вн(?:утр(?:енний)?)?|ext(?:n|ension)?|int|#|x|х)"
    r"[\s.:=№\-]*([0-9]{1,9})\b\)?"
)
_LAST_AFTER_COMMA = r"([0-9)])\s*[,;]+\s*([0-9]{1,4})\s*$"
_LABEL = (
    r"\b(?:тел(?:ефон)?|т|факс|ф|моб(?:ильный)?|м|сот(?:овый)?|раб(?:очий)?|р|дом(?:ашний)?|д|гор(?:одской)?"
    r"|tel|phone|fax|mob(?:ile)?|cell|office|work)\b[\s.:/\\]*"
)
_BETWEEN = r"[;,|\n\r]|\s(?:и|или|and|or)\s"
_GAP = r"[\s().\-]*"
_RUN_TOGETHER = rf"([78](?:{_GAP}[0-9]){{10}}){_GAP}([78](?:{_GAP}[0-9]){{10}})"
_PLUS_INSIDE = r"([0-9)])\s*\+"
_INTERNAL = r"^/?[0-9]{3,5}$"
_SHORT = r"^[0-9]{5,7}$"
_TAIL = r"^/[0-9]{2}$"


def _pieces(cells: pl.Series) -> pl.DataFrame:
    """Columns cell, piece, bare, extension: one row per number-like part of each cell, in order."""
    text = pl.col("cell").str.normalize("NFKC").str.to_lowercase()
    text = text.str.replace_all(_EXTENSION_WORD, EXTENSION + "$1")
    text = text.str.replace_all(_LABEL, "|").str.replace(
        _LAST_AFTER_COMMA, "${1}" + EXTENSION + "$2"
    )
    text = text.str.replace_all(_PLUS_INSIDE, "$1|+").str.replace_all(_RUN_TOGETHER, "$1|$2")
    text = text.str.replace_all(_BETWEEN, "|").str.replace_all(r"([/\\])", "|/")
    frame = cells.alias("cell").to_frame().with_columns(piece=text.str.split("|"))
    frame = frame.explode("piece").with_columns(pl.col("piece").str.strip_chars())
    frame = frame.filter(pl.col("piece").str.contains("[0-9]"))
    parts = pl.col("piece").str.extract_groups(
        rf"^([^{EXTENSION}]*)(?:{EXTENSION}([0-9]+))?[\s).]*$"
    )
    return frame.with_columns(
        bare=squeezed(parts.struct.field("1")), extension=parts.struct.field("2")
    )


def _inherited(area_code: str) -> list[pl.Expr]:
    """For short pieces: the number built on the one before them, and on the default area code."""
    bare, before = pl.col("bare"), pl.col("number").str.slice(2, 10).forward_fill().over("cell")
    # Toll-free numbers have no area whose prefix could be shared.
    before = pl.when(~before.str.starts_with("80")).then(before)
    tail = bare.str.strip_prefix("/")
    dashed = (tail.str.len_bytes() > 5) | pl.col("piece").str.contains("-")
    follows = (bare.str.contains(_SHORT) & dashed) | bare.str.contains(_TAIL)
    head = before.str.slice(0, (10 - tail.str.len_bytes().cast(pl.Int64)).clip(0))
    local = bare.str.contains(_SHORT) & (bare.str.len_bytes() + len(area_code) == 10)
    return [
        russian(pl.when(follows).then(head + tail)).alias("follower"),
        russian(pl.when(local).then(pl.lit(area_code) + bare)).alias("local"),
    ]


def _read_pieces(cells: pl.Series, area_code: str, exit_prefix: str) -> pl.DataFrame:
    bare = pl.col("bare")
    dialled = bare.str.strip_prefix(exit_prefix) if exit_prefix else bare
    frame = _pieces(cells).with_columns(number=pl.coalesce(russian(bare), russian(dialled)))
    frame = frame.with_columns(_inherited(area_code))
    found = pl.coalesce("number", "follower", "local")
    doubt = (
        pl.when(pl.coalesce("number", "follower").is_not_null())
        .then(None)
        .when(pl.col("local").is_not_null())
        .then(pl.lit(INFERRED))
        .when(bare.str.contains(_INTERNAL))
        .then(pl.lit(INTERNAL))
        .when(bare.str.contains(_SHORT))
        .then(pl.lit(LOCAL))
    )
    return frame.with_columns(
        numbers=pl.concat_list(with_extension(found, pl.col("extension"))).list.drop_nulls(),
        doubt=doubt,
    )


def _asked(texts: pl.Series) -> pl.DataFrame:
    distinct = texts.unique(maintain_order=True)
    found = [ask_library(text) for text in distinct]
    return pl.DataFrame(
        {
            "asked": distinct,
            "answer": pl.Series([answer.numbers for answer in found], dtype=_NUMBERS),
            "complete": pl.Series([answer.complete for answer in found], dtype=pl.Boolean),
        }
    )


def _ask_pieces(frame: pl.DataFrame) -> pl.DataFrame:
    unread = (pl.col("numbers").list.len() == 0) & pl.col("doubt").is_null()
    answers = _asked(frame.filter(unread)["piece"])
    frame = frame.join(
        answers, left_on="piece", right_on="asked", how="left", maintain_order="left"
    )
    numbers = pl.when(unread).then("answer").otherwise("numbers")
    failed = unread & ~pl.col("complete")
    return frame.with_columns(
        numbers=numbers, doubt=pl.when(failed).then(pl.lit(INVALID)).otherwise("doubt")
    ).drop("answer", "complete")


def _ask_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells none of whose pieces is a number may be one number after all, such as +49/30/1234567."""
    unread = (pl.col("numbers").list.len() == 0) & (pl.col("doubt") != HIDDEN)
    several = frame.filter(unread & pl.col("cell").str.contains(r"[/\\;,|]"))["cell"]
    answers = _asked(several).filter("complete").drop("complete")
    frame = frame.join(answers, left_on="cell", right_on="asked", how="left", maintain_order="left")
    found = pl.col("answer").is_not_null()
    return frame.with_columns(
        numbers=pl.coalesce("answer", "numbers"),
        doubt=pl.when(~found).then(pl.col("doubt")),
    ).drop("answer")


def _solve(cells: pl.Series, area_code: str, exit_prefix: str) -> pl.DataFrame:
    """Columns cell, numbers, doubt for distinct cells that are not one plain number."""
    pieces = _ask_pieces(_read_pieces(cells, area_code, exit_prefix))
    solved = pieces.group_by("cell", maintain_order=True).agg(
        pl.col("numbers")
        .list.explode(keep_nulls=False, empty_as_null=False)
        .unique(maintain_order=True),
        pl.col("doubt").drop_nulls().first(),
    )
    frame = (
        cells.alias("cell").to_frame().join(solved, on="cell", how="left", maintain_order="left")
    )
    word = pl.col("cell").str.to_lowercase().str.strip_chars()
    pieceless = (
        pl.col("numbers").is_null() & word.str.contains(r"\p{L}") & ~word.is_in(EMPTY_MARKERS)
    )
    frame = frame.with_columns(
        pl.col("numbers").fill_null(pl.lit([], dtype=_NUMBERS)),
        doubt=pl.when(word.str.contains(_HIDDEN))
        .then(pl.lit(HIDDEN))
        .when(pieceless)
        .then(pl.lit(INVALID))
        .otherwise("doubt"),
    )
    return _ask_cells(frame)


def _read(cells: pl.Series, area_code: str, exit_prefix: str) -> pl.Series:
    frame = plain_numbers(cells)
    if frame["numbers"].null_count() == frame["cell"].null_count():
        return picked(frame, _FOUND).to_series()
    unread = frame["numbers"].is_null() & frame["cell"].is_not_null()
    distinct = frame["cell"].filter(unread).unique(maintain_order=True)
    solved = _solve(distinct, area_code, exit_prefix)
    frame = frame.join(solved, on="cell", how="left", maintain_order="left", suffix="_solved")
    value = pl.coalesce("numbers", "numbers_solved")
    return frame.select(outcome(value, evidence=pl.col("doubt")).cast(_OUTCOME)).to_series()


def _first(found: pl.Series) -> pl.Series:
    numbers, doubt = pl.col(VALUE), pl.col(EVIDENCE)
    nothing = (numbers.list.len() == 0) & doubt.is_not_null() & (doubt != HIDDEN)
    evidence = pl.when(numbers.list.len() > 1).then(pl.lit(SEVERAL)).when(~nothing).then(doubt)
    answer = outcome(numbers.list.first(), pl.when(nothing).then(pl.lit(INVALID)), evidence)
    return found.struct.unnest().select(answer.cast(_ONE)).to_series()


def phones(cell: pl.Expr, area_code: str = "", exit_prefix: str = "") -> pl.Expr:
    """The outcome for a cell of phones: a list of E.164 numbers, extensions after `;ext=`.

    What is no number is left out and told as evidence: phone_invalid, phone_local (no area code),
    phone_internal (3 to 5 digits), phone_hidden; `inferred` says that `area_code` was added.
    `exit_prefix` is what a telephone exchange puts before the number.

    >>> pl.select(phones(pl.lit("тел. (3519) 24-40-09, 24-40-10 доб. 5"))).item()["value"]
    ['+73519244009', '+73519244010;ext=5']
    """
    return through(
        cell.cast(pl.String), lambda cells: _read(cells, area_code, exit_prefix), _OUTCOME
    )


def phone(cell: pl.Expr, area_code: str = "", exit_prefix: str = "") -> pl.Expr:
    """The outcome for one phone: the first number of the cell, `phone_invalid` if it holds none.

    >>> pl.select(phone(pl.lit("8 (812) 648-23-34"))).item()["value"]
    '+78126482334'
    >>> pl.select(phone(pl.lit("112"))).item()["reason"]
    'phone_invalid'
    """
    return through(
        cell.cast(pl.String), lambda cells: _first(_read(cells, area_code, exit_prefix)), _ONE
    )


FUNCTIONS: Mapping[str, Function] = {"phone": phone, "phones": phones}
