"""Repeats in one table of counterparties: cleaning, matching and survivorship without a database."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from dedup import golden
from dedup.model import default_model
from dedup.refs import RECORD, REF, with_ref
from dedup.resolve import Resolution, resolve_parties
from dedup.trust import TrustOrder
from flows.dedupe_columns import FIELDS
from flows.dedupe_numbers import without_cut
from flows.progress import Progress, Silent
from mappings import Mapped, load_mapping
from mappings.functions import FUNCTIONS
from schemas.outcome import REASON, VALUE
from schemas.records import CHANGED_AT, DELETED, KEY

STREAM, NO_SOURCE = "dedupe", "file"
ALONE = "new"
ROW = "landing_row"
GOLDEN = {
    "golden_name": pl.String(),
    "golden_inn": pl.String(),
    "golden_kpp": pl.String(),
    "golden_ogrn": pl.String(),
    "golden_address": pl.String(),
    "golden_phones": pl.List(pl.String()),
    "golden_emails": pl.List(pl.String()),
}
CLEANED = ("name_core", "inn", "claimed_inn", "kpp", "ogrn", "address_key", "phones", "emails")
# How the cluster id ends of records whose unit is open: no KPP, and several units.
OPEN = "-0"
RESULT = pl.Schema(
    {
        "cluster_id": pl.String(),
        "entity_id": pl.String(),
        **GOLDEN,
        "score": pl.Float64(),
        "rule": pl.String(),
        "reason": pl.String(),
        "refused": pl.String(),
        "issues": pl.List(pl.String()),
    }
)
PAIRS = pl.Schema(
    {
        "left": pl.Int64(),
        "right": pl.Int64(),
        "rule": pl.String(),
        "severity": pl.String(),
        "score": pl.Float64(),
        "reason": pl.String(),
    }
)
CAPPED = pl.Schema({"kind": pl.String(), "at": pl.Int64(), "rows": pl.Int64()})
KNOWN = pl.Schema(
    {
        REF: pl.String(),
        "golden_id": pl.String(),
        "unit_id": pl.String(),
        "since": pl.Datetime("us", "UTC"),
    }
)


@dataclass(frozen=True, slots=True)
class Deduped:
    """What came of each row, and what a person should look at.

    `rows` has one row per given row, in its order: entity_id (one legal entity), cluster_id (one unit of
    it: INN+KPP), golden values, `rule`, `score` and `reason` (a code) of the match, `issues`
    (`field:code`), and `refused`, the code of why a row took no part; then it has no ids.
    `cleaned`: what each row was compared by, null for refused ones. `review`: pairs of row indexes, the
    likeliest first. `capped`: values that too many rows share to compare all of those: kind of value,
    index of the first such row, how many share it.
    """

    rows: pl.DataFrame
    cleaned: pl.DataFrame
    review: pl.DataFrame
    capped: pl.DataFrame


def dedupe_rows(
    raw: pl.DataFrame, threshold: float | None = None, progress: Progress | None = None
) -> Deduped:
    """Who is who among `raw`: String columns, any of `dedupe_columns.FIELDS`.

    `threshold` is the probability from which two records are joined without a person; the default is
    the model's own. The same rows give the same answer in any order, but for the numbers in the ids,
    which follow the first row of each entity.
    """
    told = progress or Silent()
    told.begin("map", "", raw.height)
    whole, cut = without_cut(raw)
    rows, unreadable = _landed(whole)
    mapped = load_mapping("hub", STREAM).apply(rows, NO_SOURCE)
    records = _of_sources(mapped.records, rows)
    told.end("map", "", f"{records.height}")
    told.begin("match", "", records.height)
    resolution = _resolved(records, threshold)
    told.end("match", "", f"{resolution.links['golden_id'].n_unique()}")
    told.begin("merge", "", records.height)
    found = _numbered(_with_golden(records, resolution.links))
    answer = Deduped(
        _every_row(found, mapped, unreadable, cut),
        _cleaned(raw.height, records),
        _pairs(resolution, records),
        _capped(resolution, records),
    )
    told.end("merge", "", f"{answer.rows['cluster_id'].n_unique()}")
    return answer


def _resolved(records: pl.DataFrame, threshold: float | None) -> Resolution:
    model = default_model()
    if threshold is not None:
        model = replace(model, auto=threshold, review=min(model.review, threshold))
    return resolve_parties(records, KNOWN.to_frame(), model=model)


def _landed(raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The rows as the mapping takes them, and where a date could not be read.

    The key is the source's own where it is the only one of its kind, so that ids do not hang on the
    order of rows; else the number of the row.
    """
    absent = [pl.lit(None, pl.String).alias(name) for name in FIELDS if name not in raw.columns]
    frame = raw.with_columns(absent).with_row_index("nth")
    # A ref is connection/stream/key: a slash in a source's name would blur where it ends.
    source = pl.coalesce(_full("source").str.replace_all("/", "_", literal=True), pl.lit(NO_SOURCE))
    frame = frame.with_columns(source.alias("connection"), _full("source_id").alias("own"))
    own = pl.col("own").is_not_null() & ~pl.col("own").str.starts_with("#")
    only = own & (pl.len().over("connection", "own") == 1)
    key = pl.when(only).then("own").otherwise("#" + pl.col("nth").cast(pl.String))
    when = frame.select(FUNCTIONS["timestamp"](pl.col("updated_at")).alias("at")).unnest("at")
    landed = frame.with_columns(
        key.alias(KEY),
        when[VALUE].alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
        pl.lit(0, pl.Int64).alias("_landing_id"),
        pl.col("nth").cast(pl.Int64).alias("_landing_row"),
    )
    return landed.drop("nth", "own"), when[REASON]


