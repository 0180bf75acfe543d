"""What `kanon dedupe` writes: the given rows with ids, golden values and reasons beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from admin.commands import dedupe_words as words
from admin.commands.dedupe_workbook import Sheet, write_workbook
from admin.words import vocabulary
from admin.words.language import Language
from flows.dedupe import GOLDEN, Deduped
from flows.dedupe_file import FileTable, kind_of
from schemas.errors import ConfigError

PLAIN, SEVERAL, ASIDE = 0, 1, 2
ROW = "row"
LISTED, BESIDE = ", ", "; "


def told(table: FileTable, answer: Deduped, language: Language) -> pl.DataFrame:
    """One row per row of `table`: its line in the file, ids, golden values, score, rule and sentences."""
    at = pl.Series("at", range(table.cells.height)).filter(table.aside.is_null())
    rows = pl.DataFrame({ROW: table.numbers, "aside": table.aside}).with_row_index("at")
    found = answer.rows.with_columns(at.cast(pl.UInt32))
    joined = rows.join(found, on="at", how="left", maintain_order="left")
    aside = pl.coalesce("aside", "refused")
    return joined.select(
        ROW,
        "entity_id",
        "cluster_id",
        *(_text(name, kind) for name, kind in GOLDEN.items()),
        pl.col("score").round(4),
        "rule",
        _said(
            joined, pl.struct("rule", "reason", aside.alias("aside")), lambda s: _why(language, s)
        ).alias("reason"),
        _issues(joined, language),
    )


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.List):
        return pl.when(column.list.len() > 0).then(column.list.join(LISTED)).alias(name)
    return column


def _said(
    frame: pl.DataFrame, codes: pl.Expr, say: Callable[[Mapping[str, str | None]], str | None]
) -> pl.Expr:
    """Sentences for codes: there are few different ones, however many rows."""
    column = frame.select(codes.alias("code"))
    few = column.unique()
    texts = pl.Series("said", [say(code) for code in few["code"]], pl.String)
    joined = column.join(
        few.with_columns(texts), on="code", how="left", nulls_equal=True, maintain_order="left"
    )
    return pl.lit(joined["said"])


def _why(language: Language, code: Mapping[str, str | None]) -> str:
    if code["aside"]:
        return words.stood_aside(language, code["aside"])
    return vocabulary.linked(language, code["rule"] or "", code["reason"])


def _issues(frame: pl.DataFrame, language: Language) -> pl.Expr:
    noted = pl.col("issues").list.unique(maintain_order=True).list.join("\n")

    def say(code: Mapping[str, str | None]) -> str | None:
        sentences = [
            words.issue(language, one) for one in (code["issues"] or "").split("\n") if one
        ]
        return BESIDE.join(one for one in sentences if one) or None

    return _said(frame, pl.struct(noted), say).alias("issues")


def beside(cells: pl.DataFrame, added: pl.DataFrame) -> pl.DataFrame:
    """The user's columns and ours; one of ours that would repeat a heading gets `_2`, `_3`."""
    taken = set(cells.columns)
    renamed = {}
    for name in added.columns:
        free, number = name, 2
        while free in taken:
            free, number = f"{name}_{number}", number + 1
        taken.add(free)
        renamed[name] = free
    return pl.concat([cells, added.rename(renamed)], how="horizontal")


def tones(added: pl.DataFrame) -> pl.Series:
    """How each row looks in Excel: set aside, one of several, or plain."""
    several = pl.len().over("entity_id") > 1
    tone = (
        pl.when(pl.col("entity_id").is_null())
        .then(ASIDE)
        .when(several)
        .then(SEVERAL)
        .otherwise(PLAIN)
    )
    return added.select(tone.alias("tone")).to_series()


def review_table(records: pl.DataFrame, answer: Deduped, language: Language) -> pl.DataFrame:
    """The pairs for a person, one a row, both sides by field: `inn A`, `inn B`."""
    fields = ("name", "inn", "kpp", "ogrn", "address", "phones", "emails")
    both = [
        records[name].gather(answer.review[side]).alias(f"{words.label(language, name)} {letter}")
        for name in fields
        if name in records.columns
        for side, letter in (("left", "A"), ("right", "B"))
    ]
    lines = [
        records["number"].gather(answer.review[side]).alias(f"{ROW} {letter}")
        for side, letter in (("left", "A"), ("right", "B"))
    ]
    reasons = [vocabulary.doubt(language, reason) for reason in answer.review["reason"]]
    return pl.DataFrame(
        [*lines, answer.review["score"].round(4), pl.Series("reason", reasons, pl.String), *both]
    )


def write(
    path: Path,
    table: FileTable,
    whole: pl.DataFrame,
    tone: pl.Series,
    review: pl.DataFrame,
    language: Language,
) -> None:
    """The output in the format of its extension; a file in use or a full disk is a ConfigError."""
    kind = kind_of(path)
    part = path.with_name(f".{path.name}.part")
    try:
        if kind == "xlsx":
            _write_book(part, table, whole, tone, review, language)
        elif kind == "parquet":
            whole.write_parquet(part)
        else:
            # The mark tells Excel that the text is UTF-8.
            whole.write_csv(
                part, separator=table.delimiter, include_bom=True, line_terminator="\r\n"
            )
        part.replace(path)
    except OSError as error:
        raise ConfigError(
            f"Файл «{path}» не записывается. Закройте его в Excel, проверьте место на диске и права.",
            f"The file '{path}' cannot be written. Close it in Excel, check the disk and the rights.",
            detail=type(error).__name__,
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write_book(
    part: Path,
    table: FileTable,
    whole: pl.DataFrame,
    tone: pl.Series,
    review: pl.DataFrame,
    language: Language,
) -> None:
    plain = pl.Series("tone", [PLAIN] * review.height, pl.Int32)
    rows, pairs = (
        words.said(language, ("Строки", "Rows")),
        words.said(language, ("На проверку", "Review")),
    )
    write_workbook(
        part,
        [
            Sheet(rows, whole, table.cells.width, tone),
            Sheet(pairs, review, 0, plain),
        ],
    )
