"""Kanon and its peers on data nobody generated for them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from benchmarks.figures import Figures
from benchmarks.linkage_set import CLEAN, write_set
from benchmarks.real_data.lists import COLUMNS, samples, two_lists
from benchmarks.rounds import clusters, missing, race
from benchmarks.tables import best_variants, kinds_table, quality_table

CONTESTANTS = ("kanon", "splink_peer", "recordlinkage_peer")


def run() -> None:
    """Race on both kinds of data and print what each contestant found."""
    lists = samples()
    if lists is None:
        print(
            "no lists of firms at hand: set KANON_SAMPLES to the folder that holds legal-entities"
        )
    else:
        with tempfile.TemporaryDirectory() as folder:
            _firms(Path(folder), lists)
    reason = missing("recordlinkage_peer")
    if reason:
        print(f"FEBRL left out: {reason}")
        return
    for name in ("febrl1", "febrl3"):
        with tempfile.TemporaryDirectory() as folder:
            _persons(Path(folder) / name)


def _firms(folder: Path, lists: Path) -> None:
    raw, truth = two_lists(lists)
    write_set(folder, raw, truth)
    figures = _raced(folder, truth.height)
    print(
        f"\nTwo lists of firms, INN hidden: {truth.height:,} rows, {truth['true'].n_unique():,} INN"
    )
    print(quality_table(figures.quality, "entity"))
    print(kinds_table(figures.kinds, best_variants(figures.quality)))
    print(f"firms that Kanon joined with another firm of the same name: {joined_on_name(folder)}")


def joined_on_name(folder: Path) -> int:
    """Firms that Kanon put with another INN of the same name core: what must never happen on a name alone."""
    records = pl.read_parquet(folder / CLEAN, columns=["row", "name_core"])
    truth = pl.read_parquet(folder / "truth.parquet", columns=["row", "true"])
    found = clusters("kanon", folder).join(records, on="row").join(truth, on="row")
    several = pl.col("true").n_unique().over("entity", "name_core") > 1
    return found.filter(several & pl.col("name_core").is_not_null())["true"].n_unique()


def _persons(folder: Path) -> None:
    folder.mkdir()
    race("febrl", folder)
    rows = clusters("febrl", folder)
    gaps = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in rows.columns]
    kinds = pl.lit([], pl.List(pl.String))
    truth = rows.select("true", unit="true", kinds=kinds)
    write_set(folder, rows.with_columns(gaps).select(COLUMNS), truth)
    figures = _raced(folder, rows.height)
    print(f"\n{folder.name}: {rows.height:,} persons by name and address alone")
    print(quality_table(figures.quality, "entity"))


def _raced(folder: Path, rows: int) -> Figures:
    figures = Figures()
    place: dict[str, object] = {"rows": rows, "seed": 0}
    for name in CONTESTANTS:
        reason = missing(name)
        if reason:
            print(f"{name} left out: {reason}")
            continue
        figures.add_speed({**place, "pair": 0}, name, race(name, folder))
        figures.add_quality(place, name, folder)
    return figures
