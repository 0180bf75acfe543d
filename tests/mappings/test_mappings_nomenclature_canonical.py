"""The canonical name of a good says all that tells it apart, and is read back as it was read."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from functools import lru_cache

import polars as pl
import pytest

from mappings.nomenclature import ItemClass, parse, shipped
from mappings.nomenclature.alphabet import fold
from mappings.nomenclature.finish import told
from mappings.nomenclature.grammar import Attribute
from mappings.nomenclature.spelled import NUMBERS, canonical_name, title
from tests.mappings.test_mappings_nomenclature import CORPUS, pairs
from tests.mappings.test_mappings_nomenclature_gold import BUILDING, SAMPLES, STEEL, names_of

# Classes whose canonical names are read back to the same attributes.
READ_BACK = {
    name for name, one in shipped().classes.items() if one.declared.group in {"steel", "cable", "machine"}
} | {"breaker", "rcd", "contactor", "panel", "lamp", "sewer_pipe"}  # fmt: skip
# The same few for all numbers, so that one may be taken for another.
FEW = ("2", "3", "16", "20", "2.5")
# What attributes with a pattern of their own may be; each takes those that fit.
FITTING = (
    "2", "3", "16", "20", "45", "100", "150", "1/2", "3/4", "16-20", "4-5", "20/25/100", "32/50", "а", "б", "в",
    "ст3сп", "09г2с", "20х", "2гп", "3гп", "а1", "б2", "в1-ii", "п", "у", "16б1", "20к2", "р65", "кр70", "т1", "дт350",
    "9003", "1014", "м150", "м300", "м8", "м10", "d500", "d600", "p80", "p120", "е14", "е27", "c", "b", "0,66", "1", "10",
    "0.6/1", "6", "44", "65", "ph1", "pz2", "t20", "8.8", "10.9", "хл", "т", "220", "380", "1но", "1нз", "cr", "il", "cm11",
    "lp51", "c2te", "c1", "ep", "bw", "nbr", "epdm", "кузовн", "гровер", "шрв-1", "шрн-2", "шрн-12", "шрн-24з", "lb30а",
    "lpr-02", "spo-11", "221-412", "222-413", "гмл", "ншви", "pml-1100", "пмл-2100", "кми-11210", "a-f-a-e", "b-f-a-e",
    "mma-200", "arc-160", "ва47-29", "s203", "вд1-63", "f202", "св-08г2с", "er70s-6", "мр-3", "уони-13/55", "сип-2", "ас",
    "utp", "ftp", "5e", "г", "25x16", "40х40", "ipe", "heb", "upn", "mva20-3-025", "b1-101",
)  # fmt: skip


@lru_cache(maxsize=1)
def real() -> pl.DataFrame:
    """Examples of all classes, the corpus, and the lists there are, parsed: those of a class."""
    names = [one["name"] for each in shipped().classes.values() for one in each.declared.examples]
    names += [name for name, _, _ in CORPUS]
    for file in (STEEL, BUILDING):
        if (SAMPLES / file).is_file():
            names += names_of(file).values()
    known = parse(pl.Series(names)).with_columns(pl.Series("name", names))
    return known.filter(pl.col("item_class").is_not_null())


@lru_cache(maxsize=1)
def seen() -> dict[tuple[str, str], set[str]]:
    """Values of attributes by class and name."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item_class, text in real().select("item_class", "attributes").unique().rows():
        for name, value in pairs(text).items():
            found[item_class, name].add(value)
    return found


def values(item_class: ItemClass, one: Attribute) -> list[str]:
    """What the attribute may be, a dozen at most."""
    known = sorted(seen().get((item_class.name, one.name), set()))[:6]
    if one.dictionary:
        return sorted({value for _, value in one.dictionary})[:6]
    if one.kind in (*NUMBERS, "inch"):
        return [*FEW, *known]
    fits = (one.means(fold(t)) for t in FITTING if re.fullmatch(one.body, fold(t), re.ASCII))
    return sorted({*known, *(value or "" for value in fits)} - {""})


