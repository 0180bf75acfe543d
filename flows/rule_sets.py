"""The rules in force, and the ids that each record had under others: what matching asks of rule sets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from dedup.model import Model, default_model
from flows.identify import Identified, World
from store import rules
from store.engine import Reader, Writer
from store.rules import RuleSet

_RECORD = ("connection", "stream", "key")
_OWN = ("own_id", "own_unit_id")


@dataclass(frozen=True, slots=True)
class Active:
    """The rule set in force, and the activation that put it there."""

    model: Model
    activation: RuleSet


def active(reader: Reader) -> Active:
    """The rules in force now; the shipped ones until others are activated."""
    found = rules.active(reader)
    return Active(model_of(found), found)


def model_of(activation: RuleSet) -> Model:
    """The model an activation chose."""
    return Model.from_json(activation.model) if activation.model else default_model()


def label(model: Model) -> str:
    """The name by which a checkpoint knows a rule set: equal for equal sets, and only for them."""
    digest = hashlib.sha256(model.to_json().encode()).hexdigest()[:12]
    return f"{model.version}-{digest}"


def world_under(reader: Reader, world: World, model: Model, matched: str | None) -> World:
    """`world`, last matched under the rules `matched`, with the ids `model` gave when it was left.

    So rules that come back give back the ids of before, also those that were merged meanwhile. Where
    rules part a company for the first time, its id stays with its INN: records without one have no say.
    """
    if matched is None or matched == label(model):
        return world
    links = {
        entity: rules.as_under(reader, frame, entity, label(model))
        for entity, frame in world.links.items()
    }
    links["party"] = _said_by_inn(links["party"], world.records["party"])
    return replace(world, links=links)


def _said_by_inn(links: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """`links` without the own ids of records that have no INN, where others of that id have one."""
    inn = parties.select(*_RECORD, pl.col("inn").is_not_null().alias("hard"))
    told = links.join(inn, on=_RECORD, how="left", maintain_order="left")
    hard = pl.col("hard").fill_null(value=False)
    has_say = hard | ~hard.any().over("own_id")
    said = [pl.when(has_say).then(name).alias(name) for name in _OWN]
    return told.with_columns(said).select(links.columns)


def note_departure(writer: Writer, left: str, world: World, found: Mapping[str, Identified]) -> int:
    """Write down which own ids change as the rules called `left` are left; how many records that is."""
    changed = []
    for entity, one in found.items():
        before = world.links[entity].select("entity", *_RECORD, *_OWN)
        after = one.links.select(*_RECORD, *(pl.col(n).alias(f"{n}_after") for n in _OWN))
        both = before.join(after, on=_RECORD)
        differs = [pl.col(n).ne_missing(pl.col(f"{n}_after")) for n in _OWN]
        changed.append(both.filter(pl.any_horizontal(differs)))
    return rules.leave(writer, left, pl.concat(changed).sort("entity", *_RECORD))
