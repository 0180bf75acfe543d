"""Splink 5 on DuckDB, given Kanon's cleaned keys: five blocking rules, term frequencies, two EM sessions.

Training, prediction and clustering at one threshold are timed; the other thresholds are clustered after
the clock has stopped, so that the best of them can be named.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_level_library as cll
from splink import comparison_library as cl

from benchmarks.contestants.clock import Clock
from benchmarks.linkage_set import KEYS

THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
TIMED = 0.9
SEED = 1
PAIRS = 1e6


def run(folder: Path, clock: Clock) -> pl.DataFrame:
    """row, and the clusters at each threshold."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    file = folder / KEYS
    filled = pl.read_parquet(file).count().row(0, named=True)
    # A column with next to nothing in it teaches nothing and breaks the training.
    known = {name for name, count in filled.items() if count > filled["row"] // 100}
    if not {"place", "street", "region"} <= known:
        known -= {"place", "street", "region"}
    with clock("train"):
        linker = _trained(file, known)
    with clock("predict"):
        pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    with clock("cluster"):
        timed = _clusters(linker, pairs, TIMED)
    found = timed.select("row")
    for threshold in THRESHOLDS:
        clusters = timed if threshold == TIMED else _clusters(linker, pairs, threshold)
        named = clusters.rename({"cluster": f"entity@{threshold}"})
        found = found.join(named, on="row", maintain_order="left")
    return found


def _clusters(linker: Any, pairs: Any, threshold: float) -> pl.DataFrame:
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=threshold
    )
    frame = found.as_duckdbpyrelation().select('cluster_id AS cluster, "row"').pl()
    return pl.DataFrame(frame).sort("row").cast(pl.Int64)


def _trained(file: Path, known: set[str]) -> Any:
    database = DuckDBAPI()
    columns = ", ".join(f'"{name}"' for name in sorted(known))
    rows = database._con.sql(f"SELECT {columns} FROM read_parquet('{file}')")  # noqa: S608  our own file
    linker = Linker(
        database.register(rows, table_name="records"), _settings(known), log_level=logging.ERROR
    )
    where = _where(known)
    sure = [block_on(name) for name in ("inn", "ogrn") if name in known]
    linker.training.estimate_probability_two_random_records_match(
        sure or [block_on("name", where)], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED)
    for session in _sessions(known):
        linker.training.estimate_parameters_using_expectation_maximisation(
            session, record_sample_proportion=1.0
        )
    return linker


def _where(known: set[str]) -> str:
    return "region" if "place" in known else "address"


def _sessions(known: set[str]) -> list[Any]:
    if "inn" in known:
        return [block_on("inn"), block_on("name")]
    second = block_on("name", "region") if "place" in known else block_on("address")
    return [block_on("substr(name, 1, 6)"), second]


def _settings(known: set[str]) -> SettingsCreator:
    made = [_name()]
    if "form" in known:
        made.append(cl.ExactMatch("form").configure(term_frequency_adjustments=True))
    if {"claimed", "ogrn"} <= known:
        made.append(_numbers())
    if {"phones", "emails"} <= known:
        made.append(_contact())
    made.append(_place() if "place" in known else _address())
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row",
        comparisons=made,
        blocking_rules_to_generate_predictions=_blocks(known),
        retain_matching_columns=False,
    )


def _blocks(known: set[str]) -> list[Any]:
    blocks = {
        "inn": block_on("inn"),
        "ogrn": block_on("ogrn"),
        "phones": block_on("phones", arrays_to_explode=["phones"]),
        "emails": block_on("emails", arrays_to_explode=["emails"]),
        "place": block_on("place", "start"),
    }
    found = [block for name, block in blocks.items() if name in known]
    return found if "inn" in known else [*found, block_on("name"), block_on("substr(name, 1, 6)")]


def _name() -> Any:
    return cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.7]).configure(
        term_frequency_adjustments=True
    )


# INN with OGRN, and phone with e-mail, are one comparison each: they come and go together, and Splink
# takes comparisons for independent. Apart, they cost it 0.03 of F1 on these data.
def _numbers() -> Any:
    absent = "({0}_l IS NULL OR {0}_r IS NULL)".format
    return cl.CustomComparison(
        output_column_name="numbers",
        comparison_levels=[
            cll.CustomLevel(f"{absent('claimed')} AND {absent('ogrn')}").configure(
                is_null_level=True
            ),
            cll.Or(cll.ExactMatchLevel("inn"), cll.ExactMatchLevel("ogrn")),
            cll.DamerauLevenshteinLevel("claimed", 1),
            cll.ElseLevel(),
        ],
    )


def _contact() -> Any:
    absent = "({0}_l IS NULL OR {0}_r IS NULL)".format
    phone, email = cll.ArrayIntersectLevel("phones", 1), cll.ArrayIntersectLevel("emails", 1)
    return cl.CustomComparison(
        output_column_name="contact",
        comparison_levels=[
            cll.CustomLevel(f"{absent('phones')} AND {absent('emails')}").configure(
                is_null_level=True
            ),
            cll.And(phone, email),
            phone,
            email,
            cll.ElseLevel(),
        ],
    )


def _address() -> Any:
    """Where no address could be taken apart, its text."""
    return cl.JaroWinklerAtThresholds("address", [0.95, 0.88])


def _place() -> Any:
    return cl.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            cll.CustomLevel(
                "(place_l IS NULL OR place_r IS NULL) AND (region_l IS NULL OR region_r IS NULL)"
            ).configure(is_null_level=True),
            cll.ExactMatchLevel("place", term_frequency_adjustments=True),
            cll.ExactMatchLevel("street", term_frequency_adjustments=True),
            cll.ExactMatchLevel("region"),
            cll.ElseLevel(),
        ],
    )