def _full(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text)


def _of_sources(records: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Canonical records under the source each row names."""
    return records.with_columns(rows["connection"].gather(records[ROW]).alias("connection"))


def _with_golden(records: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Each record's row index, ids, golden values and how it was found."""
    parties = golden.linked(records, links)
    trust = TrustOrder({}, {})
    entities = golden.legal_entities(parties, trust).select(
        pl.col("id").alias("golden_id"),
        pl.col("name").alias("golden_name"),
        pl.col("inn").alias("golden_inn"),
        pl.col("ogrn").alias("golden_ogrn"),
        pl.col("legal_address").alias("golden_address"),
    )
    units = golden.units(parties, trust).select(
        pl.col("id").alias("unit_id"), pl.col("kpp").alias("golden_kpp")
    )
    found = parties.join(entities, on="golden_id", how="left").join(units, on="unit_id", how="left")
    for field in ("phones", "emails"):
        found = found.join(_united(parties, field), on="golden_id", how="left")
    score = pl.when(pl.col("rule") != ALONE).then("score").alias("score")
    return found.select(ROW, "golden_id", "unit_id", *GOLDEN, score, "rule", "reason")


def _united(parties: pl.DataFrame, field: str) -> pl.DataFrame:
    values = parties.select("golden_id", field).explode(field).drop_nulls()
    return values.group_by("golden_id").agg(pl.col(field).unique().sort().alias(f"golden_{field}"))


def _numbered(found: pl.DataFrame) -> pl.DataFrame:
    """`found` with short ids: E7 is the seventh entity in the order of rows, E7-2 its second unit.

    Records whose unit is open (no KPP, several units) are together as E7-0.
    """
    ordered = found.sort(ROW)
    firsts = ordered.unique("golden_id", keep="first", maintain_order=True).select(
        "golden_id", pl.int_range(1, pl.len() + 1).cast(pl.String).alias("entity")
    )
    units = (
        ordered.drop_nulls("unit_id")
        .unique("unit_id", keep="first", maintain_order=True)
        .select(
            "unit_id", pl.int_range(1, pl.len() + 1).over("golden_id").cast(pl.String).alias("unit")
        )
    )
    joined = ordered.join(firsts, on="golden_id", how="left", maintain_order="left").join(
        units, on="unit_id", how="left", maintain_order="left"
    )
    entity = "E" + pl.col("entity")
    return joined.with_columns(
        entity.alias("entity_id"),
        (entity + pl.coalesce("-" + pl.col("unit"), pl.lit(OPEN))).alias("cluster_id"),
    )


def _every_row(
    found: pl.DataFrame, mapped: Mapped, unreadable: pl.Series, cut: pl.Series
) -> pl.DataFrame:
    """One row per given row, whatever became of it."""
    height = cut.len()
    refused = mapped.rejects.select(
        pl.col(ROW),
        pl.col("reason").alias("refused"),
        pl.concat_list(pl.concat_str("field", "reason", separator=":")).alias("why"),
    )
    every = pl.DataFrame({ROW: pl.int_range(0, height, eager=True), "date": unreadable, "cut": cut})
    joined = (
        every.join(found, on=ROW, how="left", maintain_order="left")
        .join(mapped.records.select(ROW, "issues"), on=ROW, how="left", maintain_order="left")
        .join(refused, on=ROW, how="left", maintain_order="left")
    )
    none = pl.lit([], dtype=pl.List(pl.String))
    date = pl.when(pl.col("date").is_not_null()).then(
        pl.concat_list("updated_at:" + pl.col("date"))
    )
    issues = pl.concat_list(
        pl.coalesce(p, none) for p in (pl.col("issues"), pl.col("why"), pl.col("cut"), date)
    )
    return joined.with_columns(issues.alias("issues")).select(
        pl.col(name).cast(kind) for name, kind in RESULT.items()
    )


def _cleaned(height: int, records: pl.DataFrame) -> pl.DataFrame:
    every = pl.DataFrame({ROW: pl.int_range(0, height, eager=True)})
    return every.join(
        records.select(ROW, *CLEANED), on=ROW, how="left", maintain_order="left"
    ).drop(ROW)


def _pairs(resolution: Resolution, records: pl.DataFrame) -> pl.DataFrame:
    """The pairs for review by row index."""
    review = resolution.review
    for side in ("left", "right"):
        review = _at(review, records, f"{side}_ref", side)
    picked = review.select(pl.col(name).cast(kind) for name, kind in PAIRS.items())
    return picked.sort(["score", "left", "right"], descending=[True, False, False], nulls_last=True)


def _capped(resolution: Resolution, records: pl.DataFrame) -> pl.DataFrame:
    """The capped keys by row index, the most shared first."""
    found = _at(resolution.capped, records, REF, "at").rename({"clusters": "rows"})
    picked = found.select(pl.col(name).cast(kind) for name, kind in CAPPED.items())
    return picked.sort(["rows", "kind", "at"], descending=[True, False, False])


def _at(frame: pl.DataFrame, records: pl.DataFrame, ref: str, name: str) -> pl.DataFrame:
    """`frame` with the row index of each ref of a column."""
    at = with_ref(records.select(*RECORD, ROW)).select(
        pl.col(REF).alias(ref), pl.col(ROW).alias(name)
    )
    return frame.join(at, on=ref, how="inner", maintain_order="left")
