"""Companies that are hard to tell apart, or hard to recognise as one (handbook 2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulators.world.chance import Ints, chance
from simulators.world.labels import BIT

_SIZES = {
    "outsourcer_contacts": 40,
    "business_centre": 15,
    "same_name_same_town": 3,
    "group_company": 3,
}
_EVERY = {"outsourcer_contacts": 50, "business_centre": 60}
CONTACTS = ("phone", "mobile", "email")
PREMISES = (
    "region_code",
    "region",
    "city",
    "area",
    "town",
    "place",
    "postal",
    "street",
    "street_kind",
    "house",
)


@dataclass(frozen=True)
class Families:
    """Per kind of family: whole numbers of entities, one family a row, its model member first."""

    members: Mapping[str, Ints]

    def models(self, name: str) -> Ints:
        """The member the others copy."""
        return self.members[name][:, 0]

    def copies(self, name: str) -> tuple[Ints, Ints]:
        """(copying members, their models), flat."""
        table = self.members[name]
        return table[:, 1:].ravel(), np.repeat(table[:, 0], table.shape[1] - 1)


def draw_families(kinds: pl.Series, seed: int) -> Families:
    """Families over the given entities; every kind at least once where there are enough companies."""
    deck = chance(seed, "families").permutation(
        np.flatnonzero((kinds == "organization").to_numpy())
    )
    traders = chance(seed, "traders").permutation(
        np.flatnonzero((kinds == "sole_trader").to_numpy())
    )
    members: dict[str, Ints] = {}
    simple = (
        "same_name_other_region",
        "same_name_same_town",
        "group_company",
        "transformation",
        "indirect_customer",
    )
    for name in (*simple, "outsourcer_contacts", "business_centre"):
        size = _SIZES.get(name, 2)
        count = max(1, len(kinds) // (_EVERY.get(name, 150) * size)) if len(deck) > 3 * size else 0
        members[name] = deck[: count * size].reshape(count, size)
        deck = deck[count * size :]
    for name in ("director_sole_trader", "bankruptcy_manager"):
        count = min(len(deck), len(traders), max(1, len(kinds) // 150))
        members[name] = np.stack([deck[:count], traders[:count]], axis=1)
        deck, traders = deck[count:], traders[count:]
    return Families(members)


def copied(
    frame: pl.DataFrame, columns: Sequence[str], targets: Ints, models: Ints
) -> pl.DataFrame:
    """`frame` with the `columns` of the rows `targets` taken from the rows `models`."""
    source = np.arange(frame.height)
    source[targets] = models
    return frame.with_columns(frame[name].gather(source) for name in columns)


def replaced(column: pl.Series, targets: Ints, values: Sequence[str] | pl.Series) -> pl.Series:
    """`column` with the given values at the rows `targets`."""
    source = np.arange(len(column))
    source[targets] = len(column) + np.arange(len(targets))
    return pl.concat([column, pl.Series(values, dtype=column.dtype)]).gather(source)


def same_names(frame: pl.DataFrame, families: Families) -> pl.DataFrame:
    """Names, forms and towns of the members set so that each family is what its name says."""
    for name in (
        "same_name_other_region",
        "same_name_same_town",
        "transformation",
        "group_company",
    ):
        frame = copied(frame, ["core", "form"], *families.copies(name))
    for name in ("same_name_same_town", "transformation", "business_centre"):
        frame = copied(frame, ["place"], *families.copies(name))
    former, later = families.models("transformation"), families.copies("transformation")[0]
    form = replaced(
        replaced(frame["form"], former, ["ООО"] * len(former)), later, ["АО"] * len(later)
    )
    elsewhere, models = families.copies("same_name_other_region")
    places = frame["place"].to_numpy().copy()
    # Eleven rows of the table of cities never lead back into the same region.
    places[elsewhere] = (places[models] + 11) % 36
    return _group_names(frame.with_columns(form.alias("form"), place=pl.Series(places)), families)


def _group_names(frame: pl.DataFrame, families: Families) -> pl.DataFrame:
    table = families.members["group_company"]
    if not len(table):
        return frame
    core = frame["core"].gather(table[:, 0])
    houses = replaced(frame["core"], table[:, 1], "Торговый дом " + core)
    regional = (
        core
        + "-"
        + pl.Series(["Москва", "Урал", "Сервис", "Сибирь"]).gather(np.arange(len(core)) % 4)
    )
    return frame.with_columns(replaced(houses, table[:, 2], regional).alias("core"))


def shared_contacts(frame: pl.DataFrame, families: Families) -> pl.DataFrame:
    """Phones, mailboxes and premises that several companies have in common."""
    for name in ("transformation", "director_sole_trader", "bankruptcy_manager"):
        frame = copied(frame, [*CONTACTS, *PREMISES, "office"], *families.copies(name))
    # A sole trader is called by the person's name, so the company takes its director from him.
    traders, firms = families.copies("director_sole_trader")
    frame = copied(frame, ["last", "first", "middle", "person"], firms, traders)
    frame = copied(frame, CONTACTS, *families.copies("outsourcer_contacts"))
    frame = copied(frame, [*PREMISES, "phone"], *families.copies("business_centre"))
    models = copied(frame, ["inn", "kpp", "ogrn"], *families.copies("indirect_customer"))
    own = models["inn"] == frame["inn"]
    others = [
        pl.when(~own).then(models[name]).alias("other_" + name) for name in ("inn", "kpp", "ogrn")
    ]
    return frame.with_columns(others)


def family_traits(size: int, families: Families) -> pl.Series:
    """The bits of the families each entity belongs to (UInt64)."""
    bits = np.zeros(size, dtype=np.uint64)
    for name, table in families.members.items():
        rows = table[:, 1] if name == "indirect_customer" else table.ravel()
        bits[rows] |= np.uint64(BIT[name])
    return pl.Series(bits)
