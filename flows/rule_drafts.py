"""A rule set is proposed by one person, tried on the base, and put in force by another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dedup.model import Model
from flows.house import House
from flows.rule_file import model_in, written
from flows.rule_sets import active, label
from flows.rules import Compared, compare, put_in_force, refuse_taken
from schemas.errors import ConfigError, Conflict
from schemas.yaml_source import parse_yaml
from store import rule_drafts
from store.engine import Reader
from store.rule_drafts import Draft

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Proposed:
    """A draft's number and its rule set."""

    id: int
    model: Model


def propose(
    house: House, changed: Mapping[str, Any], by: str, reason: str | None = None
) -> Proposed:
    """A new rule set: the one in force with some of it changed, under a version of its own.

    `changed`: version, thresholds, prior and margin by name, weights (hundredths of a bit) as
    `weights.<field>.<level>`. ConfigError says what cannot be; Conflict if nothing would change.
    """
    with house.store.write() as writer:
        writer.next("rule_draft", 0)  # its lock keeps two from taking one version
        now = active(writer).model
        model = _changed(now, changed)
        refuse_taken(writer, model)
        known = rule_drafts.named(writer, model.version)
        if known is not None:
            if known.model == model.to_json() and known.state == rule_drafts.OPEN:
                return Proposed(known.id, model)
            raise ConfigError(
                f"Версия «{model.version}» уже предложена. Дайте этой другое имя.",
                f"Version '{model.version}' has been proposed already. Give this one another name.",
            )
        if label(_as(model, now.version)) == label(now):
            raise ConfigError(
                "Ничего не изменено: поменяйте порог или вес.",
                "Nothing is changed: change a threshold or a weight.",
            )
        number = rule_drafts.add(writer, model.version, model.to_json(), by, reason)
        return Proposed(number, model)


def _as(model: Model, version: str) -> Model:
    return Model.from_json(json.dumps({**json.loads(model.to_json()), "version": version}))


def _changed(now: Model, changed: Mapping[str, Any]) -> Model:
    told = json.loads(written(now))
    for name, value in changed.items():
        *inside, last = name.split(".")
        place = told
        for part in inside:
            place = place.setdefault(part, {})
        place[last] = value
    told = {name: value for name, value in told.items() if value is not None}
    return model_in(parse_yaml(json.dumps(told, ensure_ascii=False), ""))


def draft(reader: Reader, number: int) -> Draft:
    """The draft of a number; ConfigError if there is none."""
    found = rule_drafts.of(reader, number)
    if found is None:
        raise ConfigError(
            f"Черновика правил {number} нет. Все черновики – на странице «Правила».",
            f"There is no draft of rules {number}. All drafts are on the page Rules.",
        )
    return found


def tried(house: House, number: int) -> dict[str, Any]:
    """What a draft would change in the whole base, as counts and the first examples; nothing is written."""
    with house.store.read() as reader:
        model = Model.from_json(draft(reader, number).model)
    return summary(compare(house, model))


def summary(found: Compared) -> dict[str, Any]:
    """A comparison as numbers: golden records that change, merges, splits, records that move; and examples."""
    changes = found.changes
    touched = pl.concat([changes.fields["id"], changes.merged["id"], changes.split["id"]])
    return {
        "golden": touched.n_unique(),
        "merged": changes.merged.height,
        "split": changes.split.height,
        "records": changes.records.height,
        "unmet": changes.unmet.height,
        "counts": found.counts.to_dicts(),
        "merges": found.merged.head(_SHOWN).to_dicts(),
        "splits": found.split.head(_SHOWN).to_dicts(),
    }


def activate_draft(house: House, number: int, by: str, *, four_eyes: bool = True) -> str:
    """A draft is in force from now on; its version. Conflict if it is settled, or if its author asks alone."""
    with house.store.write() as writer:
        writer.next("rule_set", 0)
        found = draft(writer, number)
        if four_eyes and found.author == by:
            raise Conflict(
                "Правила включает второй человек, а эти предложили вы. Попросите коллегу.",
                "A second person puts rules in force, and these are your own. Ask a colleague.",
            )
        if not rule_drafts.settle(writer, number, rule_drafts.ACTIVATED, by):
            raise _settled(found)
        why = found.reason or f"draft {number} by {found.author}"
        return put_in_force(writer, Model.from_json(found.model), by, why).version


def drop_draft(house: House, number: int, by: str) -> None:
    """A draft is put aside; Conflict if it is settled already."""
    with house.store.write() as writer:
        found = draft(writer, number)
        if not rule_drafts.settle(writer, number, rule_drafts.DROPPED, by):
            raise _settled(found)


def _settled(found: Draft) -> Conflict:
    return Conflict(
        f"По версии «{found.version}» уже решил {found.settled_by}. Обновите страницу.",
        f"{found.settled_by} has settled version '{found.version}' already. Reload the page.",
    )
