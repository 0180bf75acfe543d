"""Names and addresses of real firms, as two registers write them; skipped without the samples."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from mappings.functions.addresses import address_parts
from mappings.functions.names import clean_names

ROOT = Path(
    os.environ.get("KANON_SAMPLES", Path(__file__).parents[2].parent / "shared" / "samples")
)


def registers(folder: str) -> pl.DataFrame:
    files = sorted((ROOT / "legal-entities" / folder).glob("*.csv"))
    if not files:
        pytest.skip(f"no samples: legal-entities/{folder} (set KANON_SAMPLES)")
    frames = [pl.read_csv(file, infer_schema=False) for file in files]
    return pl.concat(frames, how="diagonal").unique(maintain_order=True)


def share(flags: pl.Series) -> float:
    return float(flags.cast(pl.Float64).to_numpy().mean())


def test_the_short_and_the_full_name_of_a_firm_have_one_legal_form() -> None:
    firms = registers("klerk").drop_nulls(["short_name", "org_name"])
    short, full = clean_names(firms, "short_name"), clean_names(firms, "org_name")
    same = short["legal_form"].eq_missing(full["legal_form"])
    assert share(same) > 0.99
    assert short["reason"].is_null().all()
    assert full["name"].is_not_null().all()


def test_full_names_lose_their_legal_form_in_the_core() -> None:
    firms = registers("klerk").drop_nulls("org_name")
    core = clean_names(firms, "org_name")["name_core"]
    assert core.str.contains("ограниченной ответственностью|акционерное общество").sum() == 0


def test_names_of_real_firms_settle_at_once() -> None:
    firms = registers("rusprofile")
    once = clean_names(firms, "name")
    assert clean_names(once, "name")["name"].equals(once["name"])


def test_most_addresses_of_a_register_are_understood() -> None:
    """All name their region; those without a house (gardens, whole villages) have no key."""
    firms = registers("rusprofile")
    parts = firms.select(address_parts(pl.col("address")).alias("p"))["p"].struct.unnest()
    assert share(parts["region"].is_in(["47", "78"])) > 0.99
    assert share(parts["postal_code"].is_not_null()) > 0.99
    assert share(parts["address_key"].is_not_null()) > 0.9
