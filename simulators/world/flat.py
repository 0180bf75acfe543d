"""One wide table of all sources, as years of typing leave it: the rows of matching benchmarks.

About three quarters of the rows have an INN, two thirds a KPP, three quarters a phone, half an OGRN.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from simulators.world import places, words
from simulators.world.cards import PROFILES, make_cards
from simulators.world.chance import Ints, chance, pick
from simulators.world.dirt import POSITION, Dirt, soil, unless_valid
from simulators.world.labels import bit, carries
from simulators.world.sources import COVERAGE

# A base of business customers writes few private persons down.
_WEIGHT: Mapping[str, float] = {"sole_trader": 0.6, "person": 0.2, "foreign": 0.5}
_RATES: Mapping[str, Mapping[str, float]] = {
    "ebs": {"missing_inn": 4.5, "missing_contacts": 1.6, "copied_requisites": 0.05},
    "onec": {"missing_inn": 5.0, "missing_contacts": 1.6, "copied_requisites": 0.05},
    "commerceml": {"missing_inn": 5.5, "missing_contacts": 1.6, "copied_requisites": 0.05},
    "files": {
        "missing_inn": 7.0, "missing_contacts": 2.0, "copied_requisites": 0.05, "lost_zero": 3.0,
    },
}  # fmt: skip
_NOTHING = pl.lit(None, pl.String)
_INN, _OGRN = pl.col("inn").is_not_null(), pl.col("ogrn").is_not_null()


def _other_digit() -> pl.Expr:
    """The INN with one digit after the region replaced by another."""
    inn = pl.col("inn")
    at = 2 + pl.col(POSITION) % (inn.str.len_chars().cast(pl.Int64) - 3)
    digit = (inn.str.slice(at, 1).cast(pl.Int64) + 1 + pl.col(POSITION) // 16 % 9) % 10
    return inn.str.slice(0, at) + digit.cast(pl.String) + inn.str.slice(at + 1)


_RENAMED = (
    Dirt("former_name", 0.012, {"core": pl.col("former_core")}, pl.col("kind") == "organization"),
)
_NUMBERS = (
    Dirt("inn_digit", 0.006, {"inn": unless_valid(_other_digit())},
         pl.col("inn").str.len_chars().is_in([10, 12]) & ~carries("copied_requisites")),
)  # fmt: skip
_UNITS = (
    Dirt("branch_head_kpp", 0.15, {"kpp": pl.col("head_kpp")},
         (pl.col("role") == "branch") & pl.col("kpp").is_not_null()),
)  # fmt: skip
# Who writes down the INN writes down the OGRN more often, too; a branch or a firm that moved is known by
# its numbers or, without its head's mailbox, by nothing at all.
_ASTRAY = (pl.col("role") == "branch") | carries("relocated")
_OGRNS = (
    Dirt("missing_ogrn", 0.45, {"ogrn": _NOTHING}, _INN & _OGRN),
    Dirt("missing_ogrn", 0.35, {"ogrn": _NOTHING}, ~_INN & _OGRN & ~_ASTRAY),
)
_CONTACTS = (
    Dirt(
        "contacts_reordered",
        0.05,
        {
            "phones": "8-" + pl.col("mobile") + ", " + pl.col("phones"),
            "emails": pl.col("mobile") + "@mail.ru; " + pl.col("emails"),
        },
        pl.col("phones").is_not_null(),
    ),
)
_GAPS = (
    Dirt(
        "missing_address",
        0.07,
        {"address": _NOTHING},
        (_INN | _OGRN) & pl.col("phones").is_not_null(),
    ),
    Dirt(
        "ogrn_only",
        0.002,
        dict.fromkeys(("inn", "kpp", "phones", "emails", "address"), _NOTHING),
        _OGRN & ~carries("copied_requisites"),
    ),
    Dirt(
        "name_only",
        0.001,
        dict.fromkeys(("inn", "kpp", "ogrn", "phones", "emails", "address"), _NOTHING),
        pl.col("kind") != "foreign",
    ),
)


def flat_cards(units: pl.DataFrame, seed: int, rows: int) -> pl.DataFrame:
    """`rows` cards of units drawn with replacement, source after source, with `source` and `source_id`."""
    units = _with_past(units, seed)
    drawn = pl.Series(_drawn(units, seed, rows))
    shares = np.cumsum(list(COVERAGE.values())) / sum(COVERAGE.values())
    edges = [0, *(int(rows * edge) for edge in shares[:-1]), rows]
    parts = [
        _cards(units[drawn[first:last]], seed, name)
        for name, first, last in zip(COVERAGE, edges, edges[1:], strict=False)
    ]
    serial = (pl.int_range(pl.len()) + 1).over("source").cast(pl.String)
    return pl.concat(parts).with_columns(source_id=serial)


def _drawn(units: pl.DataFrame, seed: int, rows: int) -> Ints:
    weights = units["kind"].replace_strict(_WEIGHT, default=1.0, return_dtype=pl.Float64)
    edges = np.cumsum(weights.to_numpy())
    draws = chance(seed, "flat").random(rows) * edges[-1]
    return np.asarray(np.searchsorted(edges, draws, side="right"), dtype=np.int64)


def _with_past(units: pl.DataFrame, seed: int) -> pl.DataFrame:
    """`units` with the name their company had before and the KPP of its head office."""
    size = units["entity"].n_unique()
    drawn = [
        pick(seed, "former/" + label, size, table)
        for label, table in (
            ("single", words.SINGLES),
            ("root", words.ROOTS),
            ("tail", words.TAILS),
        )
    ]
    former = (drawn[0] + " " + drawn[1] + drawn[2]).gather(units["entity"])
    office = pl.when(pl.col("kpp").is_not_null()).then(pl.col("inn").str.slice(0, 4) + "01001")
    return units.with_columns(former.alias("former_core"), head_kpp=office)


def _cards(frame: pl.DataFrame, seed: int, source: str) -> pl.DataFrame:
    def spoilt(cards: pl.DataFrame, name: str, group: tuple[Dirt, ...]) -> pl.DataFrame:
        return soil(cards, group, {}, seed, f"flat/{source}/{name}")

    cards = make_cards(
        spoilt(frame, "renamed", _RENAMED), seed, source, {**PROFILES[source], **_RATES[source]}
    )
    cards = cards.with_columns(frame["head_kpp"], source=pl.lit(source))
    cards = cards.with_columns(kinds=_address_label())
    for name, group in (
        ("numbers", _NUMBERS),
        ("units", _UNITS),
        ("ogrn", _OGRNS),
        ("contacts", _CONTACTS),
        ("gaps", _GAPS),
    ):
        cards = spoilt(cards, name, group)
    return cards.drop("head_kpp")


def _address_label() -> pl.Expr:
    elsewhere = carries("old_address") | carries("kpp_relocation")
    rewritten = (pl.col("address") != places.registered()) & ~elsewhere
    kinds = pl.col("kinds")
    return pl.when(rewritten).then(kinds | bit("address_rewritten")).otherwise(kinds)
