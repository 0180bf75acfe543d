"""Rules as versions: what another rule set would change, activating it, and coming back.

Activating writes one row. The next match finds the rules changed and matches all again; decisions stay
in force and ids are handed on as in any other match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dedup.model import Model
from flows.house import House
from flows.identify import Identified, identify, world_of
from flows.match import rules_of, still_one, to_be_judged
from flows.merge import ingredients
from flows.preview import Changes, Given, difference
from flows.progress import Progress, Silent
from flows.rule_file import read_model
from flows.rule_sets import active, label, model_of, world_under
from flows.similar import STAGE
from schemas.errors import ConfigError
from store import audits, decisions, golden, rules
from store.engine import Reader, Writer
from store.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Compared:
    """What the rules in force and others make of the same records.

    `merged`: id, name, survivor_id, survivor_name. `split`: id, name, new_id, new_name, records.
    `counts`: what, before, after: companies, records found by each rule, pairs for review. `changes`
    tells the rest, record by record and field by field.
    """

    merged: pl.DataFrame
    split: pl.DataFrame
    counts: pl.DataFrame
    changes: Changes


@dataclass(frozen=True, slots=True)
class Activated:
    """The version in force now, and whether that is new."""

    version: str
    written: bool


def compare(house: House, model: Model, progress: Progress | None = None) -> Compared:
    """What `model` would change in the whole base; nothing is written."""
    told = progress or Silent()
    with house.store.read() as reader:
        now, matched = active(reader).model, rules_of(reader)
        world, given, asked = world_of(reader), ingredients(reader), audits.asked(reader)
        judged, said = decisions.standing(reader), Given.of(reader)
        current = world_under(reader, world, now, matched)
        # The rules to come are asked as if those in force had been matched by before.
        other = world_under(reader, world, model, matched or label(now))
        names = golden.load(reader, "legal_entity", ["id", "name"])
    sides = []
    for one, under in ((now, current), (model, other)):
        told.begin(STAGE, one.version, world.records["party"].height)
        found = identify(under, said.decisions, model=one)
        found["party"] = to_be_judged(
            found["party"], judged, still_one(asked, found["party"].links)
        )
        sides.append(found)
        told.advance(STAGE, one.version, world.records["party"].height)
        told.end(STAGE, one.version, f"{found['party'].links.height}")
    old, new = sides
    changes = difference(house, given, old, new, said, said)
    return _compared(old, new, changes, _named(names, world.records["party"], new))


def _compared(
    old: Mapping[str, Identified],
    new: Mapping[str, Identified],
    changes: Changes,
    names: pl.DataFrame,
) -> Compared:
    moved = changes.records.group_by("from_id", "to_id").agg(pl.len().alias("records"))
    split = changes.split.join(
        moved, left_on=["id", "new_id"], right_on=["from_id", "to_id"], how="left"
    )
    return Compared(
        merged=_with_names(changes.merged, names, "id", "survivor_id"),
        split=_with_names(split, names, "id", "new_id")
        .select("id", "name", "new_id", "new_name", "records")
        .sort("id", "new_id"),
        counts=_counts(old["party"], new["party"]),
        changes=changes,
    )


def _named(
    names: pl.DataFrame, records: pl.DataFrame, new: Mapping[str, Identified]
) -> pl.DataFrame:
    """(id, name) of every company, also of one that is not born yet: the name of its first record."""
    key = ["connection", "stream", "key"]
    links = new["party"].links.select(*key, pl.col("golden_id").alias("id"))
    first = (
        links.join(records.select(*key, "name"), on=key)
        .drop_nulls("name")
        .sort(key)
        .unique("id", keep="first", maintain_order=True)
        .select("id", "name")
    )
    return pl.concat([names, first.join(names, on="id", how="anti")])


def _with_names(frame: pl.DataFrame, names: pl.DataFrame, one: str, other: str) -> pl.DataFrame:
    """`frame` with the names of two columns of ids."""
    known = names.select(
        pl.col("id").alias(other), pl.col("name").alias(other.replace("id", "name"))
    )
    named = frame.join(names, on=one, how="left", maintain_order="left")
    named = named.join(known, on=other, how="left", maintain_order="left")
    return named.select(one, "name", other, other.replace("id", "name"), *frame.columns[2:])


def _counts(old: Identified, new: Identified) -> pl.DataFrame:
    before, after = (_counted(side) for side in (old, new))
    both = before.join(after, on="what", how="full", coalesce=True, suffix="_after")
    numbers = [
        pl.col("n").fill_null(0).alias("before"), pl.col("n_after").fill_null(0).alias("after"),
    ]  # fmt: skip
    return both.select("what", *numbers).sort("what")


def _counted(side: Identified) -> pl.DataFrame:
    rules_used = side.links.group_by("rule").agg(pl.len().alias("n"))
    told = {"companies": side.links["golden_id"].n_unique(), "review pairs": side.review.height}
    return pl.concat(
        [
            pl.DataFrame({"what": list(told), "n": list(told.values())}).cast({"n": pl.UInt32}),
            rules_used.select(("records by " + pl.col("rule")).alias("what"), "n"),
        ],
        how="vertical_relaxed",
    )


def chosen(house: House, path: Path) -> Model:
    """The rule set of a file; ConfigError if it is faulty, or its version is known with other contents."""
    model = read_model(path)
    with house.store.read() as reader:
        refuse_taken(reader, model, path)
    return model


def refuse_taken(reader: Reader, model: Model, path: Path | None = None) -> None:
    """ConfigError if the version of a rule set is that of another one; `path` is the file it stands in."""
    known = [rules.named(reader, model.version), active(reader).activation, RuleSet()]
    for one in filter(None, known):
        held = model_of(one)
        if held.version == model.version and label(held) != label(model):
            raise ConfigError(
                f"версия «{model.version}» уже занята другим набором: дайте этому другую в поле version.",
                f"version '{model.version}' is that of another set: give this one another in version.",
                file=str(path or ""),
            )


def activate(house: House, path: Path, by: str, reason: str | None = None) -> Activated:
    """The rules of a file are in force from now on; the next match acts on it. Twice the same is once."""
    model = read_model(path)
    with house.store.write() as writer:
        return put_in_force(writer, model, by, reason, path)


def put_in_force(
    writer: Writer, model: Model, by: str, reason: str | None = None, path: Path | None = None
) -> Activated:
    """A rule set is in force once this transaction ends."""
    writer.next("rule_set", 0)  # its lock lets one person choose at a time
    refuse_taken(writer, model, path)
    if label(active(writer).model) == label(model):
        return Activated(model.version, written=False)
    rules.activate(writer, model.version, model.to_json(), by, reason)
    return Activated(model.version, written=True)


def previous(reader: Reader) -> RuleSet:
    """The activation before the one in force; ConfigError if there is none."""
    found = rules.before(reader)
    if found is None:
        raise ConfigError(
            "Раньше этого набора правил не было: действует поставляемый. Свой: kanon rules activate.",
            "No rule set was active before this: the shipped one is. Your own: kanon rules activate.",
        )
    return found


def back(house: House, by: str, reason: str | None = None) -> Activated:
    """The rule set before the one in force is in force again, by an activation of its own."""
    with house.store.write() as writer:
        writer.next("rule_set", 0)
        found = previous(writer)
        version = model_of(found).version
        rules.activate(writer, version, found.model, by, reason, restores=found.id)
        return Activated(version, written=True)
