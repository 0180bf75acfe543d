"""The generated rows: the same for a seed, plausible in their margins, with labels that tell the truth."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.russian_counterparties.make import COMPANIES_PER_ROW, counterparties
from simulators.world import FLAT_DIRT, LABELS, World
from simulators.world.numbers import inn_holds

ROWS = 12_000
# Only a source's own tables have these: rows of the wide table are drawn, not copied or filed.
NOT_FLAT = {"near_duplicate", "exact_duplicate", "branch_as_party", "copied_requisites"}


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, companies=int(ROWS * COMPANIES_PER_ROW))


@pytest.fixture(scope="module")
def rows(world: World) -> pl.DataFrame:
    """The rows beside their truth and the requisites of their company."""
    own = world.units.select(
        "unit", "role", own_kpp="kpp", own_inn="inn", own_ogrn="ogrn", own_core="core"
    )
    truth = world.flat_truth(ROWS).select("kinds", "unit", true="legal_entity")
    return pl.concat([world.flat(ROWS), truth], how="horizontal").join(
        own, on="unit", maintain_order="left"
    )


def _of(rows: pl.DataFrame, label: str) -> pl.DataFrame:
    found = rows.filter(pl.col("kinds").list.contains(label))
    assert not found.is_empty(), label
    return found


def test_the_same_seed_gives_the_same_rows_and_another_one_others() -> None:
    (first, truth), (again, truth_again) = counterparties(700, 5), counterparties(700, 5)
    assert first.equals(again)
    assert truth.equals(truth_again)
    assert not counterparties(700, 6)[0]["inn"].equals(first["inn"])


def test_every_kind_occurs(rows: pl.DataFrame) -> None:
    seen = set(rows["kinds"].explode().drop_nulls())
    assert seen >= (set(LABELS) | set(FLAT_DIRT)) - NOT_FLAT


@pytest.mark.parametrize(
    ("column", "low", "high"),
    [("inn", 0.72, 0.82), ("kpp", 0.61, 0.73), ("ogrn", 0.45, 0.62), ("phones", 0.68, 0.79)],
)
def test_columns_are_filled_as_in_a_real_base(
    column: str, low: float, high: float, rows: pl.DataFrame
) -> None:
    assert low < 1 - rows[column].null_count() / rows.height < high


def test_about_seven_rows_of_ten_open_a_new_company(rows: pl.DataFrame) -> None:
    assert 0.67 < rows["true"].n_unique() / rows.height < 0.73


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [
        ("typo", 0.015, 0.05),
        ("homoglyph", 0.01, 0.035),
        ("inn_digit", 0.002, 0.008),
        ("former_name", 0.005, 0.02),
        ("contacts_reordered", 0.02, 0.06),
        ("address_rewritten", 0.3, 0.5),
        ("name_only", 0.0003, 0.003),
        ("ogrn_only", 0.0005, 0.004),
        ("kpp_relocation", 0.008, 0.04),
        ("unreachable", 0.0005, 0.006),
    ],
)
def test_kinds_come_at_their_rates(label: str, low: float, high: float, rows: pl.DataFrame) -> None:
    assert low < _of(rows, label).height / rows.height < high


def test_an_inn_one_digit_off_fails_its_checksum_and_is_near_the_true_one(
    rows: pl.DataFrame,
) -> None:
    damaged = _of(rows, "inn_digit").filter(
        ~pl.col("kinds").list.contains("lost_zero") & ~pl.col("kinds").list.contains("swapped_inn")
        & ~pl.col("kinds").list.contains("bad_checksum")
        & ~pl.col("kinds").list.contains("placeholder_inn")
        & ~pl.col("kinds").list.contains("foreign_number_as_inn")
    ).drop_nulls("inn")  # fmt: skip
    assert not damaged.is_empty()
    assert not inn_holds(damaged["inn"]).any()
    for given, own in damaged.select("inn", "own_inn").iter_rows():
        assert sum(a != b for a, b in zip(given, own, strict=True)) == 1


def test_records_of_one_number_and_of_none(rows: pl.DataFrame) -> None:
    only_ogrn = _of(rows, "ogrn_only")
    assert only_ogrn.filter(pl.col("ogrn").ne_missing(pl.col("own_ogrn"))).is_empty()
    gone = ["inn", "kpp", "phones", "emails", "address"]
    assert only_ogrn.select(gone).null_count().row(0) == (only_ogrn.height,) * len(gone)
    nameless = _of(rows, "name_only").select(*gone, "ogrn")
    assert nameless.null_count().row(0) == (nameless.height,) * (len(gone) + 1)


def test_a_branch_under_the_kpp_of_its_head(rows: pl.DataFrame) -> None:
    branches = _of(rows, "branch_head_kpp").drop_nulls("kpp")
    assert set(branches["role"]) == {"branch"}
    assert branches.filter(pl.col("kpp") == pl.col("own_kpp")).is_empty()
    assert branches.filter(pl.col("kpp") != pl.col("own_inn").str.slice(0, 4) + "01001").is_empty()


def test_a_former_name_is_another_name(rows: pl.DataFrame) -> None:
    plain = pl.col("name").str.to_lowercase()
    renamed = _of(rows, "former_name").filter(
        plain.str.contains(pl.col("own_core").str.to_lowercase(), literal=True)
    )
    assert renamed.is_empty()


def test_unreachable_records_share_no_number_and_no_contact_with_the_rest(
    rows: pl.DataFrame,
) -> None:
    """Checked on the text of the rows, where no damage hides an equal value."""
    lost, others = (
        _of(rows, "unreachable"),
        rows.filter(~pl.col("kinds").list.contains("unreachable")),
    )
    for column in ("inn", "ogrn", "phones", "emails", "address"):
        own = pl.col("kinds").list.set_intersection(["placeholder_inn", "copied_requisites"])
        shared = (
            lost.drop_nulls(column)
            .filter(own.list.len() == 0)
            .join(others, on=["true", column], how="semi")
        )
        assert shared.is_empty(), column
    company = rows.group_by("true").len()
    assert lost.join(company, on="true").filter(pl.col("len") == 1).is_empty()