def goods(item_class: ItemClass, dice: random.Random) -> pl.DataFrame:
    """Many goods of a class, of each some attributes."""
    known = {name: values(item_class, item_class.attributes[name]) for name in item_class.shown}
    composed = [name for name in item_class.shown if item_class.attributes[name].of]
    known |= {name: ["Ж-1", "Ж-2"] for name in composed}
    assert [name for name in item_class.telling if not known[name]] == []
    rows = []
    for share in (0.15, 0.3, 0.5):
        for at in range(700):
            needed = item_class.declared.required if at % 3 else ()
            rows.append(
                {
                    name: dice.choice(some) if name in needed or dice.random() < share else None
                    for name, some in known.items()
                    if some
                }
            )
    table = pl.DataFrame(rows, schema=dict.fromkeys(item_class.shown, pl.String))
    hidden = [name for name in item_class.attributes if name not in item_class.shown]
    return table.with_columns(pl.lit(None, pl.String).alias(name) for name in hidden)


@pytest.mark.parametrize("name", shipped().classes)
def test_two_goods_of_a_class_that_differ_have_two_names(name: str) -> None:
    item_class = shipped().classes[name]
    table = goods(item_class, random.Random(name))  # noqa: S311  a game, no secret
    told_of = table.select(
        told(item_class.telling).alias("vector"), canonical_name(item_class).alias("canonical")
    )
    shared = told_of.group_by("canonical").agg(pl.col("vector").unique())
    assert shared.filter(pl.col("vector").list.len() > 1).head(3).rows() == []
    assert shared.height > 50


def test_no_two_real_goods_that_differ_have_one_name() -> None:
    shared = real().group_by("canonical").agg(pl.struct("item_class", "vector").unique().alias("v"))
    assert shared.filter(pl.col("v").list.len() > 1).rows() == []


def test_titles_tell_the_attributes_of_a_class_apart() -> None:
    """What the template has no place for is told by title and unit."""
    for one in shipped().classes.values():
        titles = [(title(one.attributes[n]), one.attributes[n].unit) for n in one.telling]
        assert len(titles) == len(set(titles)), one.name


def test_a_canonical_name_is_read_back() -> None:
    whole = real().filter(pl.col("status") == "complete", pl.col("item_class").is_in(READ_BACK))
    again = parse(whole["canonical"]).select("item_class", "vector", "canonical")
    both = whole.hstack(again.select(pl.all().name.suffix("_again")))
    same = [pl.col(n).eq_missing(pl.col(f"{n}_again")) for n in again.columns]
    shown = ["name", "canonical", "vector", "item_class_again", "vector_again"]
    assert both.filter(~pl.all_horizontal(same)).select(shown).rows() == []
    assert set(whole["item_class"]) >= READ_BACK - {"pipe"}
    assert whole.height > 100


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Авт. выкл. ВА47-29 3Р 25А 4,5кА х-ка С IEK MVA20-3-025-C", "Автомат IEK ВА47-29 3P C25А 4,5кА (MVA20-3-025-C)"),
        ("Арматура 12 А500С 11,7м ГОСТ 34028-2016", "Арматура 12 А500С 11700мм ГОСТ 34028-2016"),
        ("Круг 40-В1-II ГОСТ 2590-2006/45-2ГП ГОСТ 1050-2013", "Круг 40-В1-II ст.45 2ГП ГОСТ 2590-2006 ГОСТ 1050-2013"),
        ("Grundfos CR 32-4 A-F-A-E-HQQE", "Насос Grundfos CR 32-4 A-F-A-E-HQQE"),
        ("Wilo IL 50/160-5,5/2", "Насос Wilo IL 50/160-5,5/2"),
        ("СМ 100-65-200/4", "Насос СМ 100-65-200/4"),
        ("Насос К 80-50-200 с дв. 15/3000", "Насос К 80-50-200, мощность 15 кВт, обороты 3000 об/мин"),
        ("ДГУ АД100С-Т400-1РМ", "ДГУ АД100-Т400-1Р"),
        ("Лист г/к Ст3сп5", "Лист стальной, марка стали Ст3сп5, состояние г/к"),
    ],
)  # fmt: skip
def test_nothing_read_is_missing(name: str, canonical: str) -> None:
    assert parse(pl.Series([name]))["canonical"].to_list() == [canonical]
