"""Contestants race in processes of their own; their figures are summed up as they should be."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from benchmarks.contestants.clock import Clock
from benchmarks.figures import KINDS, QUALITY, SPEED, Figures
from benchmarks.linkage_set import CAP, CLEAN, KEYS, RAW, TRUTH, keys_of, write_set
from benchmarks.rounds import NEEDS, ROOT, clusters, missing, race
from benchmarks.russian_counterparties.make import counterparties
from benchmarks.russian_counterparties.page import write_csv
from benchmarks.tables import best_variant, kinds_table, quality_table, ratios, table

ROWS = 800


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set")
    write_set(folder, *counterparties(ROWS, 4))
    return folder


def test_a_set_holds_all_rows_and_only_refused_ones_are_not_clean(prepared: Path) -> None:
    raw, truth = pl.read_parquet(prepared / RAW), pl.read_parquet(prepared / TRUTH)
    assert raw.height == truth.height == ROWS
    assert set(raw.dtypes) == {pl.String()}
    assert truth["row"].to_list() == list(range(ROWS))
    clean = pl.read_parquet(prepared / CLEAN)
    refused = truth.join(clean, on="row", how="anti")
    assert refused.height < ROWS * 0.02
    assert clean["row"].is_unique().all()
    assert pl.read_parquet(prepared / KEYS)["row"].equals(clean["row"])


@pytest.mark.parametrize("name", ["rules", "kanon", "splink_peer", "recordlinkage_peer"])
def test_a_contestant_places_the_rows_and_says_what_it_took(name: str, prepared: Path) -> None:
    """All but a tenth of what plain rules find is found by everybody, and little that is wrong."""
    reason = missing(name)
    if reason:
        pytest.skip(reason)
    took = race(name, prepared)
    assert 20 < took.peak_mb < 3000
    assert took.wall.keys() == took.cpu.keys()
    figures = Figures()
    figures.add_quality({"rows": ROWS, "seed": 4}, name, prepared)
    assert figures.quality.schema == pl.Schema(QUALITY)
    assert figures.kinds.schema == pl.Schema(KINDS)
    best = figures.quality.filter(pl.col("level") == "entity").sort("f1").row(-1, named=True)
    assert best["precision"] > 0.9
    assert best["recall"] > 0.6
    assert clusters(name, prepared)["row"].is_unique().all()


def test_the_ceiling_is_what_leaves_only_the_unreachable_out(tmp_path: Path) -> None:
    """Of two companies of two rows, one row out of reach: one pair of two can be found."""
    rows = {"row": [0, 1, 2, 3], "true": [1, 1, 2, 2], "unit": [1, 1, 2, 2]}
    kinds = [[], [], [], ["unreachable"]]
    pl.DataFrame({**rows, "kinds": kinds}).write_parquet(tmp_path / TRUTH)
    figures = Figures()
    figures.add_ceiling({"rows": 4, "seed": 1}, tmp_path)
    ceiling = figures.quality.filter(pl.col("level") == "entity").row(0, named=True)
    assert (ceiling["precision"], ceiling["recall"]) == (1.0, 0.5)


def test_a_phone_of_very_many_is_kept_from_the_peers() -> None:
    many, few = "+74950000000", "+74951111111"
    phones = [[many, few], *([[many]] * CAP), [few + ";ext=5"]]
    text = ("inn", "kpp", "ogrn", "claimed_inn", "name_core", "legal_form", "address_key", "region")
    size = len(phones)
    frame = pl.DataFrame(
        {"row": range(size), "phones": phones, "emails": [[] for _ in phones]},
        schema={"row": pl.Int64, "phones": pl.List(pl.String), "emails": pl.List(pl.String)},
    ).with_columns(pl.lit(None, pl.String).alias(name) for name in text)
    keys = keys_of(frame)
    assert keys["phones"].to_list() == [[few], *([None] * CAP), [few]]
    assert keys["emails"].null_count() == size


def test_the_clock_counts_its_phases_only() -> None:
    clock = Clock()
    with clock("one"):
        sum(range(1000))
    with clock("one"), clock("two"):
        pass
    assert list(clock.wall) == ["one", "two"]
    assert all(seconds >= 0 for seconds in (*clock.wall.values(), *clock.cpu.values()))


def _speed() -> pl.DataFrame:
    rows = [
        (pair, name, phase, wall * (1 + pair), wall * 2, 100.0)
        for pair in range(3)
        for name, phase, wall in (
            ("Kanon", "clean", 3.0),
            ("Kanon", "match", 1.0),
            ("Splink 5", "train", 6.0),
            ("Splink 5", "predict", 1.0),
            ("Splink 5", "cluster", 1.0),
        )
    ]
    return pl.DataFrame([(100, 1, *row) for row in rows], schema=pl.Schema(SPEED), orient="row")


def test_ratios_are_taken_within_pairs() -> None:
    """Each pair twice or thrice as slow as the first, and all ratios the same."""
    found = ratios(_speed())
    assert found["clean + match / Splink train + predict + cluster"] == (0.5, 0.5)
    assert found["match / Splink train + predict + cluster"] == (0.125, 0.125)
    assert found["match / Splink predict + cluster"] == (0.5, 0.5)
    assert ratios(_speed().filter(pl.col("contestant") == "Kanon")) == {}


def test_the_best_threshold_is_named_by_its_mean() -> None:
    rows = [("Splink 5@0.5", 0.9), ("Splink 5@0.5", 0.7), ("Splink 5@0.9", 0.85), ("Kanon", 0.99)]
    figures = [
        {"rows": 9, "seed": i, "contestant": name, "level": "entity", "precision": f1, "recall": f1,
         "f1": f1, "b3_f1": f1, "exact": f1, "mixed": 0, "intruders": 0}
        for i, (name, f1) in enumerate(rows)
    ]  # fmt: skip
    quality = pl.DataFrame(figures, schema=QUALITY)
    assert best_variant(quality, "Splink 5") == "Splink 5@0.9"
    assert best_variant(quality, "recordlinkage") is None
    half = next(line for line in quality_table(quality, "entity").splitlines() if "@0.5" in line)
    assert re.findall(r"0\.\d{4}", half)[3:5] == ["0.8000", "0.7000"]


def test_kinds_are_weighted_by_their_records() -> None:
    rows = [(9, 1, "Kanon", "typo", 4, 3, 1.0, 0), (9, 2, "Kanon", "typo", 2, 1, 0.0, 1)]
    kinds = pl.DataFrame(rows, schema=KINDS, orient="row")
    line = kinds_table(kinds, ["Kanon"]).splitlines()[-1]
    assert [cell.strip() for cell in line.strip("|").split("|")] == ["typo", "6", "4", "0.750", "1"]


def test_a_table_is_aligned() -> None:
    lines = table(["a", "long"], [["bb", "1"], ["c", "22"]]).splitlines()
    assert len({len(line) for line in lines}) == 1


def test_all_figures_go_into_one_long_table(tmp_path: Path, prepared: Path) -> None:
    figures = Figures()
    race("rules", prepared)
    figures.add_quality({"rows": ROWS, "seed": 4}, "rules", prepared)
    figures.add_speed({"rows": ROWS, "seed": 4, "pair": 0}, "rules", race("rules", prepared))
    write_csv(figures, tmp_path / "figures.csv")
    table = pl.read_csv(tmp_path / "figures.csv")
    assert table.columns == ["rows", "seed", "contestant", "about", "measure", "value"]
    assert {"f1", "recall", "wall", "peak_mb"} <= set(table["measure"])


def test_peers_are_locked_apart_and_move_no_package_of_ours() -> None:
    def packages(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))

    peers = packages("lock-bench.txt")
    assert set(NEEDS.values()) <= peers
    assert not peers & packages("lock-dev.txt")
