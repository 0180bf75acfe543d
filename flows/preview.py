"""What a decision would change, found by matching and merging with it and without it; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from flows.house import House
from flows.identify import Identified, identify, undecided, world_of
from flows.merge import Ingredients, golden_frames, ingredients
from flows.rule_sets import active
from store import decisions
from store.engine import Reader

_OWNER = {
    "unit": ("legal_entity_id", "kpp"),
    "contact": ("legal_entity_id", "name"),
    "contact_point": ("owner_id", "value"),
    "address": ("legal_entity_id", "text"),
}
Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Given:
    """Decisions as matching and survivorship hear them."""

    decisions: pl.DataFrame
    values: pl.DataFrame

    @classmethod
    def of(cls, reader: Reader) -> Given:
        """Those in force now."""
        return cls(decisions.in_force(reader), decisions.values_in_force(reader))


@dataclass(frozen=True, slots=True)
class Changes:
    """`merged` (id, survivor_id), `split` (id, new_id), `records` (ref, from_id, to_id), `fields` (entity,
    id, field, before, after) and `children` (entity, what, from_id, to_id) that follow their owner.

    `unmet` (decision_id, verdict, left_ref, right_ref) are decisions that a veto would keep from acting.
    """

    merged: pl.DataFrame
    split: pl.DataFrame
    records: pl.DataFrame
    fields: pl.DataFrame
    children: pl.DataFrame
    unmet: pl.DataFrame

    @property
    def nothing(self) -> bool:
        """Whether all stays as it is."""
        parts = (self.merged, self.split, self.records, self.fields, self.children)
        return all(part.is_empty() for part in parts)


def changes(house: House, before: Given, after: Given) -> Changes:
    """The difference between what `before` and `after` make of the records there are now."""
    with house.store.read() as reader:
        world, given = world_of(reader), ingredients(reader)
        model = active(reader).model
    own = undecided(world, model)
    old = identify(world, before.decisions, own, model)
    new = identify(world, after.decisions, own, model)
    return difference(house, given, old, new, before, after)


def difference(
    house: House,
    given: Ingredients,
    old: Mapping[str, Identified],
    new: Mapping[str, Identified],
    before: Given,
    after: Given,
) -> Changes:
    """What changes from the identities `old` with the values of `before` to `new` with those of `after`."""
    touched = _touched(old, new)
    said = _said(before.values, after.values)
    old_frames, new_frames = (
        _frames(house, given, found, values, touched, said)
        for found, values in ((old, before.values), (new, after.values))
    )
    bearers = _bearers(old, new)
    moved = bearers.filter(pl.col("from_id") != pl.col("to_id"))
    succession = new["party"].successions["legal_entity"]
    ended = (
        old["party"]
        .links.select(id="golden_id")
        .unique()
        .join(succession.ids.select("id"), on="id", how="anti")
    )
    fresh = succession.ids.join(
        old["party"].links.select(id="golden_id").unique(), on="id", how="anti"
    )
    split = moved.join(fresh.select(to_id="id"), on="to_id").select(id="from_id", new_id="to_id")
    return Changes(
        merged=ended.join(succession.moved, on="id", how="left")
        .select("id", "survivor_id")
        .sort("id"),
        split=split.unique().sort("id", "new_id"),
        records=moved.sort("ref"),
        fields=_fields(old_frames, new_frames),
        children=_children(old_frames, new_frames, moved),
        unmet=_unmet(after.decisions, bearers),
    )


def _ref() -> pl.Expr:
    return pl.concat_str(["connection", "stream", "key"], separator="/").alias("ref")


def _bearers(old: Mapping[str, Identified], new: Mapping[str, Identified]) -> pl.DataFrame:
    """(ref, from_id, to_id) of every party record."""
    before = old["party"].links.select(_ref(), from_id="golden_id")
    return before.join(new["party"].links.select(_ref(), to_id="golden_id"), on="ref")


def _touched(old: Mapping[str, Identified], new: Mapping[str, Identified]) -> pl.DataFrame:
    """Refs of the party records of every company that gains or loses a record or a unit."""
    before = old["party"].links.select(_ref(), "golden_id", "unit_id")
    both = before.join(
        new["party"].links.select(_ref(), now="golden_id", unit_now="unit_id"), on="ref"
    )
    differs = (pl.col("golden_id") != pl.col("now")) | pl.col("unit_id").ne_missing(
        pl.col("unit_now")
    )
    ids = pl.concat(
        [both.filter(differs).select(id=name) for name in ("golden_id", "now")]
    ).unique()
    concerned = [both.join(ids, left_on=n, right_on="id", how="semi") for n in ("golden_id", "now")]
    return pl.concat(concerned).select("ref").unique()


def _said(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Values that are said on one side only."""
    key = "decision_id"
    return pl.concat(
        [before.join(after, on=key, how="anti"), after.join(before, on=key, how="anti")]
    )


