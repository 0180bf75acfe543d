"""The grammar of goods in force: classes of files and the words people taught; proposals and their trial."""

from __future__ import annotations

from typing import Any

import polars as pl

from flows.house import House
from flows.versions import version
from mappings.nomenclature import Grammar, parse
from mappings.nomenclature.installed import NOTHING, grammar_print, installed
from mappings.nomenclature.taught import Dictionary
from schemas.errors import ConfigError
from store import goods
from store.engine import Reader
from store.versions import DICTIONARY

TRIED = 200_000
_SHOWN = 20
_READ = ("item_class", "status", "attributes")


def grammar_of(house: House, reader: Reader) -> Grammar:
    """The grammar by which names are read now."""
    return installed(house.settings.config_dir, DICTIONARY.lines(reader) or NOTHING)


def print_of(house: House, reader: Reader) -> str:
    """What changes with every change of that grammar."""
    return grammar_print(house.settings.config_dir, DICTIONARY.lines(reader) or NOTHING)


def propose(house: House, taught: Dictionary, by: str, reason: str | None) -> int:
    """Keep words as a new version; its number.

    ConfigError if they are those in force, or if an example of a class would be read otherwise.
    """
    text = taught.model_dump_json(exclude_defaults=True)
    with house.store.write() as writer:
        now = DICTIONARY.lines(writer) or Dictionary().model_dump_json(exclude_defaults=True)
        if text == now:
            raise ConfigError(
                "Ничего не изменено: эти слова уже действуют.",
                "Nothing is changed: these words are in force.",
            )
        _refuse_broken(house, grammar_of(house, writer), text)
        return DICTIONARY.add(writer, text, by, reason)


def _refuse_broken(house: House, now: Grammar, text: str) -> None:
    names = pl.Series(
        [example["name"] for one in now.classes.values() for example in one.declared.examples],
        dtype=pl.String,
    )
    new = parse(names, installed(house.settings.config_dir, text))
    old = parse(names, now)
    broken = names.filter(~_alike(old, new))
    if broken.len():
        raise ConfigError(
            f"С этими словами иначе читается пример «{broken[0]}». Уточните слово или класс.",
            f"With these words the example '{broken[0]}' is read otherwise. Narrow the word or its class.",
        )


def _alike(old: pl.DataFrame, new: pl.DataFrame) -> pl.Series:
    same = [old[name].eq_missing(new[name]) for name in ("item_class", "attributes")]
    return same[0] & same[1]


def tried(house: House, number: int, limit: int = TRIED) -> dict[str, Any]:
    """What a version reads otherwise in the names of the catalogue; nothing is written.

    `understood` names are read wholly that were not, `worse` the other way round, `moved` are of
    another class.
    """
    with house.store.read() as reader:
        lines = version(reader, DICTIONARY, number).lines
        names = goods.names(reader, limit)
    new = parse(names["name"], installed(house.settings.config_dir, lines))
    both = names.hstack(new.select(pl.col(_READ).name.suffix("_new")))
    whole, was_whole = (pl.col(name) == "complete" for name in ("status_new", "status"))
    changed = both.filter(~_alike(names, new))
    told = changed.select(
        pl.len().alias("changed"),
        (whole & ~was_whole).sum().alias("understood"),
        (was_whole & ~whole).sum().alias("worse"),
        (pl.col("item_class") != pl.col("item_class_new")).sum().alias("moved"),
    ).row(0, named=True)
    return {"total": both.height, **told, "examples": changed.sort("name").head(_SHOWN).to_dicts()}
