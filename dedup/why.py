"""Why two records are thought one, or not: the evidence in bits, red flags first, in words."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dedup.blocking import KEYLESS
from dedup.compare import VETO, compare
from dedup.copied import contradict
from dedup.evidence import evidence_keys
from dedup.model import FIELDS, LEVELS, Model, default_model
from dedup.refs import REF, with_ref
from dedup.score import REASON, SCORE, ZONE, told, weigh
from dedup.snapshot import Base
from dedup.spelling import spelt
from dedup.standing import standing
from dedup.words import FIELD_WORDS, FLAG_WORDS, LEVEL_WORDS, REASON_WORDS, ZONE_WORDS


@dataclass(frozen=True, slots=True)
class Step:
    """What one field says: its level, how many bits that weighs, and the same in words."""

    field: str
    level: str
    bits: float
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Why:
    """The judgement of one pair: probability, zone, reason, a sentence, flags, and the steps to it.

    `start` are the bits before any evidence. `flags` are what speaks against, worst first, as (ru, en).
    """

    score: float
    zone: str
    reason: str
    start: float
    steps: tuple[Step, ...]
    flags: tuple[tuple[str, str], ...]
    ru: str
    en: str


def why(
    left: str,
    right: str,
    parties: pl.DataFrame,
    model: Model | None = None,
    base: Base | None = None,
) -> Why:
    """Why the records with refs `left` and `right` are one or not.

    `parties` are canonical records that hold both, and all that share a phone, a mailbox, a house or a
    name with them: how many do decides what the agreement weighs. With a matched `base` these are told
    by it, and `parties` are the two alone. KeyError if one is not there.
    """
    model = model or default_model()
    living = with_ref(parties)
    rows = dict(zip(living[REF], range(living.height), strict=True))
    keys = evidence_keys(living).with_columns(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("node"),
        pl.lit(living["inn"].is_null()).alias(KEYLESS),
    )
    known = keys if base is None else standing(base, keys)
    places = pl.Series([rows[left], rows[right]], dtype=pl.UInt32)
    both = told(places, keys, living, known=known)
    one, other = both[:1], both[1:]
    at = pl.DataFrame({"left": one["row"], "right": other["row"]})
    levels = pl.concat([at, compare(one, other)], how="horizontal")
    levels = levels.with_columns(spelt(levels, levels["name"] == 1, living))
    found = weigh(levels, model).row(0, named=True)
    steps = tuple(step(field, found[field], model) for field in FIELDS if found[field])
    steps = tuple(sorted(steps, key=lambda step: (step.bits, step.field)))
    flags = _flags(found, living, rows[left], rows[right])
    ru, en = _sentence(found, flags)
    return Why(
        found[SCORE], found[ZONE], found[REASON], model.prior / 100, steps, flags, ru, en
    )  # fmt: skip


def step(field: str, level: int, model: Model) -> Step:
    name = LEVELS[field][level]
    (field_ru, field_en), (ru, en) = FIELD_WORDS[field], LEVEL_WORDS[name]
    bits = model.weights[field][level] / 100
    return Step(field, name, bits, f"{field_ru}: {ru}", f"{field_en}: {en}")


def _flags(
    found: dict[str, object], living: pl.DataFrame, left: int, right: int
) -> tuple[tuple[str, str], ...]:
    """What forbids the pair, or would make a person look twice, worst first."""
    one, other = living.row(left, named=True), living.row(right, named=True)
    raised = []
    for column, flag in (("inn", "two_inn"), ("ogrn", "two_ogrn")):
        if one[column] and other[column] and one[column] != other[column]:
            raised.append(flag)
    if found[VETO] and not raised:
        raised.append("two_kinds")
    if one["inn"] and one["inn"] == other["inn"]:
        levels = pl.DataFrame({field: [found[field]] for field in FIELDS})
        if contradict(levels, living[[left]], living[[right]]).item():
            raised.append("copied")
    for field, level, flag in (
        ("form", 1, "two_forms"), ("name", 1, "two_names"), ("name", 2, "group_name"),
        ("claimed", 1, "claimed_far"),
    ):  # fmt: skip
        if found[field] == level:
            raised.append(flag)
    return tuple(FLAG_WORDS[flag] for flag in raised)


def _sentence(found: dict[str, object], flags: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """One sentence in each language: the verdict, what it rests on, what speaks against it."""
    zone, reason = ZONE_WORDS[str(found[ZONE])], REASON_WORDS[str(found[REASON])]
    texts = []
    for n, (but, with_) in enumerate((("но ", "; "), ("but ", "; "))):
        against = f"{with_}{but}{flags[0][n]}" if flags else ""
        texts.append(f"{zone[n]}: {reason[n]}{against}.")
    return texts[0], texts[1]
