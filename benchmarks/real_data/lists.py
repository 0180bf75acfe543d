"""Firms of ten towns, once as tax data sets name them and once as a register does; the truth is the INN."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from benchmarks.rounds import ROOT

_KLERK = {"inn": "INN", "name": "short_name", "full_name": "org_name", "address": "place_info"}
_REGISTER = {"inn": "inn", "name": "name", "address": "address"}
COLUMNS = (
    "source", "source_id", "name", "full_name", "inn", "kpp", "ogrn", "address", "phones", "emails",
    "updated_at",
)  # fmt: skip


def samples() -> Path | None:
    """The folder of the lists, or None where it is not at hand (`KANON_SAMPLES`)."""
    home = os.environ.get("KANON_SAMPLES")
    folder = (Path(home) if home else ROOT.parent / "shared" / "samples") / "legal-entities"
    return folder if folder.is_dir() else None


def two_lists(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows without any number, their truth); a firm stands in each list once."""
    rows = pl.concat(
        [
            _read(folder / "klerk", "klerk", _KLERK),
            _read(folder / "rusprofile", "register", _REGISTER),
        ]
    )
    firms = rows.with_columns(true=pl.col("inn").rank("dense").cast(pl.Int64))
    nothing = pl.lit(None, pl.String)
    raw = firms.with_columns(
        nothing.alias(name) for name in ("inn", "kpp", "ogrn", "phones", "emails", "updated_at")
    )
    kinds = (
        pl.when(_shared_name())
        .then(pl.lit(["shared_name"]))
        .otherwise(pl.lit([], pl.List(pl.String)))
    )
    return raw.select(COLUMNS), firms.select("true", unit="true", kinds=kinds)


def _read(folder: Path, source: str, columns: dict[str, str]) -> pl.DataFrame:
    parts = [pl.read_csv(file, infer_schema=False) for file in sorted(folder.glob("*.csv"))]
    frame = pl.concat(parts, how="diagonal").select(**{k: pl.col(v) for k, v in columns.items()})
    if "full_name" not in columns:
        frame = frame.with_columns(full_name=pl.lit(None, pl.String))
    frame = frame.with_columns(name=pl.coalesce("name", "full_name")).drop_nulls(["inn", "name"])
    frame = frame.unique("inn", keep="first", maintain_order=True)
    number = pl.int_range(pl.len()).cast(pl.String)
    return frame.select(
        "name", "full_name", "inn", "address", source=pl.lit(source), source_id=number
    ).sort("source_id")


def _shared_name() -> pl.Expr:
    """Whether another firm of the lists bears the same name, whatever its quotes and its case."""
    plain = pl.col("name").str.to_uppercase().str.replace_all(r"[^0-9A-ZА-ЯЁ]+", " ")
    return pl.col("inn").n_unique().over(plain.str.strip_chars()) > 1