def _frames(
    house: House,
    given: Ingredients,
    found: Mapping[str, Identified],
    values: pl.DataFrame,
    touched: pl.DataFrame,
    said: pl.DataFrame,
) -> Frames:
    """Golden records of the companies that change, and of those some value is set for."""
    links = {entity: one.links.with_columns(_ref()) for entity, one in found.items()}
    links["item"] = links["item"].join(said, on="ref", how="semi")
    if said.filter(entity="contact").is_empty():
        parties = links["party"]
        ids = pl.concat(
            [
                parties.join(touched, on="ref", how="semi").select("golden_id"),
                parties.join(said, on="ref", how="semi").select("golden_id"),
            ]
        ).unique()
        links["party"] = parties.join(ids, on="golden_id", how="semi")
    links = {entity: frame.drop("ref") for entity, frame in links.items()}
    return golden_frames(replace(given, links=links, values=values), house.trust)


def _fields(old: Frames, new: Frames) -> pl.DataFrame:
    found = []
    for entity in ("legal_entity", "unit", "contact", "item"):
        names = [n for n in old[entity].columns if n not in ("id", "sources", "legal_entity_id")]
        long = [
            frame.select("id", *(pl.col(n).cast(pl.String) for n in names)).unpivot(
                names, index="id", variable_name="field", value_name=side
            )
            for frame, side in ((old[entity], "before"), (new[entity], "after"))
        ]
        both = long[0].join(long[1], on=["id", "field"])
        found.append(
            both.filter(pl.col("before").ne_missing(pl.col("after"))).with_columns(
                entity=pl.lit(entity)
            )
        )
    order = ["entity", "id", "field", "before", "after"]
    return pl.concat(found).select(order).sort("entity", "id", "field")


def _children(old: Frames, new: Frames, moved: pl.DataFrame) -> pl.DataFrame:
    """Units, contacts, phones, e-mails and addresses that have another owner than before."""
    companies = pl.concat([moved.select(id="from_id"), moved.select(id="to_id")]).unique()
    found = []
    for entity, (owner, what) in _OWNER.items():
        sides = [
            frame.join(companies, left_on=owner, right_on="id", how="semi")
            .explode("sources")
            .select("sources", pl.col(what).alias("what"), pl.col(owner).alias(name))
            for frame, name in ((old[entity], "from_id"), (new[entity], "to_id"))
        ]
        both = sides[0].join(sides[1], on=["sources", "what"], nulls_equal=True)
        gone = both.filter(pl.col("from_id") != pl.col("to_id")).drop("sources").unique()
        found.append(gone.with_columns(entity=pl.lit(entity)))
    order = ["entity", "what", "from_id", "to_id"]
    return pl.concat(found).select(order).sort(order)


def _unmet(asked: pl.DataFrame, bearers: pl.DataFrame) -> pl.DataFrame:
    """Decisions the records would not be as they say."""
    places = bearers.select("ref", "to_id")
    placed = asked
    for side in ("left", "right"):
        placed = placed.join(
            places.rename({"ref": f"{side}_ref", "to_id": f"{side}_id"}), on=f"{side}_ref"
        )
    together = pl.col("left_id") == pl.col("right_id")
    return placed.filter(together != (pl.col("verdict") == "same")).select(asked.columns)
