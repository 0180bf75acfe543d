"""Where a base keeps INN, KPP and OGRN: a profile of the columns they may stand in.

The place differs from site to site (handbook 3.2), so it is configuration of the mapping; this is what
an engineer runs before writing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from connectors.ebs.source import EbsSource
from schemas.outcome import REASON, VALUE
from schemas.requisites import inn, kpp, ogrn

ENOUGH = 0.5
PLAIN = ("JGZZ_FISCAL_CODE", "TAX_REFERENCE", "REGISTRATION_NUMBER", "REP_REGISTRATION_NUMBER")
FLEX = ("ATTRIBUTE", "GLOBAL_ATTRIBUTE")
# "INN/KPP" in one cell is a usual habit; each rule takes its own half.
RULES: Mapping[str, tuple[str, Callable[[pl.Expr], pl.Expr]]] = {
    "inn": (r"^\s*\d{9,12}(?:\s*/\s*[0-9A-Z]{9})?\s*$", inn),
    "kpp": (r"^\s*(?:\d{10}\s*/\s*)?\d{4}[0-9A-Z]{2}\d{3}\s*$", kpp),
    "ogrn": (r"^\s*(?:\d{13}|\d{15})\s*$", ogrn),
}
SCHEMA: Mapping[str, pl.DataType] = {
    "stream": pl.String(),
    "column": pl.String(),
    "requisite": pl.String(),
    "rows": pl.Int64(),
    "filled": pl.Int64(),
    "looks": pl.Int64(),
    "valid": pl.Int64(),
    "share": pl.Float64(),
    "proposed": pl.Boolean(),
}


def requisites_probe(source: EbsSource, sample: int = 5000) -> pl.DataFrame:
    """One row per stream, column and requisite that occurs there, best first within a requisite.

    Judged on the `sample` rows of each stream that changed last. `looks` counts values of the right
    length, `valid` those whose checksum or format holds too, `share` = valid / filled. `proposed` marks
    the columns to map: at least half of what they hold is valid; take the first that is filled.
    """
    profiles = [
        profile(stream.name, source.sample(stream.name, sample)) for stream in source.discover()
    ]
    if not profiles:
        return pl.DataFrame(schema=dict(SCHEMA))
    return (
        pl.concat(profiles)
        .filter(pl.col("looks") > 0)
        .with_columns(proposed=pl.col("share") >= ENOUGH)
        .sort(["requisite", "valid", "stream", "column"], descending=[False, True, False, False])
    )


def profile(stream: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The counts of every candidate column of `rows` against every requisite."""
    found = [
        _judged(rows[column], looks, rule).with_columns(
            stream=pl.lit(stream), column=pl.lit(column), requisite=pl.lit(requisite)
        )
        for column in _candidates(rows)
        for requisite, (looks, rule) in RULES.items()
    ]
    return pl.concat(found).select(list(SCHEMA)) if found else pl.DataFrame(schema=dict(SCHEMA))


def _candidates(rows: pl.DataFrame) -> Iterator[str]:
    for column in rows.columns:
        is_flex = column.startswith(FLEX) and column[-1].isdigit()
        if column in PLAIN or is_flex:
            yield column


def _judged(values: pl.Series, looks: str, rule: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    text, answer = pl.col("text"), pl.col("answer").struct
    filled = values.rename("text").to_frame().filter(text.str.strip_chars().str.len_bytes() > 0)
    alike = filled.filter(text.str.contains(looks))
    holds = answer.field(VALUE).is_not_null() & answer.field(REASON).is_null()
    valid = alike.select(answer=rule(text)).filter(holds).height if alike.height else 0
    share = valid / filled.height if filled.height else 0.0
    counts = {"rows": len(values), "filled": filled.height, "looks": alike.height, "valid": valid}
    return pl.DataFrame({**counts, "share": share, "proposed": False})
