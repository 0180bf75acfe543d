"""Names of goods to their structure, a column at a time."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from mappings.nomenclature.alphabet import TAKEN, fold_all, left
from mappings.nomenclature.extract import read
from mappings.nomenclature.finish import (
    finished,
    impossible,
    key,
    near_key,
    told,
    vector,
    within_limits,
)
from mappings.nomenclature.grammar import GOOD, Grammar, ItemClass, shipped
from mappings.nomenclature.recognise import recognised
from mappings.nomenclature.spelled import all_required, canonical_name
from mappings.nomenclature.trouble import DATE, TWO, UNREADABLE, troubles

COLUMNS = {
    "item_class": pl.String, "status": pl.String, "attributes": pl.String, "canonical": pl.String,
    "item_key": pl.String, "near_key": pl.String, "vector": pl.String, "confidence": pl.Float64, "rest": pl.String, "trouble": pl.String,
}  # fmt: skip
COMPLETE, PARTIAL, UNPARSED = "complete", "partial", "unparsed"
SENSELESS = "senseless_value"
# Names of one chunk are read by one thread.
CHUNK, THREADS = 100_000, 2
# What is read before a thread has begun.
FEW = 100
# The surest that is said of a name, by what happened to it.
SURE, LEFTOVER, INCOMPLETE, DOUBTED, TROUBLED = 0.98, 0.8, 0.5, 0.3, 0.1


def parse(names: pl.Series, grammar: Grammar | None = None) -> pl.DataFrame:
    """One row for every name, in their order: `COLUMNS`.

    `attributes` is «d=40; grade=45» in the order of the class; `rest` is what of the name was not
    understood; `trouble` is why nothing sure can be said of the cell. Confidence is 0.98 where all
    required attributes were read and no number is left over, and never above 0.8 otherwise.
    `item_key` is the same for one good only, `near_key` for goods worth comparing, and `vector` are the
    attributes whose difference makes two goods.
    """
    parsed = [structure.drop("row") for structure in _chunks(names, grammar or shipped())]
    return pl.concat(parsed) if parsed else pl.DataFrame(schema=COLUMNS)


def wide(names: pl.Series, item_class: str, grammar: Grammar | None = None) -> pl.DataFrame:
    """The attributes of one class as columns, for names already known to be of it."""
    known = (grammar or shipped()).classes[item_class]
    pairs = parse(names, grammar)["attributes"].fill_null("")
    return pl.DataFrame(
        [pairs.str.extract(rf"(?:^|; ){name}=([^;]*)").alias(name) for name in known.shown]
    )


def _chunks(names: pl.Series, grammar: Grammar) -> Iterable[pl.DataFrame]:
    threads = THREADS if names.len() > FEW else 1
    size = max(1, min(CHUNK, -(-names.len() // threads)))
    parts = [names.slice(at, size) for at in range(0, names.len(), size)]
    if names.len() <= FEW:
        yield from (_structure(part, grammar) for part in parts)
        return
    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(lambda part: _structure(part, grammar), parts)


def _structure(names: pl.Series, grammar: Grammar) -> pl.DataFrame:
    raw = names.cast(pl.String).fill_null("").rename("raw")
    folded = fold_all(raw)
    trouble = troubles(raw, folded, grammar)
    unreadable = trouble.is_in(list(UNREADABLE)).fill_null(value=False)
    told_ = recognised(_blank(folded, unreadable), grammar)
    table = told_.with_columns(raw=raw, trouble=trouble).with_row_index("row")
    parts = [
        _unknown(part) if found[0] is None else _of_class(part, grammar.classes[str(found[0])])
        for found, part in table.partition_by("item_class", as_dict=True).items()
    ]
    return pl.concat(parts).sort("row").select("row", *COLUMNS)


def _blank(folded: pl.Series, unreadable: pl.Series) -> pl.Series:
    return pl.select(pl.when(~unreadable).then(folded).otherwise(pl.lit(""))).to_series()


def _unknown(part: pl.DataFrame) -> pl.DataFrame:
    """Names of no known class: all of it is left over."""
    return part.select(
        "row",
        *(pl.lit(None, COLUMNS[name]).alias(name) for name in ("item_class", "attributes", "canonical", "item_key", "near_key", "vector")),
        pl.lit(UNPARSED).alias("status"),
        pl.lit(0.0).alias("confidence"),
        pl.col("raw").str.head(200).alias("rest"),
        "trouble",
    ).select("row", *COLUMNS)  # fmt: skip


def _of_class(part: pl.DataFrame, item_class: ItemClass) -> pl.DataFrame:
    state = read(part["raw"], part["text"], item_class)
    if GOOD in item_class.attributes:
        state.found[GOOD] = part[GOOD]
    table = finished(part.select("row").with_columns(**state.found), item_class)
    senseless = table.select(impossible(item_class) | state.doubtful).to_series()
    return (
        within_limits(table, item_class)
        .with_columns(part["trouble"], left(part["raw"], state.text).alias("rest"))
        .with_columns(
            pl.coalesce("trouble", pl.when(senseless).then(pl.lit(SENSELESS))).alias("trouble"),
            senseless.alias("_doubt"),
            all_required(item_class).alias("_all"),
        )
        .select("row", *_outcome(item_class))
        .select("row", *COLUMNS)
    )


def _outcome(item_class: ItemClass) -> list[pl.Expr]:
    numbers_left = pl.col("rest").str.contains("[0-9]")
    broken = pl.col("trouble").is_in([DATE, TWO])
    confidence = (
        pl.when(broken).then(TROUBLED)
        .when("_doubt").then(DOUBTED)
        .when(~pl.col("_all")).then(INCOMPLETE)
        .when(numbers_left).then(LEFTOVER)
        .otherwise(SURE)
    )  # fmt: skip
    status = pl.when(pl.col("_all") & pl.col("trouble").is_null()).then(pl.lit(COMPLETE))
    return [
        pl.lit(item_class.name).alias("item_class"),
        status.otherwise(pl.lit(PARTIAL)).alias("status"),
        told(item_class.shown).alias("attributes"),
        vector(item_class).alias("vector"),
        pl.when(pl.col("trouble").is_null()).then(near_key(item_class)).alias("near_key"),
        canonical_name(item_class).alias("canonical"),
        pl.when(pl.col("trouble").is_null()).then(key(item_class)).alias("item_key"),
        confidence.alias("confidence"),
        pl.col("rest"),
        pl.col("trouble"),
    ]


__all__ = ["COLUMNS", "TAKEN", "parse", "wide"]
