"""Labels made by hand over real lists: file, row, class, attributes. The names stay in the lists."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest
from lxml import etree

from mappings.nomenclature import parse, shipped

HERE = Path(__file__).parent
SAMPLES = Path(os.environ.get("KANON_SAMPLES", HERE.parents[2] / "shared" / "samples"))
STEEL, BUILDING = "nomenclature/rfmetall_PRICE_primer4.csv", "nomenclature/smeta_BDM.csv"
pytestmark = pytest.mark.skipif(
    not (SAMPLES / STEEL).is_file(), reason="KANON_SAMPLES has no lists of goods"
)


@dataclass
class Score:
    """Rows, classes told right, attributes: read and right, read at all, labelled."""

    rows: int = 0
    classes: int = 0
    right: int = 0
    read: int = 0
    labelled: int = 0
    by_class: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, label: str, told: str, wanted: dict[str, str], found: dict[str, str]) -> None:
        right = sum(found.get(key) == value for key, value in wanted.items())
        counts = Counter(rows=1, classes=label == told, right=right, read=len(found))
        counts["labelled"] = len(wanted)
        self.by_class.setdefault(label or "none", Counter()).update(counts)
        self.rows += 1
        self.classes += label == told
        self.right, self.read = self.right + right, self.read + len(found)
        self.labelled += len(wanted)


def pairs(text: str | None) -> dict[str, str]:
    """Attributes written as «d=40; grade=45»."""
    return dict(pair.split("=", 1) for pair in (text or "").split("; ") if pair)


def names_of(file: str) -> dict[int, str]:
    """The names of a list by row: line of a CSV from 1, good of a CommerceML file from 1."""
    path = SAMPLES / file
    if path.suffix == ".xml":
        goods = etree.parse(path).iter("{*}Товар")
        return {at: one.findtext("{*}Наименование") or "" for at, one in enumerate(goods, start=1)}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    if file == STEEL:
        return {at: " ".join(c for c in row[7:11] if c) for at, row in enumerate(rows, start=1)}
    return {at: row[1] for at, row in enumerate(rows, start=1)}


def scored(labels: Iterable[dict[str, str]]) -> Score:
    """The grammar against labels."""
    wanted = list(labels)
    lists = {file: names_of(file) for file in {one["file"] for one in wanted}}
    names = pl.Series([lists[one["file"]][int(one["row"])] for one in wanted])
    score = Score()
    for one, row in zip(wanted, parse(names).iter_rows(named=True), strict=True):
        score.add(
            one["class"],
            row["item_class"] or "",
            pairs(one["attributes"]),
            pairs(row["attributes"]),
        )
    return score


def labels(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def gold() -> Score:
    return scored(labels("nomenclature_gold.csv"))


def test_gold_rows_are_read_as_labelled(gold: Score) -> None:
    assert gold.rows >= 600
    assert gold.classes / gold.rows >= 0.98
    assert gold.right / gold.read >= 0.99
    assert gold.right / gold.labelled >= 0.95


def test_rows_labelled_after_the_grammar_was_frozen(gold: Score) -> None:
    """Not one of them is among the gold ones; the grammar was not changed for them."""
    held = labels("nomenclature_holdout.csv")
    seen = {(one["file"], one["row"]) for one in labels("nomenclature_gold.csv")}
    assert not seen & {(one["file"], one["row"]) for one in held}
    score = scored(held)
    assert score.rows == 150
    assert score.classes / score.rows >= 0.98
    assert score.right / score.read >= 0.99
    assert score.right / score.labelled >= 0.95


def test_steel_is_recognised() -> None:
    names = pl.Series(list(names_of(STEEL).values()))
    parsed = parse(names)
    assert (parsed["confidence"] >= 0.9).mean() >= 0.9  # type: ignore[operator]  # a share
    assert parsed["trouble"].null_count() == parsed.height


def test_no_key_is_shared_by_goods_that_differ() -> None:
    """Over all real names: rows of one key have the same attributes but those declared to be free."""
    names = pl.Series([*names_of(STEEL).values(), *names_of(BUILDING).values()])
    table = parse(names).filter(pl.col("item_key").is_not_null())
    pairs_ = table.select(
        "item_key", "item_class", pl.col("attributes").str.split("; ").alias("pair")
    ).explode("pair")
    differ = (
        pairs_.with_columns(pl.col("pair").str.extract("^([^=]*)=").alias("name"))
        .group_by("item_key", "item_class", "name")
        .agg(pl.col("pair").n_unique())
        .filter(pl.col("pair") > 1)
    )
    classes = shipped().classes
    wrong = [row for row in differ.iter_rows() if row[2] in classes[row[1]].telling]
    assert table.height > 2000
    assert not wrong
